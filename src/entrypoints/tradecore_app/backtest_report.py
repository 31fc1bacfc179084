"""Output of a finished backtest: tables for a terminal, JSON, or the daily curves as CSV."""

import csv
import io
from collections.abc import Mapping
from decimal import Decimal

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradecore.model.backtests import BacktestReport, EvaluatedTrial
from tradecore.model.edge import Edge
from tradecore.model.equity_curves import CurveKind, Performance
from tradecore.model.intervals import Interval
from tradecore.model.steps import Action
from tradecore.model.track_record import MIN_SAMPLE, Exit, Tally
from tradecore_adapters.http.api.backtest_schemas import LABELS, report_of
from tradecore_adapters.http.responses import json_bytes

# The columns of the table of curves, with the figure of each.
FIGURES = ("total", "annual", "Sharpe", "Sortino", "max drawdown", "hit rate", "profit factor", "turnover", "at stake",
           "alpha", "beta")  # fmt: skip


# The curves as columns of a terminal; LABELS says what they are.
SHORT: Mapping[CurveKind, str] = {
    CurveKind.SIZED: "sized",
    CurveKind.FULL: "equal",
    CurveKind.TARGET: "target",
    CurveKind.HELD: "hold",
    CurveKind.BENCHMARK: "bench",
    CurveKind.SMA: "SMA",
    CurveKind.MACD: "MACD",
    CurveKind.KDJ_RSI: "KDJ",
    CurveKind.REVERSION: "ZMR",
}


def show(console: Console, report: BacktestReport) -> None:
    """Print tables: the decisions over both horizons, the curves together and of each symbol, and the edge."""
    brief = report.backtest.brief
    console.print(
        Text.assemble(
            (f"Backtest {report.backtest.id}", "bold"),
            f"  {brief.first} to {brief.last}, every {brief.frequency}, horizon {weeks(report.horizon_weeks)}, "
            f"{report.fee} % per trade and side",
        )
    )
    console.print(_decisions(report))
    console.print(Text(endings(report), "dim"))
    for title, curves in named_curves(report):
        console.print(_curves(title, curves))
    for kind in report.by_curve:
        console.print(Text(f"{SHORT[kind]:>7}  {LABELS[kind]}", "dim"))
    console.print(Text("Edge", "bold"))
    for sentence in edge_sentences(report.edge):
        console.print(Text(sentence))
    console.print(Text(f"{report.backtest.engine} · {'; '.join(report.sources)}", "dim italic"))
    for note in notes(report):
        console.print(Text(note, "dim"))


def named_curves(report: BacktestReport) -> list[tuple[str, Mapping[CurveKind, Performance]]]:
    """The figures of all curves under a title: of all symbols together, then of each where there are several."""
    several = len(report.by_symbol_and_curve) > 1
    together = ("Money", report.by_curve)
    return [together, *(report.by_symbol_and_curve.items() if several else ())]


def _curves(title: str, curves: Mapping[CurveKind, Performance]) -> Table:
    """A row for each figure and a column for each curve, which fits a terminal of 80 columns."""
    table = Table(box=box.SIMPLE, title=title, title_justify="left", padding=(0, 0, 0, 1), show_edge=False)
    table.add_column("")
    for kind in curves:
        table.add_column(SHORT[kind], justify="right", no_wrap=True)
    rates = [figures.hit_rate for figures in curves.values()]
    rows: list[tuple[str, int, list[float | None]]] = [
        ("total %", 1, [figures.total for figures in curves.values()]),
        ("annual %", 1, [figures.annual for figures in curves.values()]),
        ("Sharpe", 2, [figures.sharpe for figures in curves.values()]),
        ("Sortino", 2, [figures.sortino for figures in curves.values()]),
        ("max drawdown %", 1, [figures.max_drawdown for figures in curves.values()]),
        ("trades", 0, [figures.trades for figures in curves.values()]),
        ("hit rate %", 1, [rate.estimate if rate else None for rate in rates]),
        ("  from", 1, [rate.low if rate else None for rate in rates]),
        ("  to", 1, [rate.high if rate else None for rate in rates]),
        ("profit factor", 2, [figures.profit_factor for figures in curves.values()]),
        ("turnover a year", 1, [figures.turnover for figures in curves.values()]),
        ("at stake %", 1, [figures.exposure for figures in curves.values()]),
        ("alpha %", 1, [figures.alpha for figures in curves.values()]),
        ("beta", 2, [figures.beta for figures in curves.values()]),
    ]
    for name, places, values in rows:
        table.add_row(name, *("–" if value is None else f"{value:.{places}f}" for value in values))
    return table


def figures_of(figures: Performance) -> list[str]:
    """The cells of FIGURES."""
    return [
        percent(figures.total),
        percent(figures.annual),
        figure(figures.sharpe),
        figure(figures.sortino),
        percent(figures.max_drawdown),
        interval(figures.hit_rate),
        figure(figures.profit_factor),
        figure(figures.turnover),
        percent(figures.exposure, sign=False),
        percent(figures.alpha),
        figure(figures.beta),
    ]


