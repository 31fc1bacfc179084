"""The shipped records: of the engines as they are now, and with the edge that follows from their observations."""

import pytest

from tradecore.engines.desk.rules import RuleBasedReasoner
from tradecore.engines.edge import measure_edge
from tradecore_app.shipped_records import shipped_records


def test_the_rules_have_a_record_of_their_present_version() -> None:
    """After a change of the rules, docs/reference/track-record.md says how it is made anew."""
    assert list(shipped_records()) == [RuleBasedReasoner().name]


def test_the_edge_follows_from_the_observations() -> None:
    for record in shipped_records().values():
        edge = record.edge
        measured = measure_edge(record.observations, decisions=edge.decisions, horizon_weeks=edge.horizon_weeks)
        assert measured.skill
        assert edge.skill
        assert (measured.skill.low, measured.skill.high) == pytest.approx((edge.skill.low, edge.skill.high))
        assert measured.brier_calibrated == pytest.approx(edge.brier_calibrated)
        assert len(record.observations) == edge.scored
        assert not record.live
