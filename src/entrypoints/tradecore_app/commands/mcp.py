"""`tradecore mcp`: the Model Context Protocol on standard input and output, for programs that start this one."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any

import httpx2
import rich_click as click
from attrs import evolve

from tradecore import __version__
from tradecore.model.errors import Unavailable
from tradecore.model.users import Caller, Scope
from tradecore.ports.ambient import Now
from tradecore_adapters import ambient
from tradecore_adapters.client import AsyncClient
from tradecore_app.assembly import assemble
from tradecore_app.commands.acting import Remote, caller_of, refuse_user
from tradecore_app.settings import read_settings


@click.command()
@click.option("--trade", is_flag=True, help="Offer the tools that execute and reject recommendations.")
@click.option("--user", metavar="EMAIL", help="On behalf of whom; by default the local user of the command line.")
@click.pass_obj
def mcp(remote: Remote, trade: bool, user: str | None) -> None:
    """Serve the Model Context Protocol on standard input and output, with a worker in this process.

    With --server, it acts at that server, and the scopes of the token in TRADECORE_PASSWORD decide what it may do.
    """
    if find_spec("mcp") is None:
        raise Unavailable("The Model Context Protocol needs an extra: pip install 'tradecore[mcp]'.")
    from tradecore_app.logs import configure_logs

    configure_logs()
    server, email = remote
    if server:
        from tradecore_app.commands.remote import at_server

        refuse_user(user)
        if trade:
            raise click.UsageError(
                "--trade is for the store of this machine; with --server, the scopes of a token decide."
            )
        at_server(server, email, _serve)
        return
    scopes = (Scope.READ, Scope.LAUNCH, *((Scope.TRADE,) if trade else ()))
    asyncio.run(_serve_embedded(user, scopes))


async def _serve_embedded(user: str | None, scopes: tuple[Scope, ...]) -> None:
    from tradecore_app.embed import running
    from tradecore_app.web import build_app, build_live

    async with assemble(read_settings()) as assembled, running(assembled):
        caller = evolve(await caller_of(assembled, user), scopes=scopes)

        async def authenticate(token: str) -> Caller:
            return caller

        # Nobody else reaches this application: it has no address.
        anyone: Any = authenticate
        core = evolve(assembled.core, authenticate=anyone, authenticate_api_key=anyone)
        private = evolve(assembled, core=core)
        app: Any = build_app(private, build_live(private))
        transport = httpx2.ASGITransport(app=app)
        host = next(iter(assembled.settings.http.hosts), "localhost")
        async with AsyncClient(f"https://{host}", token=caller.user, transport=transport) as client:
            await _serve(client, scopes, private.now)


async def _serve(client: AsyncClient, scopes: Collection[str] | None = None, now: Now = ambient.now) -> None:
    """Serve until standard input ends; without `scopes`, the account of the client has them."""
    from mcp.server.stdio import stdio_server

    from tradecore_adapters.mcp.server import build_server

    @asynccontextmanager
    async def connect(context: Any) -> AsyncIterator[AsyncClient]:
        yield client

    async def scopes_of(context: Any) -> Collection[str]:
        return (await client.account()).user.scopes if scopes is None else scopes

    protocol = build_server(connect, scopes_of, __version__, lambda: now().date())
    async with stdio_server() as (read, write):
        await protocol.run(read, write, protocol.create_initialization_options())
