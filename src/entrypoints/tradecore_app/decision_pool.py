"""Decisions of a backtest in several processes: deciding is mostly arithmetic, which uses one core per process."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AsyncExitStack, asynccontextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.backtests import Trial
from tradecore.model.errors import Unavailable
from tradecore.model.model_memory import Cutoff
from tradecore.use_cases.backtest import Decide, decide
from tradecore.use_cases.engines import Engines
from tradecore_adapters import ambient
from tradecore_app.assembly import assemble
from tradecore_app.model_cutoffs import open_cutoffs
from tradecore_app.settings import Settings


@asynccontextmanager
async def open_decision_pool(engines: Engines, settings: Settings, processes: int) -> AsyncIterator[Decide]:
    """A function that makes one decision: with `engines` in this process for one process, else in a pool of them.

    The function raises Unavailable when a process of the pool dies.
    """
    if processes == 1:
        cutoff = open_cutoffs(settings.models)
        yield lambda brief: decide(engines, brief, today=ambient.now().date(), cutoff=cutoff)
        return
    # Spawned rather than forked: this process has threads, an event loop and an open store.
    spawn = get_context("spawn")
    child_end, parent_end = spawn.Pipe(duplex=False)
    pool = ProcessPoolExecutor(processes, spawn, _start, (settings, child_end))
    loop = asyncio.get_running_loop()

    async def decide_in_pool(brief: AnalysisBrief) -> Trial:
        try:
            return await loop.run_in_executor(pool, _decide, brief)
        except BrokenProcessPool as error:
            raise Unavailable(
                "A process of the backtest died, perhaps for want of memory; run the same command again to go on."
            ) from error

    try:
        yield decide_in_pool
    finally:
        # Decisions in flight are abandoned; the next run makes them again.
        parent_end.close()
        pool.shutdown(wait=True, cancel_futures=True)
        child_end.close()


class _Worker:
    """The state of one process of the pool."""

    runner: asyncio.Runner
    stack: AsyncExitStack
    engines: Engines
    cutoff: Cutoff


def _start(settings: Settings, child_end: Connection) -> None:
    # Ctrl-C reaches every process of the terminal; the parent ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_exit_with_parent, args=(child_end,), daemon=True).start()
    _Worker.runner, _Worker.stack = asyncio.Runner(), AsyncExitStack()

    async def open_engines() -> Engines:
        return (await _Worker.stack.enter_async_context(assemble(settings))).engines

    _Worker.cutoff = staticmethod(open_cutoffs(settings.models))
    _Worker.engines = _Worker.runner.run(open_engines())


def _exit_with_parent(child_end: Connection) -> None:
    """Wait until the parent closes the pipe, or dies, and exit. Nothing is ever sent."""
    with contextlib.suppress(EOFError, OSError):
        child_end.recv_bytes()
    os._exit(1)


def _decide(brief: AnalysisBrief) -> Trial:
    return _Worker.runner.run(decide(_Worker.engines, brief, today=ambient.now().date(), cutoff=_Worker.cutoff))
