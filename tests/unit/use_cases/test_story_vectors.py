"""Vectors are asked for once, and a model that fails is left alone for a while."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from attrs import define, evolve, field

from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.semantic import YARDSTICK, CosineScale
from tradecore.model.errors import Unavailable
from tradecore.model.news import NewsItem, RawItem
from tradecore.use_cases.story_vectors import StoryVectors, scale_of

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


@define
class Lengths:
    """Embeds a text by its length: along one of five axes, or along one and the same with `alike`."""

    fails: bool = False
    alike: bool = False
    asked: list[Sequence[str]] = field(factory=list)
    name: str = "test:lengths"

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        self.asked.append(texts)
        if self.fails:
            raise Unavailable("The server is down.")
        return tuple(vector("" if self.alike else text) for text in texts)


def vector(text: str) -> tuple[float, ...]:
    return tuple(float(len(text) % 5 == axis) for axis in range(5))


def item(title: str) -> NewsItem:
    return identify(RawItem(source="A", title=title, guid=title, published_at=NOON), NOON)


async def test_each_version_of_an_item_is_embedded_once() -> None:
    model = Lengths()
    vectors, one, two = StoryVectors(model), item("One"), item("Second")
    assert (await vectors.of([one], NOON)).vectors == {one.id: vector("One")}
    assert (await vectors.of([one, two], NOON)).vectors == {one.id: vector("One"), two.id: vector("Second")}
    await vectors.of([evolve(one, title="Once more", doc_hash="other")], NOON)
    assert model.asked == [YARDSTICK, ["One"], ["Second"], ["Once more"]]


async def test_the_scale_of_a_model_is_taken_once_from_the_yardstick() -> None:
    model = Lengths()
    vectors, expected = StoryVectors(model), CosineScale.of_yardstick([vector(text) for text in YARDSTICK])
    for title in ("One", "Second"):
        assert (await vectors.of([item(title)], NOON)).scale == expected
    assert model.asked.count(YARDSTICK) == 1


async def test_a_failing_model_is_asked_again_after_five_minutes() -> None:
    model = Lengths(fails=True)
    vectors, one = StoryVectors(model), item("One")
    assert (await vectors.of([one], NOON)).vectors == {}
    assert (await vectors.of([one], NOON + timedelta(minutes=4))).vectors == {}
    model.fails = False
    assert (await vectors.of([one], NOON + timedelta(minutes=6))).vectors == {one.id: vector("One")}
    assert model.asked == [YARDSTICK, YARDSTICK, ["One"]]


async def test_without_a_model_there_are_no_vectors() -> None:
    assert (await StoryVectors().of([item("One")], NOON)).vectors == {}


@pytest.mark.parametrize("harm", ["fails", "alike"])
async def test_a_model_that_cannot_be_used_is_reported_once_until_it_can_be_again(harm: str) -> None:
    model, reported = Lengths(), list[tuple[str, str]]()
    vectors = StoryVectors(model, lambda name, reason: reported.append((name, reason)))
    setattr(model, harm, True)
    for minutes in (0, 6, 12):
        assert (await vectors.of([item("One")], NOON + timedelta(minutes=minutes))).vectors == {}
    [(name, reason)] = reported
    assert name == "test:lengths"
    assert ("nearly the same vector" if harm == "alike" else "server is down") in reason
    setattr(model, harm, False)
    assert (await vectors.of([item("One")], NOON + timedelta(minutes=18))).vectors
    model.fails = True
    await vectors.of([item("Second")], NOON + timedelta(minutes=24))
    assert reported[1:] == [("test:lengths", "The server is down.")]


@pytest.mark.parametrize(("harm", "reason"), [("fails", "server is down"), ("alike", "nearly the same vector")])
async def test_a_model_without_a_scale_is_unavailable(harm: str, reason: str) -> None:
    model = Lengths()
    setattr(model, harm, True)
    with pytest.raises(Unavailable, match=reason):
        await scale_of(model)
