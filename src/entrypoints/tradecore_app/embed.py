"""Embedding: tradecore inside another program, with its own worker and without a server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from attrs import evolve, frozen

from tradecore.core import Tradecore
from tradecore.engines.desk.desk import DESK
from tradecore.model.analysis_briefs import RULES, AnalysisBrief
from tradecore.model.analysis_results import AnalysisResult
from tradecore.model.change import Event
from tradecore.model.digests import DigestResult
from tradecore.model.errors import Invalid, NotReady
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, symbol
from tradecore.model.news import EVERYTHING, DigestBrief, Interests
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller
from tradecore.ports.broker import Broker
from tradecore.ports.calendar import TradingCalendar
from tradecore.ports.embeddings import Embeddings
from tradecore.ports.engine import Engine
from tradecore.ports.fundamentals import Fundamentals
from tradecore.ports.fx import ExchangeRates
from tradecore.ports.identity import Identity
from tradecore.ports.language import LanguageModel
from tradecore.ports.limits import Limiter
from tradecore.ports.market import SearchableMarket
from tradecore.ports.news import NewsSource
from tradecore.ports.queue import JobQueue, WakingQueue
from tradecore.ports.sentiment import Sentiment
from tradecore.ports.store import Store
from tradecore.ports.stream import EventStream
from tradecore.use_cases.launch import Ticket
from tradecore_app.adapters import GivenAdapters
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.background import in_background
from tradecore_app.metrics import StoreGauges, metrics_endpoint
from tradecore_app.relay import relay, wake_on_commits
from tradecore_app.scheduled_tasks import run_scheduled_tasks
from tradecore_app.sdk_imports import import_sdks
from tradecore_app.settings import Settings, parse_model, read_settings
from tradecore_app.worker import Worker

# Time between two checks whether a digest is ready, in seconds.
_POLL_SECONDS = 0.05

E = TypeVar("E", bound=StrEnum)


@frozen
class Embedded:
    """Tradecore on behalf of one user. All other use cases are in `core`."""

    core: Tradecore
    caller: Caller
    model: str = RULES
    engine: str | None = None

    async def launch(
        self,
        ticker: str,
        as_of: date | str,
        *,
        asset_type: str = "equity",
        analysts: tuple[str, ...] = tuple(Analyst),
        depth: int = 1,
        risk_rounds: int = 0,
        model: str | None = None,
        engine: str | None = None,
    ) -> Ticket:
        """Queue an analysis of a ticker or pair as of a day; `depth` is the number of debate rounds, 1..5.

        `risk_rounds` are those of a debate about the risk of the plan, 0..3.
        `as_of` is a date, or its text such as `2024-10-10`.
        `model` is `rules`, or `provider:model` such as `openai:gpt-5.4-mini`; by default TRADECORE_MODEL. `engine` is
        the name of an engine, such as `desk`; where neither is given, TRADECORE_ENGINE.
        Raises Invalid about the wrong field, and QueueFull or Overspent when no more work is accepted.
        """
        provider, name = parse_model(self.model if model is None else model)
        if model is not None and engine is None and provider != RULES:
            # Without a configured model the desk refuses, where the choice of an engine would fall to the rules.
            engine = DESK
        brief = AnalysisBrief(
            symbol=symbol(ticker),
            asset_type=_member(AssetType, "asset_type", asset_type),
            as_of=_day(as_of),
            analysts=tuple(_member(Analyst, "analysts", name) for name in analysts),
            depth=depth,
            risk_rounds=risk_rounds,
            model=name,
            provider=provider,
            # A model that is named chooses its engine; without one, TRADECORE_ENGINE does.
            engine=self.engine if engine is None and model is None else engine,
        )
        return await self.core.launch_analysis(brief, by=self.caller)

    async def follow(self, id: AnalysisId, *, since: int = 0) -> AsyncIterator[Event]:
        """The events of an analysis after number `since`, in order, stored ones first; ends with the analysis.

        Raises NotFound if there is none.
        """
        async with self.core.watch_analysis(id, by=self.caller, since=since) as watching:
            async for event in watching.events():
                yield event

    async def digest(self, hours: int, user_id: str, *, interests: Interests = EVERYTHING) -> DigestResult:
        """The news of the last hours that `user_id` has not seen yet; waits until the digest is ready.

        `interests` choose stories; what they leave open is as `core.set_interests` set it.
        Raises Invalid about the wrong field, QueueFull, and NotReady if the digest failed.
        """
        brief = DigestBrief(user_id=UserId(user_id), hours=hours, interests=interests)
        ticket = await self.core.launch_digest(brief, by=self.caller)
        while True:
            digest, made = await self.core.get_digest_result(ticket.digest, by=self.caller)
            if made:
                return made
            if digest.ended:
                raise NotReady(f"The digest {digest.id} failed: {digest.error}")
            await asyncio.sleep(_POLL_SECONDS)

    async def result(self, id: AnalysisId) -> AnalysisResult:
        """The result of an analysis; waits until it has ended.

        Raises NotReady if it failed, NotFound if there is none.
        """
        async for _ in self.follow(id):
            pass
        return await self.core.get_analysis_result(id, by=self.caller)


@contextlib.asynccontextmanager
async def running(assembled: Assembled, *, worker: bool = True, relays: bool = True) -> AsyncIterator[None]:
    """Run the relay, a worker and the scheduled tasks in the background until the context ends.

    Where Dramatiq carries the jobs, its worker runs in threads of this process, and the scheduled tasks with it.
    """
    async with contextlib.AsyncExitStack() as stack:
        # A queue in memory knows only of jobs that this process offers; the store knows of the commits of all.
        wake = getattr(assembled.queue, "wake", None) if worker else None
        if relays:
            passing_on = relay(assembled.core, assembled.store, wake)
            await stack.enter_async_context(in_background(passing_on, "relay"))
        elif wake:
            await stack.enter_async_context(in_background(wake_on_commits(assembled.store, wake), "wake-ups"))
        # The worker ends before the relay, which still publishes the jobs that it releases.
        if worker and isinstance(assembled.queue, WakingQueue):
            concurrency = assembled.settings.jobs.concurrency
            own = Worker(
                assembled.core,
                assembled.queue,
                concurrency=concurrency,
                worker_id=assembled.worker_id,
                isolated=assembled.isolated,
            )
            await stack.enter_async_context(in_background(own.run(), "worker"))
            await stack.enter_async_context(in_background(run_scheduled_tasks(assembled.core), "scheduled_tasks"))
        elif worker:
            # Loaded only where it is chosen.
            from tradecore_app.dramatiq_worker import dramatiq_worker

            await stack.enter_async_context(dramatiq_worker(assembled.settings))
        yield


@contextlib.asynccontextmanager
async def run_worker(settings: Settings) -> AsyncIterator[None]:
    """Run a worker for servers that share the store, until the context ends. Raises Invalid and Unavailable."""
    if settings.jobs.dramatiq:
        from tradecore_app.dramatiq_worker import dramatiq_worker

        async with dramatiq_worker(settings), metrics_endpoint(settings.telemetry.metrics):
            yield
        return
    async with assemble(settings) as assembled, running(assembled, relays=settings.jobs.shares_stream):
        gauges = StoreGauges(assembled.core, assembled.store, assembled.now)
        imports = import_sdks(assembled.router, settings.models)
        async with metrics_endpoint(settings.telemetry.metrics, gauges), in_background(imports, "sdk imports"):
            yield


@contextlib.asynccontextmanager
async def open_tradecore(
    *,
    user: str = "local",
    market: SearchableMarket | str | None = None,
    fundamentals: Fundamentals | str | None = None,
    fx: ExchangeRates | str | None = None,
    news: NewsSource | Sequence[NewsSource] | str | None = None,
    broker: Broker | str | None = None,
    model: LanguageModel | str | None = None,
    store: Store | str | None = None,
    queue: JobQueue | str | None = None,
    stream: EventStream | str | None = None,
    limits: Limiter | str | None = None,
    calendar: TradingCalendar | str | None = None,
    sentiment: Sentiment | str | None = None,
    embeddings: Embeddings | str | None = None,
    identity: Identity | str | None = None,
    engine: Engine | str | None = None,
    **settings: Any,
) -> AsyncIterator[Embedded]:
    """Open tradecore with its worker in this process, on behalf of `user`.

    An adapter is an object that keeps the contract of its port, or text that is looked up like the setting of that
    name: `store="memory:"` keeps nothing, `market="csv:FOLDER"` reads your own prices. Whoever makes an object closes
    it. A model or an engine that is given is the default of analyses. An account at a broker that a setting names is
    that of `user`, unless `broker_user` says otherwise. All other keywords are settings, in lower case
    and without the prefix. Raises Invalid for wrong settings, Unavailable when an adapter is unknown or a server cannot
    be reached.
    """
    given: dict[str, Any] = {
        "market": market, "fundamentals": fundamentals, "news": news, "broker": broker, "model": model,
        "store": store, "queue": queue, "stream": stream, "limits": limits, "calendar": calendar, "fx": fx,
        "sentiment": sentiment, "embeddings": embeddings, "identity": identity, "engine": engine,
    }  # fmt: skip
    objects = {name: value for name, value in given.items() if value is not None and not isinstance(value, str)}
    if "model" in objects:
        settings["model"] = objects["model"].name
    if "news" in objects:
        objects["news"] = tuple(objects["news"]) if isinstance(objects["news"], Sequence) else (objects["news"],)
    settings |= {name: value for name, value in given.items() if isinstance(value, str)}
    chosen = read_settings(**settings)
    if chosen.trading.broker_user is None:
        chosen = evolve(chosen, trading=chosen.trading.model_copy(update={"broker_user": user}))
    if objects and chosen.jobs.dramatiq:
        raise Invalid.one("queue", "Dramatiq's workers open adapters by their settings, so objects cannot be given.")
    async with assemble(chosen, GivenAdapters(**objects)) as assembled, running(assembled):
        yield Embedded(
            assembled.core, Caller(UserId(user)), assembled.settings.models.default, assembled.engines.default
        )


def _day(day: date | str) -> date:
    try:
        return date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError:
        raise Invalid.one("as_of", f"{day!r} is not a date; write it as 2024-10-10.") from None


def _member(kind: type[E], field: str, text: str) -> E:
    try:
        return kind(text)
    except ValueError:
        raise Invalid.one(field, f"{text!r} is none of {', '.join(kind)}.") from None
