"""Simulation: small portfolios by hand, and every figure against empyrical."""

import warnings
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradecore.engines.simulation import (
    Prices,
    combine,
    days_per_year,
    days_with_trading,
    decided_size,
    follow,
    hold,
    tally,
    targets_of,
    trade,
)
from tradecore.model.backtests import Asset, EvaluatedTrial, Trial
from tradecore.model.equity_curves import EquityCurve
from tradecore.model.market import AssetType, Bar, Bars, PriceSource, Symbol
from tradecore.model.steps import Action, Decision
from tradecore.model.track_record import MIN_SAMPLE, Exit, TradeOutcome

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import empyrical
    import numpy as np

START = date(2024, 10, 9)
NVDA, BTC = Symbol("NVDA"), Symbol("BTC-USD")


def day(n: int) -> date:
    return START + timedelta(days=n)


def prices(closes: dict[int, str], opens: dict[int, str] | None = None, symbol: Symbol = NVDA) -> Prices:
    """Bars on the days given; those without an open of their own open where they close."""
    bars = []
    for n, close in closes.items():
        first, last = Decimal((opens or {}).get(n, close)), Decimal(close)
        bars.append(Bar(day(n), first, max(first, last), min(first, last), last, Decimal(1)))
    return Prices.of(Bars(symbol, PriceSource("bars of the test"), tuple(bars)))


def evaluated(
    entered: int,
    left: int,
    returned: str,
    *,
    symbol: Symbol = NVDA,
    action: Action = Action.BUY,
    size: str = "10",
    confidence: str = "7",
) -> EvaluatedTrial:
    decision = Decision(action, Decimal(confidence), Decimal(size), Decimal(1), Decimal(1), Decimal(1), "because")
    outcome = TradeOutcome(
        day(entered), Decimal(1), day(left), Decimal(1), Exit.HORIZON, Decimal(returned), Decimal(0), None, "test"
    )
    return EvaluatedTrial(Trial(symbol, day(entered - 1), decision, ""), None if action is Action.HOLD else outcome)


def test_a_position_is_worth_its_share_at_each_close_and_its_return_at_the_end() -> None:
    own = prices({1: "110", 2: "120", 3: "105", 4: "200"}, {1: "100"})
    curve = trade([evaluated(1, 3, "5")], {NVDA: own}, [day(n) for n in range(5)], decided_size, 0)
    assert curve.worth == pytest.approx([1, 1.01, 1.02, 1.005, 1.005])
    assert curve.exposure == pytest.approx((10 + 10 / 1.01 + 10 / 1.02) / 4)


def test_a_short_position_gains_what_the_price_falls_and_pays_its_fee_when_opened() -> None:
    own = prices({1: "90", 2: "80"}, {1: "100"})
    curve = trade(
        [evaluated(1, 2, "19.8", action=Action.SELL)], {NVDA: own}, [day(n) for n in range(3)], decided_size, 0.1
    )
    assert curve.worth == pytest.approx([1, 1 + 0.1 * (0.1 - 0.001), 1 + 0.1 * 0.198])


def test_sizes_are_of_what_the_portfolio_is_worth_by_then() -> None:
    own = prices(dict.fromkeys(range(1, 5), "100"))
    curve = trade([evaluated(1, 2, "50", size="100"), evaluated(3, 4, "10", size="100")], {NVDA: own},
                  [day(n) for n in range(5)], decided_size, 0)  # fmt: skip
    assert curve.worth[-1] == pytest.approx(1.5 * 1.1)


def test_nothing_is_borrowed() -> None:
    own = {symbol: prices(dict.fromkeys(range(1, 4), "100")) for symbol in (NVDA, BTC)}
    decisions = [evaluated(1, 3, "10", size="70"), evaluated(1, 3, "10", size="70", symbol=BTC)]
    # BTC-USD goes first by name and has what it wants; NVDA has what is left
    curve = trade(decisions, own, [day(n) for n in range(4)], decided_size, 0)
    assert curve.worth[-1] == pytest.approx(1.1)
    assert curve.exposure == pytest.approx(100)


def test_a_position_entered_and_left_within_a_day_counts() -> None:
    own = prices({1: "80", 2: "80"}, {1: "100"})
    curve = trade([evaluated(1, 1, "-10")], {NVDA: own}, [day(n) for n in range(3)], decided_size, 0)
    assert curve.worth == pytest.approx([1, 0.99, 0.99])


