"""What TradingAgents reads: bars, news, posts and figures as of the day, as a JSON document."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tradecore.engines.desk.collect import Readings
from tradecore.engines.desk.figures import Figures
from tradecore.engines.desk.search_terms import company_name
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.evidence import EvidenceKind
from tradecore.model.fundamentals import Concept
from tradecore.model.market import AssetType
from tradecore.model.news import ItemKind, NewsItem
from tradecore.model.steps import Collected

_STATEMENTS: Mapping[str, tuple[Concept, ...]] = {
    "balance_sheet": (
        Concept.CASH, Concept.SECURITIES, Concept.CURRENT_ASSETS, Concept.CURRENT_LIABILITIES, Concept.LONG_TERM_DEBT,
        Concept.LONG_TERM_DEBT_NONCURRENT, Concept.CURRENT_DEBT, Concept.EQUITY, Concept.SHARES_OUTSTANDING,
    ),
    "cashflow": (Concept.OPERATING_CASH_FLOW, Concept.CAPITAL_EXPENDITURE),
    "income_statement": (
        Concept.REVENUE, Concept.COST_OF_REVENUE, Concept.GROSS_PROFIT, Concept.OPERATING_INCOME,
        Concept.INTEREST_EXPENSE, Concept.NET_INCOME, Concept.DILUTED_SHARES,
    ),
}  # fmt: skip
# Characters of a summary.
_MAX_SUMMARY = 600
# Facts per concept, newest first.
_FACTS = 10
# What a company is by the words of the framework.
_QUOTE_TYPES = {AssetType.EQUITY: "EQUITY", AssetType.CRYPTO: "CRYPTOCURRENCY"}


def make_dossier(brief: AnalysisBrief, readings: Readings, collected: Collected) -> Mapping[str, Any]:
    """The document that `inside.Dossier` reads; nothing in it is later than the day of the brief."""
    items = [item for item in readings.news if item.published_at.date() <= brief.as_of]
    return {
        "symbol": brief.symbol,
        "names": _names(brief),
        "as_of": str(brief.as_of),
        "identity": _identity(brief, readings),
        "bars": [
            [str(bar.day), *(_plain(price) for price in (bar.open, bar.high, bar.low, bar.close)), _plain(bar.volume)]
            for bar in readings.bars.bars
            if bar.day <= brief.as_of
        ],
        "news": [_item(item) for item in items if item.kind is ItemKind.NEWS],
        "posts": [_item(item) for item in items if item.kind is ItemKind.SOCIAL],
        "texts": _texts(readings, collected),
    }


def _names(brief: AnalysisBrief) -> list[str]:
    """Other spellings of the symbol, which the framework and its models use."""
    if brief.asset_type is AssetType.CRYPTO:
        base = brief.symbol.partition("-")[0].partition("/")[0]
        return [base, f"{base}-USD", f"{base}USD"]
    return [brief.symbol.replace(".", "-"), brief.symbol.replace("-", ".")]


def _identity(brief: AnalysisBrief, readings: Readings) -> Mapping[str, str]:
    facts = readings.company.facts if readings.company else None
    listing = readings.listing
    known = {
        "company_name": (facts.name if facts else "")
        or (listing.name if listing else "")
        or company_name(brief.symbol)
        or "",
        "industry": facts.industry if facts else "",
        "exchange": (facts.exchange if facts else "") or ((listing.exchange or "") if listing else ""),
        "quote_type": _QUOTE_TYPES.get(brief.asset_type, ""),
    }
    return {name: value for name, value in known.items() if value}


def _item(item: NewsItem) -> Mapping[str, str]:
    return {
        "day": str(item.published_at.date()),
        "title": item.title,
        "summary": item.summary[:_MAX_SUMMARY],
        "source": item.source,
    }


def _texts(readings: Readings, collected: Collected) -> Mapping[str, str]:
    overview = [piece.full_text for piece in collected.evidence if piece.kind is EvidenceKind.FUNDAMENTALS]
    texts = {"fundamentals": "\n".join(overview)}
    facts = readings.company.facts if readings.company else None
    if facts is not None:
        figures = Figures(facts)
        texts |= {name: "\n".join(_rows(figures, concepts)) for name, concepts in _STATEMENTS.items()}
    return {name: text for name, text in texts.items() if text}


def _rows(figures: Figures, concepts: tuple[Concept, ...]) -> Iterator[str]:
    for concept in concepts:
        periods = sorted(figures.periods(concept).items(), key=lambda item: item[0][1], reverse=True)
        for (start, end), fact in periods[:_FACTS]:
            span = f"{start} to {end}" if start else f"at {end}"
            yield f"{concept}, {span}: {fact.value:f} {fact.unit} ({fact.form} filed {fact.filed})"


def _plain(number: Decimal | float | None) -> float | None:
    return None if number is None else float(number)
