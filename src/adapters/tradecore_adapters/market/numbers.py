"""Numbers as people and programs write them, with one decimal sign for a whole column."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from attrs import field, frozen

from tradecore.model.errors import Invalid

# What stands for "no value" in the files of vendors and programs.
_BLANK = frozenset({"", "-", "--", "—", "–", "n/a", "na", "nan", "null", "none", "#n/a", "#n/a n/a", "nil", "."})

_SCALES = {
    "": 0, "k": 3, "tsd": 3, "m": 6, "mn": 6, "mio": 6, "mln": 6, "mm": 6, "b": 9, "bn": 9, "mrd": 9, "mld": 9,
    "t": 12, "tn": 12, "bio": 12, "cr": 7, "lakh": 5, "lac": 5, "万": 4, "萬": 4, "만": 4, "亿": 8, "億": 8, "억": 8,
}  # fmt: skip

_CURRENCY = r"(?:US\$|HK\$|A\$|C\$|R\$|NT\$|[$€£¥₹₩₽₺₿₫฿₱]|Rs\.?|kr|zł|[A-Z]{3})"
# What stands between thousands beside a point or a comma: an apostrophe or one of several spaces.
_SPACES = "'’ \u00a0\u202f\u2009"
_SHARES = r"(?i:shares|shs|stücke?|stk|st|szt|pcs|titres)\b\.?|[股株주]"
_WRITTEN = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+−])?\s*(?P<before>{_CURRENCY})?\s*(?P<inner>[-−])?"
    rf"(?P<body>\d(?:[\d.,{_SPACES}]*\d)?[.,]?|[.,]\d+)(?P<exponent>[eE][-+]?\d{{1,3}})?"
    rf"\s*(?P<scale>(?i:{'|'.join(sorted(filter(None, _SCALES), key=len, reverse=True))})\b\.?)?"
    rf"\s*(?P<unit>{_SHARES})?"
    rf"\s*(?P<after>{_CURRENCY})?\s*(?P<trailing>[-−])?\s*(?P<close>\))?"
)
# A whole column of numbers in one notation, and what in it can be read with that decimal sign only. Most files are read
# by these without a look at single cells.
_BY_SPACES = "|".join(rf"(?:{space}\d{{3}})+" for space in _SPACES)
_COLUMN = {
    ".": re.compile(rf"(?:\$?(?:\d+|[1-9]\d{{0,2}}(?:(?:,\d{{3}})+|{_BY_SPACES}))(?:\.\d+)?\n)+"),
    ",": re.compile(rf"(?:\$?(?:\d+|[1-9]\d{{0,2}}(?:(?:\.\d{{3}})+|{_BY_SPACES}))(?:,\d+)?\n)+"),
}
_SHOWS = {
    ".": re.compile(r"\.(?:\d{1,2}|\d{4,})\n|[^\d\n.$]\d{3}\.|,\d{3},|(?:^|\n)\$?0\d*\.|\d{4}\."),
    ",": re.compile(r",(?:\d{1,2}|\d{4,})\n|[^\d\n,$]\d{3},|\.\d{3}\.|(?:^|\n)\$?0\d*,|\d{4},"),
}
# A number of four digits that whoever groups thousands would have grouped.
_UNGROUPED = re.compile(r"(?:^|\n)[1-9]\d{3,}(?:\.\d*)?(?:\n|$)")
_WITHOUT_SIGNS = {
    ".": str.maketrans("", "", f",${_SPACES}"),
    ",": str.maketrans(",", ".", f".${_SPACES}"),
}
_LONGEST_IN_BOUNDS = 17

# One kind of sign between groups of three digits, or the Indian two, two, three.
_GROUPED = re.compile(
    rf"[1-9]\d{{0,2}}(?:(?P<sign>[.,{_SPACES}])\d{{3}})(?:(?P=sign)\d{{3}})*|[1-9]\d?(?:,\d{{2}})+,\d{{3}}"
)


@frozen
class Numbers:
    """The numbers of a table, a list for each column; None where a cell holds no number.

    `currencies` are the signs and codes that stand beside numbers of a column.
    """

    columns: dict[str, list[Decimal | None]]
    currencies: dict[str, set[str]] = field(factory=dict)


@frozen
class _Cell:
    """A number taken apart; `body` is its digits with the signs between them."""

    body: str
    negative: bool
    power: int
    exponent: bool

    def value(self, decimal_sign: str) -> Decimal | None:
        """The number when read with a decimal sign, None where it cannot be written so."""
        digits = _digits(self.body, decimal_sign, grouped=not self.exponent)
        if digits is None:
            return None
        value = Decimal(digits)
        if self.power:
            value = value.scaleb(self.power)
            # 12.30M is 12300000 and not 1.230E+7, so that a number has one way to be written.
            value = value.quantize(1) if 0 < int(value.as_tuple().exponent) < 20 else value
        return -value if self.negative else value


def is_blank(text: str) -> bool:
    """Whether a cell holds what stands for no value, such as nothing, `N/A` or `null`."""
    return text.strip().lower() in _BLANK


def read_numbers(
    groups: Sequence[Sequence[str]], texts: dict[str, Sequence[str]], where: str, *, plain: bool, scaled: set[str]
) -> Numbers:
    """The numbers of columns, with one decimal sign for each of the `groups` of columns.

    A group that does not show its decimal sign takes that of the other groups. `plain` says that the table is separated
    by commas without quotes, as programs write it; a lone point is then the decimal point, if thousands are not grouped
    anywhere in the table. Columns named in `scaled` may end in K, M, B or T, and in a word for shares. Raises Invalid
    where a group mixes two notations, or shows none and could be read in two ways.
    """
    columns: dict[str, list[Decimal | None]] = {}
    currencies: dict[str, set[str]] = {}
    shown: set[str] = set()
    plain = plain and any(_UNGROUPED.search("\n".join(column)) for column in texts.values())
    slow: list[tuple[Sequence[str], dict[str, list[_Cell | None]], str | None]] = []
    for names in groups:
        joined = {name: "\n".join(texts[name]) + "\n" for name in names}
        sign = _quick_sign(list(joined.values()), plain=plain)
        if sign is not None:
            shown |= {sign} if any("." in text or "," in text for text in joined.values()) else set()
            columns |= {name: _quick_values(text, sign) for name, text in joined.items()}
            currencies |= {name: {"$"} for name, text in joined.items() if "$" in text}
            continue
        cells: dict[str, list[_Cell | None]] = {}
        for name in names:
            cells[name], currencies[name] = _taken_apart(texts[name], scales=name in scaled)
        sign = _decimal_sign(names, cells, where)
        shown |= {sign} if sign else set()
        slow.append((names, cells, sign))
    borrowed = next(iter(shown)) if len(shown) == 1 else None
    for names, cells, sign in slow:
        columns |= {name: _values(name, cells[name], sign or borrowed, where, plain=plain) for name in names}
    return Numbers(columns, currencies)


def _quick_sign(joined: Sequence[str], *, plain: bool) -> str | None:
    """The decimal sign of columns that are written in one notation throughout, None where single cells must tell."""
    for sign in (".", ","):
        if all(_COLUMN[sign].fullmatch(text) for text in joined):
            signs = {character for character in ".," if any(character in text for text in joined)}
            if not signs or (plain and signs == {"."}) or any(_SHOWS[sign].search(text) for text in joined):
                return sign
    return None


def _quick_values(text: str, sign: str) -> list[Decimal | None]:
    numbers = text.translate(_WITHOUT_SIGNS[sign]).split("\n")[:-1]
    if max(map(len, numbers)) <= _LONGEST_IN_BOUNDS:
        return list(map(Decimal, numbers))
    return [_bounded(Decimal(number)) for number in numbers]


def _taken_apart(column: Sequence[str], *, scales: bool) -> tuple[list[_Cell | None], set[str]]:
    cells: list[_Cell | None] = []
    currencies: set[str] = set()
    for text in column:
        match = _WRITTEN.fullmatch(text.strip())
        if (
            match is None
            or bool(match["open"]) != bool(match["close"])
            or ((match["scale"] or match["unit"]) and not scales)
        ):
            cells.append(None)
            continue
        currencies.update(sign for sign in (match["before"], match["after"]) if sign)
        minus = sum(1 for part in ("open", "inner", "trailing") if match[part]) + (match["sign"] in ("-", "−"))
        power = _SCALES[(match["scale"] or "").lower().rstrip(".")] + int((match["exponent"] or "e0")[1:])
        cells.append(_Cell(match["body"], minus > 0, power, match["exponent"] is not None))
    return cells, currencies


def _decimal_sign(names: Sequence[str], cells: dict[str, list[_Cell | None]], where: str) -> str | None:
    """The decimal sign that the columns of a group show, None where every number can be read with both signs."""
    shown: dict[str, str] = {}
    for name in names:
        for cell in cells[name]:
            if cell is None or cell.body.isdigit():
                continue
            with_point, with_comma = cell.value("."), cell.value(",")
            if with_point is None and with_comma is not None:
                shown.setdefault(",", cell.body)
            elif with_comma is None and with_point is not None:
                shown.setdefault(".", cell.body)
    if len(shown) > 1:
        raise Invalid.one(
            "symbol",
            f"{where} mixes decimal signs in its {_listed(names)}: {shown['.']!r} has a decimal point and "
            f"{shown[',']!r} a decimal comma; write all numbers in one way.",
        )
    return next(iter(shown), None)


def _values(name: str, cells: list[_Cell | None], sign: str | None, where: str, *, plain: bool) -> list[Decimal | None]:
    values: list[Decimal | None] = []
    for cell in cells:
        if cell is None:
            values.append(None)
            continue
        if sign is None:
            with_point, with_comma = cell.value("."), cell.value(",")
            if with_point != with_comma and not (plain and "." in cell.body):
                raise Invalid.one(
                    "symbol",
                    f"{where} can be read in two ways: {cell.body!r} in its {name} is {with_point} or {with_comma}; "
                    f"write numbers with a decimal point and without thousands signs.",
                )
        values.append(_bounded(cell.value(sign or ".")))
    return values


def _digits(body: str, decimal_sign: str, *, grouped: bool) -> str | None:
    whole, mark, fraction = body.partition(decimal_sign)
    if mark and fraction and not fraction.isdigit():
        return None
    if not whole.isdigit() and whole:
        if not grouped:
            return None
        match = _GROUPED.fullmatch(whole)
        if match is None or match["sign"] == decimal_sign:
            return None
        whole = re.sub(r"\D", "", whole)
    return f"{whole or '0'}.{fraction or '0'}" if mark else whole or None


def _bounded(value: Decimal | None) -> Decimal | None:
    """A number of a size that a price or a volume can have; anything else is no number."""
    if value is None:
        return None
    try:
        return value if value.is_finite() and abs(value.adjusted()) < 18 else None
    except InvalidOperation:
        return None


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
