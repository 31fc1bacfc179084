"""Every metric of a process. docs/reference/metrics.md is made from this list.

No label holds an id, a name of a user, a symbol or anything else that requests choose: methods and routes are those of
the API, providers, ports and listeners those of the installation.
"""

import gc
import os
import platform
import resource
from collections.abc import Mapping
from itertools import product
from pathlib import Path

from tradecore import __version__
from tradecore.model.jobs import Kind
from tradecore_adapters.telemetry.exposition import Counter, Gauge, Histogram, Labels, Metric

_JOB_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
_STATUS, _OPEN_FILES = Path("/proc/self/statm"), Path("/proc/self/fd")

HTTP_REQUESTS = Counter(
    "tradecore_http_requests_total",
    "Requests that ended, by template of the path (`none` where no route was reached) and status; "
    "for WebSockets the method is WEBSOCKET.",
    ("method", "route", "status"),
)
HTTP_SECONDS = Histogram(
    "tradecore_http_request_seconds",
    "How long requests took until their response was complete; streams and WebSockets are not in it.",
    ("method", "route"),
)
JOB_CLAIMS = Counter(
    "tradecore_job_claims_total",
    "Attempts of jobs that began in this process: of new jobs, of those that were queued again, and of abandoned ones, "
    "whose worker disappeared or could not renew its lease.",
    ("kind", "of"),
    tuple(product(Kind, ("new", "queued_again", "abandoned"))),
)
JOB_ATTEMPTS = Counter(
    "tradecore_job_attempts_total",
    "Attempts of jobs that ended in this process: completed, retried, failed, lost to another worker, or stopped "
    "because the worker stopped, its lease was taken or the job was cancelled; in a process of its own, isolated or "
    "crashed.",
    ("kind", "outcome"),
)
JOB_SECONDS = Histogram(
    "tradecore_job_seconds", "How long attempts took that completed their job.", ("kind",), _JOB_SECONDS
)
JOB_START_SECONDS = Histogram(
    "tradecore_job_start_seconds", "How long jobs were queued until their first attempt began.", ("kind",), _JOB_SECONDS
)
JOBS = Gauge(
    "tradecore_jobs",
    "Jobs in the store that are queued or running; the same in all processes.",
    ("kind", "state"),
)
JOBS_ENDED = Gauge(
    "tradecore_jobs_ended_total",
    "Jobs that ever ended as completed, failed or cancelled. The store counts them, so that nothing is lost with a "
    "process; the same in all processes.",
    ("kind", "state"),
    kind="counter",
)
OLDEST_QUEUED = Gauge(
    "tradecore_jobs_oldest_queued_seconds",
    "How long the oldest queued job has waited; the same in all processes.",
    ("kind",),
)
LISTENER_LAG = Gauge(
    "tradecore_listener_lag_events",
    "How many events of the log a durable listener has not passed yet; the same in all processes. Up to 1,000 that it "
    "does not want are passed together.",
    ("listener",),
)
DEAD_LETTERS = Gauge(
    "tradecore_dead_letters",
    "Events that a listener has given up on; `tradecore events dead` shows them. The same in all processes.",
    ("listener",),
)
STORE_UP = Gauge("tradecore_store_up", "Whether the store could be read for this scrape: 1 or 0.")
MODEL_CALLS = Counter(
    "tradecore_model_calls_total",
    "Calls of language models: complete, truncated or refused answers, unavailable, invalid, error, or cancelled.",
    ("provider", "outcome"),
)
MODEL_SECONDS = Histogram(
    "tradecore_model_call_seconds", "How long language models took to answer, tries included.", ("provider",)
)
MODEL_TOKENS = Counter(
    "tradecore_model_tokens_total",
    "Tokens of language models: input without what was cached, cached, and output.",
    ("provider", "direction"),
)
MODEL_DOLLARS = Counter(
    "tradecore_model_dollars_total", "Cost of language models whose price is known, in US dollars.", ("provider",)
)
PORT_CALLS = Counter(
    "tradecore_port_calls_total",
    "Calls of what is outside: market, broker, queue and so on. The outcome is ok, refused, unavailable, timeout, "
    "error or cancelled; of news how the fetch ended, of webhooks the class of the status.",
    ("port", "method", "outcome"),
)
PORT_SECONDS = Histogram("tradecore_port_call_seconds", "How long calls of what is outside took.", ("port", "method"))


def _memory() -> Mapping[Labels, float]:
    if not _STATUS.exists():
        return {}
    return {(): int(_STATUS.read_text().split()[1]) * resource.getpagesize()}


def _cpu() -> Mapping[Labels, float]:
    times = os.times()
    return {(): round(times.user + times.system, 3)}


def _open_files() -> Mapping[Labels, float]:
    return {(): len(os.listdir(_OPEN_FILES))} if _OPEN_FILES.exists() else {}


METRICS: tuple[Metric, ...] = (
    HTTP_REQUESTS,
    HTTP_SECONDS,
    JOB_CLAIMS,
    JOB_ATTEMPTS,
    JOB_SECONDS,
    JOB_START_SECONDS,
    JOBS,
    JOBS_ENDED,
    OLDEST_QUEUED,
    LISTENER_LAG,
    DEAD_LETTERS,
    STORE_UP,
    MODEL_CALLS,
    MODEL_SECONDS,
    MODEL_TOKENS,
    MODEL_DOLLARS,
    PORT_CALLS,
    PORT_SECONDS,
    Gauge(
        "tradecore_build_info",
        "The version of tradecore and of Python; always 1.",
        ("version", "python"),
        lambda: {(__version__, platform.python_version()): 1},
    ),
    Gauge("process_resident_memory_bytes", "Memory of the process, on Linux.", read=_memory),
    Gauge("process_cpu_seconds_total", "Processor time of the process.", read=_cpu, kind="counter"),
    Gauge("process_open_fds", "Open files and sockets of the process, on Linux.", read=_open_files),
    Gauge(
        "python_gc_collections_total",
        "Garbage collections of Python.",
        ("generation",),
        lambda: {(str(n),): each["collections"] for n, each in enumerate(gc.get_stats())},
        "counter",
    ),
)
