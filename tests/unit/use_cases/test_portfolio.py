"""What somebody has, what it is worth, and what comes in from outside."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change
from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import IllegalMove, Invalid, Unavailable
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Bars, Quote, Symbol
from tradecore.model.money import Asset, Costs
from tradecore.model.position_import import ImportedPosition
from tradecore.model.recommendations import Level
from tradecore.model.steps import Action, Analyst, Decision
from tradecore.model.users import Caller
from tradecore.model.valuation import AiStatus, Portfolio
from tradecore.use_cases.portfolio import GetPortfolio, ImportPositions, MoveCash
from trading_floor import ACME, ANN, COIN, FakeMarket, Floor, open_paper_floor

BEN = Caller(UserId("ben"))
CASH = Decimal(100_000)
WEEK = timedelta(days=7)
OWNED = (ImportedPosition(ACME, Decimal(15), Decimal(85)), ImportedPosition(COIN, Decimal("0.5"), Decimal("0.4")))


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    async with open_paper_floor() as made:
        yield made


async def portfolio(floor: Floor, by: Caller = ANN) -> Portfolio:
    return await GetPortfolio(floor.store, floor.market, floor.now, CASH, WEEK, floor.settle)(by=by)


def taking(floor: Floor) -> ImportPositions:
    return ImportPositions(floor.store, floor.now, CASH)


def moving(floor: Floor) -> MoveCash:
    return MoveCash(floor.store, floor.now, lambda: f"move-{floor.time}", CASH, Costs())


async def analysed(floor: Floor, action: Action, *, days_ago: float = 0, user: Caller = ANN) -> Analysis:
    """A completed analysis of ACME."""
    at = floor.time - timedelta(days=days_ago)
    brief = AnalysisBrief(ACME.symbol, ACME.asset_type, date(2024, 10, 10), (Analyst.NEWS,), 1, "rules")
    decision = Decision(action, Decimal(7), Decimal(5), Decimal(100), Decimal(90), Decimal(120), "It looks so.")
    begun = Analysis.begin(
        AnalysisId(f"{action}-{days_ago}-{user.user}"),
        user.user,
        brief,
        engine="rules",
        plan=plan_desk(brief, by_model=False),
        at=at,
    )
    async with floor.store.unit_of_work() as uow:
        return await uow.analyses.put(Change(begun.entity.start(at=at).entity.complete(decision, at=at).entity))


async def status(floor: Floor) -> AiStatus:
    [holding] = (await portfolio(floor)).holdings
    return holding.status


async def test_a_new_account_begins_with_the_configured_cash_once(floor: Floor) -> None:
    for _ in range(2):
        made = await portfolio(floor)
        assert (made.total_value, made.net_deposits, made.total_return, made.holdings) == (CASH, CASH, 0, ())
    poor = GetPortfolio(floor.store, floor.market, floor.now, Decimal(0), WEEK, floor.settle)
    assert (await poor(by=BEN)).total_value == 0


async def test_positions_are_worth_their_newest_price(floor: Floor) -> None:
    await floor.execute((await floor.recommend()).id, by=ANN)
    floor.market.prices[ACME] = Decimal(110)
    made = await portfolio(floor)
    [holding] = made.holdings
    assert (holding.value, holding.gain, holding.gain_percent) == (5500, 500, 10)
    assert holding.quote
    assert holding.quote.day == floor.time.date()
    assert (made.total_value, made.total_return) == (CASH + 500, 500)


async def test_an_old_price_says_how_old_it_is(floor: Floor) -> None:
    await floor.execute((await floor.recommend()).id, by=ANN)
    quote, day = floor.market.quote, date(2024, 3, 1)

    class Stopped:
        bars = floor.market.bars
        corporate_actions = floor.market.corporate_actions

        async def quote(self, symbol: Symbol, asset_type: object, at: datetime) -> Quote:
            return evolve(await quote(symbol, ACME.asset_type, at), day=day)

    made = await GetPortfolio(floor.store, Stopped(), floor.now, CASH, WEEK, floor.settle)(by=ANN)  # type: ignore[arg-type]
    [holding] = made.holdings
    assert holding.quote
    assert holding.quote.day == day


async def test_a_position_without_a_price_is_unknown_and_comes_last(floor: Floor) -> None:
    await taking(floor)(OWNED, by=ANN)
    del floor.market.prices[ACME]
    made = await portfolio(floor)
    assert [each.position.asset for each in made.holdings] == [COIN, ACME]
    assert made.unpriced == made.holdings[1:]
    assert (made.total_value, made.total_return) == (CASH + Decimal("0.25"), Decimal("0.05"))


async def test_prices_that_are_out_of_reach_are_no_empty_portfolio(floor: Floor) -> None:
    await taking(floor)(OWNED, by=ANN)

    class Down:
        async def quote(self, *_: object) -> Quote:
            raise Unavailable("The feed is down.")

        async def corporate_actions(self, *_: object) -> CorporateActions:
            raise Unavailable("The feed is down.")

    with pytest.raises(Unavailable):
        await GetPortfolio(floor.store, Down(), floor.now, CASH, WEEK, floor.settle)(by=ANN)  # type: ignore[arg-type]


async def test_quotes_and_closes_of_ten_positions_are_asked_for_at_once(floor: Floor) -> None:
    assets = [Asset(Symbol(f"S{n}"), ACME.asset_type) for n in range(10)]
    floor.market.prices |= dict.fromkeys(assets, Decimal(100))
    await taking(floor)(tuple(ImportedPosition(asset, Decimal(1), Decimal(90)) for asset in assets), by=ANN)

    class Meeting(FakeMarket):
        """Answers a call once ten are under way, so that calls one after the other would never be answered."""

        quotes = asyncio.Barrier(10)
        series = asyncio.Barrier(10)

        async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
            await self.quotes.wait()
            return await super().quote(symbol, asset_type, at)

        async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
            await self.series.wait()
            return await super().bars(symbol, asset_type, as_of, count)

    async with asyncio.timeout(20):
        valued = await GetPortfolio(floor.store, Meeting(floor.market.prices), floor.now, CASH, WEEK, floor.settle)(
            by=ANN
        )
    assert [holding.value for holding in valued.holdings] == [100] * 10


async def test_what_is_held_without_an_analysis_is_to_be_reviewed(floor: Floor) -> None:
    await taking(floor)(OWNED[:1], by=ANN)
    assert await status(floor) is AiStatus.REVIEW
    await analysed(floor, Action.BUY, user=BEN)
    assert await status(floor) is AiStatus.REVIEW


async def test_a_fresh_analysis_says_hold_and_an_old_one_review(floor: Floor) -> None:
    await taking(floor)(OWNED[:1], by=ANN)
    found = await analysed(floor, Action.BUY)
    assert await status(floor) is AiStatus.HOLD
    [holding] = (await portfolio(floor)).holdings
    assert holding.analyzed_at == found.ended_at
    floor.pass_time(days=7)
    assert await status(floor) is AiStatus.HOLD
    floor.pass_time(seconds=1)
    assert await status(floor) is AiStatus.REVIEW


async def test_a_fresh_opposite_decision_alerts_until_a_newer_one_does_not(floor: Floor) -> None:
    await taking(floor)(OWNED[:1], by=ANN)
    await analysed(floor, Action.SELL, days_ago=2)
    assert await status(floor) is AiStatus.ALERT
    await analysed(floor, Action.HOLD, days_ago=1)
    assert await status(floor) is AiStatus.HOLD


@pytest.mark.parametrize(
    ("price", "expected"),
    [("90", AiStatus.ALERT), ("90.01", AiStatus.HOLD), ("119.99", AiStatus.HOLD), ("120", AiStatus.ALERT)],
)
async def test_a_price_at_the_stop_or_target_alerts(price: str, expected: AiStatus, floor: Floor) -> None:
    await floor.execute((await floor.recommend()).id, by=ANN)
    await analysed(floor, Action.BUY)
    floor.market.prices[ACME] = Decimal(price)
    assert await status(floor) is expected


async def test_a_level_that_was_crossed_alerts_even_when_the_price_is_back(floor: Floor) -> None:
    bought = await floor.recommend()
    await floor.execute(bought.id, by=ANN)
    await analysed(floor, Action.BUY)
    async with floor.store.unit_of_work() as uow:
        live = await uow.recommendations.get(bought.id)
        await uow.recommendations.put(live.cross(Level.STOP, Decimal(90), date(2024, 10, 11), at=floor.time))
    assert await status(floor) is AiStatus.ALERT


async def test_what_is_owned_already_comes_in_once_at_what_it_cost(floor: Floor) -> None:
    assert await taking(floor)(OWNED, by=ANN) == 2
    assert await taking(floor)(OWNED, by=ANN) == 0
    assert await taking(floor)(OWNED, by=BEN) == 2
    made = await portfolio(floor)
    assert made.book.cash == CASH
    assert made.net_deposits == CASH + 15 * 85 + Decimal("0.2")
    assert made.total_return == 15 * 15 + Decimal("0.05")
    assert {each.position.asset: each.position.average_price for each in made.holdings} == {
        ACME: Decimal(85),
        COIN: Decimal("0.4"),
    }


async def test_the_same_position_under_another_key_comes_in_again(floor: Floor) -> None:
    for key in ("one", "two", "two"):
        await taking(floor)(OWNED[:1], by=ANN, key=key)
    assert (await portfolio(floor)).book.held(ACME) == 30
    with pytest.raises(Invalid):
        await taking(floor)((), by=ANN)


async def test_cash_is_paid_in_and_taken_out_as_far_as_it_is_free(floor: Floor) -> None:
    assert await moving(floor)(Decimal("0.01"), by=ANN) == CASH + Decimal("0.01")
    floor.pass_time(seconds=1)
    assert await moving(floor)(-CASH, by=ANN) == Decimal("0.01")
    floor.pass_time(seconds=1)
    with pytest.raises(IllegalMove, match=r"Only 0\.01 are free"):
        await moving(floor)(Decimal(-1), by=ANN)
    for amount in ("0", "0.001", "NaN", "1e13"):
        with pytest.raises(Invalid):
            await moving(floor)(Decimal(amount), by=ANN)
    made = await portfolio(floor)
    assert (made.total_return, made.performance.daily) == (0, 0)


async def test_performance_is_measured_up_to_the_newest_price(floor: Floor) -> None:
    await floor.execute((await floor.recommend(size="50")).id, by=ANN)
    floor.pass_time(days=1)
    floor.market.prices[ACME] = Decimal(110)
    assert (await portfolio(floor)).performance.daily == 5


async def test_performance_goes_by_the_prices_of_what_was_sold_meanwhile_too(floor: Floor) -> None:
    await taking(floor)(OWNED[:1], by=ANN)
    adjustment = (await portfolio(floor)).performance.daily
    await floor.execute((await floor.recommend(action=Action.SELL)).id, by=ANN)
    made = await portfolio(floor)
    assert not made.holdings
    # Not the gain over what the units had cost before they came in.
    assert (adjustment, made.performance.daily) == (0, 0)
