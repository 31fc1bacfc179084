"""The HTML page of a backtest: one self-contained file, without scripts, for light and dark displays."""

from collections.abc import Mapping
from html import escape
from math import log10

from tradecore.model.backtests import BacktestReport, EvaluatedTrial
from tradecore.model.equity_curves import CurveKind, Performance
from tradecore.model.steps import Action
from tradecore.model.track_record import MIN_SAMPLE
from tradecore_adapters.http.api.backtest_schemas import LABELS
from tradecore_app.backtest_report import (
    FIGURES,
    actions,
    edge_sentences,
    endings,
    figure,
    figures_of,
    named_curves,
    notes,
    percent,
    tallies,
    weeks,
)
from tradecore_app.pictures import Line, chart, factor_marks, percent_marks
from tradecore_app.price_text import price_text

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #667085; --paper: #fff; --rule: #e4e7ec;
  --sized: #1570cd; --full: #7a3fd1; --target: #c11574; --held: #b54708; --benchmark: #667085; --sma: #0e9384;
  --macd: #669f2a; --kdj_rsi: #a15c07; --reversion: #475467; --good: #067647; --bad: #b42318 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #98a2b3; --paper: #12161c; --rule: #2a313c;
  --sized: #53b1fd; --full: #bda4f7; --target: #f670c7; --held: #f79009; --benchmark: #98a2b3; --sma: #2ed3b7;
  --macd: #a6ef67; --kdj_rsi: #fac515; --reversion: #d0d5dd; --good: #47cd89; --bad: #f97066 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 1000px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem } p { margin: .3rem 0 }
