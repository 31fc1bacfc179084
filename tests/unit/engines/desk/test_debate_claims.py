"""Each side may answer what it has not seen yet, by labels that stay the same over all rounds."""

from typing import Any

from tradecore.engines.desk.debate_claims import claims_of, open_claims
from tradecore.engines.desk.reasoner import Case
from tradecore.model.evidence import EvidenceId
from tradecore.model.steps import Argued, Claim, Collected, Side


def argued(number: int, side: Side, *ids: str) -> Argued:
    return Argued(number, side, tuple(Claim(f"From {id}.", (EvidenceId(id),)) for id in ids), "text")


def debate(given: Any, *turns: Argued) -> Case:
    return Case(given.brief(), Collected((), "digest", ()), turns)


def labels(case: Case, side: Side, number: int) -> list[str]:
    return [row.label for row in open_claims(case, side, number)]


def test_the_first_round_has_nothing_to_answer(given: Any) -> None:
    case = debate(given, argued(1, Side.BULL, "E1"))
    assert open_claims(case, Side.BEAR, 1) == open_claims(case, Side.BULL, 1) == []


def test_later_rounds_answer_what_was_said_since_the_last_turn(given: Any) -> None:
    case = debate(
        given,
        argued(1, Side.BULL, "E1", "E2"),
        argued(1, Side.BEAR, "E3"),
        argued(2, Side.BULL, "E4"),
        argued(2, Side.BEAR, "E5"),
        argued(3, Side.BULL, "E6"),
    )
    assert labels(case, Side.BULL, 2) == ["A"]
    assert labels(case, Side.BEAR, 2) == ["A", "B", "C"]
    assert labels(case, Side.BULL, 3) == ["B"]
    assert labels(case, Side.BEAR, 3) == ["D"]


def test_labels_do_not_run_out(given: Any) -> None:
    case = debate(given, argued(1, Side.BULL, *["E1"] * 40))
    assert [row.label for row in claims_of(case, Side.BULL)][24:29] == ["Y", "Z", "AA", "AB", "AC"]
