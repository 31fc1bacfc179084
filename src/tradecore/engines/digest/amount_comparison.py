"""Comparing amounts in normal form: whether two can be one quantity, and whether few events share one."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

_DIGITS = frozenset("0123456789")
_EXACT_UNITS = frozenset({"year", "day", "time", "q", "version", "nth", "n"})
_PRECISE = 4


def rounds(coarse: str, fine: str) -> bool:
    """Whether `coarse` is `fine` rounded or cut to fewer digits, at least two (`1.5bn` or `1.4bn` of `1.46bn`)."""
    (rounder, digits, unit), (finer, finer_digits, finer_unit) = _read(coarse), _read(fine)
    if not 2 <= digits < finer_digits or unit != finer_unit:
        return False
    step = Decimal(1).scaleb(finer.adjusted() - digits + 1)
    return any((finer / step).quantize(Decimal(1), how) * step == rounder for how in (ROUND_HALF_UP, ROUND_DOWN))


def agree(one: str, other: str) -> bool:
    """Whether two numbers in normal form can be the same quantity: equal, or one a rounding of the other."""
    return one == other or rounds(one, other) or rounds(other, one)


def of_one_size(one: str, other: str) -> bool:
    """Whether neither of two numbers of one unit in normal form is more than ten times the other; dates always are."""
    a, b = abs(_read(one)[0]), abs(_read(other)[0])
    return max(a, b) <= 10 * min(a, b)


def is_precise(term: str) -> bool:
    """Whether a term is a number in normal form with so many digits, four at least, that few events share it."""
    return term[0] in _DIGITS and " " in term and _read(term)[1] >= _PRECISE


# The same numbers are compared many times.
@lru_cache(10_000)
def _read(number: str) -> tuple[Decimal, int, str]:
    """Value, significant digits and unit of a number in normal form; 0 digits for units that are never rounded."""
    text, unit = number.split(" ", 1)
    if unit in _EXACT_UNITS:
        return Decimal(0), 0, unit
    value = Decimal(text)
    return value, len(value.normalize().as_tuple().digits), unit
