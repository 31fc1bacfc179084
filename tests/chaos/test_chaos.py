"""A short run of `make chaos`, and the checker against histories and stores that are wrong."""

from pathlib import Path
from typing import Any

import pytest

from chaos.checker import _answers, _observations, _sequence
from chaos.history import History
from chaos.runs import run
from chaos.scenarios import SCENARIOS

REFUSAL = {"method": "GET", "route": "analyze", "body": '{"success":false,"error":{}}', "retry_after": "1"}


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_F02_a_cluster_that_is_killed_and_cut_completes_every_analysis_once(tmp_path: Path) -> None:
    figures = await run(SCENARIOS["short"], 1, tmp_path)
    assert figures.violations == ()
    assert (figures.completed, figures.launched) == (16, 16)
    assert (figures.faults, figures.restarts) == (4, 3)


class Observed:
    """A cluster of which only the history is left."""

    def __init__(self, history: History) -> None:
        self.history = history


@pytest.mark.parametrize(
    ("events", "violation"),
    [
        ([("request", {**REFUSAL, "status": 500})], "was answered 500"),
        ([("request", {**REFUSAL, "status": 503, "retry_after": None})], "without Retry-After"),
        ([("request", {**REFUSAL, "status": 503, "body": "<html>"})], "without Retry-After or envelope"),
        ([("request", {**REFUSAL, "status": 503})], None),
        (
            [("status", {"id": "a", "percent": percent, "durations": []}) for percent in (10, 30, 20)],
            "fell from 30 to 20",
        ),
        ([("status", {"id": "a", "percent": 10, "durations": [-1.0]})], "took"),
        ([("status", {"id": "a", "percent": 10, "durations": [3600.0]})], "took"),
        ([("status", {"id": "a", "percent": percent, "durations": [0.0]}) for percent in (10, 10, 100)], None),
    ],
)
def test_the_checker_sees_wrong_answers_and_observations(
    tmp_path: Path, events: list[tuple[str, dict[str, Any]]], violation: str | None
) -> None:
    with History(tmp_path / "history.jsonl") as history:
        for event, fields in events:
            history.add(event, **fields)
        cluster: Any = Observed(history)
        violations = [*_answers(cluster), *_observations(cluster)]
    assert len(violations) == (violation is not None)
    assert (violation or "") in "".join(violations)


BEGAN = ("AgentBegan", {"percent": 10})
FINISHED = ("AgentFinished", {"percent": 20})
COMPLETED = ("AnalysisCompleted", {"action": "BUY", "confidence": 6.5})
BUY = {"action": "BUY", "confidence": 6.5}


@pytest.mark.parametrize(
    ("numbers", "events", "violation"),
    [
        ([1, 2, 3], [BEGAN, FINISHED, COMPLETED], None),
        ([1, 3, 4], [BEGAN, FINISHED, COMPLETED], "have the numbers"),
        ([1, 2, 3], [FINISHED, BEGAN, COMPLETED], "progress"),
        ([1, 2], [BEGAN, FINISHED], "end 0 times"),
        ([1, 2, 3], [BEGAN, COMPLETED, COMPLETED], "end 2 times"),
        ([1, 2, 3], [BEGAN, COMPLETED, FINISHED], "end 1 times"),
        ([1], [("AnalysisCompleted", {"action": "HOLD", "confidence": 6.5})], "another decision"),
    ],
)
def test_the_checker_sees_wrong_sequences(
    numbers: list[int], events: list[tuple[str, Any]], violation: str | None
) -> None:
    violations = list(_sequence("a", [(n, *event) for n, event in zip(numbers, events, strict=True)], BUY))
    assert bool(violations) == (violation is not None)
    assert (violation or "") in "".join(violations)
