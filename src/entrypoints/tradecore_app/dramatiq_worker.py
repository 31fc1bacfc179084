"""Dramatiq's worker over the use cases: its actor runs jobs on the event loop of Dramatiq's AsyncIO middleware."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from typing import Any

from dramatiq import Worker as DramatiqWorker
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO, Middleware, MiddlewareError

from tradecore.model.errors import Invalid, Refusal
from tradecore.model.ids import JobId
from tradecore_adapters.queue.dramatiq import declare_actor, open_broker
from tradecore_adapters.queue.memory import MemoryQueue
from tradecore_app.assembly import assemble
from tradecore_app.background import in_background
from tradecore_app.relay import relay
from tradecore_app.scheduled_tasks import run_scheduled_tasks
from tradecore_app.sdk_imports import import_sdks
from tradecore_app.settings import Settings
from tradecore_app.worker import Worker

# How often the threads of an idle worker look whether it stops, in milliseconds.
_POLL_INTERVAL = 250
# How long jobs may take to be released when the worker stops, in milliseconds.
_STOP_TIMEOUT = 10_000


class JobRunner(Middleware):
    """Opens the use cases when a Dramatiq worker starts, runs jobs over them, and releases those when it stops.

    Relay and scheduled tasks run beside the jobs, on the same event loop.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._jobs: set[asyncio.Task[None]] = set()
        self._stop: asyncio.Event
        self._serving: asyncio.Task[None]
        self._worker: Worker

    async def run(self, job: JobId) -> None:
        """Run a job, if it may run. Returns when it has ended, was queued again or is held by another worker."""
        task = asyncio.current_task()
        assert task, "Dramatiq makes a task of each call"
        self._jobs.add(task)
        # A job that is cancelled is released, and then its message has done its duty.
        with suppress(asyncio.CancelledError):
            await self._worker.run_one(job)
        self._jobs.discard(task)

    def before_worker_boot(self, broker: object, worker: object) -> None:
        """Open the use cases. Raises MiddlewareError, from the refusal, where they cannot be opened."""
        try:
            self._on_loop(self._open())
        except Refusal as refusal:
            _event_loop().stop()
            raise MiddlewareError(str(refusal)) from refusal

    def before_worker_shutdown(self, broker: object, worker: object) -> None:
        """Begin to release running jobs, so that the threads of the worker return."""
        _event_loop().loop.call_soon_threadsafe(self._cancel_jobs)

    def after_worker_shutdown(self, broker: object, worker: object) -> None:
        """Close the use cases."""
        self._on_loop(self._close())

    def _on_loop(self, work: Any) -> None:
        _event_loop().run_coroutine(work)

    def _cancel_jobs(self) -> None:
        for task in self._jobs:
            task.cancel()

    async def _open(self) -> None:
        ready: Future[None] = Future()
        self._stop = asyncio.Event()
        self._serving = asyncio.create_task(self._serve(ready))
        await asyncio.wait({self._serving, asyncio.wrap_future(ready)}, return_when=asyncio.FIRST_COMPLETED)
        if self._serving.done():
            self._serving.result()

    async def _serve(self, ready: "Future[None]") -> None:
        """Keep the use cases open until the worker stops: contexts are closed by the task that opened them."""
        async with assemble(self._settings) as assembled:
            # Jobs are handed over by id, so nothing ever waits for this queue.
            concurrency = self._settings.jobs.concurrency
            self._worker = Worker(
                assembled.core,
                MemoryQueue(),
                concurrency=concurrency,
                worker_id=assembled.worker_id,
                isolated=assembled.isolated,
            )
            imports = import_sdks(assembled.router, self._settings.models)
            async with (
                in_background(run_scheduled_tasks(assembled.core), "scheduled_tasks"),
                in_background(imports, "sdk imports"),
            ):
                ready.set_result(None)
                if self._settings.jobs.shares_stream:
                    async with in_background(relay(assembled.core, assembled.store), "relay"):
                        await self._stop.wait()
                else:
                    await self._stop.wait()

    async def _close(self) -> None:
        self._stop.set()
        await self._serving


def build_broker(settings: Settings) -> RedisBroker:
    """Dramatiq's broker with the actor that runs jobs.

    Raises Invalid where TRADECORE_QUEUE is not that of Dramatiq or the store is not shared, and Unavailable.
    """
    if not settings.jobs.dramatiq:
        raise Invalid.one("queue", "TRADECORE_QUEUE: set it to dramatiq+redis://HOST for Dramatiq's workers.")
    if settings.store.url.startswith("memory:"):
        raise Invalid.one("store", "TRADECORE_STORE: memory: is not shared with Dramatiq's workers.")
    broker = open_broker(settings.jobs.queue.removeprefix("dramatiq+"))
    runner = JobRunner(settings)
    broker.add_middleware(AsyncIO())
    broker.add_middleware(runner, after=AsyncIO)
    declare_actor(broker, runner.run)
    return broker


@asynccontextmanager
async def dramatiq_worker(settings: Settings) -> AsyncIterator[None]:
    """Run Dramatiq's worker in threads of this process until the context ends. At most one per process.

    Raises Invalid and Unavailable like `assemble` and `build_broker`.
    """
    broker = build_broker(settings)
    worker = DramatiqWorker(broker, worker_threads=settings.jobs.concurrency, worker_timeout=_POLL_INTERVAL)
    # A busy worker fetches no messages that an idle one could run.
    worker.queue_prefetch = settings.jobs.concurrency
    try:
        await asyncio.to_thread(worker.start)
    except MiddlewareError as error:
        raise error.__cause__ or error from None
    try:
        yield
    finally:
        await asyncio.to_thread(worker.stop, timeout=_STOP_TIMEOUT)
        await asyncio.to_thread(broker.close)


def _event_loop() -> Any:
    thread = get_event_loop_thread()
    assert thread, "the AsyncIO middleware starts it before this middleware is called"
    return thread
