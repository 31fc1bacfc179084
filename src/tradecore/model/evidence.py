"""Evidence: everything an analysis may rest on, each piece with an id that claims cite."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from attrs import frozen

EvidenceId = NewType("EvidenceId", str)


class EvidenceKind(StrEnum):
    """What a piece of evidence is about."""

    PRICE = "price"
    NEWS = "news"
    SENTIMENT = "sentiment"
    FUNDAMENTALS = "fundamentals"
    RISK = "risk"
    LEVELS = "levels"
    IDENTITY = "identity"
    """What the security is: its name, exchange, industry and currency."""
    MEMORY = "memory"
    """Earlier decisions of the caller on the same security."""
    PORTFOLIO = "portfolio"
    """Holdings and cash of the caller."""


@frozen
class Evidence:
    """One thing that was known on the date of an analysis.

    `id` is `E1`, `E2` and so on, in the order of the evidence. `statement` is a sentence; `value`, in `unit`, is the
    number in it, if it has one. `as_of` is the day by which it was known, never later than the date of the analysis.
    `source` names where it comes from, and `digest` is the SHA-256 of the data it was derived from, in hex. `measure`
    is what was measured, by a name that is the same in every analysis (`rsi`, `level.stop.long.range`). `detail` is
    what the source says beyond the statement, such as the summary of a news item; empty for none.
    """

    id: EvidenceId
    kind: EvidenceKind
    statement: str
    as_of: date
    source: str
    digest: str
    value: Decimal | None = None
    unit: str = ""
    measure: str = ""
    detail: str = ""

    @property
    def full_text(self) -> str:
        """Statement and detail."""
        return f"{self.statement} {self.detail}" if self.detail else self.statement
