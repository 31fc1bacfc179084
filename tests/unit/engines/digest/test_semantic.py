"""Stories by meaning: close vectors join, contradictions never do."""

from datetime import UTC, datetime, timedelta
from math import sqrt

import pytest

from tradecore.engines.digest.features import features
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.semantic import (
    UNRELATED,
    YARDSTICK,
    CosineScale,
    Embedded,
    SemanticIndex,
    embedded_text,
    founds_its_story,
)
from tradecore.engines.digest.stories import StoryIndex
from tradecore.model.news import ItemId, NewsItem, RawItem

MINILM = CosineScale()
NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


def item(source: str, title: str, hours: float = 0) -> NewsItem:
    moment = NOON + timedelta(hours=hours)
    return identify(
        RawItem(source=source, title=title, url=f"https://{source.lower()}.example/{hours}", published_at=moment),
        moment,
    )


def assigned(*items: NewsItem, vectors: dict[ItemId, list[float]], scale: CosineScale = MINILM) -> list[NewsItem]:
    index = StoryIndex(semantic=SemanticIndex(Embedded(vectors, scale)))
    return [index.assign(features(each)) for each in items]


def test_close_vectors_join_and_distant_or_missing_ones_do_not() -> None:
    one, near, far, none = (
        item("A", "Halvard fined by court"),
        item("B", "Penalty for lender in Ohio", 1),
        item("C", "Harvest begins early", 1),
        item("D", "Quiet day in Lisbon", 1),
    )
    vectors = {one.id: [3.0, 0.0], near.id: [2.0, 0.4], far.id: [0.0, 1.0]}
    stories = [each.story_id for each in assigned(one, near, far, none, vectors=vectors)]
    assert stories[0] == stories[1]
    assert len(set(stories)) == 3


def test_the_same_outlet_another_week_and_a_contradiction_are_other_stories() -> None:
    one = item("A", "Bitcoin funds see $200M inflows")
    for other in (
        item("A", "Money returns to coins", 1),
        item("B", "Money returns to coins", 80),
        item("C", "Bitcoin funds see $200M outflows", 2),
    ):
        first, second = assigned(one, other, vectors={one.id: [1.0, 0.1], other.id: [1.0, 0.1]})
        assert first.story_id != second.story_id


def test_items_join_the_first_item_of_a_story_and_not_its_other_members() -> None:
    chain = [item("A", "Alpha event"), item("B", "Beta event", 1), item("C", "Gamma event", 2)]
    vectors = {chain[0].id: [1.0, 0.0], chain[1].id: [0.8, 0.6], chain[2].id: [0.28, 0.96]}
    first, second, third = assigned(*chain, vectors=vectors)
    assert first.story_id == second.story_id != third.story_id
    assert founds_its_story(first)
    assert not founds_its_story(second)


def test_headline_and_lead_are_embedded() -> None:
    raw = RawItem(source="A", title="Title", summary="word " * 100, guid="1", published_at=NOON)
    assert embedded_text(identify(raw, NOON)) == "Title. " + " ".join(["word"] * 60)
    assert embedded_text(item("A", "Only a title")) == "Only a title"


@pytest.mark.parametrize(
    ("title", "cosine", "joins"),
    [
        ("Ohio lender must pay", 0.85, True),
        ("Ohio lender must pay", 0.55, False),
        ("Halvard must pay", 0.55, True),
        ("Ohio lender must pay", 0.35, False),
        ("Halvard must pay", 0.25, False),
        ("Why Halvard must pay", 0.99, False),
    ],
)
def test_the_less_two_headlines_have_in_common_the_closer_they_must_be(title: str, cosine: float, joins: bool) -> None:
    one = item("A", "Halvard fined by court over withdrawals report")
    other = item("B", title, 1)
    vectors = {one.id: [1.0, 0.0], other.id: [cosine, sqrt(1 - cosine**2)]}
    first, second = assigned(one, other, vectors=vectors)
    assert (first.story_id == second.story_id) is joins


