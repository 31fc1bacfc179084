"""Recommendations: trades that completed analyses propose, for their owners to execute or reject before they expire."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from attrs import evolve, frozen

from tradecore.model.analyses import Analysis
from tradecore.model.change import Change, Fact
from tradecore.model.edge import Edge
from tradecore.model.errors import IllegalMove
from tradecore.model.ids import AnalysisId, OrderId, RecommendationId, Topic, TopicKind, UserId, topic_of
from tradecore.model.money import ZERO, Asset
from tradecore.model.steps import Action, Decision
from tradecore.model.transitions import move


class RecommendationState(StrEnum):
    """The states of a recommendation. The APIs show `executing` as pending."""

    PENDING = "pending"
    EXECUTING = "executing"
    EXECUTED = "executed"
    REJECTED = "rejected"
    EXPIRED = "expired"


# Executing to pending: the order never reached the broker.
MOVES: dict[RecommendationState, frozenset[RecommendationState]] = {
    RecommendationState.PENDING: frozenset(
        {RecommendationState.EXECUTING, RecommendationState.REJECTED, RecommendationState.EXPIRED}
    ),
    RecommendationState.EXECUTING: frozenset(
        {
            RecommendationState.PENDING,
            RecommendationState.EXECUTED,
            RecommendationState.REJECTED,
            RecommendationState.EXPIRED,
        }
    ),
    RecommendationState.EXECUTED: frozenset(),
    RecommendationState.REJECTED: frozenset(),
    RecommendationState.EXPIRED: frozenset(),
}


class Level(StrEnum):
    """The price levels of a recommendation at which its position needs attention."""

    STOP = "stop"
    TARGET = "target"


@frozen
class RecommendationIssued(Fact):
    """A completed analysis issued a recommendation that stands until `expires_at`."""

    action: Action
    expires_at: datetime


@frozen
class ExecutionBegun(Fact):
    """An order is about to be sent. From now on it is looked up by its id."""

    order: OrderId


@frozen
class ExecutionReleased(Fact):
    """The order never reached the broker; nothing was bought or sold."""

    order: OrderId


@frozen
class RecommendationExecuted(Fact):
    """The order was filled, at least in part."""

    order: OrderId


@frozen
class RecommendationRejected(Fact):
    """The owner or the broker rejected it, for the reason given."""

    reason: str


@frozen
class RecommendationExpired(Fact):
    """It expired before it was executed or rejected."""


@frozen
class RecommendationSuperseded(Fact):
    """A newer recommendation of the same symbol and engine took its place."""

    by: RecommendationId


@frozen
class LevelCrossed(Fact):
    """The price of a held position reached its stop or target on `day`."""

    level: Level
    price: Decimal
    day: date


@frozen
class Recommendation:
    """A recommendation. It has the id of the analysis that issued it, so there is at most one per analysis.

    `position_size` is a percentage of the portfolio, `confidence` 0..10. `live` means that its bought position is held
    and its levels are watched; `crossed` is the first level that was reached. `engine` is the name of the engine that
    made the analysis, the same for all its versions.
    """

    id: RecommendationId
    user: UserId
    asset: Asset
    action: Action
    confidence: Decimal
    position_size: Decimal
    entry: Decimal
    stop: Decimal
    target: Decimal
    reasoning: str
    created_at: datetime
    expires_at: datetime
    state: RecommendationState = RecommendationState.PENDING
    ended_at: datetime | None = None
    reason: str | None = None
    live: bool = False
    crossed: Level | None = None
    # Empty for recommendations of older versions.
    engine: str = ""
    # The digest of the evidence of its analysis.
    evidence: str = ""
    superseded_by: RecommendationId | None = None
    version: int = 0

    @classmethod
    def issue(
        cls, analysis: Analysis, decision: Decision, *, at: datetime, valid_for: timedelta, evidence: str = ""
    ) -> Change["Recommendation"]:
        """The recommendation of a decision, pending for `valid_for`; `evidence` is the digest of what it rests on."""
        recommendation = cls(
            id=RecommendationId(analysis.id),
            user=analysis.user,
            asset=Asset(analysis.brief.symbol, analysis.brief.asset_type),
            action=decision.action,
            confidence=decision.confidence,
            position_size=decision.position_size,
            entry=decision.entry,
            stop=decision.stop,
            target=decision.target,
            reasoning=decision.reasoning,
            created_at=at,
            expires_at=at + valid_for,
            engine=analysis.brief.engine or "",
            evidence=evidence,
        )
        fact = RecommendationIssued(recommendation.topic, at, decision.action, recommendation.expires_at)
        return Change(recommendation, (fact,))

    @property
    def topic(self) -> Topic:
        """The topic under which its facts are stored."""
        return topic_of(TopicKind.RECOMMENDATION, self.id)

    @property
    def analysis(self) -> AnalysisId:
        """The analysis that issued it."""
        return AnalysisId(self.id)

    @property
    def ended(self) -> bool:
        """Whether the state is terminal."""
        return not MOVES[self.state]

    def end_sentence(self) -> str:
        """How it has ended, for error messages."""
        why = f": {self.reason}" if self.reason else ""
        return f"Recommendation {self.id} is {self.state}, for good{why}."

    def due(self, now: datetime) -> bool:
        """Whether it is pending and its time is over."""
        return self.state is RecommendationState.PENDING and now >= self.expires_at

    def begin(self, order: OrderId, *, at: datetime) -> Change["Recommendation"]:
        """Record that an order is about to be sent, or was filled late."""
        moved = move(self, MOVES, RecommendationState.EXECUTING)
        return Change(moved, (ExecutionBegun(self.topic, at, order),))

    def release(self, order: OrderId, *, at: datetime) -> Change["Recommendation"]:
        """Record that the order never reached the broker: it is pending again, or expired when its time is over."""
        released = move(self, MOVES, RecommendationState.PENDING)
        facts = (ExecutionReleased(self.topic, at, order),)
        if not released.due(at):
            return Change(released, facts)
        expired = released.expire(at=at)
        return Change(expired.entity, (*facts, *expired.facts))

    def execute(self, order: OrderId, *, at: datetime) -> Change["Recommendation"]:
        """Record that the order was filled, at least in part."""
        moved = move(self, MOVES, RecommendationState.EXECUTED, ended_at=at, live=self.action is Action.BUY)
        return Change(moved, (RecommendationExecuted(self.topic, at, order),))

    def reject(self, reason: str, *, at: datetime) -> Change["Recommendation"]:
        """Record that its owner or the broker rejected it."""
        moved = move(self, MOVES, RecommendationState.REJECTED, ended_at=at, reason=reason)
        return Change(moved, (RecommendationRejected(self.topic, at, reason),))

    def expire(self, *, at: datetime) -> Change["Recommendation"]:
        """Record that its time is over."""
        moved = move(self, MOVES, RecommendationState.EXPIRED, ended_at=at)
        return Change(moved, (RecommendationExpired(self.topic, at),))

    def supersede(self, by: RecommendationId, *, at: datetime) -> Change["Recommendation"]:
        """Record that a newer recommendation took its place; it counts as expired."""
        moved = move(self, MOVES, RecommendationState.EXPIRED, ended_at=at, reason="superseded", superseded_by=by)
        return Change(moved, (RecommendationSuperseded(self.topic, at, by),))

    def cross(self, level: Level, price: Decimal, day: date, *, at: datetime) -> Change["Recommendation"]:
        """Record the first level that was reached.

        Raises IllegalMove when its levels are not watched, or one was reached before.
        """
        if not self.live or self.crossed:
            raise IllegalMove(f"Recommendation {self.id} has no level to watch.")
        return Change(evolve(self, crossed=level), (LevelCrossed(self.topic, at, level, price, day),))

    def close_levels(self) -> Change["Recommendation"]:
        """Stop watching its levels: the position is closed, or a newer recommendation applies to it."""
        return Change(evolve(self, live=False))


class Issue(StrEnum):
    """Which decisions an installation offers: any, or those of engines whose edge has been measured."""

    ANY = "any"
    MEASURED = "measured"


@frozen
class IssuePolicy:
    """When a decision is offered as a recommendation, and for how long. `min_confidence` is 0..10."""

    min_confidence: Decimal = Decimal(5)
    valid_for: timedelta = timedelta(hours=6)
    issue: Issue = Issue.ANY

    def objection(
        self, decision: Decision, *, outdated: str = "", held: Decimal = ZERO, edge: Edge | None = None
    ) -> str:
        """Why a decision is not offered, as a sentence; empty when it is.

        `outdated` is the sentence about a day that is too old, or empty; `held` the units that a SELL could sell;
        `edge` what the record of the engine shows, None without a record.
        """
        if decision.needs_review is not None:
            return f"The decision needs review: {decision.needs_review}"
        if decision.action is Action.HOLD:
            return "A HOLD has nothing to execute."
        if outdated:
            return outdated
        if decision.action is Action.SELL and held <= 0:
            return "There is nothing to sell: the portfolio does not hold it."
        if decision.confidence < self.min_confidence:
            return f"The confidence {decision.confidence} is below {self.min_confidence}, from which it is offered."
        if decision.position_size <= 0:
            return "The position size is 0 %."
        if self.issue is Issue.MEASURED and not (edge and edge.shown):
            why = edge.sentence if edge else "This engine has no record yet."
            return f"Only decisions of engines with a measured edge are offered here. {why}"
        return ""
