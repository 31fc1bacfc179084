"""Backtests: what may be asked, and what a curve says."""

from datetime import date

import pytest
from attrs import evolve

from tradecore.model.backtests import Asset, BacktestBrief, EquityCurve, Frequency
from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst

BRIEF = BacktestBrief(
    assets=(Asset(Symbol("NVDA"), AssetType.EQUITY),),
    first=date(2024, 1, 1),
    last=date(2024, 1, 31),
    frequency=Frequency.WEEK,
    analysts=(Analyst.TECHNICAL,),
    depth=1,
    model="rules",
)


@pytest.mark.parametrize(
    "wrong",
    [{"assets": ()}, {"assets": BRIEF.assets * 2}, {"first": date(2024, 2, 1)}],
)
def test_a_backtest_has_symbols_each_once_and_ends_after_it_begins(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        evolve(BRIEF, **wrong)  # type: ignore[arg-type]


def test_a_drawdown_is_measured_from_the_highest_point_before() -> None:
    curve = EquityCurve(tuple(date(2024, 1, n) for n in range(1, 6)), (1.0, 2.0, 1.5, 3.0, 0.75))
    assert curve.drawdowns == pytest.approx((0, 0, -25, 0, -75))
    assert (curve.max_drawdown, curve.return_percent) == pytest.approx((-75, -25))


def test_a_curve_of_a_single_day_has_no_ratio() -> None:
    assert EquityCurve((date(2024, 1, 1),), (1.0,)).sharpe(252) is None
