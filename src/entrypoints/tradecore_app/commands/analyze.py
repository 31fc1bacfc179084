"""`tradecore analyze`: one analysis, from the question to the reports, in a terminal or as JSON."""

import asyncio
from datetime import date, datetime

import rich_click as click
from rich.console import Console
from rich.live import Live
from tradecore_adapters.http.api.presenters import results_body

from tradecore.model.ids import AnalysisId
from tradecore.model.market import AssetType
from tradecore.model.steps import Analyst
from tradecore_adapters import ambient
from tradecore_app.display import DeskAtWork, show_result
from tradecore_app.embed import Embedded, open_tradecore


class Day(click.ParamType):
    """A calendar day, as 2024-10-10."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it, or say how it is written."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2024-10-10.", param, ctx)


@click.command()
@click.argument("symbol")
@click.option("--date", "day", type=Day(), help="Analyse as of this day; by default today.")
@click.option(
    "--asset-type", type=click.Choice(list(AssetType)), help="By default crypto for pairs such as BTC-USD, else equity."
)
@click.option("--analysts", default=",".join(Analyst), show_default=True, help="Who reports, comma separated.")
@click.option("--depth", default=3, show_default=True, type=click.IntRange(1, 5), help="Rounds of debate.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as the HTTP API would, and nothing else.")
def analyze(symbol: str, day: date | None, asset_type: str | None, analysts: str, depth: int, as_json: bool) -> None:
    """Analyse SYMBOL: the desk at work, then its decision and reports."""
    names = tuple(name.strip() for name in analysts.split(",") if name.strip())
    unknown = [name for name in names if name not in list(Analyst)]
    if unknown or not names or len(set(names)) < len(names):
        raise click.BadParameter(
            f"name each of {', '.join(Analyst)} at most once, and at least one.", param_hint="--analysts"
        )
    kind = asset_type or (AssetType.CRYPTO if "-" in symbol or "/" in symbol else AssetType.EQUITY)

    async def run() -> None:
        async with open_tradecore() as desk:
            ticket = await desk.launch(
                symbol, day or ambient.now().date(), asset_type=kind, analysts=names, depth=depth
            )
            if as_json:
                result = await desk.result(ticket.analysis)
                click.echo(results_body(result, at=ambient.now()))
                return
            console = Console()
            await _show(desk, ticket.analysis, console)

    asyncio.run(run())


async def _show(desk: Embedded, id: AnalysisId, console: Console) -> None:
    async with desk.core.watch_analysis(id, by=desk.caller, since=0) as watching:
        at_work = DeskAtWork(watching.snapshot)
        with Live(at_work, console=console, refresh_per_second=12) as live:
            async for event in watching.events():
                at_work.hear(event)
                live.refresh()
    show_result(console, await desk.core.result_of(id, by=desk.caller))