def test_a_hold_does_nothing() -> None:
    curve = trade(
        [evaluated(1, 2, "5", action=Action.HOLD)], {NVDA: prices({1: "1"})}, [day(0), day(1)], decided_size, 0
    )
    assert (curve.worth, curve.exposure) == ((1.0, 1.0), 0.0)


def test_holding_buys_at_the_next_open_and_pays_on_both_sides() -> None:
    one, other = prices({0: "1", 1: "110", 2: "120"}, {1: "100"}), prices({1: "50", 2: "25"})
    days = [day(n) for n in range(3)]
    assert hold([one, other], days, 0).worth == pytest.approx([1, 1.05, 0.85])
    assert hold([one, other], days, 1).worth == pytest.approx([1, 1.04, 0.85 - 0.01 - 0.0085])


def test_a_day_without_trading_has_the_close_before_it() -> None:
    assert hold([prices({1: "100", 4: "110"})], [day(n) for n in range(5)], 0).worth == pytest.approx([1, 1, 1, 1, 1.1])


def test_days_are_those_on_which_anything_was_traded() -> None:
    series = [prices({1: "1", 2: "1", 6: "1"}), prices({0: "1", 4: "1", 9: "1"})]
    assert days_with_trading(series, day(0), day(6)) == tuple(day(n) for n in (0, 1, 2, 4, 6))


def test_a_year_of_crypto_has_more_days() -> None:
    stock, coin = Asset(NVDA, AssetType.EQUITY), Asset(BTC, AssetType.CRYPTO)
    assert (days_per_year([stock]), days_per_year([stock, coin])) == (252, 365)


def test_what_a_position_trades_counts_at_entry_and_at_exit() -> None:
    own = prices({1: "110", 2: "120"}, {1: "100"})
    curve = trade([evaluated(1, 2, "20")], {NVDA: own}, [day(n) for n in range(3)], decided_size, 0)
    assert curve.turnover == pytest.approx(0.1 + 0.1 * 1.2 / 1.01)
    assert curve.weights[NVDA] == pytest.approx([0, 0.11 / 1.01, 0])
    assert curve.trades == (20,)


def test_a_target_is_traded_at_the_next_open_and_kept_until_another_one() -> None:
    own = prices({0: "100", 1: "120", 2: "90", 3: "45"}, {1: "110", 2: "100", 3: "60"})
    targets = {day(0): 1.0, day(1): -1.0}
    curve = follow(NVDA, own, targets, [day(n) for n in range(4)], 0)
    # bought at 110, turned at 100, short from 100 to 90, then from 90 over the open to 60 and 45
    assert curve.worth == pytest.approx(
        [1, 120 / 110, 120 / 110 * (100 / 120) * 1.1, 120 / 110 / 1.2 * 1.1 * (4 / 3) * 1.25]
    )
    assert curve.weights[NVDA] == (0, 1, -1, -1)
    assert (curve.turnover, curve.exposure) == (3, 100)
    assert len(curve.trades) == 2


def test_a_change_of_target_costs_its_fee() -> None:
    own = prices(dict.fromkeys(range(4), "100"))
    curve = follow(NVDA, own, {day(0): 1.0, day(1): -1.0}, [day(n) for n in range(4)], 1)
    assert curve.worth == pytest.approx([1, 0.99, 0.99 * 0.98, 0.99 * 0.98])


def test_a_short_position_can_lose_no_more_than_everything() -> None:
    own = prices({0: "100", 1: "100", 2: "300", 3: "10"})
    curve = follow(NVDA, own, {day(0): -1.0}, [day(n) for n in range(4)], 0)
    assert curve.worth == (1, 1, 0, 0)
    assert curve.daily == (0, -1, 0)


def test_decisions_to_hold_leave_the_target_as_it_is() -> None:
    decisions = [
        evaluated(1, 2, "1"),
        evaluated(2, 3, "1", action=Action.HOLD),
        evaluated(3, 4, "1", action=Action.SELL),
    ]
    assert targets_of(decisions) == {day(0): 1.0, day(2): -1.0}


def test_curves_together_are_equal_shares_at_the_start() -> None:
    days = [day(n) for n in range(3)]
    up, flat = (
        follow(name, prices({0: "100", 1: first, 2: last}), {day(0): 1.0}, days, 0)
        for name, first, last in ((NVDA, "100", "200"), (BTC, "100", "100"))
    )
    both = combine([up, flat])
    assert both.worth == pytest.approx([1, 1, 1.5])
    assert {name: shares[-1] for name, shares in both.weights.items()} == pytest.approx({NVDA: 2 / 3, BTC: 1 / 3})
    assert (both.turnover, len(both.trades)) == (1, 2)


