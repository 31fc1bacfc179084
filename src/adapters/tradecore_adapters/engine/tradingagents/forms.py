"""The typed answers of TradingAgents, validated as strictly as it does itself, and its words made fit to be shown."""

import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from attrs import frozen

from tradecore.model.steps import Action

_RATINGS: Mapping[str, Decimal] = {
    "Buy": Decimal(1),
    "Overweight": Decimal("0.5"),
    "Hold": Decimal(0),
    "Underweight": Decimal("-0.5"),
    "Sell": Decimal(-1),
}
_MAX_DETAIL = 100


@frozen
class Rating:
    """A rating by its name, from Sell (-1) to Buy (+1)."""

    name: str
    balance: Decimal

    @property
    def action(self) -> Action:
        """What it comes to."""
        return Action.HOLD if self.balance == 0 else Action.BUY if self.balance > 0 else Action.SELL


@frozen
class ResearchPlan:
    """The ruling of the research manager."""

    rating: Rating


@frozen
class TraderProposal:
    """The plan of the trader; `named` are the prices and the size that it names, which are not used."""

    rating: Rating
    reasoning: str
    named: tuple[str, ...]


@frozen
class PortfolioDecision:
    """The decision of the portfolio manager; `named` is as in `TraderProposal`."""

    rating: Rating
    summary: str
    thesis: str
    named: tuple[str, ...]


@frozen
class SentimentReport:
    """The score of the sentiment analyst, from -1 to +1."""

    score: Decimal


Form = ResearchPlan | TraderProposal | PortfolioDecision | SentimentReport


def read_form(name: str, values: Mapping[str, Any]) -> Form | None:
    """The typed answer of a name with these fields; None where it is not one that the framework would take."""
    read = _READERS.get(name)
    try:
        return read(values) if read else None
    except (KeyError, ValueError, TypeError, InvalidOperation):
        return None


def quoted(text: str, limit: int) -> str:
    """Words of the framework as they may be shown: without control characters, HTML, links and images, and cut."""
    kept = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign)[0] != "C")
    harmless = kept.replace("<", "‹").replace("](", "] (").strip()
    return harmless if len(harmless) <= limit else f"{harmless[:limit].rstrip()} …"


def _rating(value: object) -> Rating:
    name = _text(value)
    return Rating(name, _RATINGS[name])


def _action(value: object) -> Rating:
    rating = _rating(value)
    if abs(rating.balance) not in (0, 1):
        raise ValueError(rating.name)
    return rating


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("not a text")
    return value


def _named(values: Mapping[str, Any], **fields: str) -> tuple[str, ...]:
    known = ((words, values.get(field)) for field, words in fields.items())
    return tuple(
        f"{words} {quoted(' '.join(str(value).split()), _MAX_DETAIL)}"
        for words, value in known
        if isinstance(value, str | int | float) and str(value).strip()
    )


def _research_plan(values: Mapping[str, Any]) -> ResearchPlan:
    _text(values["rationale"])
    _text(values["strategic_actions"])
    return ResearchPlan(_rating(values["recommendation"]))


def _trader_proposal(values: Mapping[str, Any]) -> TraderProposal:
    named = _named(values, entry_price="an entry at", stop_loss="a stop at", position_sizing="a size of")
    return TraderProposal(_action(values["action"]), _text(values["reasoning"]), named)


def _portfolio_decision(values: Mapping[str, Any]) -> PortfolioDecision:
    named = _named(values, price_target="a price target of", time_horizon="a horizon of")
    summary, thesis = _text(values["executive_summary"]), _text(values["investment_thesis"])
    return PortfolioDecision(_rating(values["rating"]), summary, thesis, named)


def _sentiment_report(values: Mapping[str, Any]) -> SentimentReport:
    score = Decimal(str(values["overall_score"]))
    if not 0 <= score <= 10:
        raise ValueError("not a score")
    return SentimentReport((score - 5) / 5)


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Form]] = {
    "ResearchPlan": _research_plan,
    "TraderProposal": _trader_proposal,
    "PortfolioDecision": _portfolio_decision,
    "SentimentReport": _sentiment_report,
}
