"""`tradecore migrate` and `tradecore doctor`: is everything in order?"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import rich_click as click

from tradecore.engines.desk.lookahead import look_ahead
from tradecore.model.analyses import AnalysisBrief
from tradecore.model.errors import Refusal, Unavailable
from tradecore.model.ids import OrderId
from tradecore.model.market import symbol
from tradecore.model.steps import Analyst
from tradecore_app.assembly import MARKETS, Assembled, assemble, chosen
from tradecore_app.commands.asking import Day, asset_type_of
from tradecore_app.models import who_thinks
from tradecore_app.servers import check_redis
from tradecore_app.settings import read_settings


@click.command()
def migrate() -> None:
    """Bring the store's schema up to date; safe to run at any time and by several processes at once."""

    async def run() -> None:
        async with assemble(read_settings()) as assembled:
            await assembled.store.check()

    asyncio.run(run())
    click.echo("The store's schema is up to date.")


@click.command()
@click.option(
    "--lookahead",
    nargs=2,
    metavar="SYMBOL DATE",
    help="Prove that an analysis of SYMBOL as of DATE sees nothing later: poison the future, demand the same evidence.",
)
def doctor(lookahead: tuple[str, str] | None) -> None:
    """Check that everything that is configured works; exit code 1 if something does not."""
    if not asyncio.run(_look_ahead(*lookahead) if lookahead else _examine()):
        sys.exit(1)


async def _examine() -> bool:
    settings = read_settings()
    well = True

    async def check(what: str, of: Callable[[], Awaitable[str]]) -> None:
        nonlocal well
        try:
            click.echo(f"  ok    {what}: {await of()}")
        except Refusal as refusal:
            well = False
            click.echo(f"  FAIL  {what}: {refusal}")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Assembled | None]:
        try:
            async with assemble(settings) as assembled:
                yield assembled
        except Refusal as refusal:
            click.echo(f"  FAIL  start: {refusal}")
            yield None

    async with opened() as assembled:
        if assembled is None:
            return False

        async def store() -> str:
            await assembled.store.check()
            return f"{settings.store.partition(':')[0]}, readable and writable"

        async def market() -> str:
            make, rest = chosen(MARKETS, "MARKET", settings.market)
            names = await make(settings, rest).symbols()
            shown = ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")
            return f"{settings.market} has {len(names)} symbols: {shown}"

        async def redis(address: str) -> str:
            await check_redis(address)
            return f"{address.partition(':')[0]}, answers"

        async def secret() -> str:
            if settings.secret:
                return "TRADECORE_SECRET is set"
            if not settings.stream.startswith("memory:"):
                raise Unavailable("Several machines need the same secret; set TRADECORE_SECRET on all of them.")
            return f"generated, kept in {settings.data}"

        async def model() -> str:
            return who_thinks(assembled.desk.router, settings)

        async def broker() -> str:
            asked = assembled.core.execute_recommendation.broker
            await asked.find(OrderId("tradecore-doctor"))
            switched = "on" if settings.trading else "off"
            return f"{asked.name}, can be asked about orders; trading is switched {switched}"

        async def news() -> str:
            known = await assembled.core.list_sources()
            failing = [each.id for each in known if each.state.failures]
            keys = [key for key in await assembled.core.list_keys() if key.revoked_at is None]
            ill = f", {len(failing)} of them failing: {', '.join(failing)}" if failing else ""
            own = ", and API_KEY" if settings.api_key else ""
            return f"{len(known)} sources{ill}; keys to the news API: {len(keys)} named{own}"

        await check("store", store)
        for what, address in (("queue", settings.queue), ("stream", settings.stream), ("limits", settings.limits)):
            if not address.startswith("memory:"):
                await check(what, partial(redis, address))
        await check("market", market)
        await check("broker", broker)
        await check("signing secret", secret)
        await check("desk", model)
        await check("news", news)
    return well


async def _look_ahead(ticker: str, day: str) -> bool:
    brief = AnalysisBrief(
        symbol=symbol(ticker),
        asset_type=asset_type_of(ticker),
        as_of=Day().convert(day, None, None),
        analysts=tuple(Analyst),
        depth=1,
        model="none",
    )
    async with assemble(read_settings()) as assembled:
        found = await look_ahead(assembled.sources, brief)
    click.echo(f"Evidence of {found.symbol} as of {found.as_of}: {found.honest}")
    click.echo(f"The same with a poisoned future:      {found.poisoned}")
    for each in found.revised:
        click.echo(f"The source tells {each} otherwise when it is asked a month later.")
    click.echo("No look-ahead." if found.held else "Something later than the day asked about has entered.")
    return found.held