def test_a_sale_that_loses_everything_ends_the_curve_at_0() -> None:
    days = [day(n) for n in range(5)]
    tripled = prices({0: "100", 1: "100", 2: "300", 3: "100", 4: "100"})
    again = prices({0: "50", 3: "50", 4: "100"}, symbol=BTC)
    lost = evaluated(1, 4, "0", action=Action.SELL, size="100")
    later = evaluated(3, 4, "100", symbol=BTC, size="100")

    curve = trade([lost, later], {NVDA: tripled, BTC: again}, days, decided_size, fee=0)

    assert curve.worth == (1, 1, 0, 0, 0)
    assert curve.weights == {NVDA: (0, -1, 0, 0, 0), BTC: (0,) * 5}
    assert curve.exposure == 50  # everything is at stake on the first two of four days
    assert (curve.annual_return(252), curve.max_drawdown) == (-100, -100)


moves = st.lists(st.floats(-0.2, 0.25), min_size=2, max_size=60)


def curve_of(daily: list[float]) -> EquityCurve:
    worth = np.cumprod([1.0, *(1 + each for each in daily)])
    return EquityCurve(tuple(day(n) for n in range(len(worth))), tuple(float(each) for each in worth))


@given(moves, st.sampled_from([252, 365]), st.randoms())
def test_the_figures_of_a_curve_agree_with_empyrical(daily: list[float], per_year: int, chance: Any) -> None:
    curve, market = curve_of(daily), curve_of([each / 2 + chance.uniform(-0.05, 0.05) for each in daily])
    returns, factor = np.array(daily), np.array(market.daily)
    figures = curve.performance(market, per_year)
    assert figures.total == pytest.approx(100 * empyrical.cum_returns_final(returns), abs=1e-9)
    assert figures.max_drawdown == pytest.approx(100 * empyrical.max_drawdown(returns), abs=1e-9)
    assert figures.annual == pytest.approx(100 * empyrical.annual_return(returns, annualization=per_year), rel=1e-6)
    if np.std(returns, ddof=1) > 1e-6:
        expected = empyrical.sharpe_ratio(returns, annualization=per_year)
        assert figures.sharpe == pytest.approx(expected, rel=1e-6, abs=1e-9)
    if np.min(returns) < -1e-6:
        expected = empyrical.sortino_ratio(returns, annualization=per_year)
        assert figures.sortino == pytest.approx(expected, rel=1e-6, abs=1e-9)
    if np.std(factor, ddof=1) > 1e-6:
        with np.errstate(over="ignore"):
            alpha, beta = empyrical.alpha_beta_aligned(returns, factor, annualization=per_year)
        assert figures.beta == pytest.approx(beta, rel=1e-6, abs=1e-6)
        daily_alpha = empyrical.alpha_aligned(returns, factor, annualization=1)
        if daily_alpha < -1 or np.isinf(alpha):
            assert figures.alpha is None
        else:
            assert figures.alpha == pytest.approx(100 * alpha, rel=1e-6, abs=1e-6)
    still = EquityCurve(curve.days, (1.0,) * len(curve.days)).performance(curve_of([0.0] * len(daily)), per_year)
    assert (still.sharpe, still.sortino, still.alpha, still.beta) == (None,) * 4


@settings(max_examples=60)
@given(st.lists(st.integers(-300, 400), max_size=40), st.sampled_from([1, 2, 4]))
def test_the_figures_of_decisions_agree_with_empyrical(tenths: list[int], weeks: int) -> None:
    decisions = [evaluated(1, 2, str(Decimal(each) / 10)) for each in tenths]
    found = tally([*decisions, evaluated(1, 2, "0", action=Action.HOLD, confidence="3")], 52 / weeks)
    returns = np.array([each / 1000 for each in tenths])
    assert (found.total, found.scored) == (len(tenths) + 1, len(tenths))
    assert found.average_confidence == pytest.approx((7 * len(tenths) + 3) / (len(tenths) + 1))
    if len(tenths) < MIN_SAMPLE:
        assert (found.win_rate, found.average_return, found.sharpe_ratio) == (None, None, None)
        return
    assert found.win_rate == pytest.approx(100 * np.mean(returns > 0))
    assert found.average_return == pytest.approx(100 * np.mean(returns), abs=1e-9)
    if len(set(tenths)) == 1:
        assert found.sharpe_ratio is None
    else:
        expected = empyrical.sharpe_ratio(returns, period=None, annualization=52 / weeks)
        assert found.sharpe_ratio == pytest.approx(expected, rel=1e-6, abs=1e-9)
