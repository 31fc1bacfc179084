"""`tradecore doctor`: a check of every configured part."""

import asyncio
import sys

import rich_click as click

from tradecore.engines.desk.lookahead import check_lookahead
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Refusal
from tradecore.model.market import symbol
from tradecore.model.steps import Analyst
from tradecore_app.assembly import assemble
from tradecore_app.commands.arguments import Day, asset_type_of
from tradecore_app.commands.model_check import check_models
from tradecore_app.probes import Probe, probes_of
from tradecore_app.settings import read_settings


@click.command()
@click.option(
    "--lookahead",
    nargs=2,
    metavar="SYMBOL DATE",
    help="Prove that an analysis of SYMBOL as of DATE has no look-ahead: falsify later data, compare the evidence.",
)
@click.option("--models", is_flag=True, help="Ask every language model that the settings name one small question.")
def doctor(lookahead: tuple[str, str] | None, models: bool) -> None:
    """Check every configured part; exit code 1 if one of them fails."""
    checked = _look_ahead(*lookahead) if lookahead else check_models() if models else _check_all()
    if not asyncio.run(checked):
        sys.exit(1)


async def _check_all() -> bool:
    """Whether every part passes; each is shown with what it says."""
    settings = read_settings()
    try:
        async with assemble(settings) as assembled:
            results = [await _check(part, probe) for part, probe in probes_of(assembled)]
    except Refusal as refusal:
        click.echo(f"  FAIL  start: {refusal}")
        return False
    return all(results)


async def _check(part: str, probe: Probe) -> bool:
    try:
        click.echo(f"  ok    {part}: {await probe()}")
    except Refusal as refusal:
        click.echo(f"  FAIL  {part}: {refusal}")
        return False
    return True


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
        proof = await check_lookahead(assembled.sources, brief)
    click.echo(f"Evidence of {proof.symbol} as of {proof.as_of}: {proof.digest}")
    click.echo(f"With falsified later data:            {proof.poisoned_digest}")
    for name in proof.revised:
        click.echo(f"The source revises {name} within a month.")
    click.echo("No look-ahead." if proof.passed else "The evidence depends on later data.")
    return proof.passed
