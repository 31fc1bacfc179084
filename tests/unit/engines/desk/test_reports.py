"""Reports are Markdown that cites, names its sources, and says who wrote it."""

from decimal import Decimal
from typing import Any

import pytest

from tradecore.engines.desk.reports import stance
from tradecore.engines.desk.wording import citations
from tradecore.model.market import PriceSource
from tradecore.model.steps import Analyst, Collected, Reported

TITLES = {
    Analyst.TECHNICAL: "Technical",
    Analyst.SENTIMENT: "Sentiment",
    Analyst.NEWS: "News",
    Analyst.FUNDAMENTALS: "Fundamental",
}


async def reports(given: Any, desk: Any) -> tuple[Collected, dict[Analyst, Reported]]:
    """What was collected, and each analyst's report."""
    steps = await given.thought(desk, given.brief())
    collected = next(step for step in steps if isinstance(step, Collected))
    return collected, {step.analyst: step for step in steps if isinstance(step, Reported)}


async def test_every_report_has_a_title_its_sources_and_its_author(given: Any) -> None:
    _, found = await reports(given, given.desk(given.walk(1), [given.item(1, "Good", given.at)]))
    for analyst, report in found.items():
        lines = report.markdown.splitlines()
        assert lines[0] == f"# {TITLES[analyst]} analysis: NVDA, 2024-10-10"
        assert "Written by the rule-based desk" in lines[-1]
        assert any(line.startswith("Sources: ") for line in lines)


async def test_a_report_cites_only_what_exists_and_its_points_are_in_it(given: Any) -> None:
    collected, found = await reports(given, given.desk(given.walk(1), [given.item(1, "Good", given.at)]))
    known = {one.id for one in collected.evidence}
    for report in found.values():
        assert set(citations(report.markdown)) <= known
        for point in report.points:
            assert point.text in report.markdown


async def test_without_news_or_figures_a_report_says_so_and_scores_nothing(given: Any) -> None:
    _, found = await reports(given, given.desk(given.walk(1)))
    for analyst in (Analyst.NEWS, Analyst.SENTIMENT, Analyst.FUNDAMENTALS):
        assert (found[analyst].score, found[analyst].points) == (0, ())
        assert "**Stance: none.**" in found[analyst].markdown
    assert "No filings or other company figures are connected" in found[Analyst.FUNDAMENTALS].markdown


async def test_generated_prices_are_called_synthetic(given: Any) -> None:
    desk = given.desk(given.walk(1), source=PriceSource("a random walk", synthetic=True))
    _, found = await reports(given, desk)
    assert "a random walk (synthetic)" in found[Analyst.TECHNICAL].markdown


async def test_a_table_row_of_a_headline_cannot_be_broken_by_its_text(given: Any) -> None:
    title = "Good | news\n| a | b |"
    _, found = await reports(given, given.desk(given.walk(1), [given.item(1, title, given.at)]))
    rows = [line for line in found[Analyst.NEWS].markdown.splitlines() if line.startswith("|")]
    assert [row.count("|") for row in rows] == [4, 4, 4]


@pytest.mark.parametrize(
    ("score", "word"),
    [("0", "neutral"), ("0.16", "slightly bullish"), ("-0.3", "bearish"), ("0.5", "bullish, strongly")],
)
def test_a_score_has_a_word(score: str, word: str) -> None:
    assert stance(Decimal(score)) == word
