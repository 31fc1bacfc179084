"""The look-ahead check passes a correct desk, and finds a source that knows the future or rewrites the past."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from tradecore.engines.desk.collect import NewsSources, Sources
from tradecore.engines.desk.lookahead import PoisonedArchive, PoisonedFundamentals, PoisonedMarket, check_lookahead
from tradecore.model.market import AssetType, Bars, Symbol
from tradecore_adapters.fundamentals.files import FundamentalsFolder


def sources(given: Any, market: Any) -> Sources:
    return Sources(market, NewsSources(given.news((given.item(1, "Good", given.at),)), given.tone))


async def test_the_desk_sees_nothing_of_a_poisoned_future(given: Any) -> None:
    series = {"NVDA": given.bars(given.walk(1, days=450)), "SPY": given.bars(given.walk(2, days=450))}
    market = given.market(series, leader="SPY")
    for back in (0, 1, 33, 200):
        result = await check_lookahead(sources(given, market), given.brief(as_of=given.day - timedelta(days=back)))
        assert result.passed
        assert result.digest == result.poisoned_digest


async def test_the_poison_is_real(given: Any) -> None:
    market = PoisonedMarket(given.market({"NVDA": given.bars(given.walk(1))}), given.day)
    bars = await market.bars(Symbol("NVDA"), AssetType.EQUITY, given.day, 10)
    assert [bar.day > given.day for bar in bars.bars] == [False] * 10 + [True] * 30
    asked_later = await market.bars(Symbol("NVDA"), AssetType.EQUITY, given.day + timedelta(days=1), 10)
    assert asked_later.bars[0].close == 3 * bars.bars[0].close
    assert await market.symbols() == (Symbol("NVDA"),)
    assert await market.benchmark(AssetType.EQUITY) is None
    items = await PoisonedArchive(given.news(()), given.day).between(("NVDA",), given.at, given.at)
    assert items[0].published_at.date() > given.day


async def test_a_source_that_reads_a_day_ahead_changes_the_digest(given: Any) -> None:
    market = given.market({"NVDA": given.bars(given.walk(1))})

    @frozen
    class Ahead:
        """A source that quietly reads a day too far and shifts it back."""

        inner: Any

        async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
            found: Bars = await self.inner.bars(symbol, asset_type, as_of + timedelta(days=1), count)
            bars = tuple(evolve(bar, day=bar.day - timedelta(days=1)) for bar in found.bars)
            return evolve(found, bars=tuple(bar for bar in bars if bar.day <= as_of))

        async def benchmark(self, asset_type: AssetType) -> None:
            return None

    day = given.day - timedelta(days=5)
    honest = await check_lookahead(Sources(market), given.brief(as_of=day))
    poisoned = PoisonedMarket(market, day)
    ahead = await check_lookahead(Sources(Ahead(poisoned)), given.brief(as_of=day))  # type: ignore[arg-type]
    assert honest.digest != ahead.digest


async def test_a_source_that_rewrites_its_past_is_named_with_the_days(given: Any) -> None:
    day = given.day - timedelta(days=40)

    @frozen
    class Rewriting:
        """Tells yesterday's prices otherwise once it knows how things went."""

        inner: Any

        async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
            found: Bars = await self.inner.bars(symbol, asset_type, as_of, count)
            wrong = day - timedelta(days=3)
            if as_of == day:
                return found
            return evolve(
                found,
                bars=tuple(
                    evolve(bar, close=bar.close * Decimal("1.01")) if bar.day == wrong else bar for bar in found.bars
                ),
            )

        async def benchmark(self, asset_type: AssetType) -> None:
            return None

    market = Rewriting(given.market({"NVDA": given.bars(given.walk(1, days=450))}))
    result = await check_lookahead(Sources(market), given.brief(as_of=day))  # type: ignore[arg-type]
    assert result.revised == (day - timedelta(days=3),)
    assert not result.passed


async def test_a_split_restates_all_prices_alike_and_is_no_rewriting(given: Any) -> None:
    day = given.day - timedelta(days=40)

    @frozen
    class Splitting:
        inner: Any

        async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
            found: Bars = await self.inner.bars(symbol, asset_type, as_of, count)
            if as_of == day:
                return found
            return evolve(found, bars=tuple(evolve(bar, close=bar.close / 10) for bar in found.bars))

        async def benchmark(self, asset_type: AssetType) -> None:
            return None

    market = Splitting(given.market({"NVDA": given.bars(given.walk(1, days=450))}))
    result = await check_lookahead(Sources(market), given.brief(as_of=day))  # type: ignore[arg-type]
    assert result.revised == ()


async def test_figures_of_a_poisoned_future_do_not_enter(given: Any) -> None:
    market = given.market({"NVDA": given.bars(given.walk(1, days=450))})
    folder = FundamentalsFolder(Path(__file__).parents[3] / "data/sec")
    for back in (0, 43, 44, 100):
        brief = given.brief(as_of=given.day - timedelta(days=back))
        result = await check_lookahead(Sources(market, fundamentals=folder), brief)
        assert result.passed
    poisoned = await PoisonedFundamentals(folder, given.day).facts(Symbol("NVDA"), AssetType.EQUITY, given.day)
    assert poisoned.facts[-1].known_on > given.day
    assert poisoned.filings[0].known_on > given.day
