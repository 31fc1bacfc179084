"""A comparison whose worker is killed goes on over the same evidence, and pays for nothing twice."""

import asyncio
import os
import signal
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.ids import ComparisonId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore_app.embed import open_tradecore
from trading_agents import FrameworkModel, SharedModel, interpreter

BRIEF = AnalysisBrief(
    Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.TECHNICAL,), 1, "any-model", "test"
)
ENGINES = ("desk", "rules", "tradingagents")


async def _launch_and_hang() -> None:
    """What the worker does that is killed: both engines with a model are in the middle."""
    model = SharedModel(FrameworkModel(), most=(4, 5))
    async with open_tradecore(model=model, lease_seconds=2) as desk:
        ticket = await desk.core.launch_comparison(BRIEF, ENGINES, by=desk.caller)
        await model.hanging.wait()
        evidence = (await desk.core.get_comparison(ticket.comparison, by=desk.caller)).comparison.evidence
        assert evidence
        sys.stdout.write(f"{ticket.comparison} {evidence.digest}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


@pytest.mark.endurance
async def test_the_next_worker_finishes_each_engine_where_it_was(tmp_path: Path) -> None:
    python, tests = interpreter("tradingagents-stand-in"), Path(__file__).parents[2]
    victim = await asyncio.create_subprocess_exec(
        sys.executable, __file__, stdout=asyncio.subprocess.PIPE,
        env={
            **os.environ, "TRADECORE_DATA": str(tmp_path), "PYTHONPATH": str(tests),
            "TRADECORE_TRADINGAGENTS_PYTHON": str(python),
        },
    )  # fmt: skip
    try:
        assert victim.stdout
        async with asyncio.timeout(100):
            id, digest = (await victim.stdout.readline()).decode().split()
    finally:
        victim.send_signal(signal.SIGKILL)
        await victim.wait()
    model = SharedModel(FrameworkModel())
    reopened = open_tradecore(model=model, tradingagents_python=str(python), data=tmp_path, lease_seconds=2)
    async with reopened as desk, asyncio.timeout(100):
        view: Any = await desk.core.get_comparison(ComparisonId(id), by=desk.caller)
        for engine in view.comparison.engines:
            async for _ in desk.follow(engine.analysis):
                pass
        view = await desk.core.get_comparison(ComparisonId(id), by=desk.caller)
    assert [answer.analysis.state for answer in view.answers] == ["completed"] * 3
    assert view.comparison.evidence.digest == digest
    assert {answer.steps[0].digest for answer in view.answers} == {digest}
    # One report, bull, bear, judge, trader and risk manager; TradingAgents takes ten calls.
    assert (model.prompts, model.asked) == (6 - 4, 10 - 5)
    assert [answer.usage.calls for answer in view.answers] == [6, 0, 10]
    assert view.cost == Decimal("0.16")


if __name__ == "__main__":
    asyncio.run(_launch_and_hang())
