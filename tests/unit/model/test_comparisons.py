"""Comparisons: where engines disagree, and on which evidence."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.comparisons import ComparedEngine, Comparison, ComparisonView, EngineAnswer, Stance, check_engines
from tradecore.model.errors import Invalid
from tradecore.model.evidence import Evidence, EvidenceId, EvidenceKind
from tradecore.model.ids import AnalysisId, ComparisonId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.plan import Plan, PlannedStep
from tradecore.model.steps import (
    Action,
    Analyst,
    Argued,
    Claim,
    Collected,
    Decided,
    Decision,
    Proposed,
    Reported,
    Ruled,
    Side,
    Step,
)
from tradecore.model.usage import Call

AT = datetime(2024, 10, 10, 14, tzinfo=UTC)
ANN = UserId("ann")
BRIEF = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.NEWS,), 1, "m")
PLAN = Plan((), (PlannedStep("collect"), PlannedStep("decide")))
ONE, TWO, THREE = (EvidenceId(f"E{number}") for number in (1, 2, 3))
EVIDENCE = tuple(
    Evidence(id, EvidenceKind.PRICE, f"Piece {id}.", date(2024, 10, 10), "sample", "0" * 64) for id in (ONE, TWO, THREE)
)


def report(score: str, *cites: EvidenceId, failure: str = "") -> Reported:
    return Reported(Analyst.NEWS, Decimal(score), (Claim("A point.", cites),), (), "# News", failure=failure)


def answer(engine: str, action: Action | None, *steps: Step) -> EngineAnswer:
    """The answer of an engine; one that still runs without an action."""
    analysis = Analysis.begin(AnalysisId(engine), ANN, BRIEF, engine=engine, plan=PLAN, at=AT).entity
    if action is None:
        return EngineAnswer(engine, analysis, steps)
    decision = Decision(action, Decimal(7), Decimal(1), Decimal(100), Decimal(90), Decimal(120), "Because.")
    ended = analysis.start(at=AT).entity.complete(decision, at=AT + timedelta(seconds=4)).entity
    return EngineAnswer(engine, ended, (*steps, Decided(decision, f"Recommend {action}.")))


def view(*answers: EngineAnswer, evidence: bool = True) -> ComparisonView:
    engines = tuple(ComparedEngine(answer.engine, answer.analysis.id) for answer in answers)
    snapshot = Collected(EVIDENCE, "0" * 64, ("sample",)) if evidence else None
    return ComparisonView(Comparison(ComparisonId("c"), ANN, BRIEF, engines, AT, evidence=snapshot), answers)


def test_evidence_is_disputed_between_opposite_stances_and_comes_first() -> None:
    bull = answer("bull", Action.BUY, report("0.5", ONE, TWO, THREE))
    bear = answer("bear", Action.SELL, report("-0.5", TWO), Argued(1, Side.BULL, (Claim("Yet.", (ONE,)),), "Yet."))
    rows = view(bull, bear).evidence
    assert [(row.evidence.id, row.disputed, row.stances) for row in rows] == [
        (TWO, True, {"bull": Stance.BULLISH, "bear": Stance.BEARISH}),
        (ONE, False, {"bull": Stance.BULLISH, "bear": Stance.BULLISH}),
        (THREE, False, {"bull": Stance.BULLISH}),
    ]
    assert view(bull, bear, evidence=False).evidence == ()


def test_a_stance_weighs_all_that_an_engine_says_of_a_piece() -> None:
    plan = Proposed(Action.SELL, Decimal(5), *map(Decimal, (100, 110, 90)), "Thesis.", "", (ONE,))
    mixed = answer("mixed", Action.SELL, report("0.5", ONE), plan)
    assert mixed.citations() == {ONE: Stance.NEUTRAL}


def test_engines_disagree_where_their_answers_differ() -> None:
    ruled = Ruled(1, Decimal("0.4"), "The bull.")
    argued = Argued(1, Side.BULL, (), "Up.")
    first = answer("first", Action.BUY, report("0.5"), argued, ruled)
    second = answer("second", Action.HOLD, report("0.1"), argued, Ruled(1, Decimal("-0.4"), "The bear."))
    waiting = answer("waiting", None)
    assert [(row.subject, row.answers) for row in view(first, second, waiting).disagreements] == [
        ("action", {"first": "BUY", "second": "HOLD"}),
        ("debate", {"first": "bullish", "second": "bearish"}),
    ]


def test_what_an_engine_did_not_say_is_no_disagreement() -> None:
    loud = answer("loud", Action.BUY, report("0.5"), Argued(1, Side.BULL, (), "Up."), Ruled(1, Decimal(1), "Bull."))
    silent = answer("silent", Action.BUY, report("0", failure="No report."), Ruled(1, Decimal(0), "No debate."))
    assert view(loud, silent).disagreements == ()


def test_progress_cost_and_time_are_those_of_all() -> None:
    call = Call("x:y", 1, 0, 1, Decimal("0.25"))
    done = answer("done", Action.BUY, Ruled(1, Decimal(0), "Level.", calls=(call,)))
    running = answer("running", None, Ruled(1, Decimal(0), "Level.", calls=(call,)))
    assert (view(done, running).percent, view(done, running).ended) == (50, False)
    assert (view(done).percent, view(done).ended) == (100, True)
    assert view(done, running).cost == Decimal("0.5")
    assert (done.seconds, running.seconds) == (4.0, None)
    assert (done.verdict, running.verdict) == ("Recommend BUY.", "")


@pytest.mark.parametrize("names", [(), ("a",), ("a", "a"), tuple("abcdefghi")])
def test_a_comparison_has_two_to_eight_engines(names: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match="Name 2 to 8 engines, each once"):
        check_engines(names)
