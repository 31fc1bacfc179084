"""The edge: a constant has none, skill is found, and overlapping decisions are not taken as independent."""

from datetime import date, timedelta
from random import Random

import pytest
from attrs import evolve

from tradecore.engines.edge import clustered_mean, measure_edge
from tradecore.model.edge import Observation
from tradecore.model.market import Symbol

START = date(2022, 1, 7)


def record(chance: Random, skill: float, weeks: int = 150, symbols: str = "ABCDEFGH") -> list[Observation]:
    """Weekly decisions on prices whose four-week outcomes overlap; `skill` is how much of the outcome is known."""
    observations = []
    for symbol in symbols:
        shocks = [chance.gauss(0, 1) for _ in range(weeks + 4)]
        for week in range(weeks):
            rises = sum(shocks[week : week + 4]) > 0
            knows = chance.random() < skill
            won = True if knows else rises == (chance.random() < 0.5)
            as_of = START + timedelta(weeks=week)
            confidence = 8.0 if knows else 4.0
            observations.append(Observation(Symbol(symbol), as_of, as_of + timedelta(weeks=4), confidence, won, 0.5))
    return observations


def test_a_record_with_skill_shows_an_edge_and_what_confidence_adds() -> None:
    observations = record(Random(1), 0.3)
    edge = measure_edge(observations, decisions=2400, horizon_weeks=4)
    assert edge.shown
    assert edge.skill
    assert edge.skill.low < 15 < edge.skill.high
    assert edge.traded_share == 50
    assert edge.brier_gain
    assert edge.brier_gain.low > 0
    assert "shows an edge" in edge.sentence


def test_a_constant_shows_nothing_however_often_it_is_right() -> None:
    """Always BUY in a rising market: the same plan on any day gains as often, and one confidence separates nothing."""
    for share in (0.2, 0.5, 0.8):
        chance = Random(int(share * 10))
        observations = [evolve(each, won=chance.random() < share, confidence=9.0) for each in record(chance, 0)]
        base = sum(each.won for each in observations) / len(observations)
        edge = measure_edge([evolve(each, base=base) for each in observations], decisions=1200, horizon_weeks=4)
        assert edge.skill
        assert edge.skill.estimate == pytest.approx(0, abs=1e-9)
        assert not edge.shown
        assert edge.brier_gain
        assert edge.brier_gain.low <= 0
        assert edge.brier_skill == pytest.approx(0, abs=1e-12)


def test_an_interval_of_95_percent_holds_the_truth_about_as_often() -> None:
    """Symbols move together and outcomes overlap: intervals for independent decisions would be too narrow."""
    chance, misses, narrow = Random(7), 0, 0
    for _ in range(200):
        shocks = [chance.gauss(0, 1) for _ in range(124)]
        values = [float(sum(shocks[week : week + 4]) > 0) - 0.5 for week in range(120) for _ in range(5)]
        weeks = [week for week in range(120) for _ in range(5)]
        interval = clustered_mean(values, weeks, lag=4)
        misses += not interval.low <= 0 <= interval.high
        independent = clustered_mean(values, list(range(600)), lag=0)
        narrow += not independent.low <= 0 <= independent.high
    assert misses <= 30
    assert narrow > 80


def test_more_variants_widen_the_interval() -> None:
    observations = record(Random(3), 0.1)
    one, twenty = (measure_edge(observations, decisions=1200, horizon_weeks=4, variants=n).skill for n in (1, 20))
    assert one
    assert twenty
    assert twenty.low < one.low < one.high < twenty.high


def test_a_short_record_says_what_it_lacks() -> None:
    edge = measure_edge(record(Random(4), 0.3, weeks=20), decisions=160, horizon_weeks=4)
    assert (edge.hit_rate, edge.skill, edge.brier_gain, edge.shown) == (None, None, None, False)
    assert edge.sentence == "An edge needs 30 scored decisions over 40 weeks; there are 160 over 20."
    none = measure_edge([], decisions=0, horizon_weeks=4)
    assert (none.traded_share, none.skill) == (None, None)
    alone = measure_edge(record(Random(5), 0.3, symbols="A"), decisions=150, horizon_weeks=4)
    assert alone.skill
    assert alone.brier_gain is None
    assert "other symbols" in alone.missing
