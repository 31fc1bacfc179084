"""Cancelling an analysis."""

from collections.abc import Mapping

from attrs import frozen

from tradecore.model.errors import IllegalMove
from tradecore.model.ids import AnalysisId
from tradecore.model.jobs import Kind
from tradecore.model.users import Caller
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.run import JobTask

_ENDED = "Analysis {id} has ended already; there is nothing to cancel."


@frozen
class CancelAnalysis:
    """Cancel an analysis of the caller. Its worker stops at the next step or lease renewal."""

    store: Store
    now: Now
    tasks: Mapping[Kind, JobTask]

    @retry_on_conflict
    async def __call__(self, id: AnalysisId, *, by: Caller) -> None:
        """Raises NotFound for unknown ids and those of other users, IllegalMove when it has ended."""
        async with self.store.read() as uow:
            analysis = await uow.analyses.get(id, owner=by.user)
        if analysis.ended:
            raise IllegalMove(_ENDED.format(id=id))
        async with self.store.unit_of_work() as uow:
            # The job is locked first, in the same order as its worker does, so that the two cannot deadlock.
            job = await uow.jobs.get(analysis.job)
            if job.ended:
                raise IllegalMove(_ENDED.format(id=id))
            change = job.cancel(at=self.now())
            await self.tasks[Kind.ANALYSIS].fail(uow, job, change.entity.error or "", cancelled=True)
            await uow.jobs.put(change)
