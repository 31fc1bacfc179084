"""Logs: one line of JSON per event on standard error, or coloured text where a person is looking."""

import logging
import sys

import structlog

from tradecore_adapters import ambient


def _stamp(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event["at"] = ambient.now().isoformat(timespec="milliseconds")
    return event


def configure_logs() -> None:
    """Send structlog's and the standard library's records the same way; secrets are never among them."""
    # A traceback never shows the values of variables: passwords and tokens are among them.
    person = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _stamp,
    ]
    render: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if person
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    forwarding = logging.StreamHandler(sys.stderr)
    forwarding.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_drop_meta, *render])
    )
    logging.basicConfig(handlers=[forwarding], level=logging.WARNING, force=True)


def _drop_meta(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event
