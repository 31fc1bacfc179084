"""Vectors are asked for once, and a model that fails is left alone for a while."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from attrs import define, evolve, field

from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.semantic import YARDSTICK
from tradecore.model.errors import Unavailable
from tradecore.model.news import NewsItem, RawItem
from tradecore.use_cases.story_vectors import StoryVectors

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


@define
class Lengths:
    """Embeds a text as its length."""

    fails: bool = False
    asked: list[Sequence[str]] = field(factory=list)
    name: str = "test:lengths"

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        self.asked.append(texts)
        if self.fails:
            raise Unavailable("The server is down.")
        return tuple((float(len(text)),) for text in texts)


def item(title: str) -> NewsItem:
    return identify(RawItem(source="A", title=title, guid=title, published_at=NOON), NOON)


async def test_each_version_of_an_item_is_embedded_once() -> None:
    model = Lengths()
    vectors, one, two = StoryVectors(model), item("One"), item("Second")
    assert (await vectors.of([one], NOON)).vectors == {one.id: (3.0,)}
    assert (await vectors.of([one, two], NOON)).vectors == {one.id: (3.0,), two.id: (6.0,)}
    await vectors.of([evolve(one, title="Once more", doc_hash="other")], NOON)
    assert model.asked == [YARDSTICK, ["One"], ["Second"], ["Once more"]]


async def test_the_scale_of_a_model_is_taken_once_from_the_yardstick() -> None:
    vectors = StoryVectors(Lengths())
    for title in ("One", "Second"):
        assert (await vectors.of([item(title)], NOON)).scale.unrelated == pytest.approx(1.0)


async def test_a_failing_model_is_asked_again_after_five_minutes() -> None:
    model = Lengths(fails=True)
    vectors, one = StoryVectors(model), item("One")
    assert (await vectors.of([one], NOON)).vectors == {}
    assert (await vectors.of([one], NOON + timedelta(minutes=4))).vectors == {}
    model.fails = False
    assert (await vectors.of([one], NOON + timedelta(minutes=6))).vectors == {one.id: (3.0,)}
    assert model.asked == [YARDSTICK, YARDSTICK, ["One"]]


async def test_without_a_model_there_are_no_vectors() -> None:
    assert (await StoryVectors().of([item("One")], NOON)).vectors == {}
