"""Several desks at once, each in a process of its own: deciding is mostly arithmetic, and one process has one core."""

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

from tradecore.engines.desk.desk import Desk
from tradecore.model.analyses import AnalysisBrief
from tradecore.model.backtests import Trial
from tradecore.model.errors import Unavailable
from tradecore.use_cases.backtest import Decide, decide
from tradecore_app.assembly import assemble
from tradecore_app.settings import Settings


@asynccontextmanager
async def desks(desk: Desk, settings: Settings, count: int) -> AsyncIterator[Decide]:
    """A way to have decisions made: by `desk` itself where one is enough, else by `count` processes like this one."""
    if count == 1:
        yield lambda brief: decide(desk, brief)
        return
    # Started afresh rather than forked: this process has threads, an event loop and a store open.
    spawn = get_context("spawn")
    ear, mouth = spawn.Pipe(duplex=False)
    pool = ProcessPoolExecutor(count, spawn, _open, (settings, ear))
    loop = asyncio.get_running_loop()

    async def elsewhere(brief: AnalysisBrief) -> Trial:
        try:
            return await loop.run_in_executor(pool, _decide, brief)
        except BrokenProcessPool as error:
            raise Unavailable(
                "A process of the backtest died, perhaps for want of memory; run the same command again to go on."
            ) from error

    try:
        yield elsewhere
    finally:
        # What is being decided right now is let go of; the next run makes it again.
        mouth.close()
        pool.shutdown(wait=True, cancel_futures=True)
        ear.close()


class _Here:
    """What one of the processes keeps between decisions."""

    runner: asyncio.Runner
    open: AsyncExitStack
    desk: Desk


def _open(settings: Settings, ear: Connection) -> None:
    # Ctrl-C goes to every process in the terminal; whoever started this one sees to its end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, args=(ear,), daemon=True).start()
    _Here.runner, _Here.open = asyncio.Runner(), AsyncExitStack()

    async def enter() -> Desk:
        return (await _Here.open.enter_async_context(assemble(settings))).desk

    _Here.desk = _Here.runner.run(enter())


def _end_with_parent(ear: Connection) -> None:
    """Nothing is ever said; the pipe closes when the parent lets go of it, be it by dying."""
    with contextlib.suppress(EOFError, OSError):
        ear.recv_bytes()
    os._exit(1)


def _decide(brief: AnalysisBrief) -> Trial:
    return _Here.runner.run(decide(_Here.desk, brief))
