"""What the processes of a cluster say at /metrics over a run, added up as Prometheus does it."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping

import httpx
from attrs import define, field
from prometheus_client.parser import text_string_to_metric_families

from chaos.cluster import Cluster, Node

# How often to scrape, and how long a scrape may take, in seconds.
_INTERVAL, _TIMEOUT = 0.5, 5.0
Labels = frozenset[tuple[str, str]]
Samples = dict[tuple[str, Labels], float]


@define(eq=False)
class Scraper:
    """Sums the counters of all processes; what a killed one counted since its last scrape is lost, as it always is."""

    cluster: Cluster
    sums: Counter[tuple[str, Labels]] = field(factory=Counter)
    store: Samples = field(factory=dict)
    _last: dict[str, Samples] = field(factory=dict)

    async def watch(self) -> None:
        """Scrape all processes again and again, until cancelled."""
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            while True:
                await self._scrape_all(client)
                await asyncio.sleep(_INTERVAL)

    async def finish(self) -> None:
        """Scrape all processes once more."""
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            await self._scrape_all(client)

    def by(self, name: str, label: str) -> dict[str, int]:
        """The sums of a counter by one of its labels, without those that are 0."""
        return _by(self.sums, name, label)

    def stored(self, name: str, label: str) -> dict[str, int]:
        """What the store said last of a metric that is the same in all processes, by one of its labels."""
        return _by(self.store, name, label)

    def lines(self) -> Iterator[str]:
        """What the metrics say about the run."""
        yield f"jobs ended: {_text(self.stored('tradecore_jobs_ended_total', 'state'))}"
        yield f"attempts that began: {_text(self.by('tradecore_job_claims_total', 'of'))}"
        yield f"attempts that ended: {_text(self.by('tradecore_job_attempts_total', 'outcome'))}"
        yield f"responses: {_text(self.by('tradecore_http_requests_total', 'status'))}"
        yield f"model calls: {_text(self.by('tradecore_model_calls_total', 'outcome'))}"
        failures = self.by("tradecore_port_calls_total", "outcome")
        yield f"calls of what is outside: {_text(failures)}"
        yield f"at the end: {_text(self.stored('tradecore_jobs', 'state'))} jobs"

    async def _scrape_all(self, client: httpx.AsyncClient) -> None:
        await asyncio.gather(*(self._scrape(client, node) for node in self.cluster.nodes))

    async def _scrape(self, client: httpx.AsyncClient, node: Node) -> None:
        try:
            response = await client.get(f"http://127.0.0.1:{node.metrics_port}/metrics")
        except httpx.TransportError:
            return
        counters, gauges = _read(response.text)
        last = self._last.get(node.name, {})
        for key, value in counters.items():
            # A smaller value is that of a new process.
            self.sums[key] += round(value - last.get(key, 0) if value >= last.get(key, 0) else value)
        self._last[node.name] = counters
        self.store.update(gauges)


def _read(text: str) -> tuple[Samples, Samples]:
    """The counters of a process, and what its store says."""
    counters: Samples = {}
    store: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name.startswith("tradecore_jobs"):
                store[sample.name, frozenset(sample.labels.items())] = sample.value
            elif family.type == "counter" and sample.name.endswith("_total"):
                counters[sample.name, frozenset(sample.labels.items())] = sample.value
    return counters, store


def _by(samples: Mapping[tuple[str, Labels], float], name: str, label: str) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for (sample, labels), value in samples.items():
        if sample == name:
            sums[dict(labels)[label]] += round(value)
    return {text: number for text, number in sorted(sums.items()) if number}


def _text(sums: Mapping[str, int]) -> str:
    return ", ".join(f"{text} {number}" for text, number in sums.items()) or "0"
