"""A suspect in a process of its own: only the death of that process counts against it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from attrs import evolve

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Unavailable
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import MAX_CRASHES, Job, JobState
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller
from tradecore.use_cases.run import Crashed, JobClaim
from tradecore_app import isolated_runner
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.settings import read_settings

ANN = Caller(UserId("ann"))
BRIEF = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.TECHNICAL,), 1, "m")
NODE = Path(__file__).parents[2] / "chaos/node.py"


@pytest.fixture
async def assembled(tmp_path: Path) -> AsyncIterator[Assembled]:
    async with assemble(read_settings(data=str(tmp_path))) as assembled:
        yield assembled


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file; processes of one job begin to collect evidence once it exists."""
    gate = tmp_path / "gate"
    monkeypatch.setattr(isolated_runner, "COMMAND", (sys.executable, "-P", str(NODE), "isolated job"))
    monkeypatch.setenv("CHAOS_GATE", str(gate))
    return gate


async def suspect(assembled: Assembled) -> JobClaim:
    """A claim of an analysis of which one more crash is the last."""
    ticket = await assembled.core.launch_analysis(BRIEF, by=ANN)
    at_once = evolve(assembled.core.claim_job, lease=timedelta(0))
    for number in range(MAX_CRASHES - 1):
        await at_once(f"gone {number}")
    claim = await assembled.core.claim_job("w", only=JobId(ticket.analysis))
    assert claim
    assert claim.job.suspect
    return claim


async def stored(assembled: Assembled, claim: JobClaim) -> Job:
    async with assembled.store.read() as uow:
        return await uow.jobs.get(claim.job.id)


async def test_a_suspect_is_completed_by_a_process_of_its_own_and_never_starts_in_its_worker(
    assembled: Assembled,
) -> None:
    claim = await suspect(assembled)
    await assembled.core.run_job(claim, isolated=assembled.isolated)
    job = await stored(assembled, claim)
    assert (job.state, job.attempt) == (JobState.COMPLETED, claim.job.attempt)


async def test_the_death_of_its_process_is_the_last_crash_and_that_of_its_worker_is_none(
    assembled: Assembled, gate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAOS_POISON", BRIEF.symbol)
    claim = await suspect(assembled)
    assert claim.job.lease
    assert claim.job.crashes(at=claim.job.lease.until, steps=0) == claim.job.crashed_attempts
    await assembled.core.run_job(claim, isolated=assembled.isolated)
    job = await stored(assembled, claim)
    assert (job.state, len(job.crashed_attempts)) == (JobState.FAILED, MAX_CRASHES)
    assert job.error == "The process that ran this died 3 times, so it is not tried again."


async def test_a_process_ends_with_the_run_that_started_it(
    assembled: Assembled, gate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = asyncio.Queue[asyncio.subprocess.Process]()
    start = asyncio.create_subprocess_exec

    async def record(*command: str, **pipes: int) -> asyncio.subprocess.Process:
        process = await start(*command, **pipes)
        started.put_nowait(process)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", record)
    claim = await suspect(assembled)
    running = asyncio.create_task(assembled.core.run_job(claim, isolated=assembled.isolated))
    process = await started.get()
    running.cancel()
    await asyncio.wait({running})
    assert process.returncode == -signal.SIGKILL
    assert await stored(assembled, claim) == claim.job


async def test_a_process_ends_when_its_worker_is_gone(assembled: Assembled, gate: Path) -> None:
    claim = await suspect(assembled)
    read_end, write_end = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *isolated_runner.COMMAND, stdin=read_end, stdout=asyncio.subprocess.PIPE
    )
    os.close(read_end)
    os.write(write_end, isolated_runner.task(assembled.settings, None, claim))
    assert process.stdout
    assert await process.stdout.readline() == isolated_runner.BEGUN
    os.close(write_end)
    assert await process.wait() == 1


async def test_a_process_that_cannot_begin_is_no_crash(assembled: Assembled, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = await suspect(assembled)
    monkeypatch.setattr(isolated_runner, "COMMAND", (sys.executable, "-c", "exit(1)"))
    assert assembled.isolated
    with pytest.raises(Unavailable, match="could not begin"):
        await assembled.isolated(claim)
    await assembled.core.run_job(claim, isolated=assembled.isolated)
    job = await stored(assembled, claim)
    assert (job.state, job.failures, job.crashed_attempts) == (JobState.QUEUED, 1, claim.job.crashed_attempts)


async def test_a_process_that_dies_after_it_began_has_crashed(
    assembled: Assembled, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = await suspect(assembled)
    monkeypatch.setattr(isolated_runner, "COMMAND", (sys.executable, "-c", "print('begun', flush=True); exit(1)"))
    assert assembled.isolated
    with pytest.raises(Crashed):
        await assembled.isolated(claim)
