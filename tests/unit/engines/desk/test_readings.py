"""Readings lean the right way, and repetition counts less."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.engines.desk.collect import settle
from tradecore.engines.desk.exhibits import Exhibit
from tradecore.engines.desk.readings import Reading, readings, weighed
from tradecore.engines.desk.reasoner import Case
from tradecore.model.evidence import Topic
from tradecore.model.steps import Analyst, Side

TOPICS = {"tone": Topic.SENTIMENT, "head": Topic.NEWS, "vola": Topic.RISK, "draw": Topic.RISK, "beta": Topic.RISK}


def case(given: Any, **measures: str) -> Case:
    """A case in which so much was measured; a double underscore stands for a dot."""
    exhibits = [
        Exhibit(
            topic=TOPICS.get(name[:4], Topic.RISK if name == "turnover" else Topic.PRICE),
            measure=name.replace("__", "."),
            statement=f"{name} is {value}.",
            as_of=date(2024, 10, 10),
            source="the test",
            digest="0",
            value=Decimal(value),
        )
        for name, value in measures.items()
    ]
    return Case(given.brief(), settle(exhibits, given.day))


def one(given: Any, analyst: Analyst = Analyst.TECHNICAL, **measures: str) -> Reading:
    found = readings(case(given, **measures), analyst)
    measure = next(iter(measures)).replace("__", ".")
    return next(reading for reading in found if reading.evidence.measure == measure)


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
def test_a_measure_leans_both_ways(given: Any, measure: str, bullish: str, bearish: str) -> None:
    assert one(given, **{measure: bullish}).side is Side.BULL
    assert one(given, **{measure: bearish}).side is Side.BEAR


@pytest.mark.parametrize(
    ("measure", "harmless", "dangerous"),
    [("volatility", "30", "80"), ("drawdown__max", "15", "60"), ("beta", "1.1", "2.2"), ("turnover", "500", "2")],
)
def test_a_danger_is_never_a_reason_to_buy(given: Any, measure: str, harmless: str, dangerous: str) -> None:
    assert one(given, **{measure: harmless}).side is None
    assert one(given, **{measure: dangerous}).side is Side.BEAR


def test_a_move_counts_in_units_of_what_is_usual_for_this_price(given: Any) -> None:
    calm = one(given, change__month="5", volatility="12")
    wild = one(given, change__month="5", volatility="90")
    assert calm.lean > Decimal("0.9")
    assert wild.side is None


def test_few_headlines_count_less_than_many(given: Any) -> None:
    few = one(given, Analyst.SENTIMENT, tone__mean="0.3", headline="0.3")
    assert few.weight == Decimal("0.8") / 4
    assert few.lean == Decimal("0.75")


def test_an_old_headline_weighs_less_than_a_new_one(given: Any) -> None:
    young = one(given, Analyst.NEWS, headline="0.5")
    exhibit = Exhibit(
        topic=Topic.NEWS,
        measure="headline",
        statement="“Old” (x, 2024-09-28); tone +0.5.",
        as_of=date(2024, 9, 28),
        source="x",
        digest="0",
        value=Decimal("0.5"),
    )
    old = readings(Case(given.brief(), settle([exhibit], given.day)), Analyst.NEWS)[0]
    assert old.weight < young.weight
    assert evolve(old, weight=young.weight).strength == young.strength


def test_each_further_reading_of_a_family_counts_half(given: Any) -> None:
    found = readings(case(given, sma__50="50", sma__200="90", sma__cross="50", rsi="60"), Analyst.TECHNICAL)
    trend = [reading for reading in found if reading.family == "trend"]
    assert [reading.strength for reading in trend] == [Decimal("1.000"), Decimal("0.6000"), Decimal("0.6000")]
    assert weighed(trend) == Decimal("1.45")
    assert weighed(found) == weighed(trend) + Decimal("0.25") * Decimal("0.5")


def test_readings_come_strongest_first_and_only_of_the_analysts_own_topics(given: Any) -> None:
    found = readings(case(given, rsi="60", sma__200="90", tone__mean="0.9", headline="0.9"), Analyst.TECHNICAL)
    assert [reading.evidence.measure for reading in found] == ["sma.200", "rsi"]


def test_a_claim_cites_its_evidence_and_says_its_number(given: Any) -> None:
    claim = one(given, sma__200="-12.5").claim
    assert claim.cites == ("E1",)
    assert "12.5%" in claim.text
    assert claim.text.endswith("[E1].")


def test_nobody_reads_fundamentals_into_prices(given: Any) -> None:
    assert readings(case(given, rsi="60"), Analyst.FUNDAMENTALS) == ()
