"""Calibrating a decision: by other symbols and by what was known before its day, or not at all and with the reason."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.engines.calibration import fit_before, walk_forward
from tradecore.engines.decision_calibration import calibrate_decision
from tradecore.engines.edge import measure_edge
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.analysis_results import AnalysisResult
from tradecore.model.edge import Observation
from tradecore.model.engine_records import EngineRecord
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action, Analyst, Assessed, Decision, Liquidity, Volatility

START, NVDA = date(2022, 1, 7), Symbol("NVDA")
DECISION = Decision(Action.BUY, Decimal(8), Decimal(5), Decimal(100), Decimal(90), Decimal(120), "because")


def observations(symbol: str, *, won: Callable[[int], bool]) -> list[Observation]:
    """Sixty weekly decisions with the confidence 8, and the same with 3 that win in every third week."""
    made = []
    for week in range(60):
        as_of = START + timedelta(weeks=week)
        ends = as_of + timedelta(weeks=4)
        made.append(Observation(Symbol(symbol), as_of, ends, 8.0, won(week), 0.5))
        made.append(Observation(Symbol(symbol), as_of, ends, 3.0, week % 3 == 0, 0.5))
    return made


def record(*symbols: str) -> EngineRecord:
    """A record in which a confidence of 8 wins three times of four."""
    made = [entry for symbol in symbols for entry in observations(symbol, won=lambda week: week % 4 > 0)]
    edge = measure_edge(made, decisions=len(made), horizon_weeks=4)
    return EngineRecord("rules", "a record of a test", START, True, edge, tuple(made))


@pytest.fixture
def result() -> Callable[..., AnalysisResult]:
    """The result of an analysis as of a day after the record."""

    def make(as_of: date = date(2024, 10, 10), sources: tuple[str, ...] = ("bars of a test",), **fields: Any) -> Any:
        brief = AnalysisBrief(NVDA, AssetType.EQUITY, as_of, (Analyst.TECHNICAL,), 1, "m")
        risk = Assessed(Volatility.LOW, None, Decimal(5), Liquidity.HIGH, Decimal(5), ())
        now: Any = None
        whole = AnalysisResult(
            AnalysisId("a"), UserId("ann"), brief, "rules", DECISION, (), (), "", risk, (), sources, now, now
        )
        return evolve(whole, **fields)

    return make


def test_a_decision_has_the_share_of_wins_of_its_confidence_elsewhere(result: Any) -> None:
    calibration = calibrate_decision(record("AAPL", "MSFT", "GOOGL"), result())
    assert calibration.confidence == pytest.approx(Decimal("7.5"), abs=Decimal("0.2"))
    assert (calibration.count, calibration.missing) == (360, "")
    assert calibration.edge
    assert "a record of a test" in calibration.sentence


def test_it_never_knows_its_own_symbol(result: Any) -> None:
    assert calibrate_decision(record("AAPL"), result()).count == 120
    calibration = calibrate_decision(record("NVDA"), result())
    assert calibration.confidence is None
    assert "Fewer than 30" in calibration.missing


def test_it_knows_outcomes_that_ended_a_week_before_its_day_and_no_later_ones(result: Any) -> None:
    known = record("AAPL", "MSFT")
    for weeks, count in ((20, 60), (21, 60 + 4)):  # the outcomes of 15 and of 16 weeks ended more than a week before
        as_of = START + timedelta(weeks=weeks, days=0)
        calibration = calibrate_decision(known, result(as_of=as_of))
        ended = [entry for entry in known.observations if entry.ends < as_of - timedelta(days=7)]
        assert (calibration.count, len(ended)) == (count, count)


def test_a_live_decision_is_calibrated_as_the_walk_forward_that_the_edge_scores() -> None:
    made = record("AAPL", "MSFT", "NVDA").observations
    for prediction in walk_forward(made)[::40]:
        entry = prediction.observation
        calibrator = fit_before(made, entry.symbol, entry.as_of)
        assert calibrator
        assert calibrator(entry.confidence) == pytest.approx(prediction.probability)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"sources": ("sample (synthetic)",)}, "generated"),
        ({"in_sample": True}, "may have read"),
        ({"decision": evolve(DECISION, action=Action.HOLD)}, "HOLD neither gains nor loses"),
    ],
)
def test_where_a_number_could_be_wrong_there_is_none_and_a_reason(result: Any, fields: Any, reason: str) -> None:
    calibration = calibrate_decision(record("AAPL", "MSFT"), result(**fields))
    assert calibration.confidence is None
    assert reason in calibration.sentence
    assert (calibration.edge is None) == ("sources" in fields)


def test_without_a_record_the_sentence_says_what_one_takes(result: Any) -> None:
    calibration = calibrate_decision(None, result())
    assert (calibration.confidence, calibration.edge) == (None, None)
    assert "30 scored decisions over 10 horizons" in calibration.sentence
