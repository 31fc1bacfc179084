"""Levels are compared with prices as they were traded."""

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from tradecore.model.corporate_actions import Dividend
from tradecore.model.exits import Exits
from tradecore.model.price_rows import Split
from tradecore.model.recommendations import Level
from tradecore.use_cases.reached_level import ReachedLevel, reached_level, traded_days
from trading_floor import ACME, FakeMarket

BOUGHT = date(2024, 10, 10)
EXITS = Exits(Decimal(90), Decimal(120))
AFTER_SPLIT = Exits(Decimal(9), Decimal(12))


def day(number: int) -> date:
    return BOUGHT + timedelta(days=number)


def market(*days: str) -> FakeMarket:
    """Days from that of the purchase on, each given as its low, its high and its close; it opens at its high."""
    fake_market = FakeMarket()
    for number, path in enumerate(days):
        low, high, close = path.split()
        fake_market.walk(ACME, day(number), high, high, low, close)
    return fake_market


async def reached(fake_market: FakeMarket, exits: Exits = EXITS, *, basis: int = 0) -> ReachedLevel | None:
    at = datetime.combine(fake_market.paths[ACME][-1].day, time(23), UTC)
    return await reached_level(fake_market, ACME, exits, after=BOUGHT, basis=day(basis), at=at)


async def test_the_first_day_after_the_purchase_that_reaches_a_level_counts() -> None:
    assert await reached(market("80 99 95", "91 99 95", "89 99 95", "70 125 95")) == ReachedLevel(
        Level.STOP, Decimal(90), day(2)
    )
    assert await reached(market("80 99 95", "91 99 95")) is None
    assert await reached(market("80 99 95")) is None


async def test_a_day_that_stayed_above_the_stop_does_not_reach_it_by_a_later_dividend() -> None:
    # As traded the day before the ex-date fell to 91 and closed at 100; the source shows it lowered by 4 %.
    fake_market = market("95 99 95", "87.36 99 96", "92 99 95")
    assert await reached(fake_market) == ReachedLevel(Level.STOP, Decimal(90), day(1))
    fake_market.dividends.append(Dividend(day(2), Decimal(4)))
    assert await reached(fake_market) is None


async def test_a_day_that_fell_to_the_stop_reaches_it_after_a_dividend_at_the_price_of_the_stop() -> None:
    fake_market = market("95 99 95", "85 99 98", "92 99 95")
    fake_market.dividends.append(Dividend(day(2), Decimal(2)))
    assert await reached(fake_market) == ReachedLevel(Level.STOP, Decimal(90), day(1))


@pytest.mark.parametrize(("exits", "basis", "stop"), [(EXITS, 0, "90"), (AFTER_SPLIT, 2, "9")])
async def test_days_are_compared_on_the_basis_of_the_levels(exits: Exits, basis: int, stop: str) -> None:
    # The source shows all days in the prices of the newest.
    fake_market = market("9.5 9.9 9.5", "9.1 9.9 9.5", "9.2 9.9 9.5")
    fake_market.splits.append(Split(day(2), Decimal(10)))
    assert await reached(fake_market, exits, basis=basis) is None
    fake_market.walk(ACME, day(3), "9.5", "9.5", "8.9", "9.5")
    assert await reached(fake_market, exits, basis=basis) == ReachedLevel(Level.STOP, Decimal(stop), day(3))


async def test_a_day_before_a_split_is_compared_with_levels_of_after_it() -> None:
    fake_market = market("95 99 95", "91 99 95")
    fake_market.splits.append(Split(day(2), Decimal(10)))
    assert await reached(fake_market, AFTER_SPLIT, basis=2) is None
    fake_market.paths[ACME].pop()
    fake_market.walk(ACME, day(1), "99", "99", "89", "95")
    assert await reached(fake_market, AFTER_SPLIT, basis=2) == ReachedLevel(Level.STOP, Decimal(9), day(1))


async def test_days_that_are_read_for_the_earliest_purchase_say_the_same_about_each() -> None:
    seen = set()
    for seed in range(40):
        fake_market = random_market(random.Random(seed))
        at = datetime.combine(day(29), time(23), UTC)
        read = await traded_days(fake_market, ACME, after=BOUGHT, basis=day(33), at=at)
        for number in range(32):
            for basis in (number, number + 1, 33):
                days = {"after": day(number), "basis": day(basis)}
                alone = await reached_level(fake_market, ACME, EXITS, **days, at=at)
                assert read.first_reached(EXITS, **days) == alone
                seen.add(alone and alone.level)
    assert seen == {None, Level.STOP, Level.TARGET}


def random_market(chance: random.Random) -> FakeMarket:
    """Thirty days around the levels, with three dividends and a split, some of which are later than these days."""
    fake_market = FakeMarket()
    for number in range(30):
        low = Decimal(chance.randrange(8_600, 10_500)) / 100
        high = low + Decimal(chance.randrange(200, 1_300)) / 100
        opened, close = (low + (high - low) * chance.randrange(11) / 10 for _ in range(2))
        fake_market.walk(ACME, day(number), str(opened), str(high), str(low), str(close))
    dividends = [Dividend(day(chance.randrange(1, 33)), Decimal(chance.randrange(1, 6))) for _ in range(3)]
    fake_market.dividends.extend(sorted(dividends, key=lambda dividend: dividend.day))
    fake_market.splits.append(Split(day(chance.randrange(1, 33)), Decimal(chance.choice(["2", "1.5", "0.5"]))))
    return fake_market
