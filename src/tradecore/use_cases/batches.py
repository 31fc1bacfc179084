"""Batches: calls that arrive while another one is under way are made together, as in a group commit."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# A transaction that holds more rows keeps others waiting.
_MAX_BATCH = 64


class Batches(Generic[T, R]):
    """Collects the arguments of single calls, and makes one call after the other with all that have arrived.

    A call that arrives alone is made at the next turn of the event loop, so nothing waits for a batch to fill.
    """

    def __init__(self, call: Callable[[Sequence[T]], Awaitable[Sequence[R]]], limit: int = _MAX_BATCH) -> None:
        """`call` takes up to `limit` arguments and returns as many results, in their order."""
        self._call = call
        self._limit = limit
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._caller: asyncio.Task[None] | None = None

    def submit(self, argument: T) -> "asyncio.Future[R]":
        """The result of the call for one argument, or the exception that the call of its batch raises.

        A future that is cancelled before its batch begins is left out.
        """
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((argument, future))
        if self._caller is None:
            self._caller = asyncio.create_task(self._call_all(), name="batches")
        return future

    async def _call_all(self) -> None:
        try:
            while self._waiting:
                batch = [(argument, future) for argument, future in self._waiting[: self._limit] if not future.done()]
                del self._waiting[: self._limit]
                if batch:
                    await self._call_one(batch)
        finally:
            self._caller = None
            # Empty, unless this was cancelled.
            for _, future in self._waiting:
                future.cancel()
            self._waiting.clear()

    async def _call_one(self, batch: Sequence[tuple[T, "asyncio.Future[R]"]]) -> None:
        try:
            results = await self._call([argument for argument, _ in batch])
        except Exception as error:  # noqa: BLE001  # whoever waits for the result gets it
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        except BaseException:
            for _, future in batch:
                future.cancel()
            raise
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)
