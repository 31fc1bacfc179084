"""`tradecore backtest`: decisions on past days, shown as tables, an HTML page or JSON."""

import asyncio
import os
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import rich_click as click
from attrs import evolve
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tradecore.model.analysis_briefs import RULES
from tradecore.model.backtest_runs import BacktestState
from tradecore.model.backtests import Asset, BacktestBrief, BacktestReport, Frequency
from tradecore.model.engine_records import EngineRecord
from tradecore.model.errors import CallerError, Invalid, Unavailable
from tradecore.model.ids import UserId
from tradecore.model.market import AssetType, Symbol, symbol
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller
from tradecore_adapters import ambient
from tradecore_app.assembly import assemble
from tradecore_app.backtest_page import page
from tradecore_app.backtest_report import as_csv, as_json, show
from tradecore_app.commands.arguments import Day, Dollars, analysts_of, asset_type_of
from tradecore_app.decision_pool import open_decision_pool
from tradecore_app.engine_table import show_engines
from tradecore_app.paper_preset import PRESET, SYMBOLS, WINDOWS, show_paper
from tradecore_app.relay import relay
from tradecore_app.settings import read_settings

# How often the progress of jobs is read, in seconds.
_POLL_INTERVAL = 0.5


@click.command()
@click.argument("symbols", nargs=-1)
@click.option("--from", "first", type=Day(), help="First day to decide on.")
@click.option("--to", "last", type=Day(), help="Last day to decide on; by default today.")
@click.option(
    "--every",
    type=click.Choice([frequency.value for frequency in Frequency]),
    default=Frequency.WEEK.value,
    show_default=True,
    help="Decide on the last trading day of each period.",
)
@click.option("--analysts", default=",".join(Analyst), show_default=True, help="Analysts that report, comma separated.")
@click.option("--depth", default=1, show_default=True, type=click.IntRange(1, 5), help="Rounds of debate.")
@click.option(
    "--engine",
    default=RULES,
    show_default=True,
    help="Engine that decides, or several, comma separated, which end in one table; see also --budget.",
)
@click.option("--model", default=RULES, help="Model of an engine with a language model, such as openai:gpt-5-mini.")
@click.option(
    "--parallel",
    type=click.IntRange(1, 256),
    default=os.cpu_count() or 1,
    show_default="one per core",
    help="Decisions made in parallel.",
)
@click.option(
    "--on",
    type=click.Choice(["here", "workers"]),
    default="here",
    show_default=True,
    help="Decide in processes of this command, or as jobs over all workers that share the store.",
)
@click.option(
    "--budget",
    type=Dollars(),
    help="US dollars for an engine that bills its calls; they have to cover all decisions at their highest cost.",
)
@click.option(
    "--preset",
    type=click.Choice([PRESET]),
    help="In place of symbols and days: those of the TradingAgents paper, beside its published table.",
)
@click.option("--record", is_flag=True, help="Make it the record of its engine: what live analyses show as their edge.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write an HTML page with charts here.")
@click.option("--csv", "curves", type=click.Path(dir_okay=False, path_type=Path), help="Write the daily curves here.")
@click.option("--json", "json_wanted", is_flag=True, help="Print only the report, as JSON.")
def backtest(
    symbols: tuple[str, ...],
    first: date | None,
    last: date | None,
    every: str,
    analysts: str,
    depth: int,
    engine: str,
    model: str,
    parallel: int,
    on: str,
    budget: Decimal | None,
    preset: str | None,
    record: bool,
    out: Path | None,
    curves: Path | None,
    json_wanted: bool,
) -> None:
    """Run an engine on SYMBOLS as of past days and evaluate its decisions.

    Each decision is stored as soon as it is made. After an interruption, the same command continues where it stopped.
    """
    if preset is not None:
        if symbols or first or last or record or out or curves or json_wanted:
            raise click.UsageError("--preset has symbols, days and an output of its own; leave the others out.")
        # Those of the first run; the preset sets them for each.
        symbols, first, last = SYMBOLS[:1], WINDOWS[0].first, WINDOWS[0].last
    elif not symbols or first is None:
        raise click.UsageError("Name the symbols and --from, or a --preset.")
    brief = BacktestBrief(
        assets=tuple(Asset(symbol(ticker), asset_type_of(ticker)) for ticker in dict.fromkeys(symbols)),
        first=first,
        last=last or read_settings().analyses.today or ambient.now().date(),
        frequency=Frequency(every),
        analysts=analysts_of(analysts),
        depth=depth,
        model=model,
        engine=engine,
    )
    if preset is not None:
        asyncio.run(_run_preset(brief, parallel, budget))
        return
    engines = tuple(dict.fromkeys(filter(None, map(str.strip, engine.split(",")))))
    if len(engines) > 1 and (out or curves or on == "workers"):
        raise click.UsageError("Several engines end in one table; --out, --csv and --on workers take one engine.")
    if on == "workers" and budget is not None:
        raise click.UsageError(
            "--budget works with --on here; jobs take engines that bill nothing, or recorded answers."
        )
    console = Console(stderr=True, quiet=json_wanted)
    if len(engines) > 1:
        reports = [asyncio.run(_run(evolve(brief, engine=name), parallel, budget, console)) for name in engines]
        _show_engines(reports, json_wanted)
        return
    report = asyncio.run(_run_on_workers(brief, console) if on == "workers" else _run(brief, parallel, budget, console))
    _show(report, asyncio.run(_record(report)) if record else None, out, curves, json_wanted)