def _decisions(report: BacktestReport) -> Table:
    table = Table(box=box.SIMPLE, title="Decisions", title_justify="left")
    table.add_column("")
    for name in ("BUY", "SELL", "HOLD", "scored", "hit rate", "average", "Sharpe"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, symbol, tally in tallies(report):
        counts = actions(report.evaluated, symbol)
        table.add_row(
            name,
            *(str(counts[action]) for action in Action),
            str(tally.scored),
            percent(tally.win_rate, sign=False),
            percent(tally.average_return),
            figure(tally.sharpe_ratio),
        )
    return table


def tallies(report: BacktestReport) -> list[tuple[str, str | None, Tally]]:
    """The rows of the table of decisions: a name, the symbol or None for all, and the tally."""
    rows: list[tuple[str, str | None, Tally]] = [(symbol, symbol, tally) for symbol, tally in report.by_symbol.items()]
    if len(rows) > 1:
        rows.append(("all", None, report.whole))
    if report.horizon_weeks != 1:
        rows.append(("all, over 1 week", None, report.short))
    return rows


def endings(report: BacktestReport) -> str:
    """What ended the scored decisions, in one sentence for each horizon."""
    horizons = {report.horizon_weeks: [entry.outcome for entry in report.evaluated]}
    horizons.setdefault(1, [entry.short_outcome for entry in report.evaluated])
    sentences = []
    for count, outcomes in horizons.items():
        reasons = [outcome.reason for outcome in outcomes if outcome]
        if reasons:
            shares = {reason: 100 * reasons.count(reason) / len(reasons) for reason in Exit}
            sentences.append(
                f"Over {weeks(count)}, {shares[Exit.STOP]:.1f} % ended at the stop, {shares[Exit.TARGET]:.1f} % at the "
                f"target and {shares[Exit.HORIZON]:.1f} % with the horizon."
            )
    return " ".join(sentences)


def edge_sentences(edge: Edge) -> list[str]:
    """What the record shows, in sentences."""
    sentences = [edge.sentence]
    if edge.traded_share is not None:
        sentences.append(f"{edge.traded_share:.1f} % of {edge.decisions} decisions have an outcome; no HOLD has one.")
    if edge.brier_gain and edge.brier_raw is not None and edge.brier_calibrated is not None and edge.brier_base:
        sentences.append(
            f"Brier score of {edge.predicted} decisions, out of sample: {edge.brier_raw:.4f} of confidence as it is, "
            f"{edge.brier_calibrated:.4f} of calibrated confidence, {edge.brier_base:.4f} of the share of wins by "
            f"then; the gain of calibration lies between {edge.brier_gain.low:+.4f} and {edge.brier_gain.high:+.4f}."
        )
    elif edge.missing and edge.missing != edge.sentence:
        sentences.append(edge.missing)
    if edge.skill:
        variants = f"{edge.variants} variant{'s' if edge.variants > 1 else ''}"
        sentences.append(
            f"Intervals are of 95 %, corrected for {variants} tried on these days, with errors of Driscoll and Kraay "
            f"over {edge.weeks} weeks and overlaps of {weeks(edge.horizon_weeks)}."
        )
    return sentences


def notes(report: BacktestReport) -> list[str]:
    """What a reader has to know about the tables, in sentences."""
    shown = [
        f"– where fewer than {MIN_SAMPLE} decisions are scored, or nothing varies. Past results promise nothing.",
        "Hit rates of curves are of trades, with the 95 % interval of Wilson, which takes trades as independent.",
    ]
    if count := sum(entry.trial.in_sample for entry in report.evaluated):
        shown.append(
            f"{count} decisions are in sample: the model may have read what came after their days. They are no "
            "evidence of skill, and are left out of the edge."
        )
    return shown


def actions(evaluated: tuple[EvaluatedTrial, ...], symbol: str | None) -> Mapping[Action, int]:
    """The number of decisions by action, for one symbol, or for all with None."""
    counts = dict.fromkeys(Action, 0)
    for entry in evaluated:
        if symbol in (None, entry.trial.symbol):
            counts[entry.trial.decision.action] += 1
    return counts


def weeks(count: int) -> str:
    """A number of weeks as text, such as "1 week"."""
    return "1 week" if count == 1 else f"{count} weeks"


def percent(value: float | None, *, sign: bool = True) -> str:
    """A percentage with one decimal, or a dash for None."""
    return "–" if value is None else f"{value:+,.1f} %" if sign else f"{value:,.1f} %"


def figure(value: float | None) -> str:
    """A ratio with two decimals, or a dash for None."""
    return "–" if value is None else f"{value:.2f}"


def interval(value: Interval | None) -> str:
    """A percentage with its interval, or a dash for None."""
    return "–" if value is None else f"{value.estimate:.0f} % ({value.low:.0f}–{value.high:.0f})"


def as_json(report: BacktestReport) -> bytes:
    """The whole report as JSON, in the shape of `GET /api/backtests/{id}`."""
    brief = report.backtest.brief
    return json_bytes(
        {
            "id": report.backtest.id,
            "engine": report.backtest.engine,
            "brief": {
                "symbols": [asset.symbol for asset in brief.assets],
                "from": brief.first,
                "to": brief.last,
                "every": brief.frequency,
                "analysts": brief.analysts,
                "researchDepth": brief.depth,
            },
            **msgspec.to_builtins(report_of(report), builtin_types=(Decimal,)),
        }
    )


def as_csv(report: BacktestReport) -> str:
    """The daily curves as CSV: for each day the values of the curves, target positions, and weights of `sized`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    weights = report.curves[CurveKind.SIZED].weights
    head = [*(f"target {name}" for name in report.targets), *(f"weight {name}" for name in weights)]
    writer.writerow(["date", *(kind.value for kind in report.curves), *head])
    days = next(iter(report.curves.values())).days
    values = [curve.worth for curve in report.curves.values()]
    for row in zip(days, *values, *report.targets.values(), *weights.values(), strict=True):
        day, *numbers = row
        writer.writerow([day, *(f"{value:.10g}" for value in numbers)])
    return out.getvalue()
