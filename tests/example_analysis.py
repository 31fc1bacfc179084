"""The analysis of docs/example-analysis.md: real bars, the news of its fortnight in own words, and answers by hand."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tradecore.engines.desk.collect import NewsSources, Sources
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.market import AssetType, Symbol
from tradecore.model.news import ItemId, NewsFacts, NewsItem
from tradecore.model.steps import Analyst
from tradecore_adapters.market.sample import SampleMarket
from tradecore_adapters.news.archive import MemoryNewsArchive
from tradecore_adapters.sentiment.vader import VaderSentiment

ANSWERS: dict[str, Any] = json.loads((Path(__file__).parent / "example_answers.json").read_text("utf-8"))
# Public events of the fortnight; the words are this project's.
_NEWS = (
    (
        "2012-09-12T19:00",
        "Apple presents the iPhone 5 with a taller screen and LTE",
        "The phone goes on sale in nine countries on 21 September; its price with a contract stays the same.",
    ),
    (
        "2012-09-17T12:30",
        "Apple takes two million orders for the iPhone 5 in a day",
        "That is twice as many as for its predecessor; a part of them is delivered in October only.",
    ),
    (
        "2012-09-20T09:00",
        "Users complain of errors in Apple's new maps",
        "The maps of iOS 6 replace those of Google and show wrong places and distorted pictures.",
    ),
    (
        "2012-09-20T15:00",
        "Samsung wants to add the iPhone 5 to its patent suit against Apple",
        "The company says so in a filing to a court in California.",
    ),
    (
        "2012-09-21T08:00",
        "Queues as the iPhone 5 goes on sale",
        "Apple's shops in Sydney, Tokyo and London report long queues and short supply.",
    ),
)


def example_sources() -> Sources:
    """The prices of the shipped sample, and the news of the example."""
    items = (
        NewsItem(
            id=ItemId(f"example-{number}"),
            source="Example Wire",
            url=None,
            url_key=None,
            guid=None,
            title=title,
            summary=summary,
            published_at=datetime.fromisoformat(at).replace(tzinfo=UTC),
            first_seen_at=datetime.fromisoformat(at).replace(tzinfo=UTC),
            doc_hash=f"{number:064x}",
            facts=NewsFacts(),
            symbols=frozenset({"AAPL"}),
        )
        for number, (at, title, summary) in enumerate(_NEWS, start=1)
    )
    return Sources(SampleMarket(), NewsSources(MemoryNewsArchive(items), VaderSentiment()))


def example_brief(model: str) -> AnalysisBrief:
    """Apple as of the day on which the iPhone 5 went on sale, with all analysts, at depth 2."""
    return AnalysisBrief(Symbol("AAPL"), AssetType.EQUITY, date(2012, 9, 21), tuple(Analyst), 2, model)


def example_answer(prompt: str) -> str:
    """The answer to a prompt, by the role and the round that it names."""
    match = re.search(r"Your task: you are the ([a-z ]+?)(?:\.| in round (\d)| after round (\d))", prompt)
    assert match, "every task names its role"
    role = " ".join(part for part in (match[1], match[2] or match[3]) if part)
    return json.dumps(ANSWERS[role])
