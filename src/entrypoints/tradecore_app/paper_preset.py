"""`tradecore backtest --preset tradingagents-paper`: the table of the TradingAgents paper beside what prices give.

The figures are those of table 1 in Xiao, Sun, Luo and Wang, "TradingAgents: Multi-Agents LLM Financial Trading
Framework", arXiv 2412.20138: cumulative return, annual return, Sharpe ratio and maximum drawdown, in percent but for
the ratio. Each was compared on 2026-11-30 with table 1 of the authors' page, https://tradingagents-ai.github.io.
"""

from collections.abc import Mapping
from datetime import date

from attrs import frozen
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradecore.model.backtests import BacktestReport
from tradecore.model.equity_curves import CurveKind, Performance
from tradecore.model.market import Symbol

PRESET = "tradingagents-paper"
SYMBOLS = (Symbol("AAPL"), Symbol("GOOGL"), Symbol("AMZN"))

# A published row: cumulative and annual return, Sharpe ratio, maximum drawdown; None where the paper has no figure.
Row = tuple[float | None, float | None, float | None, float | None]
_NONE: Row = (None, None, None, None)

# The rows of the paper: its name of each, and the curve here that follows the same idea. The last one is its framework.
ROWS: Mapping[str, tuple[CurveKind, Mapping[Symbol, Row]]] = {
    "buy and hold": (
        CurveKind.HELD,
        {
            SYMBOLS[0]: (-5.23, -5.09, -1.29, 11.90),
            SYMBOLS[1]: (7.78, 8.09, 1.35, 13.04),
            SYMBOLS[2]: (17.1, 17.6, 3.53, 3.80),
        },
    ),
    "MACD": (
        CurveKind.MACD,
        {SYMBOLS[0]: (-1.49, -1.48, -0.81, 4.53), SYMBOLS[1]: (6.20, 6.26, 2.31, 1.22), SYMBOLS[2]: _NONE},
    ),
    "KDJ and RSI": (
        CurveKind.KDJ_RSI,
        {
            SYMBOLS[0]: (2.05, 2.07, 1.64, 1.09),
            SYMBOLS[1]: (0.40, 0.40, 0.02, 1.58),
            SYMBOLS[2]: (-0.77, -0.76, -2.25, 1.08),
        },
    ),
    "zero-mean reversion": (
        CurveKind.REVERSION,
        {
            SYMBOLS[0]: (0.57, 0.57, 0.17, 0.86),
            SYMBOLS[1]: (-0.58, 0.58, 2.12, 2.34),
            SYMBOLS[2]: (-0.77, -0.77, -2.45, 0.82),
        },
    ),
    "SMA": (
        CurveKind.SMA,
        {
            SYMBOLS[0]: (-3.20, -2.97, -1.72, 3.67),
            SYMBOLS[1]: (6.23, 6.43, 2.12, 2.34),
            SYMBOLS[2]: (11.01, 11.6, 2.22, 3.97),
        },
    ),
    "the agents": (
        CurveKind.TARGET,
        {
            SYMBOLS[0]: (26.62, 30.5, 8.21, 0.91),
            SYMBOLS[1]: (24.36, 27.58, 6.39, 1.69),
            SYMBOLS[2]: (23.21, 24.90, 5.60, 2.11),
        },
    ),
}


@frozen
class Window:
    """A span of days, and what is known about it."""

    first: date
    last: date
    note: str


WINDOWS = (
    Window(date(2024, 6, 1), date(2024, 11, 29), "the window that the paper states, June to November 2024"),
    Window(date(2024, 1, 1), date(2024, 3, 29), "January to March 2024, whose fall of AAPL is of the published size"),
)

_NOTE = (
    "The published figures are those of table 1 of the paper, compared on 2026-11-30 with the table of the authors' "
    "page (tradingagents-ai.github.io); they were not reproduced here. "
    "The published buy-and-hold return of AAPL, -5.23 %, cannot be that of June to November 2024, when AAPL rose; sign "
    "and size fit January to March 2024. Both windows are shown, and neither column is a reproduction of the other. "
    "The paper gives no parameters of its rules; those of the rules here are in docs/reference/track-record.md, and "
    "all figures here are after fees."
)


def show_paper(console: Console, reports: Mapping[Window, BacktestReport], missing: Mapping[Symbol, str]) -> None:
    """Print a table for each symbol and window, and why symbols are missing."""
    console.print(Text("The table of the TradingAgents paper (arXiv 2412.20138), beside the same rows here", "bold"))
    console.print(Text(_NOTE))
    for symbol in SYMBOLS:
        for window, report in reports.items():
            if symbol in report.by_symbol_and_curve:
                console.print(_table(symbol, window, report.by_symbol_and_curve[symbol]))
    for symbol, reason in missing.items():
        console.print(Text(f"{symbol} is left out: {reason}"))
    for report in reports.values():
        console.print(Text(f"{report.backtest.engine} · {'; '.join(report.sources)}", "dim italic"))


def _table(symbol: Symbol, window: Window, curves: Mapping[CurveKind, Performance]) -> Table:
    title = f"{symbol}, {window.first} to {window.last}: {window.note}"
    table = Table(box=box.SIMPLE, title=title, title_justify="left", padding=(0, 0, 0, 1), show_edge=False)
    table.add_column("")
    for source in ("paper", "here"):
        for name in ("total", "annual", "Sharpe", "fall"):
            table.add_column(f"{source}\n{name}", justify="right", no_wrap=True)
    for name, (kind, published) in ROWS.items():
        own = curves[kind]
        measured = (own.total, own.annual, own.sharpe, -own.max_drawdown)
        table.add_row(name, *(_figure(value) for value in (*published[symbol], *measured)))
    return table


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
