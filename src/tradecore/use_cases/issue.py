"""Issuing recommendations: a new one takes the place of a pending one."""

from tradecore.model.change import Change
from tradecore.model.recommendations import Recommendation, RecommendationState
from tradecore.ports.store import UnitOfWork

# Older pending recommendations than these expire by themselves.
_MAX_PENDING = 200


async def issue_recommendation(uow: UnitOfWork, issued: Change[Recommendation]) -> Recommendation:
    """Store a new recommendation, and supersede pending ones of the same user, asset and engine.

    One that is being executed stays.
    """
    new = issued.entity
    # Of two that are issued at once, neither would see the other.
    await uow.recommendations.lock(new.user)
    pending = frozenset({RecommendationState.PENDING})
    for candidate in await uow.recommendations.of(new.user, pending, _MAX_PENDING):
        if (candidate.asset, candidate.engine) != (new.asset, new.engine):
            continue
        # Read again, since this waits for a writer that is executing it.
        current = await uow.recommendations.get(candidate.id)
        if current.state is RecommendationState.PENDING:
            await uow.recommendations.put(current.supersede(new.id, at=new.created_at))
    return await uow.recommendations.put(issued)
