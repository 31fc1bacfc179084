"""`tradecore news`: what is new to somebody, and visiting the sources at once."""

import asyncio

import rich_click as click
from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Table

from tradecore.ports.news import Outcome
from tradecore_adapters.news.sample import SAMPLE
from tradecore_app.assembly import assemble
from tradecore_app.commands.sources import ailment
from tradecore_app.embed import open_tradecore
from tradecore_app.press import example_report
from tradecore_app.settings import read_settings

_SAID = {
    Outcome.FRESH: "read",
    Outcome.UNCHANGED: "unchanged",
    Outcome.NOT_DUE: "not due yet",
    Outcome.FAILED: "failed",
}

_NOTHING_READ = (
    "No source of current news is read yet, only the sample, whose news are of 2024 and 2025. "
    "Add a feed: `tradecore sources add URL`."
)
_EXAMPLE = "For example, this is what the sample's last months would have told, had anybody asked then:"


@click.group(invoke_without_command=True)
@click.option("--hours", default=24, show_default=True, type=click.IntRange(1), help="How far to look back.")
@click.option("--user", default="me", show_default=True, help="Who is told each thing once.")
@click.pass_context
def news(context: click.Context, hours: int, user: str) -> None:
    """Tell USER what is new in the last HOURS, each thing once; Markdown when it is not shown in a terminal."""
    if context.invoked_subcommand is not None:
        return

    async def run() -> tuple[str, bool]:
        async with open_tradecore() as desk:
            await desk.core.gather_news()
            nothing_read = [each.id for each in await desk.core.list_sources()] == [SAMPLE]
            return (await desk.digest(hours, user)).markdown, nothing_read

    markdown, nothing_read = asyncio.run(run())
    console = Console()
    if not console.is_terminal:
        click.echo(markdown, nl=False)
        if nothing_read:
            click.echo(_NOTHING_READ, err=True)
        return
    console.print(Markdown(markdown, hyperlinks=True))
    if nothing_read:
        console.print(Markdown(f"---\n\n{_NOTHING_READ} {_EXAMPLE}\n\n{example_report()}"))


@news.command()
@click.option("--due", is_flag=True, help="Only sources whose time has come.")
def fetch(due: bool) -> None:
    """Visit all sources now."""

    async def run() -> None:
        async with assemble(read_settings()) as assembled:
            visits = await assembled.core.gather_news(force=not due)
        table = Table(box=None)
        for title in ("Source", "Visit", "New items", ""):
            table.add_column(title)
        for visit in visits:
            table.add_row(
                escape(visit.subscription.id),
                _SAID[visit.outcome],
                str(visit.added),
                escape(ailment(visit.subscription)),
            )
        Console().print(table if visits else "No source is due.")

    asyncio.run(run())
