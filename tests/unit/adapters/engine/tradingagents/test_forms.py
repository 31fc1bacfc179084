"""The typed answers of TradingAgents: what is one, and how its words are shown."""

from typing import Any

import pytest

from tradecore_adapters.engine.tradingagents.forms import (
    PortfolioDecision,
    SentimentReport,
    TraderProposal,
    quoted,
    read_form,
)
from trading_agents import FORMS


def test_its_own_forms_are_read() -> None:
    for name, values in FORMS.items():
        assert type(read_form(name, values)).__name__ == name


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("PortfolioDecision", {"rating": "Strong Buy"}),
        ("PortfolioDecision", {"rating": "buy"}),
        ("PortfolioDecision", {"rating": None}),
        ("PortfolioDecision", {"rating": ["Buy"]}),
        ("PortfolioDecision", {"executive_summary": "  "}),
        ("PortfolioDecision", {"investment_thesis": 7}),
        ("TraderProposal", {"action": "Overweight"}),
        ("ResearchPlan", {"rationale": None}),
        ("SentimentReport", {"overall_score": 11}),
        ("SentimentReport", {"overall_score": "NaN"}),
        ("SentimentReport", {"overall_score": "kind"}),
        ("Unknown", {}),
    ],
)
def test_what_its_own_types_would_not_take_is_no_answer(name: str, changes: dict[str, Any]) -> None:
    assert read_form(name, {**FORMS.get(name, {}), **changes}) is None


def test_prices_that_it_names_are_told_as_its_words_whatever_they_are() -> None:
    form = read_form("TraderProposal", {**FORMS["TraderProposal"], "position_sizing": "all\n in", "entry_price": {}})
    assert isinstance(form, TraderProposal)
    assert form.named == ("a stop at 100.5", "a size of all in")
    decision = read_form("PortfolioDecision", {**FORMS["PortfolioDecision"], "price_target": "9" * 500})
    assert isinstance(decision, PortfolioDecision)
    assert max(map(len, decision.named)) < 150
    assert read_form("SentimentReport", {**FORMS["SentimentReport"], "overall_score": 0}) == SentimentReport(-1)  # type: ignore[arg-type]


def test_quoted_words_hold_nothing_that_a_page_or_a_database_would_act_on() -> None:
    hostile = "A\x00\x1b[31m <script>x</script> [a](javascript:b) ![i](http://c)\u202e\ud800\nrow | of | a table "
    assert quoted(hostile, 500) == "A[31m ‹script>x‹/script> [a] (javascript:b) ![i] (http://c)\nrow | of | a table"
    assert quoted("abcdef", 3) == "abc …"
