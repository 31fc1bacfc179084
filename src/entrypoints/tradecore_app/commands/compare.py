"""`tradecore compare`: the same analysis by several engines, followed live and shown side by side."""

import asyncio
from datetime import date
from decimal import Decimal

import msgspec
import rich_click as click
from rich.console import Console

from tradecore.model.analyses import AgentBegan, AgentFinished
from tradecore.model.analysis_briefs import RULES, AnalysisBrief
from tradecore.model.ids import AnalysisId
from tradecore.model.market import AssetType
from tradecore.model.market import symbol as read_symbol
from tradecore.model.steps import Analyst
from tradecore.ports.ambient import Now
from tradecore_adapters import ambient
from tradecore_adapters.client.models.comparison import Comparison
from tradecore_adapters.http.api import comparison_schemas
from tradecore_adapters.http.responses import json_bytes, utc
from tradecore_app.commands.acting import Remote
from tradecore_app.commands.arguments import Day, analysts_of, asset_type_of
from tradecore_app.comparison_display import show_comparison
from tradecore_app.display import progress_line
from tradecore_app.embed import Embedded, open_tradecore
from tradecore_app.settings import parse_model


@click.command()
@click.argument("symbol")
@click.option("--engines", required=True, help="Engines by their names, comma separated, such as rules,desk.")
@click.option("--date", "day", type=Day(), help="Analyse as of this day, written as 2024-10-10; by default today.")
@click.option(
    "--asset-type",
    type=click.Choice([kind.value for kind in AssetType]),
    help="By default crypto for pairs such as BTC-USD, else equity.",
)
@click.option("--analysts", default=",".join(Analyst), show_default=True, help="Analysts that report, comma separated.")
@click.option("--depth", default=1, show_default=True, type=click.IntRange(1, 5), help="Rounds of debate.")
@click.option(
    "--risk-rounds",
    default=0,
    show_default=True,
    type=click.IntRange(0, 3),
    help="Rounds of a debate about the risk of the plan; 0 leaves it to the engine.",
)
@click.option("--model", help="PROVIDER:MODEL of engines that use one, such as openai:gpt-5.4-mini.")
@click.option("--budget", type=Decimal, help="US dollars; nothing starts where the engines may cost more together.")
@click.option("--json", "as_json", is_flag=True, help="Print only the comparison, as the HTTP API returns it.")
@click.pass_obj
def compare(
    remote: Remote,
    symbol: str,
    engines: str,
    day: date | None,
    asset_type: str | None,
    analysts: str,
    depth: int,
    risk_rounds: int,
    model: str | None,
    budget: Decimal | None,
    as_json: bool,
) -> None:
    """Analyse SYMBOL with several engines over the same evidence, and show where they disagree.

    No recommendation is issued.
    """
    names = tuple(filter(None, map(str.strip, engines.split(","))))
    kind, reports = asset_type or asset_type_of(symbol), analysts_of(analysts)
    server, email = remote

    def brief_of(model: str, now: Now) -> AnalysisBrief:
        provider, name = parse_model(model)
        # Each engine has its own reasoner; the provider is that of those with a language model.
        return AnalysisBrief(
            read_symbol(symbol), AssetType(kind), day or now().date(), reports, depth, name,
            None if provider == RULES else provider,
            risk_rounds=risk_rounds,
        )  # fmt: skip

    async def run() -> Comparison:
        async with open_tradecore() as desk:
            brief = brief_of(model or desk.model, desk.core.launch_analysis.now)
            ticket = await desk.core.launch_comparison(brief, names, by=desk.caller, budget=budget)
            await asyncio.gather(
                *(
                    _follow(desk, engine, launched.analysis, quiet=as_json)
                    for engine, launched in zip(ticket.engines, ticket.tickets, strict=True)
                )
            )
            view = await desk.core.get_comparison(ticket.comparison, by=desk.caller)
            return msgspec.json.decode(json_bytes(comparison_schemas.comparison_of(view)), type=Comparison)

    if server:
        from tradecore_app.commands.remote import at_server, compare_at

        brief = brief_of(model or RULES, ambient.now)
        compared = at_server(server, email, lambda client: compare_at(client, brief, names, budget, quiet=as_json))
    else:
        compared = asyncio.run(run())
    if as_json:
        click.echo(json_bytes({"success": True, "data": compared, "timestamp": utc(ambient.now())}))
    else:
        show_comparison(Console(), compared)


async def _follow(desk: Embedded, engine: str, id: AnalysisId, *, quiet: bool) -> None:
    """Print a line for each event of an analysis, until it has ended."""
    async with desk.core.watch_analysis(id, by=desk.caller, since=0) as watching:
        async for event in watching.events():
            fact = event.fact
            if not quiet and isinstance(fact, AgentBegan | AgentFinished):
                click.echo(f"{engine:>12}  {progress_line(fact.percent, 'running', fact.agent)}")
