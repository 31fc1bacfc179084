"""Stops and targets are watched from the day after the purchase, and a crossing is told once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import define, field

from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.ids import TopicKind, topic_of
from tradecore.model.market import AssetType, Bar, Bars, PriceSource, Quote, Symbol
from tradecore.model.price_rows import Split
from tradecore.model.recommendations import Level, LevelCrossed, RecommendationState
from tradecore.use_cases.levels import WatchLevels
from trading_floor import ACME, ANN, COIN, Floor, papery

SOURCE = PriceSource("bars of a test")


@define
class Tape:
    """A market of given days: low and high of each."""

    days: dict[date, tuple[str, str]] = field(factory=dict)
    splits: list[Split] = field(factory=list)

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        known = [day for day in self.days if day <= at.date()]
        if not known:
            raise Invalid.one("symbol", "There is no price yet.")
        return Quote(symbol, Decimal(100), max(known), at, SOURCE)

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        rows = sorted((day, levels) for day, levels in self.days.items() if day <= as_of)[-count:]
        paths = ((day, Decimal(low), Decimal(high)) for day, (low, high) in rows)
        bars = (Bar(day, (low + high) / 2, high, low, (low + high) / 2, Decimal(1)) for day, low, high in paths)
        return Bars(symbol, SOURCE, tuple(bars))

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        return CorporateActions(symbol, SOURCE, tuple(self.splits)).between(since, until)


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    async with papery() as made:
        yield made


async def crossings(floor: Floor, **days: tuple[str, str]) -> list[LevelCrossed]:
    """What is told of a purchase at 100 with a stop at 90 and a target at 120, when the following days go like this."""
    bought = await floor.recommend()
    await floor.execute(bought.id, by=ANN)
    day = floor.time.date()
    tape = Tape({day + timedelta(days=int(name[1:])): levels for name, levels in days.items()})
    watch = WatchLevels(floor.store, tape, floor.now)  # type: ignore[arg-type]
    for _ in range(6):
        await watch()
        floor.pass_time(days=1)
    async with floor.store.snapshot() as uow:
        events = await uow.events.after(topic_of(TopicKind.RECOMMENDATION, bought.id), 0)
    return [event.fact for event in events if isinstance(event.fact, LevelCrossed)]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ({"d1": ("95", "110"), "d2": ("90", "100")}, (Level.STOP, "90", 2)),
        ({"d1": ("90.01", "119.99"), "d2": ("95", "120")}, (Level.TARGET, "120", 2)),
        ({"d1": ("80", "130")}, (Level.STOP, "90", 1)),
        ({"d1": ("95", "130"), "d2": ("80", "100")}, (Level.TARGET, "120", 1)),
        ({"d0": ("80", "130"), "d1": ("95", "110")}, None),
        ({"d0": ("80", "130"), "d4": ("95", "110")}, None),
        ({"d1": ("91", "119")}, None),
        ({}, None),
    ],
)
async def test_the_first_level_reached_after_the_purchase_is_told_once(
    days: dict[str, tuple[str, str]], told: tuple[Level, str, int] | None, floor: Floor
) -> None:
    bought = floor.time.date()
    facts = await crossings(floor, **days)
    seen = [(fact.level, fact.price, fact.day - bought) for fact in facts]
    assert seen == ([(told[0], Decimal(told[1]), timedelta(days=told[2]))] if told else [])


async def test_nothing_is_watched_once_the_position_is_gone(floor: Floor) -> None:
    bought = await floor.recommend()
    await floor.execute(bought.id, by=ANN)
    async with floor.store.unit_of_work() as uow:
        await uow.recommendations.put((await uow.recommendations.get(bought.id)).close_levels())
    tape = Tape({floor.time.date() + timedelta(days=1): ("1", "999")})
    floor.pass_time(days=2)
    assert await WatchLevels(floor.store, tape, floor.now)() == 0  # type: ignore[arg-type]


async def test_a_symbol_whose_prices_cannot_be_read_does_not_stop_the_others_and_is_told(floor: Floor) -> None:
    for asset in (ACME, COIN):
        await floor.execute((await floor.recommend(asset=asset)).id, by=ANN)
    tape = Tape({floor.time.date() + timedelta(days=1): ("0.0001", "110")})
    floor.pass_time(days=2)

    class HalfDown:
        bars = tape.bars
        corporate_actions = tape.corporate_actions

        async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
            if symbol == ACME.symbol:
                raise Unavailable("The feed of equities is down.")
            return await tape.quote(symbol, asset_type, at)

    with pytest.raises(Unavailable, match="equities"):
        await WatchLevels(floor.store, HalfDown(), floor.now)()  # type: ignore[arg-type]
    async with floor.store.snapshot() as uow:
        crossed = {plan.asset: plan.crossed is not None for plan in await uow.recommendations.live(ANN.user)}
    assert crossed == {ACME: False, COIN: True}


@pytest.mark.parametrize(("low", "high", "crossed"), [("9.1", "11.9", 0), ("8.9", "11", 1), ("9.5", "12.1", 1)])
async def test_levels_from_before_a_split_are_compared_on_one_basis(
    floor: Floor, low: str, high: str, crossed: int
) -> None:
    bought = await floor.recommend()
    await floor.execute(bought.id, by=ANN)
    floor.pass_time(days=2)
    day = floor.time.date()
    tape = Tape({day: (low, high)}, [Split(day, Decimal(10))])
    assert await WatchLevels(floor.store, tape, floor.now)() == crossed  # type: ignore[arg-type]


async def test_prices_of_a_few_positions_are_read_at_once_however_many_are_held(floor: Floor) -> None:
    for _ in range(60):
        await floor.recommend(state=RecommendationState.EXECUTED, ended_at=floor.time, live=True)
    tape = Tape({floor.time.date() + timedelta(days=1): ("1", "999")})
    floor.pass_time(days=2)
    reading = most = 0

    class Counting:
        bars = tape.bars
        corporate_actions = tape.corporate_actions

        async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
            nonlocal reading, most
            reading += 1
            most = max(most, reading)
            await asyncio.sleep(0)
            reading -= 1
            return await tape.quote(symbol, asset_type, at)

    assert await WatchLevels(floor.store, Counting(), floor.now)() == 60  # type: ignore[arg-type]
    assert most <= 16
