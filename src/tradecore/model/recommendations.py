"""Recommendations: what a completed analysis would do, for its owner to execute or reject while it is fresh."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from attrs import evolve, frozen

from tradecore.model.analyses import Analysis
from tradecore.model.change import Change, Fact
from tradecore.model.errors import IllegalMove
from tradecore.model.ids import AnalysisId, OrderId, RecommendationId, Topic, UserId
from tradecore.model.money import Asset
from tradecore.model.steps import Action, Decision


class RecommendationState(StrEnum):
    """Where a recommendation is in its life; `executing` shows as pending."""

    PENDING = "pending"
    EXECUTING = "executing"
    EXECUTED = "executed"
    REJECTED = "rejected"
    EXPIRED = "expired"


# The whole life of a recommendation. Executing to pending: the order has never reached the broker.
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
    """A price at which a plan says to look again."""

    STOP = "stop"
    TARGET = "target"


def topic_of(recommendation: RecommendationId) -> Topic:
    """The topic under which a recommendation's facts are stored."""
    return Topic(f"recommendation:{recommendation}")


@frozen
class RecommendationIssued(Fact):
    """A completed analysis recommends something, until `expires_at`."""

    action: Action
    expires_at: datetime


@frozen
class ExecutionBegun(Fact):
    """An order is about to be sent; whatever happens next, it is looked up by its id."""

    order: OrderId


@frozen
class ExecutionReleased(Fact):
    """The order has never reached the broker; nothing was bought or sold."""

    order: OrderId


@frozen
class RecommendationExecuted(Fact):
    """The order was filled, at least in part."""

    order: OrderId


@frozen
class RecommendationRejected(Fact):
    """Nothing will come of it, for the reason given."""

    reason: str


@frozen
class RecommendationExpired(Fact):
    """Its time is over."""


@frozen
class LevelCrossed(Fact):
    """The price reached the stop or the target of a position that is still held."""

    level: Level
    price: Decimal
    day: date


@frozen
class Recommendation:
    """One recommendation; it shares the id of the analysis that issued it, so there is at most one per analysis.

    `live` while its bought position is held and its stop and target count; `crossed` once one of them was reached.
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
    version: int = 0

    @classmethod
    def issue(
        cls, analysis: Analysis, decision: Decision, *, at: datetime, lasts: timedelta
    ) -> Change["Recommendation"]:
        """Recommend what an analysis decided, for as long as `lasts`."""
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
            expires_at=at + lasts,
        )
        fact = RecommendationIssued(topic_of(recommendation.id), at, decision.action, recommendation.expires_at)
        return Change(recommendation, (fact,))

    @property
    def analysis(self) -> AnalysisId:
        """The analysis that issued it."""
        return AnalysisId(self.id)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return not MOVES[self.state]

    def due(self, now: datetime) -> bool:
        """Whether its time is over and nobody has taken it up."""
        return self.state is RecommendationState.PENDING and now >= self.expires_at

    def begin(self, order: OrderId, *, at: datetime) -> Change["Recommendation"]:
        """Say that an order is about to be sent, or has surfaced."""
        moved = self._move(RecommendationState.EXECUTING)
        return Change(moved, (ExecutionBegun(topic_of(self.id), at, order),))

    def release(self, order: OrderId, *, at: datetime) -> Change["Recommendation"]:
        """Say that the order has never reached the broker: pending again, or expired where its time is over."""
        released = self._move(RecommendationState.PENDING)
        facts = (ExecutionReleased(topic_of(self.id), at, order),)
        if not released.due(at):
            return Change(released, facts)
        expired = released.expire(at=at)
        return Change(expired.entity, (*facts, *expired.facts))

    def execute(self, order: OrderId, *, at: datetime) -> Change["Recommendation"]:
        """Say that it was carried out."""
        moved = self._move(RecommendationState.EXECUTED, ended_at=at, live=self.action is Action.BUY)
        return Change(moved, (RecommendationExecuted(topic_of(self.id), at, order),))

    def reject(self, reason: str, *, at: datetime) -> Change["Recommendation"]:
        """Say that nothing will come of it, by its owner's will or the broker's."""
        moved = self._move(RecommendationState.REJECTED, ended_at=at, reason=reason)
        return Change(moved, (RecommendationRejected(topic_of(self.id), at, reason),))

    def expire(self, *, at: datetime) -> Change["Recommendation"]:
        """Say that its time is over."""
        moved = self._move(RecommendationState.EXPIRED, ended_at=at)
        return Change(moved, (RecommendationExpired(topic_of(self.id), at),))

    def cross(self, level: Level, price: Decimal, day: date, *, at: datetime) -> Change["Recommendation"]:
        """Say that a level of its position was reached; the first one counts."""
        if not self.live or self.crossed:
            raise IllegalMove(f"Recommendation {self.id} has no level left to cross.")
        return Change(evolve(self, crossed=level), (LevelCrossed(topic_of(self.id), at, level, price, day),))

    def settle(self) -> Change["Recommendation"]:
        """Its position is gone, or follows a newer plan: its levels count no more."""
        return Change(evolve(self, live=False))

    def _move(self, state: RecommendationState, **fields: object) -> "Recommendation":
        if state not in MOVES[self.state]:
            why = f": {self.reason}" if self.reason else ""
            raise IllegalMove(f"Recommendation {self.id} is {self.state} and cannot become {state}{why}.")
        return evolve(self, state=state, **fields)  # type: ignore[arg-type]  # evolve checks the names at run time


@frozen
class Issuing:
    """When an analysis issues a recommendation, and for how long it stands. `floor`: confidence, 0..10."""

    floor: Decimal = Decimal(5)
    lasts: timedelta = timedelta(hours=6)

    def admits(self, decision: Decision) -> bool:
        """Whether something is to be recommended: an action, sure enough, sized, and not in need of review."""
        acts = decision.action is not Action.HOLD and decision.needs_review is None
        return acts and decision.confidence >= self.floor and decision.position_size > 0
