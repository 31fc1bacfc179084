"""Wording: how numbers, dates and citations are written in texts, and how they are read back from them."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from tradecore.model.evidence import EvidenceId

_CITATION = re.compile(r"\[[A-Z]\d+(?:, ?[A-Z]\d+)*\]")
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_BILLION, _MILLION = Decimal(10) ** 9, Decimal(10) ** 6
# Whatever comes before a digit, it begins a number: no digit of a text is left out.
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?")
"""A number as texts write it: digits, thousands separators, decimals; no sign."""


def rounded(value: float | Decimal, digits: int) -> Decimal:
    """`value` to `digits` decimals, ties to even; zero has no sign."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    near = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    return abs(near) if near == 0 else near


def price_digits(price: Decimal | float) -> int:
    """The number of decimals for a price of this size: 2 from five up, and more for smaller prices, up to 12.

    At least four digits count from 0.000000001 up.
    """
    size = abs(float(price))
    if size >= 0.001:
        return 2 if size >= 5 else 4 if size >= 0.5 else 6
    return 10 if size >= 1e-7 else 12


def tick(price: float | Decimal) -> Decimal:
    """`price` rounded to the decimals for its size; see `price_digits`."""
    return rounded(price, price_digits(price))


def format_number(value: Decimal) -> str:
    """`1,234.50`: all decimals that the number has, with thousands separators."""
    return f"{value:,f}"


def format_signed(value: Decimal) -> str:
    """`+1,234.50`: like `format_number`, with the sign; zero has none."""
    return f"{value:+,f}" if value else f"{value:,f}"


def percent_change(value: Decimal, before: Decimal) -> Decimal:
    """The change from `before`, which is not zero, to `value` in percent, to one decimal."""
    return rounded(100 * (value / before - 1), 1)


def format_money(value: Decimal, unit: str = "USD") -> str:
    """`96.307 bn USD`, `3,305.6 bn USD` or `-3.4 million USD`."""
    size = abs(value)
    digits = 1 if size < _BILLION or size >= 1000 * _BILLION else 3
    return f"{rounded(value / _scale(size), digits):,f} {_scale_word(size)} {unit}"


def format_count(count: Decimal) -> str:
    """`24.530 bn` or `335.2 million`."""
    return f"{rounded(count / _scale(count), 3 if count >= _BILLION else 1):,f} {_scale_word(count)}"


def _scale(size: Decimal) -> Decimal:
    return _BILLION if size >= _BILLION else _MILLION


def _scale_word(size: Decimal) -> str:
    return "bn" if size >= _BILLION else "million"


def format_days(count: int) -> str:
    """`1 trading day`, `21 trading days`."""
    return f"{count} trading day{'' if count == 1 else 's'}"


def citation(ids: Sequence[EvidenceId]) -> str:
    """`[E3]` or `[E3, E7]`, which is how texts cite evidence."""
    return f"[{', '.join(ids)}]"


def model_label(model: str) -> str:
    """The name of a language model for use in texts: at most 100 characters, none of which is markup."""
    return re.sub(r"[^\w.:/@+-]", "", model)[:100]


def join_words(parts: Sequence[str]) -> str:
    """`a`, `a and b` or `a, b and c`, from at least one part."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def numbers_in(text: str) -> tuple[Decimal, ...]:
    """All numbers in a text in their order, without signs; citations and dates (YYYY-MM-DD) are left out."""
    bare = without_citations_and_dates(text)
    return tuple(Decimal(number.replace(",", "")) for number in NUMBER.findall(bare))


def without_citations_and_dates(text: str) -> str:
    """The text with spaces in place of citations and dates (YYYY-MM-DD); it keeps its length."""
    for pattern in (_CITATION, _DAY):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


def dates_in(text: str) -> tuple[str, ...]:
    """All dates in a text in their order, as they are written there (YYYY-MM-DD)."""
    return tuple(_DAY.findall(text))


def citations(text: str) -> tuple[EvidenceId, ...]:
    """The ids that a text cites in brackets, in their order and each once, whether there is such evidence or not."""
    ids = (EvidenceId(id.strip()) for group in _CITATION.findall(text) for id in group[1:-1].split(","))
    return tuple(dict.fromkeys(ids))
