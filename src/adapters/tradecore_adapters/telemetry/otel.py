"""Spans by OpenTelemetry (extra `traces`)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from attrs import field, frozen
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from tradecore import __version__
from tradecore_adapters.telemetry.traces import Span, SpanKind

_PROPAGATOR = TraceContextTextMapPropagator()
_KINDS: Mapping[SpanKind, trace.SpanKind] = {
    SpanKind.SERVER: trace.SpanKind.SERVER,
    SpanKind.CONSUMER: trace.SpanKind.CONSUMER,
    SpanKind.CLIENT: trace.SpanKind.CLIENT,
}


@frozen
class _OtelSpan:
    span: trace.Span

    def name(self, name: str) -> None:
        self.span.update_name(name)

    def set(self, attribute: str, value: str | int | float) -> None:
        self.span.set_attribute(attribute, value)

    def fail(self, reason: str) -> None:
        self.span.set_attribute("error.type", reason)
        self.span.set_status(trace.StatusCode.ERROR)


@frozen
class OtelTracer:
    """Records spans with a provider of OpenTelemetry."""

    provider: trace.TracerProvider
    _tracer: trace.Tracer = field(init=False, eq=False)

    @_tracer.default
    def _named_tracer(self) -> trace.Tracer:
        return self.provider.get_tracer("tradecore", __version__)

    @contextmanager
    def span(
        self, name: str, kind: SpanKind, attributes: Mapping[str, str | int | float], parent: str | None
    ) -> Iterator[Span]:
        """See `traces.span`. A `parent` that is no `traceparent` begins a new trace."""
        context = None if parent is None else _PROPAGATOR.extract({"traceparent": parent})
        with self._tracer.start_as_current_span(
            name,
            context,
            kind=_KINDS[kind],
            attributes=dict(attributes),
            # Messages of exceptions may hold words of users.
            record_exception=False,
            set_status_on_exception=False,
        ) as current:
            try:
                yield (recorded := _OtelSpan(current))
            except Exception as error:
                recorded.fail(type(error).__name__)
                raise

    def current_trace(self) -> str | None:
        """See `traces.current_trace`."""
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier)
        return carrier.get("traceparent")
