"""What a person or a program sees of a finished backtest: tables in a terminal, or JSON."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradecore.model.backtests import BacktestReport, Curve, Judged, Line
from tradecore.model.steps import Action
from tradecore.model.track_record import ENOUGH, Tally
from tradecore_adapters.http.answers import json_bytes

LINES: Mapping[Line, str] = {
    Line.SIZED: "The desk, with the sizes it chose",
    Line.FULL: "The desk, an equal share for each symbol",
    Line.HELD: "The symbols, bought and held",
    Line.BENCHMARK: "Their benchmarks, bought and held",
}


def show(console: Console, report: BacktestReport) -> None:
    """Two tables: what the decisions were worth, and what money would have become."""
    brief = report.backtest.brief
    console.print(
        Text.assemble(
            (f"Backtest {report.backtest.id}", "bold"),
            f"  {brief.first} to {brief.last}, every {brief.every}, horizon {weeks(report)}, "
            f"{report.fee} % per trade and side",
        )
    )
    table = Table(box=box.SIMPLE, title="Decisions", title_justify="left")
    table.add_column("")
    for name in ("BUY", "SELL", "HOLD", "scored", "hit rate", "average", "Sharpe"):
        table.add_column(name, justify="right", no_wrap=True)
    rows = [*report.by_symbol.items(), *([("all", report.whole)] if len(report.by_symbol) > 1 else [])]
    for name, tally in rows:
        counts = actions(report.judged, None if name == "all" else name)
        shown = [str(counts[action]) for action in Action]
        table.add_row(
            name,
            *shown,
            str(tally.scored),
            percent(tally.win_rate, sign=False),
            percent(tally.average_return),
            figure(tally.sharpe_ratio),
        )
    console.print(table)
    table = Table(box=box.SIMPLE, title="Money", title_justify="left")
    table.add_column("")
    for name in ("total", "Sharpe", "max drawdown", "at stake"):
        table.add_column(name, justify="right", no_wrap=True)
    for line, curve in report.curves.items():
        table.add_row(
            LINES[line],
            percent(curve.returned),
            figure(curve.sharpe(report.days_per_year)),
            percent(curve.max_drawdown),
            percent(curve.exposure, sign=False),
        )
    console.print(table)
    console.print(Text(f"{report.backtest.engine} · {'; '.join(report.sources)}", "dim italic"))
    console.print(Text(f"– where fewer than {ENOUGH} decisions are scored. Past results promise nothing.", "dim"))


def actions(judged: tuple[Judged, ...], symbol: str | None) -> Mapping[Action, int]:
    """How often each action was decided, on one symbol or on all."""
    counts = dict.fromkeys(Action, 0)
    for each in judged:
        if symbol in (None, each.trial.symbol):
            counts[each.trial.decision.action] += 1
    return counts


def weeks(report: BacktestReport) -> str:
    """The horizon in words."""
    return "1 week" if report.horizon_weeks == 1 else f"{report.horizon_weeks} weeks"


def percent(value: float | None, *, sign: bool = True) -> str:
    """A percentage as people read it."""
    return "–" if value is None else f"{value:+,.1f} %" if sign else f"{value:,.1f} %"


def figure(value: float | None) -> str:
    """A ratio as people read it."""
    return "–" if value is None else f"{value:.2f}"


def as_json(report: BacktestReport) -> bytes:
    """Everything, in names like those of the HTTP API."""
    brief = report.backtest.brief
    return json_bytes(
        {
            "id": report.backtest.id,
            "engine": report.backtest.engine,
            "sources": report.sources,
            "synthetic": any("synthetic" in source for source in report.sources),
            "asked": {
                "symbols": [subject.symbol for subject in brief.subjects],
                "from": brief.first,
                "to": brief.last,
                "every": brief.every,
                "analysts": brief.analysts,
                "researchDepth": brief.depth,
                "horizonWeeks": report.horizon_weeks,
                "feePercent": report.fee,
            },
            "metrics": _metrics(report.whole, actions(report.judged, None)),
            "bySymbol": {
                symbol: _metrics(tally, actions(report.judged, symbol)) for symbol, tally in report.by_symbol.items()
            },
            "curves": {line: _curve(curve, report.days_per_year) for line, curve in report.curves.items()},
            "decisions": [_decision(each) for each in report.judged],
        }
    )


def _metrics(tally: Tally, counts: Mapping[Action, int]) -> dict[str, Any]:
    return {
        "decisions": tally.total,
        "actions": counts,
        "scored": tally.scored,
        "winRate": _number(tally.win_rate),
        "avgReturn": _number(tally.average_return),
        "avgConfidence": _number(tally.average_confidence),
        "sharpeRatio": _number(tally.sharpe_ratio),
    }


def _curve(curve: Curve, days_per_year: int) -> dict[str, Any]:
    return {
        "totalReturn": _number(curve.returned),
        "sharpeRatio": _number(curve.sharpe(days_per_year)),
        "maxDrawdown": _number(curve.max_drawdown),
        "exposure": _number(curve.exposure),
        "days": curve.days,
        "worth": [_number(worth, 8) for worth in curve.worth],
    }


def _decision(each: Judged) -> dict[str, Any]:
    decision, outcome = each.trial.decision, each.outcome
    return {
        "symbol": each.trial.symbol,
        "date": each.trial.as_of,
        "action": decision.action,
        "confidence": decision.confidence,
        "positionSize": decision.position_size,
        "entryPrice": decision.entry,
        "stopLoss": decision.stop,
        "takeProfit": decision.target,
        "evidence": each.trial.evidence,
        "outcome": outcome
        and {
            "enteredOn": outcome.entered_on,
            "entryPrice": outcome.entry,
            "leftOn": outcome.left_on,
            "exitPrice": outcome.exit,
            "reason": outcome.reason,
            "actualReturn": outcome.returned,
            "fees": outcome.fees,
            "benchmarkReturn": outcome.benchmark,
        },
    }


def _number(value: float | None, places: int = 6) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, places)))
