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
from tradecore.model.money import Asset
from tradecore.model.price_rows import Split
from tradecore.model.recommendations import Level, LevelCrossed, RecommendationState
from tradecore.use_cases.levels import WatchLevels
from trading_floor import ACME, ANN, COIN, Floor, open_paper_floor

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
    async with open_paper_floor() as made:
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


@define
class Counting:
    """A market that counts what is read, and how many quotes are read at once at most."""

    tape: Tape
    quotes: list[Symbol] = field(factory=list)
    bars_read: list[Symbol] = field(factory=list)
    reading: int = 0
    most: int = 0

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        self.quotes.append(symbol)
        self.reading += 1
        self.most = max(self.most, self.reading)
        await asyncio.sleep(0)
        self.reading -= 1
        return await self.tape.quote(symbol, asset_type, at)

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        self.bars_read.append(symbol)
        return await self.tape.bars(symbol, asset_type, as_of, count)

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        return await self.tape.corporate_actions(symbol, asset_type, since, until)


async def test_prices_of_a_few_assets_are_read_at_once_however_many_are_held(floor: Floor) -> None:
    for number in range(60):
        asset = Asset(Symbol(f"S{number}"), AssetType.EQUITY)
        floor.market.prices[asset] = Decimal(100)
        await floor.recommend(asset=asset, state=RecommendationState.EXECUTED, ended_at=floor.time, live=True)
    market = Counting(Tape({floor.time.date() + timedelta(days=1): ("1", "999")}))
    floor.pass_time(days=2)
    assert await WatchLevels(floor.store, market, floor.now)() == 60  # type: ignore[arg-type]
    assert len(market.quotes) == 60
    assert 1 < market.most <= 16


async def test_the_prices_of_an_asset_are_read_once_however_many_positions_it_has(floor: Floor) -> None:
    for asset in (ACME, COIN) * 30:
        await floor.recommend(asset=asset, state=RecommendationState.EXECUTED, ended_at=floor.time, live=True)
    market = Counting(Tape({floor.time.date() + timedelta(days=1): ("0.0001", "999")}))
    floor.pass_time(days=2)
    assert await WatchLevels(floor.store, market, floor.now)() == 60  # type: ignore[arg-type]
    assert sorted(market.quotes) == sorted(market.bars_read) == [ACME.symbol, COIN.symbol]


async def test_each_position_counts_the_days_after_its_own_purchase(floor: Floor) -> None:
    """A stop at 90 and a target at 120: the fall of the second day is one of the first position only."""
    held = []
    for _ in range(3):
        held.append(await floor.recommend(state=RecommendationState.EXECUTED, ended_at=floor.time, live=True))
        floor.pass_time(days=2)
    first, second, third = (position.ended_at.date() for position in held if position.ended_at)
    tape = Tape(
        {first + timedelta(days=1): ("80", "110"), second + timedelta(days=1): ("95", "130"), third: ("1", "2")}
    )
    assert await WatchLevels(floor.store, tape, floor.now)() == 2  # type: ignore[arg-type]
    async with floor.store.snapshot() as uow:
        crossed = [(await uow.recommendations.get(position.id)).crossed for position in held]
    assert crossed == [Level.STOP, Level.TARGET, None]


async def test_positions_from_before_and_after_a_split_are_compared_on_their_own_basis(floor: Floor) -> None:
    """Stops at 90 and at 9: the source shows all days in prices after the split of ten for one."""
    before = await floor.recommend(state=RecommendationState.EXECUTED, ended_at=floor.time, live=True)
    floor.pass_time(days=2)
    split = floor.time.date()
    floor.market.prices[ACME] = Decimal(10)
    after = await floor.recommend(state=RecommendationState.EXECUTED, ended_at=floor.time, live=True)
    floor.pass_time(days=1)
    days = {split - timedelta(days=1): ("9.1", "9.9"), split: ("9.1", "9.9"), floor.time.date(): ("9.1", "9.9")}
    tape = Tape(days, [Split(split, Decimal(10))])
    watch = WatchLevels(floor.store, tape, floor.now)  # type: ignore[arg-type]
    assert await watch() == 0
    tape.days[floor.time.date()] = ("8.9", "9.9")
    assert await watch() == 2
    async with floor.store.snapshot() as uow:
        crossed = [(await uow.recommendations.get(plan.id)).crossed for plan in (before, after)]
    assert crossed == [Level.STOP, Level.STOP]


async def test_a_position_whose_levels_make_no_sense_does_not_stop_the_others_of_its_asset(floor: Floor) -> None:
    wrong = {"stop": Decimal(120), "target": Decimal(90)}
    for levels in (wrong, {}):
        await floor.recommend(state=RecommendationState.EXECUTED, ended_at=floor.time, live=True, **levels)
    tape = Tape({floor.time.date() + timedelta(days=1): ("1", "99")})
    floor.pass_time(days=2)
    with pytest.raises(Invalid, match="not below the target"):
        await WatchLevels(floor.store, tape, floor.now)()  # type: ignore[arg-type]
    async with floor.store.snapshot() as uow:
        assert [plan.crossed for plan in await uow.recommendations.live(ANN.user)] == [None, Level.STOP]
