"""The documented analysis of NVDA as of 2024-10-10, on real prices and real filings."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from tradecore.engines.budget import Budget
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.lookahead import check_lookahead
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.evidence import EvidenceKind
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action, Analyst, Collected, Decided, Reported, Step
from tradecore_adapters.fundamentals.files import FundamentalsFolder
from tradecore_adapters.market.csv import CsvMarket

SHARED = Path(__file__).parents[3].parent / "shared/data"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="prices of real days are not part of the repository")


def brief(day: str = "2024-10-10") -> AnalysisBrief:
    analysts = (Analyst.TECHNICAL, Analyst.FUNDAMENTALS)
    return AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date.fromisoformat(day), analysts, 2, "any")


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    return Desk(Sources(CsvMarket(SHARED / "market"), fundamentals=FundamentalsFolder(SHARED / "sec")))


async def steps_of(desk: Desk, wanted: AnalysisBrief) -> list[Step]:
    return [step async for step in desk.think(wanted, desk.plan(wanted), {}, Budget()) if isinstance(step, Step)]


async def test_the_analysis_rests_on_real_prices_and_figures_alone(desk: Desk) -> None:
    steps = await steps_of(desk, brief())
    collected = next(step for step in steps if isinstance(step, Collected))
    assert not any("synthetic" in source for source in collected.sources)
    figures = [item for item in collected.evidence if item.kind is EvidenceKind.FUNDAMENTALS]
    assert "Revenue of the four quarters to 2024-07-28 was 96.307 bn USD, 194.7% more" in figures[2].statement
    assert "24.530 bn shares (filed 2024-08-28)" in next(
        item.statement for item in figures if item.measure == "fund.value"
    )
    report = next(step for step in steps if isinstance(step, Reported) and step.analyst is Analyst.FUNDAMENTALS)
    assert report.score > 0
    assert report.points
    decided = next(step for step in steps if isinstance(step, Decided)).decision
    assert (decided.action, decided.needs_review) == (Action.BUY, None)


async def test_the_same_question_gives_the_same_evidence(desk: Desk) -> None:
    digests = [next(iter(await steps_of(desk, brief()))) for _ in range(2)]
    assert digests[0] == digests[1]


@pytest.mark.parametrize("day", ["2024-08-27", "2024-08-28", "2024-08-29", "2024-10-10"])
async def test_no_figure_of_the_future_enters(desk: Desk, day: str) -> None:
    assert (await check_lookahead(desk.sources, brief(day))).passed
