"""Recommendations: reading, rejecting and expiring them."""

from datetime import datetime

from attrs import frozen

from tradecore.model.errors import IllegalMove
from tradecore.model.ids import RecommendationId
from tradecore.model.recommendations import Recommendation, RecommendationState
from tradecore.model.users import Caller
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store
from tradecore.use_cases.retry import retry_on_conflict

MAX_LISTED = 200

_STATES_SHOWN_AS: dict[RecommendationState, frozenset[RecommendationState]] = {
    state: frozenset({state}) for state in RecommendationState
} | {RecommendationState.PENDING: frozenset({RecommendationState.PENDING, RecommendationState.EXECUTING})}


def _as_of(recommendation: Recommendation, now: datetime) -> Recommendation:
    """The recommendation, expired if its time is over, also before that is stored."""
    return recommendation.expire(at=recommendation.expires_at).entity if recommendation.due(now) else recommendation


@frozen
class RecommendationPage:
    """A page of recommendations, newest first, and the number of recommendations on all pages."""

    recommendations: tuple[Recommendation, ...]
    total: int


@frozen
class ListRecommendations:
    """List recommendations of the caller."""

    store: Store
    now: Now

    async def __call__(
        self,
        *,
        by: Caller,
        state: RecommendationState = RecommendationState.PENDING,
        page: int = 1,
        page_size: int = MAX_LISTED,
    ) -> RecommendationPage:
        """Page `page`, counted from 1, of the recommendations in a state. Pending ones include executing ones.

        A pending one whose time is over counts as expired, also before that is stored.
        """
        now = self.now()
        states, skipped = _STATES_SHOWN_AS[state], (page - 1) * page_size
        async with self.store.snapshot() as uow:
            listed = await uow.recommendations.of(by.user, states, page_size, offset=skipped, at=now)
            total = await uow.recommendations.count(by.user, states, at=now)
        return RecommendationPage(tuple(_as_of(recommendation, now) for recommendation in listed), total)


@frozen
class GetRecommendation:
    """Get a recommendation of the caller."""

    store: Store
    now: Now

    async def __call__(self, id: RecommendationId, *, by: Caller) -> Recommendation:
        """The recommendation, as expired once its time is over. Raises NotFound for unknown ids and other users'."""
        async with self.store.read() as uow:
            recommendation = await uow.recommendations.get(id, owner=by.user)
        return _as_of(recommendation, self.now())


@frozen
class RejectRecommendation:
    """Reject a recommendation of the caller."""

    store: Store
    now: Now

    @retry_on_conflict
    async def __call__(self, id: RecommendationId, *, by: Caller) -> Recommendation:
        """The rejected recommendation, also when it was rejected before.

        Raises NotFound, and IllegalMove when it is being executed, was executed or has expired.
        """
        now = self.now()
        async with self.store.unit_of_work() as uow:
            recommendation = await uow.recommendations.get(id, owner=by.user)
            if recommendation.state is RecommendationState.REJECTED:
                return recommendation
            if recommendation.state is RecommendationState.EXECUTING:
                raise IllegalMove(f"Recommendation {id} is being executed and can no longer be rejected.")
            if recommendation.ended:
                raise IllegalMove(recommendation.end_sentence())
            expired = recommendation.due(now)
            change = recommendation.expire(at=now) if expired else recommendation.reject("rejected by the user", at=now)
            recommendation = await uow.recommendations.put(change)
        if expired:
            raise IllegalMove(recommendation.end_sentence())
        return recommendation


@frozen
class ExpireRecommendations:
    """A scheduled task that expires pending recommendations whose time is over."""

    store: Store
    now: Now

    async def __call__(self) -> int:
        """The number of newly expired recommendations."""
        count = 0
        while True:
            async with self.store.unit_of_work() as uow:
                now = self.now()
                late = await uow.recommendations.due(now, MAX_LISTED)
                for recommendation in late:
                    await uow.recommendations.put(recommendation.expire(at=now))
            count += len(late)
            if len(late) < MAX_LISTED:
                return count
