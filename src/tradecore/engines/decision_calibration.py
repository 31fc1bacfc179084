"""Calibration of a decision by the record of its engine."""

from decimal import Decimal

from tradecore.engines.calibration import MIN_FIT, fit_before
from tradecore.engines.edge import MIN_HORIZONS
from tradecore.model.analysis_results import AnalysisResult
from tradecore.model.engine_records import DecisionCalibration, EngineRecord
from tradecore.model.steps import Action

_PLACES = Decimal("0.1")


def calibrate_decision(record: EngineRecord | None, result: AnalysisResult) -> DecisionCalibration:
    """What the record of its engine says about the decision of an analysis; it never says what it does not know.

    Records are over traded prices, so they say nothing about an analysis of generated ones.
    """
    if result.synthetic:
        return DecisionCalibration(
            missing="The prices of this analysis are generated, and no record over traded prices says anything about "
            "them: the confidence is no probability."
        )
    if record is None:
        return DecisionCalibration(
            missing=f"How often decisions of this engine ({result.engine}) gain is not known here: that takes "
            f"{MIN_FIT} scored decisions over {MIN_HORIZONS} horizons, or a recorded backtest. The "
            "confidence is no probability."
        )
    known = DecisionCalibration(edge=record.edge, sample=record.sample)
    decision = result.decision
    if decision.action is Action.HOLD:
        return _missing(known, "A HOLD neither gains nor loses, so its confidence is not calibrated.")
    if result.in_sample:
        return _missing(
            known,
            "A model of this analysis may have read what came after its day, so its confidence is not calibrated.",
        )
    calibrator = fit_before(record.observations, result.brief.symbol, result.brief.as_of)
    if calibrator is None:
        return _missing(
            known,
            f"Fewer than {MIN_FIT} of these decisions are on other symbols and had an outcome a week before "
            f"{result.brief.as_of}, so the confidence is not calibrated.",
        )
    probability = Decimal(calibrator(float(decision.confidence)))
    return DecisionCalibration((10 * probability).quantize(_PLACES), calibrator.count, record.edge, record.sample)


def _missing(known: DecisionCalibration, sentence: str) -> DecisionCalibration:
    return DecisionCalibration(edge=known.edge, sample=known.sample, missing=sentence)
