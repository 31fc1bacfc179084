"""`tradecore history`, `show` and `watch`: analyses that were launched before, here or over HTTP."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import rich_click as click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradecore.core import Tradecore
from tradecore.model.analyses import Analysis, AnalysisState
from tradecore.model.analysis_lists import AnalysisQuery
from tradecore.model.errors import NotReady
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import symbol
from tradecore.model.users import Caller
from tradecore_app.commands.acting import Remote, as_user, refuse_user
from tradecore_app.display import progress_line, show_result

if TYPE_CHECKING:
    from tradecore_adapters.client.models import Analysis as RemoteAnalysis

# How often the progress of an analysis is read, in seconds.
_POLL_INTERVAL = 0.5

_user = click.option(
    "--user", metavar="EMAIL", help="Owner of the analyses; by default the local user of the command line."
)


@click.command("history")
@click.option("--symbol", "ticker", help="Only this symbol.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200), help="How many to list.")
@_user
@click.pass_obj
def history(remote: Remote, ticker: str | None, limit: int, user: str | None) -> None:
    """List analyses in every state, newest first; `show` and `watch` take their ids."""
    server, email = remote
    only = None if ticker is None else symbol(ticker)
    if server:
        from tradecore_app.commands.remote import at_server

        refuse_user(user)
        listed = at_server(server, email, lambda client: client.analyses(symbol=only, limit=limit))
        _show_list(Console(), [_remote_row(analysis) for analysis in listed.analyses], listed.pagination.total)
        return
    query = AnalysisQuery(UserId(""), symbol=only, page_size=limit)
    page = as_user(user, lambda core, caller: core.list_analyses(query, by=caller))
    _show_list(Console(), [_row(analysis) for analysis in page.analyses], page.total)


@click.command("show")
@click.argument("id")
@_user
@click.pass_obj
def show(remote: Remote, id: str, user: str | None) -> None:
    """Show the result of the analysis ID, or how far it is."""
    server, email = remote
    if server:
        from tradecore_app.commands.remote import at_server, show_at

        refuse_user(user)
        at_server(server, email, lambda client: show_at(client, id.lower()))
        return

    async def read(core: Tradecore, caller: Caller) -> None:
        await _show(core, AnalysisId(id.lower()), caller)

    as_user(user, read)


@click.command("watch")
@click.argument("id")
@_user
@click.pass_obj
def watch(remote: Remote, id: str, user: str | None) -> None:
    """Show the progress of the analysis ID until it has ended, then its result."""
    server, email = remote
    if server:
        from tradecore_app.commands.remote import at_server, watch_at

        refuse_user(user)
        at_server(server, email, lambda client: watch_at(client, id.lower()))
        return

    async def follow(core: Tradecore, caller: Caller) -> None:
        seen = ""
        while True:
            analysis = (await core.get_analysis_status(AnalysisId(id.lower()), by=caller)).analysis
            if (line := progress_line(analysis.percent, analysis.state, analysis.current_agent or "")) != seen:
                click.echo(line)
                seen = line
            if analysis.ended:
                break
            await asyncio.sleep(_POLL_INTERVAL)
        await _show(core, analysis.id, caller)

    as_user(user, follow)


async def _show(core: Tradecore, id: AnalysisId, caller: Caller) -> None:
    try:
        result = await core.get_analysis_result(id, by=caller)
    except NotReady as error:
        click.echo(str(error))
        return
    show_result(Console(), result)


def _row(analysis: Analysis) -> Sequence[str]:
    state, decision = str(analysis.state), analysis.decision
    if analysis.state is AnalysisState.RUNNING:
        state = f"{state} {analysis.percent} %"
    view = f"{decision.action} {decision.confidence:f}/10" if decision else ""
    return str(analysis.brief.as_of), analysis.brief.symbol, state, view, analysis.id


def _remote_row(analysis: "RemoteAnalysis") -> Sequence[str]:
    state = f"running {analysis.progress} %" if analysis.status == "running" else str(analysis.status)
    view = f"{analysis.action} {analysis.confidence:f}/10" if analysis.action else ""
    return str(analysis.date), analysis.symbol, state, view, analysis.id


# The columns of the list in full: an id that is cut off is of no use.
_LIST_WIDTH = 90


def _show_list(console: Console, rows: Sequence[Sequence[str]], total: int) -> None:
    if not rows:
        console.print("There are no analyses yet; `tradecore analyze NVDA` makes one.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="dim")
    for name in ("day", "symbol", "state", "decision", "id"):
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console.width = max(console.width, _LIST_WIDTH)
    console.print(table)
    if total > len(rows):
        console.print(Text(f"The newest {len(rows)} of {total} analyses.", "dim"))