.soft { color: var(--soft) } .warn { color: var(--bad); font-weight: 600 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
.small { font-size: 13px } .small th, .small td { padding: .2rem .4rem }
th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap }
th:first-child, td:first-child, .word { text-align: left }
th { color: var(--soft); font-weight: 600 }
.good { color: var(--good) } .bad { color: var(--bad) }
svg { width: 100%; height: auto; display: block }
svg text { fill: var(--soft); font-size: 12px } .end { text-anchor: end } .middle { text-anchor: middle }
polyline { fill: none; stroke-width: 1.8; stroke-linejoin: round } polygon.fill { opacity: .18 }
.grid { stroke: var(--rule); fill: none } .zero { stroke: var(--soft); fill: none }
""" + "".join(
    f"polyline.{line} {{ stroke: var(--{line}) }} polygon.{line} {{ fill: var(--{line}) }} "
    f".key.{line}::before {{ content: ''; display: inline-block; width: 1.2em; height: 3px; margin-right: .5em; "
    f"vertical-align: middle; background: var(--{line}) }}\n"
    for line in CurveKind
)


def page(report: BacktestReport) -> str:
    """The page as HTML text. It loads nothing from elsewhere and runs no script."""
    brief = report.backtest.brief
    symbols = ", ".join(asset.symbol for asset in brief.assets)
    title = f"Backtest of {symbols}, {brief.first} to {brief.last}"
    head = (
        f"<p>{len(report.evaluated)} decisions, one at the end of every {brief.frequency}; "
        f"horizon {weeks(report.horizon_weeks)}; "
        f"{report.fee} % for each trade and side; {escape(', '.join(brief.analysts))}; "
        f"{brief.depth} round{'s' if brief.depth > 1 else ''} of debate.</p>"
        f'<p class="soft">{escape(report.backtest.engine)} · {escape("; ".join(report.sources))} · '
        f"backtest {report.backtest.id}</p>"
    )
    if any("synthetic" in source for source in report.sources):
        head += '<p class="warn">The prices were generated. These results say nothing about any market.</p>'
    parts = [
        f"<h1>{escape(title)}</h1>{head}",
        f"<h2>Equity</h2>{_equity(report)}",
        *(f"<h2>{escape(title)}</h2>{_figures(curves)}" for title, curves in named_curves(report)),
        "".join(f'<p class="soft">{escape(note)}</p>' for note in notes(report)),
        f"<h2>Drawdown</h2>{_drawdown(report)}",
        f"<h2>Edge</h2>{''.join(f'<p>{escape(sentence)}</p>' for sentence in edge_sentences(report.edge))}",
        f"<h2>Returns of the decisions</h2>{_tallies(report)}",
        f"<h2>Every decision</h2>{_decisions(report)}",
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _equity(report: BacktestReport) -> str:
    worths = [worth for curve in report.curves.values() for worth in curve.worth]
    # A total loss has no logarithm.
    least = max(min(worths), 0.01)
    lines = [
        Line(LABELS[line], line.value, [log10(max(worth, least)) for worth in curve.worth])
        for line, curve in reversed([*report.curves.items()])
    ]
    title = "Value of one unit of money, on a logarithmic scale"
    return chart(report.curves[CurveKind.SIZED].days, lines, factor_marks(least, max(worths)), height=340, title=title)


def _drawdown(report: BacktestReport) -> str:
    shown = [line for line in (CurveKind.FULL, CurveKind.SIZED, CurveKind.HELD) if line in report.curves]
    lines = [Line(LABELS[line], line.value, report.curves[line].drawdowns) for line in shown]
    marks = percent_marks(min(value for line in lines for value in line.values), 0)
    return chart(report.curves[CurveKind.SIZED].days, lines, marks, height=200, title="Drawdown in percent", fill=True)


def _figures(curves: Mapping[CurveKind, Performance]) -> str:
    rows = [
        [f'<span class="key {kind.value}">{escape(LABELS[kind])}</span>', *figures_of(figures)]
        for kind, figures in curves.items()
    ]
    return _table(["", *FIGURES], rows, small=True)


def _tallies(report: BacktestReport) -> str:
    rows = []
    for name, symbol, tally in tallies(report):
        counts = actions(report.evaluated, symbol)
        rows.append(
            [
                escape(name),
                *(str(counts[action]) for action in Action),
                str(tally.scored),
                percent(tally.win_rate, sign=False),
                _coloured(tally.average_return),
                figure(tally.sharpe_ratio),
            ]
        )
    note = (
        '<p class="soft">Only decisions to buy or sell whose horizon has passed are scored; with fewer than '
        f"{MIN_SAMPLE} of them a ratio says nothing and is left out. {escape(endings(report))}</p>"
    )
    return _table(["", *Action, "scored", "hit rate", "average", "Sharpe"], rows) + note


def _decisions(report: BacktestReport) -> str:
    head = "decided on,symbol,action,confidence,size,entered,at,left,at,because of,return,benchmark".split(",")
    return _table(head, [_decision(entry) for entry in report.evaluated], words=frozenset((1, 2, 9)), small=True)


def _decision(entry: EvaluatedTrial) -> list[str]:
    decision, outcome = entry.trial.decision, entry.outcome
    row = [
        entry.trial.as_of.isoformat(),
        escape(entry.trial.symbol),
        decision.action.value,
        f"{decision.confidence}",
        f"{decision.position_size} %",
    ]
    if outcome is None:
        return [*row, *[""] * 7]
    return [
        *row,
        outcome.entered_on.isoformat(),
        price_text(outcome.entry),
        outcome.exited_on.isoformat(),
        f"{outcome.exit:,f}",
        outcome.reason.value,
        _coloured(float(outcome.return_percent)),
        percent(None if outcome.benchmark is None else float(outcome.benchmark)),
    ]


def _coloured(value: float | None) -> str:
    text = percent(value)
    return text if not value else f'<span class="{"good" if value > 0 else "bad"}">{text}</span>'


def _table(head: list[str], rows: list[list[str]], words: frozenset[int] = frozenset(), *, small: bool = False) -> str:
    def cell(tag: str, place: int, text: str) -> str:
        return f"<{tag}{' class=word' if place in words else ''}>{text}</{tag}>"

    top = "".join(cell("th", place, text) for place, text in enumerate(head))
    body = "".join(f"<tr>{''.join(cell('td', place, text) for place, text in enumerate(row))}</tr>" for row in rows)
    table = f"<table{' class=small' if small else ''}><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll">{table}</div>'
