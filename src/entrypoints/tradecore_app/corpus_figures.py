"""How the desk reads the labelled answers and judges the labelled sentences that ship with tradecore."""

from collections.abc import Mapping

from rich import box
from rich.console import Console
from rich.table import Table

from tradecore.engines.desk.replies import REPORT, InvalidReply
from tradecore_app.answer_corpus import READABLE, STRICT, UNREADABLE
from tradecore_app.sentence_corpus import sentences

# What each figure of a part of the corpora counts, and of how many.
Figures = Mapping[str, Mapping[str, tuple[int, int]]]

_TITLES = {
    "answers": {"read": "readable shapes that are read", "named": "unreadable ones that are called what they are"},
    "sentences, tune": {"kept": "true sentences kept", "dropped": "false ones dropped"},
    "sentences, held out": {"kept": "true sentences kept", "dropped": "false ones dropped"},
}


def corpus_figures() -> Figures:
    """Counts by corpus: shapes of answers, and the sentences of the part tuned on and of the part only ever tested."""
    expected = REPORT.parse(STRICT).reply
    read = sum(_read(text) == expected for text, _ in READABLE.values())
    named = sum(_reason(text) == reason for text, reason in UNREADABLE.values())
    return {
        "answers": {"read": (read, len(READABLE)), "named": (named, len(UNREADABLE))},
        "sentences, tune": _judged("tune"),
        "sentences, held out": _judged("held-out"),
    }


def show_corpora(console: Console, figures: Figures) -> None:
    """Print the figures as a table."""
    table = Table(box=box.SIMPLE, show_edge=False)
    table.add_column("")
    table.add_column("")
    table.add_column("", justify="right")
    for corpus, counts in figures.items():
        for name, (count, of) in counts.items():
            table.add_row(corpus, _TITLES[corpus][name], f"{count} of {of} ({count / of:.0%})")
    console.print(table)


def _read(text: str) -> object:
    try:
        return REPORT.parse(text).reply
    except InvalidReply:
        return None


def _reason(text: str) -> str:
    try:
        REPORT.parse(text)
    except InvalidReply as error:
        return error.reason
    return ""


def _judged(part: str) -> Mapping[str, tuple[int, int]]:
    rows = sentences(part)
    true = [row for row in rows if row.holds]
    false = [row for row in rows if not row.holds]
    return {
        "kept": (sum(not row.faults() for row in true), len(true)),
        "dropped": (sum(bool(row.faults()) for row in false), len(false)),
    }
