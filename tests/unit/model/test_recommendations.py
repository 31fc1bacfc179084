"""The life of a recommendation."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change
from tradecore.model.edge import Edge
from tradecore.model.errors import IllegalMove
from tradecore.model.ids import AnalysisId, OrderId, TopicKind, UserId, topic_of
from tradecore.model.intervals import Interval
from tradecore.model.market import AssetType, Symbol
from tradecore.model.recommendations import (
    MOVES,
    ExecutionBegun,
    ExecutionReleased,
    Issue,
    IssuePolicy,
    Level,
    LevelCrossed,
    Recommendation,
    RecommendationExecuted,
    RecommendationExpired,
    RecommendationIssued,
    RecommendationRejected,
    RecommendationState,
)
from tradecore.model.steps import Action, Analyst, Decision

AT = datetime(2024, 10, 10, 12, 30, tzinfo=UTC)
SIX_HOURS = timedelta(hours=6)
ORDER = OrderId("tradecore-a")
BRIEF = AnalysisBrief(Symbol("GOOGL"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.NEWS,), 1, "rules")
DECISION = Decision(
    Action.BUY, Decimal("7.8"), Decimal(5), Decimal("140.50"), Decimal(135), Decimal(150), "Strong fundamentals..."
)
State = RecommendationState
Move = Callable[[Recommendation], Change[Recommendation]]

STEPS: dict[State, Move] = {
    State.PENDING: lambda one: one.release(ORDER, at=AT),
    State.EXECUTING: lambda one: one.begin(ORDER, at=AT),
    State.EXECUTED: lambda one: one.execute(ORDER, at=AT),
    State.REJECTED: lambda one: one.reject("no", at=AT),
    State.EXPIRED: lambda one: one.expire(at=AT),
}


def issued(**decision: Any) -> Change[Recommendation]:
    analysis = Analysis.begin(
        AnalysisId("a"), UserId("ann"), BRIEF, engine="rules", plan=plan_desk(BRIEF, by_model=False), at=AT
    ).entity
    return Recommendation.issue(analysis, evolve(DECISION, **decision), at=AT, valid_for=SIX_HOURS)


def test_it_is_issued_with_everything_its_analysis_decided() -> None:
    change = issued()
    one = change.entity
    assert (one.id, one.analysis, one.user, one.asset.symbol, one.asset.asset_type) == (
        "a", "a", "ann", "GOOGL", AssetType.EQUITY,
    )  # fmt: skip
    assert (one.action, one.confidence, one.position_size, one.entry, one.stop, one.target, one.reasoning) == (
        DECISION.action, DECISION.confidence, DECISION.position_size, DECISION.entry, DECISION.stop, DECISION.target,
        DECISION.reasoning,
    )  # fmt: skip
    assert (one.state, one.created_at, one.expires_at) == (State.PENDING, AT, AT + SIX_HOURS)
    assert change.facts == (
        RecommendationIssued(topic_of(TopicKind.RECOMMENDATION, one.id), AT, Action.BUY, AT + SIX_HOURS),
    )


def test_its_engine_is_the_name_that_stays_the_same_over_versions() -> None:
    brief = evolve(BRIEF, engine="desk")
    analysis = Analysis.begin(
        AnalysisId("a"), UserId("ann"), brief, engine="desk 7 with a model", plan=plan_desk(brief, by_model=True), at=AT
    ).entity
    assert Recommendation.issue(analysis, DECISION, at=AT, valid_for=SIX_HOURS).entity.engine == "desk"


@pytest.mark.parametrize(
    ("decision", "objection"),
    [
        ({}, ""),
        ({"action": Action.SELL}, ""),
        ({"confidence": Decimal(5)}, ""),
        ({"confidence": Decimal("4.99")}, "The confidence 4.99 is below 5, from which it is offered."),
        ({"action": Action.HOLD}, "A HOLD has nothing to execute."),
        ({"needs_review": "a level is wrong"}, "The decision needs review: a level is wrong"),
        ({"position_size": Decimal(0)}, "The position size is 0 %."),
    ],
)
def test_what_is_not_offered_says_why(decision: dict[str, Any], objection: str) -> None:
    assert IssuePolicy().objection(evolve(DECISION, **decision), held=Decimal(1)) == objection


def test_a_sell_of_what_is_not_held_is_not_offered() -> None:
    assert "nothing to sell" in IssuePolicy().objection(evolve(DECISION, action=Action.SELL))


def test_a_day_that_is_too_old_is_said_before_what_is_held() -> None:
    sell = evolve(DECISION, action=Action.SELL)
    assert IssuePolicy().objection(sell, outdated="Too old.") == IssuePolicy().objection(DECISION, outdated="Too old.")
    assert IssuePolicy().objection(sell, outdated="Too old.") == "Too old."


def test_where_only_measured_engines_are_offered_nothing_is_offered_before_an_edge_is_measured() -> None:
    policy = IssuePolicy(issue=Issue.MEASURED)
    edge = Edge(100, 80, 60, 1, 4, hit_rate=55.0, base_rate=50.0, skill=Interval(5.0, -0.1, 10.1))
    assert "has no record yet" in policy.objection(DECISION)
    assert "shows no edge" in policy.objection(DECISION, edge=edge)
    assert policy.objection(DECISION, edge=evolve(edge, skill=Interval(5.0, 0.1, 9.9))) == ""


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("wanted", State)
def test_no_path_leaves_the_table(state: State, wanted: State) -> None:
    begun = evolve(issued().entity, state=state)
    if wanted in MOVES[state]:
        assert STEPS[wanted](begun).entity.state is wanted
    else:
        with pytest.raises(IllegalMove, match=str(state)):
            STEPS[wanted](begun)


def test_seen_from_outside_it_ends_once_and_for_good() -> None:
    assert {state for state in State if not MOVES[state]} == {State.EXECUTED, State.REJECTED, State.EXPIRED}
    for state in (State.PENDING, State.EXECUTING):
        assert MOVES[state] <= set(State) - {state}


def test_every_step_says_what_happened() -> None:
    one = issued().entity
    begun = one.begin(ORDER, at=AT)
    topic = topic_of(TopicKind.RECOMMENDATION, one.id)
    assert begun.facts == (ExecutionBegun(topic, AT, ORDER),)
    assert begun.entity.release(ORDER, at=AT).facts == (ExecutionReleased(topic, AT, ORDER),)
    assert begun.entity.execute(ORDER, at=AT).facts == (RecommendationExecuted(topic, AT, ORDER),)
    assert one.reject("no", at=AT).facts == (RecommendationRejected(topic, AT, "no"),)
    assert one.expire(at=AT).facts == (RecommendationExpired(topic, AT),)


def test_its_time_is_over_at_the_very_moment_and_not_before() -> None:
    one = issued().entity
    assert not one.due(one.expires_at - timedelta(microseconds=1))
    assert one.due(one.expires_at)
    assert not one.begin(ORDER, at=AT).entity.due(one.expires_at + SIX_HOURS)


def test_one_that_is_released_too_late_has_expired() -> None:
    begun = issued().entity.begin(ORDER, at=AT).entity
    released = begun.release(ORDER, at=begun.expires_at)
    assert released.entity.state is State.EXPIRED
    assert [type(fact) for fact in released.facts] == [ExecutionReleased, RecommendationExpired]


def test_levels_count_for_what_was_bought_until_it_is_settled_and_the_first_crossing_stays() -> None:
    bought = issued().entity.begin(ORDER, at=AT).entity.execute(ORDER, at=AT).entity
    assert bought.live
    crossed = bought.cross(Level.STOP, Decimal(135), date(2024, 10, 11), at=AT)
    assert crossed.facts == (
        LevelCrossed(topic_of(TopicKind.RECOMMENDATION, "a"), AT, Level.STOP, Decimal(135), date(2024, 10, 11)),
    )  # type: ignore[arg-type]
    with pytest.raises(IllegalMove, match="no level to watch"):
        crossed.entity.cross(Level.TARGET, Decimal(150), date(2024, 10, 12), at=AT)
    with pytest.raises(IllegalMove, match="no level to watch"):
        bought.close_levels().entity.cross(Level.STOP, Decimal(135), date(2024, 10, 12), at=AT)
    sold = issued(action=Action.SELL).entity.begin(ORDER, at=AT).entity.execute(ORDER, at=AT).entity
    assert not sold.live
