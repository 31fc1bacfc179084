"""A comparison of engines as tables in a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from tradecore_adapters.client.models.comparison import Comparison

# Rows of evidence that are shown.
_MOST_EVIDENCE = 12
_COLOURS = {"BUY": "green", "SELL": "red", "bullish": "green", "bearish": "red"}


def show_comparison(console: Console, compared: Comparison) -> None:
    """Print what each engine decided, where they disagree, and the evidence that they cite."""
    console.print(
        Text(f"{compared.symbol} as of {compared.date} · {compared.evidence_count} pieces of evidence for all", "bold")
    )
    console.print(_decisions(compared))
    for engine in compared.engines:
        remark = engine.error or engine.needs_review or engine.verdict or ""
        console.print(Text.assemble((engine.engine, "bold"), f" ({engine.label}): {remark}"))
    engines = [engine.engine for engine in compared.engines]
    if compared.disagreements:
        answers = Table("disagreement", *engines, title="Where they disagree", title_justify="left")
        for row in compared.disagreements:
            answers.add_row(row.subject, *(_coloured(row.answers.get(engine, "–")) for engine in engines))
        console.print(answers)
    elif len([engine for engine in compared.engines if engine.action]) > 1:
        console.print("They agree on every subject.")
    if compared.evidence:
        title = "Evidence that they cite, disputed pieces first"
        cited = Table("", "evidence", *engines, title=title, title_justify="left")
        for piece in compared.evidence[:_MOST_EVIDENCE]:
            mark = Text("!" if piece.disputed else "", "yellow")
            stances = [_coloured(piece.stances.get(engine, "–")) for engine in engines]
            cited.add_row(mark, f"{piece.id} {escape(piece.statement)}", *stances)
        console.print(cited)
    console.print(Text(f"No recommendation is issued. Comparison {compared.id}", "dim italic"))


def _decisions(compared: Comparison) -> Table:
    table = Table("engine", "action", "conf.", "size %", "entry", "stop", "target", "cost $", "seconds")
    for row in compared.engines:
        levels = row.levels
        prices = ("–", "–", "–") if levels is None else (f"{levels.entry:f}", f"{levels.stop:f}", f"{levels.target:f}")
        table.add_row(
            row.engine,
            _coloured(row.action or row.status),
            "–" if row.confidence is None else f"{row.confidence:f}",
            "–" if row.position_size is None else f"{row.position_size:f}",
            *prices,
            "unknown" if row.cost is None else f"{row.cost:.4g}",
            "–" if row.seconds is None else f"{row.seconds:f}",
        )
    return table


def _coloured(word: str) -> Text:
    return Text(word, _COLOURS.get(word, ""))
