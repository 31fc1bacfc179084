"""Simulation: small portfolios by hand, and every figure against empyrical."""

import warnings
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradecore.engines.simulation import Prices, days_per_year, days_with_trading, decided_size, hold, tally, trade
from tradecore.model.backtests import Asset, EquityCurve, EvaluatedTrial, Trial
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


moves = st.lists(st.floats(-0.2, 0.25), min_size=2, max_size=60)


@given(moves, st.sampled_from([252, 365]))
def test_the_figures_of_a_curve_agree_with_empyrical(daily: list[float], per_year: int) -> None:
    worth = np.cumprod([1.0, *(1 + each for each in daily)])
    curve = EquityCurve(tuple(day(n) for n in range(len(worth))), tuple(float(each) for each in worth))
    returns = np.array(daily)
    assert curve.return_percent == pytest.approx(100 * empyrical.cum_returns_final(returns), abs=1e-9)
    assert curve.max_drawdown == pytest.approx(100 * empyrical.max_drawdown(returns), abs=1e-9)
    sharpe = curve.sharpe(per_year)
    if np.std(returns, ddof=1) > 1e-6:
        assert sharpe == pytest.approx(empyrical.sharpe_ratio(returns, annualization=per_year), rel=1e-6, abs=1e-9)
    assert EquityCurve(curve.days, (1.0,) * len(curve.days)).sharpe(per_year) is None


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
