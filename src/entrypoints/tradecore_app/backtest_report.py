"""Output of a finished backtest: tables for a terminal, or JSON."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradecore.model.backtests import BacktestReport, CurveKind, EquityCurve, EvaluatedTrial
from tradecore.model.steps import Action
from tradecore.model.track_record import MIN_SAMPLE, Tally
from tradecore_adapters.http.responses import json_bytes

LINES: Mapping[CurveKind, str] = {
    CurveKind.SIZED: "The desk, with the sizes it chose",
    CurveKind.FULL: "The desk, an equal share for each symbol",
    CurveKind.HELD: "The symbols, bought and held",
    CurveKind.BENCHMARK: "Their benchmarks, bought and held",
}


def show(console: Console, report: BacktestReport) -> None:
    """Print two tables: returns of the decisions, and the equity curves."""
    brief = report.backtest.brief
    console.print(
        Text.assemble(
            (f"Backtest {report.backtest.id}", "bold"),
            f"  {brief.first} to {brief.last}, every {brief.frequency}, horizon {weeks(report)}, "
            f"{report.fee} % per trade and side",
        )
    )
    table = Table(box=box.SIMPLE, title="Decisions", title_justify="left")
    table.add_column("")
    for name in ("BUY", "SELL", "HOLD", "scored", "hit rate", "average", "Sharpe"):
        table.add_column(name, justify="right", no_wrap=True)
    rows = [*report.by_symbol.items(), *([("all", report.whole)] if len(report.by_symbol) > 1 else [])]
    for name, tally in rows:
        counts = actions(report.evaluated, None if name == "all" else name)
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
            percent(curve.return_percent),
            figure(curve.sharpe(report.days_per_year)),
            percent(curve.max_drawdown),
            percent(curve.exposure, sign=False),
        )
    console.print(table)
    console.print(Text(f"{report.backtest.engine} · {'; '.join(report.sources)}", "dim italic"))
    console.print(Text(f"– where fewer than {MIN_SAMPLE} decisions are scored. Past results promise nothing.", "dim"))


def actions(evaluated: tuple[EvaluatedTrial, ...], symbol: str | None) -> Mapping[Action, int]:
    """The number of decisions by action, for one symbol, or for all with None."""
    counts = dict.fromkeys(Action, 0)
    for entry in evaluated:
        if symbol in (None, entry.trial.symbol):
            counts[entry.trial.decision.action] += 1
    return counts


def weeks(report: BacktestReport) -> str:
    """The horizon as text, such as "1 week"."""
    return "1 week" if report.horizon_weeks == 1 else f"{report.horizon_weeks} weeks"


def percent(value: float | None, *, sign: bool = True) -> str:
    """A percentage with one decimal, or a dash for None."""
    return "–" if value is None else f"{value:+,.1f} %" if sign else f"{value:,.1f} %"


def figure(value: float | None) -> str:
    """A ratio with two decimals, or a dash for None."""
    return "–" if value is None else f"{value:.2f}"


def as_json(report: BacktestReport) -> bytes:
    """The whole report as JSON, with camelCase names like those of the HTTP API."""
    brief = report.backtest.brief
    return json_bytes(
        {
            "id": report.backtest.id,
            "engine": report.backtest.engine,
            "sources": report.sources,
            "synthetic": any("synthetic" in source for source in report.sources),
            "brief": {
                "symbols": [asset.symbol for asset in brief.assets],
                "from": brief.first,
                "to": brief.last,
                "every": brief.frequency,
                "analysts": brief.analysts,
                "researchDepth": brief.depth,
                "horizonWeeks": report.horizon_weeks,
                "feePercent": report.fee,
            },
            "metrics": _metrics(report.whole, actions(report.evaluated, None)),
            "bySymbol": {
                symbol: _metrics(tally, actions(report.evaluated, symbol)) for symbol, tally in report.by_symbol.items()
            },
            "curves": {line: _curve(curve, report.days_per_year) for line, curve in report.curves.items()},
            "decisions": [_decision(entry) for entry in report.evaluated],
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


def _curve(curve: EquityCurve, days_per_year: int) -> dict[str, Any]:
    return {
        "totalReturn": _number(curve.return_percent),
        "sharpeRatio": _number(curve.sharpe(days_per_year)),
        "maxDrawdown": _number(curve.max_drawdown),
        "exposure": _number(curve.exposure),
        "days": curve.days,
        "worth": [_number(worth, 8) for worth in curve.worth],
    }


def _decision(entry: EvaluatedTrial) -> dict[str, Any]:
    decision, outcome = entry.trial.decision, entry.outcome
    return {
        "symbol": entry.trial.symbol,
        "date": entry.trial.as_of,
        "action": decision.action,
        "confidence": decision.confidence,
        "positionSize": decision.position_size,
        "entryPrice": decision.entry,
        "stopLoss": decision.stop,
        "takeProfit": decision.target,
        "evidence": entry.trial.evidence,
        "outcome": outcome
        and {
            "enteredOn": outcome.entered_on,
            "entryPrice": outcome.entry,
            "leftOn": outcome.exited_on,
            "exitPrice": outcome.exit,
            "reason": outcome.reason,
            "actualReturn": outcome.return_percent,
            "fees": outcome.fees,
            "benchmarkReturn": outcome.benchmark,
        },
    }


def _number(value: float | None, places: int = 6) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, places)))
