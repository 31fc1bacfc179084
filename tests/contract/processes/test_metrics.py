"""Metrics over HTTP: what a server shows of requests, jobs, models and its store, on a port that only it has."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve
from prometheus_client.parser import text_string_to_metric_families

from servers import free_port
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.ids import UserId
from tradecore.model.jobs import Kind
from tradecore.model.users import Caller
from tradecore.testing.scripted_model import ScriptedModel
from tradecore_adapters.access_log import with_observers
from tradecore_adapters.telemetry.exposition import CONTENT_TYPE
from tradecore_adapters.telemetry.metrics import METRICS
from tradecore_adapters.telemetry.requests import count_request
from tradecore_app.adapters import GivenAdapters
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.embed import Embedded, running
from tradecore_app.metrics import StoreGauges, metrics_app, metrics_endpoint
from tradecore_app.settings import read_settings
from tradecore_app.web import build_app, build_live

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0)


@asynccontextmanager
async def scraped(assembled: Assembled) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the metrics of an assembled application."""
    gauges = StoreGauges(assembled.core, assembled.store, assembled.now)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(metrics_app(gauges)), base_url="http://metrics"
    ) as client:
        yield client


async def test_requests_jobs_models_and_the_store_are_counted(tmp_path: Path) -> None:
    settings = read_settings(
        data=tmp_path, store="memory:", news="none", metrics="127.0.0.1:1", model="test:scripted-1", exits="watch"
    )
    given = GivenAdapters(model=ScriptedModel())
    async with assemble(settings, given) as assembled, scraped(assembled) as metrics:
        before = read((await metrics.get("/metrics")).text)
        app: Any = with_observers(build_app(assembled, build_live(assembled)), [count_request])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as api:
            await api.get("/health")
            await api.request("BREW", "/api/analyze/a-secret-id/status", headers={"authorization": "Bearer tc_secret"})
            await api.get("/api/analyze/a-secret-id/status")
        user = Embedded(assembled.core, Caller(UserId("ann")), "test:scripted-1", None)
        ticket = await user.launch("AAPL", date(2012, 10, 10))
        await user.launch("AAPL", date(2012, 10, 11), model="rules")
        queued = read((await metrics.get("/metrics")).text)
        async with running(assembled):
            async with asyncio.timeout(60):
                await user.result(ticket.analysis)
        response = await metrics.get("/metrics")
        after = read(response.text)
    assert response.headers["content-type"] == CONTENT_TYPE
    assert value(queued, "tradecore_jobs", kind="analysis", state="queued") == 2
    assert value(queued, "tradecore_store_up") == 1
    # An increase of what appears with its first count is not seen by alerts.
    for kind in Kind:
        for state in ("completed", "failed", "cancelled"):
            assert before["tradecore_jobs_ended_total", frozenset({("kind", kind), ("state", state)})] == 0
        assert ("tradecore_job_claims_total", frozenset({("kind", kind), ("of", "abandoned")})) in before
    assert ("tradecore_listener_lag_events", frozenset({("listener", "alerts")})) in queued

    def counted(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert counted("tradecore_http_requests_total", method="GET", route="/health", status="200") == 1
    assert counted("tradecore_http_requests_total", method="OTHER", route="none", status="401") == 1
    assert counted("tradecore_http_requests_total", method="GET", route="none", status="401") == 1
    assert counted("tradecore_job_attempts_total", kind="analysis", outcome="completed") >= 1
    assert counted("tradecore_job_claims_total", kind="analysis", of="new") >= 1
    assert counted("tradecore_job_start_seconds_count", kind="analysis") >= 1
    assert value(after, "tradecore_jobs_ended_total", kind="analysis", state="completed") >= 1
    calls = counted("tradecore_model_calls_total", provider="test", outcome="complete")
    assert calls > 5
    assert counted("tradecore_model_dollars_total", provider="test") == pytest.approx(0.01 * calls)
    assert counted("tradecore_model_tokens_total", provider="test", direction="output") == 100 * calls
    assert counted("tradecore_port_calls_total", port="market", method="bars", outcome="ok") > 0
    assert "a-secret-id" not in response.text
    assert "tc_secret" not in response.text
    assert "AAPL" not in response.text


async def test_a_store_that_cannot_be_read_leaves_what_the_process_knows(tmp_path: Path) -> None:
    async with assemble(read_settings(data=tmp_path, store="memory:", news="none")) as assembled:

        class Away:
            def snapshot(self) -> Any:
                raise Unavailable("The database cannot be reached.")

        away: Any = Away()
        async with scraped(evolve(assembled, store=away)) as metrics:
            samples = read((await metrics.get("/metrics")).text)
    assert value(samples, "tradecore_store_up") == 0
    assert not [name for name, _ in samples if name.startswith("tradecore_jobs")]
    assert value(samples, "process_cpu_seconds_total") > 0


async def test_the_port_of_metrics_serves_nothing_else_and_ends_with_its_process() -> None:
    address = f"127.0.0.1:{free_port()}"
    async with metrics_endpoint(address), httpx.AsyncClient(base_url=f"http://{address}") as client:
        assert (await client.get("/metrics")).status_code == 200
        head = await client.head("/metrics")
        assert (head.status_code, head.content) == (200, b"")
        assert (await client.post("/metrics")).status_code == 405
        assert (await client.get("/api/history")).status_code == 404
        with pytest.raises(Unavailable, match="TRADECORE_METRICS: nothing can listen"):
            async with metrics_endpoint(address):
                pass
    async with metrics_endpoint(address):
        pass
    with pytest.raises(Invalid, match="HOST:PORT"):
        async with metrics_endpoint("127.0.0.1:99999"):
            pass


def test_a_metric_has_one_name_and_says_what_it_means() -> None:
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)
    for metric in METRICS:
        assert metric.help.endswith("."), metric.name
        assert (metric.kind == "counter") == metric.name.endswith("_total"), metric.name
