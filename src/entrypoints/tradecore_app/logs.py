"""Logs on standard error: one line of JSON per record, or coloured text on a terminal."""

import io
import logging
import sys
from typing import TYPE_CHECKING

import structlog

from tradecore.model.alerts import Alert
from tradecore_adapters import ambient
from tradecore_adapters.telemetry.traces import current_trace

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _StandardError(io.FileIO):
    """Standard error that never raises: a full disk under its log must not fail a request."""

    def __init__(self) -> None:
        super().__init__(2, "w", closefd=False)
        self._lost = 0

    def write(self, line: "ReadableBuffer") -> int:
        """Write a record. Records that cannot be written are counted, and the next one reports how many were lost."""
        lost = b'{"event":"records_lost","count":%d}\n' % self._lost if self._lost else b""
        try:
            super().write(lost + bytes(line))
        except OSError:
            self._lost += 1
        else:
            self._lost = 0
        return len(memoryview(line))


def _stamp(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event["at"] = ambient.now().isoformat(timespec="milliseconds")
    return event


def _trace(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if trace := current_trace():
        event["trace"] = trace.split("-")[1]
    return event


def configure_logs() -> None:
    """Send the records of structlog and of the standard library to standard error, in one format."""
    # Tracebacks never show the values of variables, which may be passwords or tokens.
    is_terminal = sys.stderr.isatty()
    lines = io.TextIOWrapper(_StandardError(), encoding="utf-8", errors="backslashreplace", write_through=True)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _trace,
        _stamp,
    ]
    render: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if is_terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=lines),
        cache_logger_on_first_use=True,
    )
    forwarding = logging.StreamHandler(lines)
    forwarding.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_drop_meta, *render])
    )
    logging.basicConfig(handlers=[forwarding], level=logging.WARNING, force=True)


def _drop_meta(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event


def log_alert(alert: Alert) -> None:
    """Log an alert for which an operator has to act, at the level error."""
    structlog.get_logger("tradecore.alerts").error(
        "an operator has to act", kind=alert.kind, subject=alert.subject, user=alert.user, message=alert.message
    )


def log_gathering_error(error: Exception) -> None:
    """Log an error of fetching or storing news that keeps no other source from being read."""
    structlog.get_logger("tradecore.news").warning("news could not be gathered", exc_info=error)


def log_unused_embeddings(model: str, reason: str) -> None:
    """Log that an embedding model cannot be used, so that only words join reports of one event."""
    structlog.get_logger("tradecore.news").warning("stories are joined by words only", model=model, error=reason)
