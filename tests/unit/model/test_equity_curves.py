"""Equity curves: drawdowns, trades, and what has no figure."""

from datetime import date

import pytest

from tradecore.model.equity_curves import CurveKind, EquityCurve, performances


def test_a_drawdown_is_measured_from_the_highest_point_before() -> None:
    curve = EquityCurve(tuple(date(2024, 1, n) for n in range(1, 6)), (1.0, 2.0, 1.5, 3.0, 0.75))
    assert curve.drawdowns == pytest.approx((0, 0, -25, 0, -75))
    assert (curve.max_drawdown, curve.return_percent) == pytest.approx((-75, -25))


def test_a_curve_of_a_single_day_has_no_ratio() -> None:
    assert EquityCurve((date(2024, 1, 1),), (1.0,)).sharpe(252) is None


def test_trades_give_a_hit_rate_with_its_interval_and_a_profit_factor() -> None:
    curve = EquityCurve((date(2024, 1, 1), date(2024, 1, 2)), (1.0, 1.1), trades=(10.0, 5.0, -5.0, 0.0))
    rate = curve.hit_rate
    assert rate
    # Wilson's interval of 2 in 4
    assert (rate.estimate, rate.low, rate.high) == pytest.approx((50, 15.0036, 84.9964), abs=1e-3)
    assert curve.profit_factor == 3
    none = EquityCurve(curve.days, curve.worth)
    assert (none.hit_rate, none.profit_factor) == (None, None)


def test_alpha_and_beta_are_against_the_benchmark_where_there_is_one() -> None:
    days = tuple(date(2024, 1, n) for n in range(1, 5))
    held, market = EquityCurve(days, (1.0, 1.1, 1.0, 1.2)), EquityCurve(days, (1.0, 1.05, 1.0, 1.1))
    alone = performances({CurveKind.HELD: held}, 252)
    assert alone[CurveKind.HELD].beta == pytest.approx(1)
    both = performances({CurveKind.HELD: held, CurveKind.BENCHMARK: market}, 252)
    assert both[CurveKind.BENCHMARK].beta == pytest.approx(1)
    assert both[CurveKind.HELD].beta != pytest.approx(1)


def over_days(*worth: float) -> EquityCurve:
    return EquityCurve(tuple(date(2024, 1, 1 + n) for n in range(len(worth))), worth)


def test_an_alpha_that_cannot_be_compounded_is_none_and_beta_remains() -> None:
    """Over a few days against a benchmark that hardly varies, beta is far from 1, and so is a daily alpha from 0."""
    held = over_days(1.0, 0.8561, 0.8151)
    # The daily alpha is 94, whose 252nd power no float holds, and -10, which loses more than everything.
    assert held.alpha_beta(over_days(1.0, 0.976, 0.9526), 252) == (None, pytest.approx(3904.34, rel=1e-4))
    assert held.alpha_beta(over_days(1.0, 0.99, 0.98), 252) == (None, pytest.approx(-950.483, rel=1e-4))


def test_growth_that_no_float_holds_has_no_annual_return() -> None:
    assert over_days(1.0, 1000.0).annual_return(365) is None
    assert over_days(1.0, 0.0).annual_return(365) == -100
