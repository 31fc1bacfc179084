"""Signals point the right way, and repetition counts less."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.engines.desk.collect import assemble_evidence
from tradecore.engines.desk.evidence_builder import EvidenceDraft
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.signals import Signal, signals, total_strength
from tradecore.model.steps import Analyst, Side


def case(given: Any, **measures: str) -> Case:
    """A case with these measures and values; a double underscore in a name is a dot."""
    drafts = [
        EvidenceDraft(
            measure=name.replace("__", "."),
            statement=f"{name} is {value}.",
            as_of=date(2024, 10, 10),
            source="the test",
            digest="0",
            value=Decimal(value),
        )
        for name, value in measures.items()
    ]
    return Case(given.brief(), assemble_evidence(drafts, given.day))


def signal(given: Any, analyst: Analyst = Analyst.TECHNICAL, **measures: str) -> Signal:
    """The signal of the first of these measures."""
    found = signals(case(given, **measures), analyst)
    measure = next(iter(measures)).replace("__", ".")
    return next(each for each in found if each.evidence.measure == measure)


@pytest.mark.parametrize(
    ("measure", "bullish", "bearish"),
    [
        ("change__month", "8", "-8"),
        ("change__quarter", "20", "-20"),
        ("sma__50", "9", "-9"),
        ("sma__200", "15", "-15"),
        ("sma__cross", "8", "-8"),
        ("sma__20", "-20", "20"),
        ("rsi", "60", "40"),
        ("rsi", "22", "82"),
        ("macd", "0.8", "-0.8"),
        ("bollinger", "-12", "112"),
        ("range__high", "1", "35"),
        ("volume__up", "65", "35"),
        ("relative", "12", "-12"),
        ("volatility__trend", "60", "150"),
    ],
)
def test_a_measure_points_both_ways(given: Any, measure: str, bullish: str, bearish: str) -> None:
    assert signal(given, **{measure: bullish}).side is Side.BULL
    assert signal(given, **{measure: bearish}).side is Side.BEAR


@pytest.mark.parametrize(
    ("measure", "harmless", "dangerous"),
    [("volatility", "30", "80"), ("drawdown__max", "15", "60"), ("beta", "1.1", "2.2"), ("turnover", "500", "2")],
)
def test_a_risk_measure_is_never_a_reason_to_buy(given: Any, measure: str, harmless: str, dangerous: str) -> None:
    assert signal(given, **{measure: harmless}).side is None
    assert signal(given, **{measure: dangerous}).side is Side.BEAR


def test_a_move_is_measured_in_deviations_of_this_price(given: Any) -> None:
    calm = signal(given, change__month="5", volatility="12")
    wild = signal(given, change__month="5", volatility="90")
    assert calm.direction > Decimal("0.9")
    assert wild.side is None


def test_few_headlines_count_less_than_many(given: Any) -> None:
    one = signal(given, Analyst.NEWS, headline="0.7")
    assert one.weight == Decimal("0.6") / 4


def test_what_the_news_analyst_counts_is_not_counted_again_by_the_sentiment_analyst(given: Any) -> None:
    evidence = case(given, tone__mean="0.3", tone__balance="40", headline="0.3")
    assert signals(evidence, Analyst.SENTIMENT) == ()
    alone = evolve(evidence, brief=given.brief(analysts=(Analyst.SENTIMENT,)))
    assert len(signals(alone, Analyst.SENTIMENT)) == 2


def test_an_old_headline_weighs_less_than_a_new_one(given: Any) -> None:
    young = signal(given, Analyst.NEWS, headline="0.5")
    draft = EvidenceDraft(
        measure="headline",
        statement="“Old” (x, 2024-09-28); tone +0.5.",
        as_of=date(2024, 9, 28),
        source="x",
        digest="0",
        value=Decimal("0.5"),
    )
    old = signals(Case(given.brief(), assemble_evidence([draft], given.day)), Analyst.NEWS)[0]
    assert old.weight < young.weight
    assert evolve(old, weight=young.weight).strength == young.strength


def test_each_further_signal_of_a_family_counts_half(given: Any) -> None:
    found = signals(case(given, sma__50="50", sma__200="90", sma__cross="50", rsi="60"), Analyst.TECHNICAL)
    trend = [each for each in found if each.family == "trend"]
    assert [each.strength for each in trend] == [Decimal("1.000"), Decimal("0.6000"), Decimal("0.6000")]
    assert total_strength(trend) == Decimal("1.45")
    assert total_strength(found) == total_strength(trend) + Decimal("0.25") * Decimal("0.5")


def test_signals_come_strongest_first_and_only_from_the_analysts_own_kinds_of_evidence(given: Any) -> None:
    found = signals(case(given, rsi="60", sma__200="90", tone__mean="0.9", headline="0.9"), Analyst.TECHNICAL)
    assert [each.evidence.measure for each in found] == ["sma.200", "rsi"]


def test_a_claim_cites_its_evidence_and_says_its_number(given: Any) -> None:
    claim = signal(given, sma__200="-12.5").claim
    assert claim.cites == ("E1",)
    assert "12.5%" in claim.text
    assert claim.text.endswith("[E1].")


def test_nobody_reads_fundamentals_into_prices(given: Any) -> None:
    assert signals(case(given, rsi="60"), Analyst.FUNDAMENTALS) == ()


def test_an_extreme_rsi_points_back_and_a_strong_one_forward(given: Any) -> None:
    assert (signal(given, rsi="65").side, signal(given, rsi="65").family) == (Side.BULL, "momentum")
    assert (signal(given, rsi="75").side, signal(given, rsi="75").family) == (Side.BEAR, "stretch")


def test_a_measure_without_a_rule_gives_no_signal(given: Any) -> None:
    assert signals(case(given, close="100", drawdown="5", history="400"), Analyst.TECHNICAL) == ()
