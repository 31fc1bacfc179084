"""Briefs: what cannot be asked of an analysis."""

from datetime import date

import pytest

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst


@pytest.mark.parametrize(
    ("who", "depth", "field"),
    [
        ((), 1, "analysts"),
        ((Analyst.NEWS, Analyst.NEWS), 1, "analysts"),
        (tuple(Analyst), 0, "depth"),
        ((*Analyst,), 6, "depth"),
    ],
)
def test_a_brief_that_no_desk_can_keep_is_refused(who: tuple[Analyst, ...], depth: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), who, depth, "m")
    assert [problem.field for problem in refused.value.problems] == [field]
