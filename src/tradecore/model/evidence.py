"""Evidence: what an analysis may lean on, each piece with an id that claims cite."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from attrs import frozen

EvidenceId = NewType("EvidenceId", str)


class Topic(StrEnum):
    """What a piece of evidence is about."""

    PRICE = "price"
    NEWS = "news"
    SENTIMENT = "sentiment"
    FUNDAMENTALS = "fundamentals"
    RISK = "risk"
    LEVELS = "levels"


@frozen
class Evidence:
    """One thing that was known on the day asked about.

    `statement` is a sentence; `value` with `unit` is its number, if it has one. `as_of` is the day it was known by,
    never later than the analysis date. `digest` is the SHA-256 of what it was derived from, in hex. `measure` names
    what was measured, the same in every analysis (`rsi`, `level.stop.long.atr`), so that code finds it without reading.
    """

    id: EvidenceId
    topic: Topic
    statement: str
    as_of: date
    source: str
    digest: str
    value: Decimal | None = None
    unit: str = ""
    measure: str = ""
