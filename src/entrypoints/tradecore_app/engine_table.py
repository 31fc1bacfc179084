"""Backtests of several engines over the same days, in one table with the baselines."""

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradecore.model.backtests import BacktestReport
from tradecore.model.equity_curves import CurveKind, Performance
from tradecore.model.intervals import wilson
from tradecore.model.steps import Action
from tradecore_app.backtest_report import actions, interval, notes, weeks

_COLUMNS = ("buy/sell/hold", "hit rate", "total %", "Sharpe", "drawdown %")
# What the rows of an engine are: its decisions, each held until the next one.
_OF_ENGINE = CurveKind.TARGET
_BASELINES: Mapping[CurveKind, str] = {
    CurveKind.HELD: "buy and hold",
    CurveKind.BENCHMARK: "benchmark held",
    CurveKind.SMA: "SMA 5/20",
    CurveKind.MACD: "MACD",
    CurveKind.KDJ_RSI: "KDJ with RSI",
    CurveKind.REVERSION: "mean reversion",
}


def show_engines(console: Console, reports: Sequence[BacktestReport]) -> None:
    """Print one table of engines and baselines; the reports are of the same symbols and days, one for each engine."""
    first = reports[0]
    brief = first.backtest.brief
    title = (
        f"{', '.join(asset.symbol for asset in brief.assets)}, {brief.first} to {brief.last}, every {brief.frequency}, "
        f"{first.backtest.size} decisions of each engine"
    )
    table = Table(box=box.SIMPLE, title=title, title_justify="left", padding=(0, 0, 0, 1), show_edge=False)
    table.add_column("", no_wrap=True)
    for name in _COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    for report in reports:
        counts = actions(report.evaluated, None)
        rate = interval(wilson(report.whole.wins, report.whole.scored))
        cells = _figures(report.by_curve[_OF_ENGINE])
        numbers = "/".join(str(counts[action]) for action in Action)
        table.add_row(report.backtest.brief.engine, numbers, rate, *cells)
    for kind, name in _BASELINES.items():
        if kind in first.by_curve:
            table.add_row(Text(name, "dim"), "", "", *_figures(first.by_curve[kind]))
    console.print(table)
    for report in reports:
        console.print(Text(f"{report.backtest.brief.engine}: {report.backtest.engine}", "dim italic"))
    console.print(
        Text(
            f"Hit rates are of decisions over {weeks(first.horizon_weeks)} at most, all other figures of money that "
            f"follows the decisions, each held until the next one, after {first.fee} % per trade and side.",
            "dim",
        )
    )
    for note in dict.fromkeys(note for report in reports for note in notes(report)):
        console.print(Text(note, "dim"))


def _figures(figures: Performance) -> list[str]:
    values: list[tuple[float | None, int]] = [
        (figures.total, 1),
        (figures.sharpe, 2),
        (figures.max_drawdown, 1),
    ]
    return ["–" if value is None else f"{value:.{places}f}" for value, places in values]
