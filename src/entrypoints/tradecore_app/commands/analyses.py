"""`tradecore history`, `show` and `watch`: analyses that were launched before, here or over HTTP."""

import asyncio

import rich_click as click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradecore.core import Tradecore
from tradecore.model.analyses import Analysis, AnalysisState
from tradecore.model.analysis_lists import AnalysisPage, AnalysisQuery
from tradecore.model.errors import NotReady
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import symbol
from tradecore.model.users import Caller
from tradecore_app.commands.acting import as_user
from tradecore_app.display import show_result

# How often the progress of an analysis is read, in seconds.
_POLL_INTERVAL = 0.5

_user = click.option(
    "--user", metavar="EMAIL", help="Owner of the analyses; by default the local user of the command line."
)


@click.command("history")
@click.option("--symbol", "ticker", help="Only this symbol.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200), help="How many to list.")
@_user
def history(ticker: str | None, limit: int, user: str | None) -> None:
    """List analyses in every state, newest first; `show` and `watch` take their ids."""
    only = None if ticker is None else symbol(ticker)
    query = AnalysisQuery(UserId(""), symbol=only, page_size=limit)
    page = as_user(user, lambda core, caller: core.list_analyses(query, by=caller))
    _show_list(Console(), page)


@click.command("show")
@click.argument("id")
@_user
def show(id: str, user: str | None) -> None:
    """Show the result of the analysis ID, or how far it is."""

    async def read(core: Tradecore, caller: Caller) -> None:
        await _show(core, AnalysisId(id.lower()), caller)

    as_user(user, read)


@click.command("watch")
@click.argument("id")
@_user
def watch(id: str, user: str | None) -> None:
    """Show the progress of the analysis ID until it has ended, then its result."""

    async def follow(core: Tradecore, caller: Caller) -> None:
        seen = ""
        while True:
            analysis = (await core.get_analysis_status(AnalysisId(id.lower()), by=caller)).analysis
            if (line := _progress(analysis)) != seen:
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


def _progress(analysis: Analysis) -> str:
    agent = (analysis.current_agent or "").replace("_", " ")
    return f"{analysis.percent:3} %  {analysis.state}  {agent}".rstrip()


def _show_list(console: Console, page: AnalysisPage) -> None:
    if not page.analyses:
        console.print("There are no analyses yet; `tradecore analyze NVDA` makes one.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="dim")
    for name in ("day", "symbol", "state", "decision", "id"):
        table.add_column(name, no_wrap=True)
    for analysis in page.analyses:
        state = str(analysis.state)
        if analysis.state is AnalysisState.RUNNING:
            state = f"{state} {analysis.percent} %"
        decision = analysis.decision
        said = f"{decision.action} {decision.confidence:f}/10" if decision else ""
        table.add_row(str(analysis.brief.as_of), analysis.brief.symbol, state, said, analysis.id)
    console.print(table)
    if page.total > len(page.analyses):
        console.print(Text(f"The newest {len(page.analyses)} of {page.total} analyses.", "dim"))
