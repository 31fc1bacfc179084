"""Embedding: tradecore inside another program, in a few lines, with its own worker and no server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from attrs import frozen

from tradecore.core import Tradecore
from tradecore.model.analyses import RULES, AnalysisBrief, AnalysisResult
from tradecore.model.change import Event
from tradecore.model.digests import DigestResult
from tradecore.model.errors import Invalid, NotReady
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, symbol
from tradecore.model.news import DigestBrief
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller
from tradecore.use_cases.launch import Ticket
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.relay import relay
from tradecore_app.scheduled_tasks import run_scheduled_tasks
from tradecore_app.settings import read_settings, thinker
from tradecore_app.worker import Worker

# How often to look whether a digest is there, in seconds.
_GLANCE = 0.05

E = TypeVar("E", bound=StrEnum)


@frozen
class Embedded:
    """Tradecore on behalf of one user. Everything else is in `core`."""

    core: Tradecore
    caller: Caller
    model: str = RULES

    async def launch(
        self,
        ticker: str,
        as_of: date,
        *,
        asset_type: str = "equity",
        analysts: tuple[str, ...] = tuple(Analyst),
        depth: int = 1,
        model: str | None = None,
    ) -> Ticket:
        """Queue an analysis of a ticker or pair as of a day; `depth` is the number of debate rounds, 1..5.

        `model` is who thinks: `rules`, or `provider:model` such as `openai:gpt-5.4-mini`; by default what the settings
        say. Raises Invalid, with the field at fault, for what cannot be analysed.
        """
        provider, name = thinker(self.model if model is None else model)
        brief = AnalysisBrief(
            symbol=symbol(ticker),
            asset_type=_one_of(AssetType, "asset_type", asset_type),
            as_of=as_of,
            analysts=tuple(_one_of(Analyst, "analysts", name) for name in analysts),
            depth=depth,
            model=name,
            provider=provider,
        )
        return await self.core.launch_analysis(brief, by=self.caller)

    async def follow(self, id: AnalysisId, *, since: int = 0) -> AsyncIterator[Event]:
        """Everything that happens to an analysis after event `since`, in order; ends with the analysis."""
        async with self.core.watch_analysis(id, by=self.caller, since=since) as watching:
            async for event in watching.events():
                yield event

    async def digest(self, hours: int, user_id: str) -> DigestResult:
        """What is new to a user in the last hours; waits for it. Raises Invalid for what cannot be asked, NotReady if
        it failed."""
        brief = DigestBrief(user_id=UserId(user_id), hours=hours)
        ticket = await self.core.launch_digest(brief, by=self.caller)
        while True:
            digest, made = await self.core.digest_outcome(ticket.digest, by=self.caller)
            if made:
                return made
            if digest.ended:
                raise NotReady(f"The digest {digest.id} failed: {digest.error}")
            await asyncio.sleep(_GLANCE)

    async def result(self, id: AnalysisId) -> AnalysisResult:
        """The finished analysis; waits for it. Raises NotReady if it failed, NotFound if there is none."""
        async for _ in self.follow(id):
            pass
        return await self.core.result_of(id, by=self.caller)


@contextlib.asynccontextmanager
async def running(assembled: Assembled, *, worker: bool = True, relays: bool = True) -> AsyncIterator[None]:
    """Run the parts of a process beside its door: the relay, and a worker. They end with the context."""
    parts: list[asyncio.Task[None]] = []
    if relays:
        parts.append(asyncio.create_task(relay(assembled.core, assembled.store), name="relay"))
    if worker:
        own = Worker(
            assembled.core, assembled.queue, concurrency=assembled.settings.concurrency, worker_id=assembled.worker_id
        )
        parts.append(asyncio.create_task(own.run(), name="worker"))
        parts.append(asyncio.create_task(run_scheduled_tasks(assembled.core), name="scheduled_tasks"))
    try:
        yield
    finally:
        # The worker first: what it gives back is still relayed.
        for part in reversed(parts):
            part.cancel()
            await asyncio.gather(part, return_exceptions=True)


@contextlib.asynccontextmanager
async def open_tradecore(*, user: str = "local", **settings: Any) -> AsyncIterator[Embedded]:
    """Open tradecore with its worker in this process; the arguments are those of `Settings`, as in the environment.

    `store="memory:"` keeps nothing, `market="csv:FOLDER"` reads your own prices. Raises Unavailable with one sentence.
    """
    async with assemble(read_settings(**settings)) as assembled, running(assembled):
        yield Embedded(assembled.core, Caller(UserId(user)), assembled.settings.model)


def _one_of(kind: type[E], field: str, text: str) -> E:
    try:
        return kind(text)
    except ValueError:
        raise Invalid.one(field, f"{text!r} is none of {', '.join(kind)}.") from None