@pytest.mark.parametrize(("topic", "joins"), [(0.1, True), (0.7, False)])
def test_where_many_items_are_close_the_closest_must_be_closer(topic: float, joins: bool) -> None:
    one, other = item("A", "Halvard fined by court"), item("B", "Penalty for a lender", 2)
    around = [
        item("C", "Harvest begins early", 1),
        item("D", "Library opens wing", 1),
        item("E", "Ferry runs aground", 1),
    ]
    vectors = {one.id: [1.0, 0.0, 0.0, 0.0, 0.0], other.id: [0.75, topic, topic, topic, 0.0]}
    rest = sqrt(max(0.0, 1 - 0.75**2 - 3 * topic**2))
    vectors[other.id][4] = rest
    vectors |= {near.id: [float(at == axis) for at in range(5)] for axis, near in enumerate(around, 1)}
    stories = [placed.story_id for placed in assigned(one, *around, other, vectors=vectors)]
    assert (stories[0] == stories[-1]) is joins


@pytest.mark.parametrize(("amount", "joins"), [("$11.4 billion", True), ("$24", False)])
def test_amounts_of_another_size_may_be_of_another_quantity(amount: str, joins: bool) -> None:
    one, other = item("A", "Lumora sells shares at $27"), item("B", f"Listing puts payments firm at {amount}", 1)
    first, second = assigned(one, other, vectors={one.id: [1.0, 0.0], other.id: [0.9, 0.4]})
    assert (first.story_id == second.story_id) is joins


def test_other_items_of_the_same_outlet_tell_that_a_topic_is_dense() -> None:
    one, other = item("A", "Halvard fined by court"), item("B", "Penalty for a lender", 2)
    own = [item("B", title, 1) for title in ("Harvest begins early", "Library opens wing", "Ferry runs aground")]
    vectors = {one.id: [1.0, 0.0], other.id: [0.85, 0.52]}
    alone = assigned(one, other, vectors=vectors)
    dense = assigned(one, *own, other, vectors=vectors | {each.id: [0.6, 0.8] for each in own})
    assert alone[0].story_id == alone[-1].story_id
    assert dense[0].story_id != dense[-1].story_id


def test_no_item_joins_a_column() -> None:
    column, other = item("A", "Why Halvard was fined"), item("B", "Halvard must pay", 1)
    first, second = assigned(column, other, vectors={column.id: [1.0, 0.0], other.id: [1.0, 0.0]})
    assert first.story_id != second.story_id


UNLIKE = (
    "Halvard fined by court", "Harvest begins early", "Ferry runs aground", "Library opens wing",
    "Quiet day in Lisbon", "Mayor plants an oak", "Choir wins a prize", "Bridge closes for repairs",
)  # fmt: skip


def with_common_part(cosine: float, axis: int, axes: int) -> list[float]:
    """A vector whose cosine with those of other axes is `cosine`."""
    return [sqrt(cosine), *(sqrt(1 - cosine) * (at == axis) for at in range(axes))]


@pytest.mark.parametrize("common", [0.0, 0.3, 0.5, 0.7, 0.8, 0.9])
def test_a_model_to_which_everything_is_close_joins_nothing_unrelated(common: float) -> None:
    axes = len(YARDSTICK)
    scale = CosineScale.of_yardstick([with_common_part(common, at, axes) for at in range(axes)])
    assert scale is not None
    assert scale.unrelated == pytest.approx(common)
    items = [item(chr(ord("A") + at), title, at) for at, title in enumerate(UNLIKE)]
    vectors = {each.id: with_common_part(common, at, axes) for at, each in enumerate(items)}
    stories = {placed.story_id for placed in assigned(*items, vectors=vectors, scale=scale)}
    assert len(stories) == len(items)


@pytest.mark.parametrize("common", [0.0, 0.5, 0.8])
@pytest.mark.parametrize(("cosine", "joins"), [(0.85, True), (0.55, False)])
def test_what_is_close_by_one_model_is_close_by_another(common: float, cosine: float, joins: bool) -> None:
    """The same pair by a model that adds a common part to all of its vectors."""
    one, other = item("A", "Halvard fined by court over withdrawals report"), item("B", "Ohio lender must pay", 1)
    plain = {one.id: [1.0, 0.0], other.id: [cosine, sqrt(1 - cosine**2)]}
    vectors = {id: [sqrt(common), *(sqrt(1 - common) * value for value in vector)] for id, vector in plain.items()}
    scale = CosineScale(common + (1 - common) * UNRELATED)
    first, second = assigned(one, other, vectors=vectors, scale=scale)
    assert (first.story_id == second.story_id) is joins


@pytest.mark.parametrize("vector", [[1.0, 0.0], [0.0, 0.0]])
def test_a_model_that_tells_nothing_apart_has_no_scale(vector: list[float]) -> None:
    assert CosineScale.of_yardstick([vector] * len(YARDSTICK)) is None
