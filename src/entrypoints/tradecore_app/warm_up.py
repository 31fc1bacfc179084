"""What a server does once before it is ready, since its first requests would otherwise wait for it."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from attrs import evolve

from tradecore.model.analysis_briefs import RULES, AnalysisBrief
from tradecore.model.errors import Refusal, Unavailable
from tradecore.model.estimates import RunTimes
from tradecore.model.ids import AnalysisId, SessionId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore.model.track_record import HistoryQuery
from tradecore.model.users import Caller
from tradecore.ports.limits import Rate
from tradecore.use_cases.launch import Limits, PreparedLaunch
from tradecore_app.assembly import Assembled
from tradecore_app.settings import parse_model

_NOBODY = Caller(UserId("nobody"))


async def warm_up(assembled: Assembled) -> None:
    """Open the connections of the store, and make the statements of the busiest routes known on each of them.

    Many connections are needed at once where many requests arrive at once, and the first statements on each take more
    than twice as long as later ones. Nothing is written. A store without such connections has nothing to open.
    """
    connections = getattr(assembled.store, "connections", 0)
    if connections:
        with suppress(Refusal):
            await assembled.limiter.peek("warm-up", Rate(1, timedelta(minutes=1)))
        await asyncio.gather(*(_use(assembled) for _ in range(connections)))


async def _use(assembled: Assembled) -> None:
    """What requests of nobody read, one after the other: those of several tasks use as many connections."""
    core, store, now = assembled.core, assembled.store, assembled.now()
    id = AnalysisId(_NOBODY.user)

    async def authenticate() -> None:
        async with store.read() as uow:
            await uow.users.session_and_user(SessionId(_NOBODY.user))

    async def launch(count: int) -> None:
        """Launches into a queue that is always full."""
        provider, model = parse_model(RULES)
        brief = AnalysisBrief(Symbol("AAPL"), AssetType.EQUITY, now.date(), tuple(Analyst), 1, model, provider)
        engine, brief = assembled.engines.resolve(brief)
        prepared = PreparedLaunch(brief, engine.label(brief), engine.plan(brief), None, None, RunTimes())
        full = evolve(core.launch_analysis, limits=Limits(0, 1))
        async with store.single_write() as uow:
            await full.queue(uow, [prepared] * count, _NOBODY.user, now)

    for call in (
        authenticate,
        lambda: core.get_account(by=_NOBODY),
        lambda: core.get_analysis_status(id, by=_NOBODY),
        lambda: core.get_analysis_result(id, by=_NOBODY),
        lambda: core.get_history(HistoryQuery(_NOBODY.user, now), by=_NOBODY),
        lambda: core.list_recommendations(by=_NOBODY),
        lambda: launch(1),
        lambda: launch(2),
    ):
        try:
            await call()
        except Unavailable:
            return  # the next one would wait for the database as long
        except Refusal:
            pass
