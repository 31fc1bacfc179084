"""Traces: one from the request over the job, which another process runs, to the calls of the model."""

import asyncio
import contextvars
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from tradecore.model.errors import Unavailable
from tradecore.testing.scripted_model import ScriptedModel
from tradecore_adapters.access_log import with_observers
from tradecore_adapters.telemetry.otel import OtelTracer
from tradecore_adapters.telemetry.requests import with_traces
from tradecore_adapters.telemetry.traces import SpanKind, current_trace, span, use_tracer
from tradecore_app import traces
from tradecore_app.adapters import GivenAdapters
from tradecore_app.assembly import assemble
from tradecore_app.embed import running
from tradecore_app.settings import read_settings
from tradecore_app.settings.telemetry import TelemetrySettings
from tradecore_app.traces import traces_to_collector
from tradecore_app.web import build_app, build_live

EMAIL, PASSWORD = "ann@lee.example", "a-secret-password-7"
LAUNCH = {
    "symbol": "AAPL",
    "assetType": "equity",
    "date": "2012-10-10",
    "analysts": ["technical"],
    "config": {"researchDepth": 1, "llmModel": "scripted-1", "llmProvider": "test"},
}
GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    use_tracer(OtelTracer(provider))
    yield exporter
    use_tracer(None)


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


async def test_one_trace_leads_from_the_request_over_the_job_to_the_model(
    tmp_path: Path, exporter: InMemorySpanExporter
) -> None:
    settings = read_settings(data=tmp_path, news="none", model="test:scripted-1", secret="7f3a" * 10)
    proxied = True
    async with assemble(settings, GivenAdapters(model=ScriptedModel())) as web:
        await web.core.create_user(EMAIL, PASSWORD, name="Ann")
        app: Any = with_traces(with_observers(build_app(web, build_live(web)), []), lambda scope: proxied)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
            login = await client.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
            client.headers["authorization"] = f"Bearer {login.json()['data']['token']}"
            launched = await client.post("/api/analyze", json=LAUNCH, headers={"traceparent": GIVEN})
            id = launched.json()["data"]["analysisId"]
            proxied = False
            await client.get(f"/api/analyze/{id}/status", headers={"traceparent": GIVEN})

    async def work() -> None:
        """What a worker does that knows the store only."""
        async with assemble(settings, GivenAdapters(model=ScriptedModel())) as worker, running(worker):
            while not [span for span in exporter.get_finished_spans() if span.name == "job analysis"]:
                await asyncio.sleep(0.02)

    async with asyncio.timeout(60):
        await asyncio.create_task(work(), context=contextvars.Context())

    spans = exporter.get_finished_spans()
    by_name = {span.name: span for span in spans}
    request, job, calls = (
        by_name["POST /api/analyze"],
        by_name["job analysis"],
        [span for span in spans if span.name == "chat scripted-1"],
    )
    assert request.parent
    assert f"{request.parent.span_id:x}" == GIVEN.split("-")[2]
    assert job.parent
    assert job.parent.span_id == request.context.span_id
    assert len(calls) > 2
    for call in calls:
        assert call.parent
        assert call.parent.span_id == job.context.span_id
        assert attributes(call)["gen_ai.usage.output_tokens"] == 100
    assert {f"{span.context.trace_id:x}" for span in (request, job, *calls)} == {GIVEN.split("-")[1].lstrip("0")}
    assert attributes(request)["http.response.status_code"] == 202
    assert attributes(job)["tradecore.job.id"] == id
    assert {attributes(call)["tradecore.step"] for call in calls} >= {"report", "argument", "ruling", "plan"}
    # A stranger's traceparent is not continued.
    status = by_name["GET /api/analyze/{analysisId}/status"]
    assert status.parent is None
    said = " ".join(span.to_json() for span in spans)
    for secret in (EMAIL, PASSWORD, "AAPL", "Bearer", client.headers["authorization"].split()[1], "analyst"):
        assert secret not in said


async def test_a_failure_is_marked_by_its_class_alone(exporter: InMemorySpanExporter) -> None:
    with pytest.raises(Unavailable), span("job digest", SpanKind.CONSUMER, {}, parent="no traceparent"):
        raise Unavailable("The words of ann@lee.example.")
    [failed] = exporter.get_finished_spans()
    assert (failed.parent, failed.status.status_code, failed.events) == (None, StatusCode.ERROR, ())
    assert attributes(failed) == {"error.type": "Unavailable"}
    assert "ann@lee" not in failed.to_json()


async def test_nothing_is_traced_or_loaded_unless_a_setting_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert current_trace() is None
    async with traces_to_collector(TelemetrySettings()):
        with span("job digest", SpanKind.CONSUMER, {}):
            assert current_trace() is None
    monkeypatch.setattr(traces, "find_spec", lambda name: None)
    monkeypatch.setenv("TRADECORE_TRACES", "true")
    with pytest.raises(Unavailable, match=r"tradecore\[traces\]"):
        async with traces_to_collector(TelemetrySettings()):
            pass
