"""`tradecore analyze`: one analysis, shown live in a terminal or printed as JSON."""

import asyncio
from datetime import date

import rich_click as click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from tradecore.model.analysis_briefs import RULES, AnalysisBrief
from tradecore.model.ids import AnalysisId
from tradecore.model.market import AssetType
from tradecore.model.market import symbol as read_symbol
from tradecore.model.steps import Analyst
from tradecore_adapters import ambient
from tradecore_adapters.http.api import serializers
from tradecore_adapters.http.api.envelope import Succeeded
from tradecore_adapters.http.responses import json_bytes, utc
from tradecore_app.commands.acting import Remote
from tradecore_app.commands.arguments import Day, analysts_of, asset_type_of
from tradecore_app.display import ProgressDisplay, show_result
from tradecore_app.embed import Embedded, open_tradecore
from tradecore_app.settings import parse_model


@click.command()
@click.argument("symbol")
@click.option("--date", "day", type=Day(), help="Analyse as of this day, written as 2024-10-10; by default today.")
@click.option(
    "--asset-type",
    type=click.Choice([kind.value for kind in AssetType]),
    help="By default crypto for pairs such as BTC-USD, else equity.",
)
@click.option("--analysts", default=",".join(Analyst), show_default=True, help="Analysts that report, comma separated.")
@click.option("--depth", default=3, show_default=True, type=click.IntRange(1, 5), help="Rounds of debate.")
@click.option(
    "--risk-rounds",
    default=0,
    show_default=True,
    type=click.IntRange(0, 3),
    help="Rounds of a debate about the risk of the plan; 0 leaves it to the engine.",
)
@click.option("--model", help="rules, or PROVIDER:MODEL such as openai:gpt-5.4-mini; by default TRADECORE_MODEL.")
@click.option("--engine", help="Engine, such as desk or rules; by default TRADECORE_ENGINE.")
@click.option("--json", "as_json", is_flag=True, help="Print only the result, as the HTTP API returns it.")
@click.pass_obj
def analyze(
    remote: Remote,
    symbol: str,
    day: date | None,
    asset_type: str | None,
    analysts: str,
    depth: int,
    risk_rounds: int,
    model: str | None,
    engine: str | None,
    as_json: bool,
) -> None:
    """Analyse SYMBOL: show the progress, then the decision and the reports."""
    names = analysts_of(analysts)
    kind = asset_type or asset_type_of(symbol)
    server, email = remote
    if server:
        from tradecore_app.commands.remote import analyze_at, at_server

        provider, name = parse_model(model or RULES)
        brief = AnalysisBrief(
            read_symbol(symbol), AssetType(kind), day or ambient.now().date(), names, depth, name, provider, engine,
            risk_rounds=risk_rounds,
        )  # fmt: skip
        at_server(server, email, lambda client: analyze_at(client, brief, as_json=as_json))
        return

    async def run() -> None:
        async with open_tradecore() as desk:
            ticket = await desk.launch(
                symbol,
                day or desk.core.launch_analysis.now().date(),
                asset_type=kind,
                analysts=names,
                depth=depth,
                risk_rounds=risk_rounds,
                model=model,
                engine=engine,
            )
            if as_json:
                result = await desk.result(ticket.analysis)
                click.echo(json_bytes(Succeeded(True, serializers.result(result), utc(ambient.now()))))
                return
            console = Console()
            if ticket.notice:
                console.print(Text(ticket.notice, "yellow"))
            await _show(desk, ticket.analysis, console)

    asyncio.run(run())


async def _show(desk: Embedded, id: AnalysisId, console: Console) -> None:
    async with desk.core.watch_analysis(id, by=desk.caller, since=0) as watching:
        display = ProgressDisplay(watching.snapshot.brief, [progress.agent for progress in watching.snapshot.agents])
        with Live(display, console=console, refresh_per_second=12) as live:
            async for event in watching.events():
                display.update(event)
                live.refresh()
    if not console.is_terminal:
        console.print()  # a display that is not redrawn ends without a line break
    show_result(console, await desk.core.get_analysis_result(id, by=desk.caller))
