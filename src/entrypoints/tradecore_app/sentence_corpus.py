"""The labelled corpus of sentences: what models say about evidence, and whether it holds.

`corpus/sentences.jsonl` has one sentence a line, written and labelled by hand, and `corpus/sentence_cases.json` the
evidence, computed from daily bars of real securities. The parts `tune` and `held-out` have cases of their own.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from attrs import frozen

from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.statements import statement
from tradecore.engines.desk.validate import unsupported
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.evidence import Evidence, EvidenceId, EvidenceKind
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst, Collected

FOLDER = files("tradecore_app") / "corpus"


@frozen
class Sentence:
    """One sentence: the case it is about, the measures it cites, whether it holds, and why."""

    part: str
    case: str
    holds: bool
    cites: Sequence[str]
    text: str
    reason: str

    def faults(self) -> tuple[str, ...]:
        """What the desk objects to in the sentence."""
        case = cases()[self.case]
        cites = [case.by_measure[measure].id for measure in self.cites]
        return unsupported(case, statement(self.text, cites))


def sentences(part: str) -> tuple[Sentence, ...]:
    """The sentences of the part `tune` or `held-out`."""
    rows = (json.loads(line) for line in (FOLDER / "sentences.jsonl").read_text("utf-8").splitlines())
    return tuple(Sentence(**row) for row in rows if row["part"] == part)


@cache
def cases() -> Mapping[str, Case]:
    """The cases by name, with the evidence of real bars."""
    tables = json.loads((FOLDER / "sentence_cases.json").read_text("utf-8"))
    return {name: _case(table) for name, table in tables.items()}


def _case(table: Mapping[str, object]) -> Case:
    rows: Sequence[Mapping[str, str]] = table["evidence"]  # type: ignore[assignment]
    evidence = tuple(
        Evidence(
            id=EvidenceId(f"E{number}"),
            kind=EvidenceKind.PRICE,
            statement=row["statement"],
            as_of=date.fromisoformat(row["as_of"]),
            source="daily bars",
            digest="",
            value=Decimal(row["value"]),
            measure=row["measure"],
        )
        for number, row in enumerate(rows, 1)
    )
    brief = AnalysisBrief(
        symbol=Symbol(str(table["symbol"])),
        asset_type=AssetType(str(table["asset_type"])),
        as_of=date.fromisoformat(str(table["as_of"])),
        analysts=tuple(Analyst),
        depth=1,
        model="any",
    )
    return Case(brief, Collected(evidence=evidence, digest="", sources=("daily bars",)))
