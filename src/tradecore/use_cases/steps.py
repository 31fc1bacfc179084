"""Steps: what the agents of an analysis have said so far."""

from attrs import frozen

from tradecore.model.agent_steps import AgentStep, agent_steps
from tradecore.model.ids import AnalysisId
from tradecore.model.users import Caller
from tradecore.ports.store import Store


@frozen
class ListSteps:
    """List the steps of agents in an analysis of the caller, in every state of it."""

    store: Store

    async def __call__(self, id: AnalysisId, *, by: Caller) -> tuple[AgentStep, ...]:
        """The steps so far, in order. Raises NotFound for unknown ids and those of other users."""
        async with self.store.snapshot() as uow:
            analysis = await uow.analyses.get(id, owner=by.user)
            return tuple(agent_steps(await uow.analyses.stored_steps(id), analysis.plan))
