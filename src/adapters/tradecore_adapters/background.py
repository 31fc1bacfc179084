"""Background tasks: they outlive every exception of what they call."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from tradecore.model.errors import Refusal

log = structlog.get_logger("tradecore.background")


async def call_forever(
    name: str, call: Callable[[], Awaitable[object]], *, pause: float = 0.0, retry_after: float = 1.0
) -> None:
    """Call again and again until cancelled: `pause` seconds after a success, `retry_after` seconds after a failure.

    Failures are logged, refusals without a traceback; none of them ends the task.
    """
    while True:
        try:
            await call()
        except Refusal as error:
            log.warning("a background task failed", task=name, error=str(error))
            await asyncio.sleep(retry_after)
        except Exception:
            log.exception("a background task failed", task=name)
            await asyncio.sleep(retry_after)
        else:
            await asyncio.sleep(pause)
