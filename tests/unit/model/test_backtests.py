"""Backtests: what may be asked, and what a curve says."""

from datetime import date

import pytest
from attrs import evolve

from tradecore.model.backtests import Asset, BacktestBrief, Frequency
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
