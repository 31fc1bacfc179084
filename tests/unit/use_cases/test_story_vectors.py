"""Vectors are asked for once, and a model that fails is left alone for a while."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from attrs import define, evolve, field

from tradecore.engines.digest.identity import identify
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
    assert await vectors.of([one], NOON) == {one.id: (3.0,)}
    assert await vectors.of([one, two], NOON) == {one.id: (3.0,), two.id: (6.0,)}
    await vectors.of([evolve(one, title="Once more", doc_hash="other")], NOON)
    assert model.asked == [["One"], ["Second"], ["Once more"]]


async def test_a_failing_model_is_asked_again_after_five_minutes() -> None:
    model = Lengths(fails=True)
    vectors, one = StoryVectors(model), item("One")
    assert await vectors.of([one], NOON) == {}
    assert await vectors.of([one], NOON + timedelta(minutes=4)) == {}
    model.fails = False
    assert await vectors.of([one], NOON + timedelta(minutes=6)) == {one.id: (3.0,)}
    assert len(model.asked) == 2


async def test_without_a_model_there_are_no_vectors() -> None:
    assert await StoryVectors().of([item("One")], NOON) == {}
