"""Every measure has one record, and the words that its record needs."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.engines.desk.collect import NewsSources, Sources, collect
from tradecore.engines.desk.measures import KINDS, MEASURES
from tradecore.engines.desk.phrases import phrases
from tradecore.model.caller_context import CallerContext, EarlierDecision, HeldPosition, PortfolioContext
from tradecore.model.evidence import EvidenceKind
from tradecore.model.steps import Action

RULES = {
    rule.phrase or measure.name: rule
    for measure in MEASURES.values()
    for rule in (measure.rule, measure.extreme)
    if rule is not None
}
# Far enough in both directions for any limit.
VALUES = [Decimal(value) for value in (-10_000, -1, 0, 1, 10_000)]


def test_every_rule_has_its_phrase_and_every_family_its_reasons() -> None:
    assert set(phrases().signals) == set(RULES)
    assert set(phrases().reasons) == {rule.family for rule in RULES.values()}


def test_every_measure_that_is_warned_of_has_a_warning() -> None:
    warned = {measure.name for measure in MEASURES.values() if any(map(measure.warns, VALUES))}
    assert set(phrases().warnings) == warned


def test_every_name_stands_for_one_measure() -> None:
    assert all(name == measure.name for name, measure in MEASURES.items())


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_weight_lies_between_zero_and_one(name: str) -> None:
    assert 0 < RULES[name].weight <= 1


def test_every_kind_of_evidence_about_markets_and_companies_is_read_by_one_analyst() -> None:
    for_all = {EvidenceKind.IDENTITY, EvidenceKind.MEMORY, EvidenceKind.PORTFOLIO}
    assert sorted(kind for kinds in KINDS.values() for kind in kinds) == sorted(set(EvidenceKind) - for_all)


async def test_the_desk_collects_every_measure_there_is(given: Any) -> None:
    # Figures are those of real companies, and posts are no news; their own tests name them.
    items = tuple(given.item(n, "Good" if n else "AMD is better", given.at - timedelta(days=n)) for n in range(10))
    caller = CallerContext(
        (EarlierDecision(given.day, given.day, Action.BUY, Decimal(7)),),
        PortfolioContext(given.day, Decimal(1000), Decimal(0), 1, HeldPosition(Decimal(3), Decimal(90))),
    )
    missing = {name for name in MEASURES if not name.startswith(("fund.", "social."))}
    for seed in range(12):
        market = given.market(
            {"NVDA": given.bars(given.walk(seed)), "SPY": given.bars(given.walk(seed + 1))}, leader="SPY"
        )
        brief = evolve(given.brief(), caller=caller)
        collected = await collect(Sources(market, NewsSources(given.news(items), given.tone)), brief, for_model=True)
        missing -= {evidence.measure for evidence in collected.evidence}
    assert missing <= {"repaired"}
