"""Sends the traces of a process to a collector of OpenTelemetry."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec

from tradecore import __version__
from tradecore.model.errors import Unavailable
from tradecore_adapters.telemetry.traces import use_tracer
from tradecore_app.settings.telemetry import TelemetrySettings

_MODULES = ("opentelemetry.sdk.trace", "opentelemetry.exporter.otlp.proto.http")


@asynccontextmanager
async def traces_to_collector(settings: TelemetrySettings) -> AsyncIterator[None]:
    """Send spans until the context ends, then those that are left; nothing where the settings do not say so.

    `OTEL_EXPORTER_OTLP_ENDPOINT` and the other variables of OpenTelemetry say where to, and which part of the traces.
    Raises Unavailable where the extra is not installed.
    """
    if not settings.traces:
        yield
        return
    if find_spec("opentelemetry") is None or any(find_spec(module) is None for module in _MODULES):
        raise Unavailable("TRADECORE_TRACES: traces need an extra: pip install 'tradecore[traces]'.")
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from tradecore_adapters.telemetry.otel import OtelTracer

    attributes = {"service.version": __version__}
    if not os.environ.get("OTEL_SERVICE_NAME"):
        attributes["service.name"] = "tradecore"
    provider = TracerProvider(resource=Resource.create(attributes), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    use_tracer(OtelTracer(provider))
    try:
        yield
    finally:
        use_tracer(None)
        # It waits for the collector, which may be away.
        await asyncio.to_thread(provider.shutdown)
