"""What a decision is told to have for a record: the sample is named, and what is not known has a reason."""

from datetime import date
from decimal import Decimal

from attrs import evolve

from tradecore.model.edge import Edge
from tradecore.model.engine_records import DecisionCalibration, LiveDecision
from tradecore.model.ids import AnalysisId
from tradecore.model.intervals import Interval
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.steps import Action, Decision

EDGE = Edge(200, 100, 80, 1, 4, hit_rate=48.0, base_rate=45.0, skill=Interval(3.0, -1.0, 7.0))
DECISION = Decision(Action.BUY, Decimal(7), Decimal(5), Decimal(100), Decimal(90), Decimal(120), "you hold 12 shares")


def test_a_live_decision_keeps_nothing_that_was_written_for_a_user() -> None:
    asset = Asset(Symbol("NVDA"), AssetType.EQUITY)
    kept = LiveDecision.of("rules", asset, date(2024, 10, 10), AnalysisId("a"), DECISION)
    assert kept.decision == evolve(DECISION, reasoning="")


def test_the_sentence_names_the_sample_and_the_fit() -> None:
    sentence = DecisionCalibration(Decimal("4.8"), 90, EDGE, "a backtest of a test").sentence
    assert sentence.startswith("Record: a backtest of a test. The record shows no edge: 48.0 %")
    assert "over 90 of them" in sentence
    assert "gains in 48 of 100 cases" in sentence
    assert "not shown to mean more gains" in sentence


def test_a_confidence_that_is_shown_to_tell_decisions_apart_is_not_talked_down() -> None:
    edge = evolve(EDGE, brier_gain=Interval(0.02, 0.01, 0.03))
    assert "not shown" not in DecisionCalibration(Decimal("6.1"), 90, edge, "a test").sentence


def test_without_a_record_there_is_the_reason_alone() -> None:
    assert DecisionCalibration(missing="There is none.").sentence == "There is none."
