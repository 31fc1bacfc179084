"""An installation on live prices: few requests, and a true sentence in time when the source does not answer."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tradecore.model.errors import Invalid, Refusal
from tradecore_adapters import ambient
from tradecore_app.embed import Embedded, open_tradecore
from vendors.server import FAULTS, VendorServer
from vendors.yahoo import Instrument, Walk, Yahoo

FIGURES = Path(__file__).parents[2] / "data/sec"
# A launch and its failure, with the two seconds for which a launch waits and the deadline of a request.
_LONGEST = 12.0


@pytest.fixture
async def live() -> AsyncIterator[VendorServer]:
    """Yahoo today."""
    now = ambient.now()
    first, last = now.date() - timedelta(days=700), now.date() - timedelta(days=1)
    known = {name: Instrument(Walk(first, last).bars(), name=f"{name} Inc") for name in ("NVDA", "SPY")}
    async with VendorServer(Yahoo(known, now)).serving() as server:
        yield server


@asynccontextmanager
async def installation(folder: Path, base: str) -> AsyncIterator[Embedded]:
    async with open_tradecore(data=folder, market=f"yahoo:{base}", news="none:", user="ann") as opened:
        yield opened


@pytest.mark.slow
async def test_twenty_launches_of_one_symbol_make_two_requests_in_all_processes(
    live: VendorServer, tmp_path: Path
) -> None:
    day = ambient.now().date()
    async with installation(tmp_path, live.base) as desk, asyncio.timeout(100):
        tickets = await asyncio.gather(*(desk.launch("nvda", day, model="rules") for _ in range(20)))
        results = [await desk.result(ticket.analysis) for ticket in tickets]
    assert {result.decision.action for result in results}
    assert len(live.requests) == 2
    async with installation(tmp_path, live.base) as desk, asyncio.timeout(60):
        await desk.result((await desk.launch("NVDA", day, model="rules")).analysis)
    assert len(live.requests) == 2


@pytest.mark.parametrize("ago", [0, 600])
async def test_an_analysis_with_company_figures_asks_once_for_each_series(
    live: VendorServer, tmp_path: Path, ago: int
) -> None:
    day = ambient.now().date() - timedelta(days=ago)
    async with (
        open_tradecore(
            data=tmp_path, market=f"yahoo:{live.base}", fundamentals=f"files:{FIGURES}", news="none:", user="ann"
        ) as desk,
        asyncio.timeout(60),
    ):
        result = await desk.result((await desk.launch("NVDA", day, model="rules")).analysis)
    assert any("NVIDIA" in piece.statement for piece in result.evidence)
    charts = [request.path.rpartition("/")[2] for request in live.requests]
    assert sorted(charts) == ["NVDA", "SPY"]


@pytest.mark.slow
@pytest.mark.parametrize("fault", [*sorted(FAULTS), "unreachable"])
async def test_each_failure_ends_an_analysis_with_its_sentence_in_time(
    live: VendorServer, tmp_path: Path, fault: str
) -> None:
    base = live.base
    if fault == "unreachable":
        async with VendorServer(lambda request: FAULTS["empty"]).serving() as closed:
            base = closed.base
    else:
        live.fault = FAULTS[fault]
    async with installation(tmp_path, base) as desk, asyncio.timeout(60):
        begun = time.monotonic()
        ticket = await desk.launch("NVDA", ambient.now().date(), model="rules")
        with pytest.raises(Refusal, match="Yahoo Finance"):
            await desk.result(ticket.analysis)
        assert time.monotonic() - begun < _LONGEST
        status = await desk.core.get_analysis_status(ticket.analysis, by=desk.caller)
        assert status.analysis.decision is None
        assert str(status.analysis.error).startswith("Yahoo Finance ")


async def test_an_unknown_symbol_is_refused_at_the_launch(live: VendorServer, tmp_path: Path) -> None:
    async with installation(tmp_path, live.base) as desk:
        begun = time.monotonic()
        for _ in range(3):
            with pytest.raises(Invalid, match=r"Yahoo Finance has no NVDX; .* Did you mean NVDA\?"):
                await desk.launch("NVDX", ambient.now().date(), model="rules")
        assert time.monotonic() - begun < 2
    assert len(live.requests) == 2
