"""Numbers as a trader reads them, and the numbers that a text contains."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from tradecore.model.evidence import EvidenceId

_CITATION = re.compile(r"\[[A-Z]\d+(?:, ?[A-Z]\d+)*\]")
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
# Whatever stands before it: no digit of a text is outside all of its numbers.
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?")


def rounded(value: float | Decimal, digits: int) -> Decimal:
    """`value` with `digits` decimals, ties to even; zero is never negative."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    near = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    return abs(near) if near == 0 else near


def price_digits(price: Decimal | float) -> int:
    """The decimals in which a price is quoted here: 2 from five up, more the smaller it is."""
    size = abs(float(price))
    return 2 if size >= 5 else 4 if size >= 0.5 else 6 if size >= 0.001 else 10


def tick(price: float | Decimal) -> Decimal:
    """`price` rounded to the decimals in which such a price is quoted."""
    return rounded(price, price_digits(price))


def plain(value: Decimal) -> str:
    """A number with thousands separators, as it is stored."""
    return f"{value:,f}"


def signed(value: Decimal) -> str:
    """A number with its sign; zero has none."""
    return f"{value:+,f}" if value else f"{value:,f}"


def cited(ids: Sequence[EvidenceId]) -> str:
    """`[E3]` or `[E3, E7]`."""
    return f"[{', '.join(ids)}]"


def shown(model: str) -> str:
    """The name of a language model as texts show it: without what could be taken for markup."""
    return re.sub(r"[^\w.:/@+-]", "", model)[:100]


def joined(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def numbers(text: str) -> tuple[Decimal, ...]:
    """All numbers in a text, without sign, citations and dates apart."""
    bare = _DAY.sub(" ", _CITATION.sub(" ", text))
    return tuple(Decimal(found.replace(",", "")) for found in _NUMBER.findall(bare))


def days(text: str) -> tuple[str, ...]:
    """All dates in a text, as written (YYYY-MM-DD)."""
    return tuple(_DAY.findall(text))


def citations(text: str) -> tuple[EvidenceId, ...]:
    """All evidence ids that a text cites in brackets, in order, each once."""
    found = (EvidenceId(one.strip()) for group in _CITATION.findall(text) for one in group[1:-1].split(","))
    return tuple(dict.fromkeys(found))