def _show_engines(reports: Sequence[BacktestReport], json_wanted: bool) -> None:
    if json_wanted:
        click.echo(b"[" + b",".join(map(as_json, reports)) + b"]")
    else:
        show_engines(Console(), reports)


def _show(
    report: BacktestReport, recorded: EngineRecord | None, out: Path | None, curves: Path | None, json_wanted: bool
) -> None:
    """Write the files that options name, and print the report, as JSON or as tables."""
    if out:
        _write(out, page(report))
    if curves:
        _write(curves, as_csv(report))
    if json_wanted:
        click.echo(as_json(report))
        return
    show(Console(), report)
    if recorded:
        click.echo(f"It is the record of {recorded.engine} from now on: {recorded.sample}.")
    if out:
        click.echo(f"The page is {out}.")
    if curves:
        click.echo(f"The daily curves are in {curves}.")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"The file {path} cannot be written: {error.strerror}.") from error


async def _run(
    brief: BacktestBrief, parallel: int, budget: Decimal | None, console: Console, *, end: date | None = None
) -> BacktestReport:
    async with assemble(read_settings()) as assembled:
        core = assembled.core
        planned, known = await core.plan_backtest(brief, budget=budget)
        if known:
            console.print(f"An earlier run made {len(known)} of {planned.size} decisions.")
        missing = planned.size - len(known)
        with _progress(console) as progress:
            bar = progress.add_task("deciding", total=planned.size, completed=len(known))
            count = max(1, min(parallel, missing))
            async with open_decision_pool(assembled.engines, assembled.settings, count) as by:
                async for trial in core.run_backtest(planned, known, by, concurrency=count):
                    progress.update(bar, advance=1, description=f"{trial.as_of} {trial.symbol}")
        return await core.evaluate_backtest(planned, end=end)


async def _record(report: BacktestReport) -> EngineRecord:
    async with assemble(read_settings()) as assembled:
        return await assembled.core.record_backtest(report)


async def _run_preset(brief: BacktestBrief, parallel: int, budget: Decimal | None) -> None:
    """Backtest the symbols of the paper that the market has, over both windows, and print the tables."""
    missing, assets = dict[Symbol, str](), list[Asset]()
    async with assemble(read_settings()) as assembled:
        for name in SYMBOLS:
            try:
                for window in WINDOWS:
                    bars = await assembled.core.get_bars(name, AssetType.EQUITY, until=window.last, count=1)
                    if bars.source.synthetic:
                        raise Invalid.one("symbol", "its prices here are generated, and not those of the paper's days.")
            except CallerError as error:
                missing[name] = str(error)
            else:
                assets.append(Asset(name, AssetType.EQUITY))
    if not assets:
        raise Invalid.one(
            "preset", f"The market has none of {', '.join(SYMBOLS)} in 2024; set TRADECORE_MARKET to one that does."
        )
    reports = {}
    for window in WINDOWS:
        own = evolve(brief, assets=tuple(assets), first=window.first, last=window.last)
        reports[window] = await _run(own, parallel, budget, Console(stderr=True), end=window.last)
    show_paper(Console(), reports, missing)


async def _run_on_workers(brief: BacktestBrief, console: Console) -> BacktestReport:
    """Queue the decisions, and show the progress of the workers up to the report. Ctrl-C leaves the jobs queued."""
    async with assemble(read_settings()) as assembled:
        core, caller = assembled.core, Caller(UserId("local"))
        ticket = await core.launch_backtest(brief, by=caller)
        # Without a server, nobody else tells the workers of a message queue about new jobs.
        passing_on = asyncio.create_task(relay(core, assembled.store))
        try:
            with _progress(console) as progress:
                bar = progress.add_task(f"backtest {ticket.backtest}", total=ticket.decisions, completed=ticket.decided)
                while True:
                    status = await core.get_backtest(ticket.backtest, by=caller)
                    progress.update(bar, completed=status.decided)
                    if status.report is not None:
                        return status.report
                    if status.state in (BacktestState.FAILED, BacktestState.CANCELLED):
                        raise Unavailable(f"The backtest {ticket.backtest} stopped: {status.error}")
                    await asyncio.sleep(_POLL_INTERVAL)
        finally:
            passing_on.cancel()
            await asyncio.gather(passing_on, return_exceptions=True)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )
