"""The caller's record and account become evidence, and change no digest."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.engines.desk.caller_features import caller_evidence
from tradecore.engines.desk.collect import collect
from tradecore.engines.desk.risk import assess, position_value
from tradecore.model.caller_context import CallerContext, HeldPosition, PortfolioContext
from tradecore.model.evidence import Evidence, EvidenceId, EvidenceKind
from tradecore.model.steps import Action, Proposed


def account(given: Any, units: int = 0, **changed: Any) -> PortfolioContext:
    held = HeldPosition(Decimal(units), Decimal(40)) if units else None
    return evolve(PortfolioContext(given.day, Decimal(9_000), Decimal(500), 1 + bool(units), held), **changed)


def test_the_account_is_valued_at_the_last_close(given: Any) -> None:
    context = CallerContext(portfolio=account(given, units=10))
    found = {row.measure: row for row in caller_evidence(context, "NVDA", Decimal(50), given.day)}
    assert found["portfolio.value"].value == Decimal("10000.00")
    assert found["portfolio.value"].statement == (
        "The portfolio is worth 10,000.00 with one other position, which counts at what it cost."
    )
    assert found["portfolio.position"].value == Decimal("5.0")
    assert "with a gain of +25.0% at the last close" in found["portfolio.position"].statement


def test_an_account_of_a_later_day_is_not_shown(given: Any) -> None:
    late = CallerContext(portfolio=account(given, as_of=given.day + timedelta(days=1)))
    assert list(caller_evidence(late, "NVDA", Decimal(50), given.day)) == []


async def test_the_digest_of_the_evidence_is_that_of_the_markets(given: Any) -> None:
    sources = given.desk(given.walk(1)).sources
    brief = given.brief()
    without = await collect(sources, brief, for_model=True)
    with_account = await collect(
        sources, evolve(brief, caller=CallerContext(portfolio=account(given, units=10))), for_model=True
    )
    assert without.digest == with_account.digest
    assert len(with_account.evidence) == len(without.evidence) + 4


@pytest.mark.parametrize(
    ("intent", "held", "size"), [("", "8", "4.0"), ("add", "8", "2.0"), ("add", "12", "0"), ("reduce", "7.5", "3.7")]
)
def test_the_size_of_a_change_depends_on_the_holding(given: Any, intent: str, held: str, size: str) -> None:
    action = Action.SELL if intent == "reduce" else Action.BUY
    plan = Proposed(action, Decimal(7), Decimal(100), Decimal(90), Decimal(120), "", "", (), intent=intent)
    rows = {"portfolio.position": held, "volatility": "50", "turnover": "500"}
    evidence = {
        name: Evidence(EvidenceId("E1"), EvidenceKind.RISK, "", given.day, "", "", Decimal(value))
        for name, value in rows.items()
    }
    assert assess(evidence, plan).position_size == Decimal(size)
    assert position_value(evidence, Decimal(4)) is None
