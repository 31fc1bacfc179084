"""Level choice: which of the offered levels an answer means, named by its id, by its price, or by both."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from attrs import frozen

from tradecore.engines.desk.statements import evidence_id
from tradecore.model.evidence import Evidence

_ID = re.compile(r"(?<![A-Za-z0-9])[Ee][ -]?([1-9]\d{0,3})(?!\d)", re.ASCII)
_PRICE = re.compile(
    r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?:\.\d{1,12})?(?![\w%])|(?<![\w.,-])\d{1,12}(?:[.,]\d{1,12})?(?![\w%])"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


@frozen
class LevelChoice:
    """The level that an answer means; `by_id` where it gave the id alone, as the task says."""

    level: Evidence
    by_id: bool


def choose_level(offered: Sequence[Evidence], text: str) -> LevelChoice | None:
    """The one offered level that a text such as `E29`, `E29 (124.72)`, `$124.72` or `124.7` names.

    A price may be rounded. None where the text names no offered level, more than one, or an id beside the price of
    another level.
    """
    priced = {level.id for level in offered if any(_is_price(level, price) for price in _prices(text))}
    named = {f"E{number}" for number in _ID.findall(text)}
    if named:
        chosen = [level for level in offered if level.id in named]
        if len(named) > 1 or any(level.id not in priced for level in chosen if priced):
            return None
    else:
        chosen = [level for level in offered if level.id in priced]
    return LevelChoice(chosen[0], evidence_id(text) is not None) if len(chosen) == 1 else None


def _prices(text: str) -> list[Decimal]:
    prices = []
    for number in _PRICE.findall(_ID.sub(" ", text)):
        separator = "" if _THOUSANDS.fullmatch(number) else "."
        prices += [Decimal(number.replace(",", separator))]
        if separator == "" and "." not in number and number.count(",") == 1:
            # 1,234 is a price of four digits, or one with a decimal comma.
            prices.append(Decimal(number.replace(",", ".")))
    return prices


def _is_price(level: Evidence, price: Decimal) -> bool:
    value = level.value
    if value is None:
        return False
    exponent = price.as_tuple().exponent
    assert isinstance(exponent, int)
    return value == price or value.quantize(Decimal(1).scaleb(exponent), rounding=ROUND_HALF_EVEN) == price
