"""Calibration: what a fit finds, and that a prediction never knows its own symbol or what came later."""

from datetime import date, timedelta
from random import Random

import pytest
from attrs import evolve

from tradecore.engines.calibration import EMBARGO, MIN_FIT, fit, walk_forward
from tradecore.model.edge import Observation
from tradecore.model.market import Symbol

START = date(2022, 1, 7)


def observation(week: int, symbol: str, confidence: float, won: bool, base: float = 0.5) -> Observation:
    as_of = START + timedelta(weeks=week)
    return Observation(Symbol(symbol), as_of, as_of + timedelta(weeks=4), confidence, won, base)


def informative(weeks: int = 60, symbols: str = "ABC") -> list[Observation]:
    """Decisions at confidence 8 win in 7 of 10 cases, those at confidence 3 in 3 of 10."""
    chance = Random(2)
    levels = [chance.choice([3, 8]) for _ in range(weeks * len(symbols))]
    return [
        observation(
            place // len(symbols), symbols[place % len(symbols)], level, chance.random() < (0.7 if level == 8 else 0.3)
        )
        for place, level in enumerate(levels)
    ]


def test_a_fit_finds_what_confidence_is_worth() -> None:
    calibrator = fit(informative())
    assert calibrator
    assert calibrator(8) == pytest.approx(0.7, abs=0.1)
    assert calibrator(3) == pytest.approx(0.3, abs=0.1)


def test_a_constant_confidence_is_the_share_of_wins() -> None:
    calibrator = fit(evolve(each, confidence=7.0) for each in informative())
    assert calibrator
    assert calibrator(7) == calibrator(2) == calibrator.base


def test_confidence_that_is_worse_than_nothing_is_not_turned_round() -> None:
    calibrator = fit(evolve(each, confidence=10 - each.confidence) for each in informative())
    assert calibrator
    assert calibrator.slope == 0


def test_few_decisions_calibrate_nothing() -> None:
    assert fit(informative()[: MIN_FIT - 1]) is None


def test_a_prediction_uses_other_symbols_and_outcomes_known_a_week_before_only() -> None:
    observations = informative()
    predictions = walk_forward(observations)
    assert predictions
    for prediction in predictions[:: len(predictions) // 12]:
        own = prediction.observation
        allowed = [each for each in observations if each.symbol != own.symbol and each.ends + EMBARGO < own.as_of]
        calibrator = fit(allowed)
        assert calibrator
        assert (prediction.probability, prediction.base) == (calibrator(own.confidence), calibrator.base)
    first = predictions[0].observation.as_of
    assert first > START + timedelta(weeks=4 + MIN_FIT // 3)


def test_an_engine_on_one_symbol_is_never_calibrated_by_itself() -> None:
    assert walk_forward(informative(symbols="A")) == []
