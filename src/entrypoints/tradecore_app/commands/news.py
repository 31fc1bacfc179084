"""`tradecore news`: print what is new to a user, and fetch the sources."""

import asyncio

import rich_click as click
from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Table

from tradecore.model.news import Interests
from tradecore.ports.news import FetchStatus
from tradecore_adapters.news.sample import SAMPLE
from tradecore_app.assembly import assemble
from tradecore_app.commands.sources import problem_of
from tradecore_app.embed import open_tradecore
from tradecore_app.news_sources import example_report
from tradecore_app.settings import read_settings

_STATUS_WORDS = {
    FetchStatus.FRESH: "read",
    FetchStatus.UNCHANGED: "unchanged",
    FetchStatus.NOT_DUE: "not due yet",
    FetchStatus.FAILED: "failed",
}

_NOTHING_READ = (
    "No source of current news is read yet, only the sample, whose news are of 2024 and 2025. "
    "Add a feed: `tradecore sources add URL`."
)
_EXAMPLE = "For example, this is the report of the last months of the sample, as of its newest item:"


@click.group(invoke_without_command=True)
@click.option("--hours", default=24, show_default=True, type=click.IntRange(1), help="How far to look back.")
@click.option("--user", default="me", show_default=True, help="Who is told each thing once.")
@click.option("--about", multiple=True, metavar="NAME", help="Only stories about this name or ticker; repeatable.")
@click.option("--category", multiple=True, metavar="NAME", help="Only stories of this section; repeatable.")
@click.option("--without", multiple=True, metavar="WORD", help="No stories with this word in a headline; repeatable.")
@click.option("--stories", type=click.IntRange(1), metavar="COUNT", help="The most new stories.")
@click.pass_context
def news(
    context: click.Context,
    hours: int,
    user: str,
    about: tuple[str, ...],
    category: tuple[str, ...],
    without: tuple[str, ...],
    stories: int | None,
) -> None:
    """Tell USER what is new in the last HOURS, each thing once; Markdown when it is not shown in a terminal."""
    if context.invoked_subcommand is not None:
        return

    interests = Interests(
        assets=about or None, categories=category or None, excluded_words=without or None, max_stories=stories
    )

    async def run() -> tuple[str, bool]:
        async with open_tradecore() as desk:
            await desk.core.gather_news()
            nothing_read = [source.id for source in await desk.core.list_sources()] == [SAMPLE]
            return (await desk.digest(hours, user, interests=interests)).markdown, nothing_read

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
    """Fetch all sources now."""

    async def run() -> None:
        async with assemble(read_settings()) as assembled:
            results = await assembled.core.gather_news(force=not due)
        table = Table(box=None)
        for title in ("Source", "Visit", "New items", ""):
            table.add_column(title)
        for result in results:
            table.add_row(
                escape(result.subscription.id),
                _STATUS_WORDS[result.status],
                str(result.added),
                escape(problem_of(result.subscription)),
            )
        Console().print(table if results else "No source is due.")

    asyncio.run(run())
