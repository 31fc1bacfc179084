"""Workers of another process are woken by the commits of a launch, without a queue that both share."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from servers import SettingOf
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller
from tradecore.ports.store import Store
from tradecore_app import worker
from tradecore_app.assembly import assemble
from tradecore_app.embed import running
from tradecore_app.settings import read_settings

ANN = Caller(UserId("ann"))
BRIEF = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.TECHNICAL,), 1, "m")


async def ended(store: Store, id: AnalysisId) -> bool:
    async with store.read() as uow:
        return (await uow.analyses.get(id)).ended


@pytest.mark.parametrize("relays", [True, False])
async def test_a_launch_in_one_process_wakes_the_worker_of_another(
    relays: bool, setting_of: SettingOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A worker that had to find the job by looking would do so after a minute only.
    monkeypatch.setattr(worker, "_POLL_INTERVAL", 60)
    async with setting_of("postgresql") as address:
        settings = read_settings(store=address, data=tmp_path)
        async with assemble(settings) as web, assemble(settings) as workers, running(workers, relays=relays):
            async with asyncio.timeout(40):
                for _ in range(3):
                    ticket = await web.core.launch_analysis(BRIEF, by=ANN)
                    while not await ended(web.store, ticket.analysis):
                        await web.store.wait_for_events(1)
