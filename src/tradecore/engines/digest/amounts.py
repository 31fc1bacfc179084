"""Numbers as headlines write them, brought to one notation."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from attrs import frozen

from tradecore.engines.digest.lexicon import ASSETS

TOKEN = re.compile(
    r"us\$|[$€£¥₩₿]|\d[\d,]*(?:\.\d+)?|\.\d+|%|[^\W\d_]+(?:['’.&][^\W\d_]+)*|[-+–—−]",
)
_DATES = re.compile(
    r"\b(?P<iso>\d{4}-\d{2}-\d{2})\b"
    r"|\b(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[a-z]*)\.?\s(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
    r"(?![,.:]?\d|\s?[%$]|\s(?:percent|per cent|pct|basis|bps?|million|billion|points?)\b)"
    r"|\b(?P<day2>\d{1,2})(?:st|nd|rd|th)?\s(?P<month2>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
    r"|\b(?P<time>\d{1,2}:\d{2})\b"
    r"|\b(?:q(?P<quarter>[1-4])|(?P<quarter2>[1-4])q)\b"
    r"|\bv(?:ersion\s)?(?P<version>\d+(?:\.\d+)*)\b|\b(?P<version2>\d+\.\d+\.\d+)\b"
)
_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_CURRENCIES = {"us$": "usd", "$": "usd", "€": "eur", "£": "gbp", "¥": "jpy", "₩": "krw", "₿": "bitcoin"}
_CURRENCY_WORDS = {
    "usd": "usd",
    "dollar": "usd",
    "dollars": "usd",
    "bucks": "usd",
    "eur": "eur",
    "euro": "eur",
    "euros": "eur",
    "gbp": "gbp",
    "pounds": "gbp",
    "yen": "jpy",
    "jpy": "jpy",
    "won": "krw",
    "krw": "krw",
    "yuan": "cny",
}
_SCALES = {
    name: Decimal(value)
    for value, names in {
        "1e2": "hundred",
        "1e3": "k thousand",
        "1e6": "m mn mln mil million",
        "1e9": "b bn bln billion",
        "1e12": "t tn trn tln trillion",
    }.items()
    for name in names.split()
}
_SCALE_WORDS = frozenset({"hundred", "thousand", "million", "billion", "trillion"})
_UNITS = {
    name: (unit, Decimal(factor))
    for unit, factor, names in (
        ("bp", "100", "% percent pct pc"),
        ("bp", "1", "bp bps"),
        ("hour", "1", "h hr hrs hour hours hourly"),
        ("hour", "24", "d day days"),
        ("hour", "168", "week weeks"),
        ("month", "1", "month months"),
        ("month", "12", "year years yr yrs"),
        ("minute", "1", "min mins minute minutes"),
        ("x", "1", "x times"),
    )
    for name in names.split()
}
_PAIRED_UNITS = {
    ("basis", "point"): ("bp", Decimal(1)),
    ("basis", "points"): ("bp", Decimal(1)),
    ("percentage", "point"): ("bp", Decimal(100)),
    ("percentage", "points"): ("bp", Decimal(100)),
    ("per", "cent"): ("bp", Decimal(100)),
}
_SMALL = {
    name: value
    for value, name in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {name: 10 * at for at, name in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_ORDINALS = {
    name: at for at, name in enumerate("second third fourth fifth sixth seventh eighth ninth tenth".split(), 2)
} | {"first": 1}
_DASHES = frozenset("-–—−")


@frozen
class _Number:
    value: Decimal
    scale: Decimal
    unit: str
    start: int
    end: int
    """Tokens `start` to `end` (exclusive) were read."""


def read_numbers(text: str) -> tuple[frozenset[str], frozenset[str], list[str]]:
    """All numbers of a normalised text as `<value> <unit>`, signs as markers, and the words left over in order.

    `$1.5b`, `1.5 billion dollars` and `1,500 million` are all `1500000000 usd`; rates are basis points (`bp`),
    days and weeks hours, coins and shares are counted in their asset's name, other counts in `n`.
    """
    found: set[str] = set()
    signs: set[str] = set()

    def dated(match: re.Match[str]) -> str:
        found.add(_dated(match))
        return " "

    text = _DATES.sub(dated, text)
    matches = list(TOKEN.finditer(text))
    tokens = [match[0] for match in matches]
    glued = [at > 0 and matches[at].start() == matches[at - 1].end() for at in range(len(matches))]
    numbers: list[_Number] = []
    left: list[str] = []
    at = 0
    while at < len(tokens):
        number = _number(tokens, glued, at)
        if number is None:
            if tokens[at] not in _CURRENCIES and tokens[at] not in _DASHES and tokens[at] not in ("+", "%"):
                left.append(tokens[at].removesuffix("'s").removesuffix("’s"))
            at += 1
            continue
        start = number.start - 1
        if start >= 0 and tokens[start] in "-−+" and glued[number.start] and not glued[start]:
            signs.add("move:up" if tokens[start] == "+" else "move:down")
        numbers.append(number)
        at = number.end
    for place, number in enumerate(numbers):
        after = numbers[place + 1] if place + 1 < len(numbers) else None
        found.add(_written(_completed(number, after, tokens)))
    return frozenset(found), frozenset(signs), left


def rounds(coarse: str, fine: str) -> bool:
    """Whether `coarse` is `fine` rounded to fewer digits, two of them at least (`1.5bn` of `1.46bn`)."""
    (rounder, digits, unit), (finer, finer_digits, finer_unit) = _read(coarse), _read(fine)
    if not 2 <= digits < finer_digits or unit != finer_unit:
        return False
    step = Decimal(1).scaleb(finer.adjusted() - digits + 1)
    return (finer / step).quantize(Decimal(1), ROUND_HALF_UP) * step == rounder


def agree(one: str, other: str) -> bool:
    """Whether two written numbers can be the same quantity: equal, or one a rounding of the other."""
    return one == other or rounds(one, other) or rounds(other, one)


# The same numbers are compared again and again.
@lru_cache(10_000)
def _read(number: str) -> tuple[Decimal, int, str]:
    """A written number, its digits, which is 0 where none of them is ever rounded off, and its unit."""
    text, unit = number.split(" ", 1)
    if unit in _EXACT_UNITS:
        return Decimal(0), 0, unit
    value = Decimal(text)
    return value, len(value.normalize().as_tuple().digits), unit


_EXACT_UNITS = frozenset({"year", "day", "time", "q", "version", "nth", "n"})


def _dated(match: re.Match[str]) -> str:
    part = match.groupdict()
    if part["iso"]:
        return f"{part['iso'][5:]} day"
    if part["month"] or part["month2"]:
        day = int(part["day"] or part["day2"])
        return f"{_MONTHS[part['month'] or part['month2']]:02}-{day:02} day"
    if part["time"]:
        return f"{part['time']} time"
    if part["quarter"] or part["quarter2"]:
        return f"{part['quarter'] or part['quarter2']} q"
    return f"{part['version'] or part['version2']} version"


def _number(tokens: list[str], glued: list[bool], at: int) -> _Number | None:
    """The number that begins with token `at`, with its currency, scale and unit; None when none begins there."""
    currency, next_at = "", at
    amount_follows = at + 1 < len(tokens) and tokens[at + 1][0].isdigit()
    if tokens[at] in _CURRENCIES or (tokens[at] in _CURRENCY_WORDS and amount_follows):
        currency = _CURRENCIES.get(tokens[at]) or _CURRENCY_WORDS[tokens[at]]
        next_at += 1
        if next_at >= len(tokens):
            return None
    token = tokens[next_at]
    if token[0].isdigit() or (token[0] == "." and len(token) > 1):
        value, after = Decimal(token.replace(",", "")), next_at + 1
        name = _named(tokens, glued, at) if not currency else ""
        if name:
            return _Number(value, Decimal(1), name, at, after)
        if after < len(tokens) and glued[after] and tokens[after] in ("st", "nd", "rd", "th"):
            return _Number(value, Decimal(1), "nth", at, after + 1)
    elif (spelled := _spelled(tokens, next_at)) is not None:
        value, after = spelled
    elif token in _ORDINALS and not currency:
        return _ordinal(tokens, at)
    else:
        return None
    scale = Decimal(1)
    while (step := _skip_dash(tokens, after)) < len(tokens) and tokens[step] in _SCALES:
        if len(tokens[step]) < 3 and not glued[step] and not currency:
            break
        scale *= _SCALES[tokens[step]]
        after = step + 1
    number = _with_unit(value, scale, currency, tokens, at, after)
    if number.unit == "" and scale == 1 and "," in token:
        return _Number(value, scale, "n", at, number.end)
    return number


def _with_unit(value: Decimal, scale: Decimal, currency: str, tokens: list[str], at: int, after: int) -> _Number:
    step = _skip_dash(tokens, after)
    word = tokens[step] if step < len(tokens) else ""
    following = tokens[step + 1] if step + 1 < len(tokens) else ""
    if following in _DASHES and step + 2 < len(tokens):
        following = tokens[step + 2]
    if currency:
        return _Number(value, scale, currency, at, after)
    if (word, following) in _PAIRED_UNITS:
        unit, factor = _PAIRED_UNITS[word, following]
        return _Number(value * factor, scale, unit, at, tokens.index(following, step) + 1)
    if word in _UNITS:
        unit, factor = _UNITS[word]
        return _Number(value * factor, scale, unit, at, step + 1)
    if word in _CURRENCY_WORDS:
        return _Number(value, scale, _CURRENCY_WORDS[word], at, step + 1)
    if word == "u.s" and following in _CURRENCY_WORDS:
        return _Number(value, scale, "usd", at, step + 2)
    if word in ASSETS and step == after:
        # The asset stays a word of the text too: it says what the headline is about.
        return _Number(value, scale, ASSETS[word], at, after)
    return _Number(value, scale, "", at, after)


def _skip_dash(tokens: list[str], at: int) -> int:
    return at + 1 if at + 1 < len(tokens) and tokens[at] in _DASHES and tokens[at + 1][0].isalpha() else at


def _named(tokens: list[str], glued: list[bool], at: int) -> str:
    """The name that a number is part of, as in `eip-4844` or `layer2`."""
    if at >= 1 and glued[at] and tokens[at - 1][0].isalpha():
        return tokens[at - 1]
    if at >= 2 and glued[at] and glued[at - 1] and tokens[at - 1] in _DASHES and tokens[at - 2][0].isalpha():
        return tokens[at - 2]
    return ""


def _spelled(tokens: list[str], at: int) -> tuple[Decimal, int] | None:
    """A number in words that begins at `at`: its value and the token after it."""
    start, total, group, seen = at, 0, 0, False
    if tokens[at] in ("a", "half") and _scale_follows(tokens, at):
        value = Decimal("0.5") if tokens[at] == "half" else Decimal(1)
        return value, at + (2 if at + 1 < len(tokens) and tokens[at + 1] == "a" else 1)
    while at < len(tokens):
        word = tokens[at]
        if word in _SMALL:
            group, seen = group + _SMALL[word], True
        elif word in _TENS:
            group, seen = group + _TENS[word], True
            if at + 2 < len(tokens) and tokens[at + 1] in _DASHES and tokens[at + 2] in _SMALL:
                at += 1
        elif word == "dozen" and not seen:
            group, seen = 12, True
        elif word == "hundred" and seen:
            group *= 100
        elif word == "thousand" and seen:
            total, group = total + group * 1000, 0
        else:
            break
        at += 1
    scaled = at < len(tokens) and tokens[at] in _SCALE_WORDS
    # A lone "one" is mostly a pronoun.
    if not seen or (at == start + 1 and tokens[start] == "one" and not scaled):
        return None
    return Decimal(total + group), at


def _scale_follows(tokens: list[str], at: int) -> bool:
    step = at + 2 if tokens[at] == "half" and at + 1 < len(tokens) and tokens[at + 1] == "a" else at + 1
    return step < len(tokens) and tokens[step] in _SCALE_WORDS


def _ordinal(tokens: list[str], at: int) -> _Number | None:
    value = Decimal(_ORDINALS[tokens[at]])
    step = _skip_dash(tokens, at + 1)
    if step < len(tokens) and tokens[step] == "quarter" and value <= 4:
        return _Number(value, Decimal(1), "q", at, step + 1)
    if value == 1 or (at and tokens[at - 1] in ("per", "a", "each", "every")):
        return None
    return _Number(value, Decimal(1), "nth", at, at + 1)


def _completed(number: _Number, after: _Number | None, tokens: list[str]) -> _Number:
    """The lower end of a range has the scale and unit that only its upper end names (`5-10%`, `$1 to 2bn`)."""
    if after is None or after.start - number.end != 1 or tokens[number.end] not in (*_DASHES, "to"):
        return number
    if number.scale != 1 or number.value > after.value:
        return number
    if number.unit and after.unit == "":
        return _Number(number.value, after.scale, number.unit, number.start, number.end)
    if number.unit not in ("", after.unit):
        return number
    factor = Decimal(100) if after.unit == "bp" and number.unit == "" and after.value >= 100 else Decimal(1)
    return _Number(number.value * factor, after.scale, after.unit, number.start, number.end)


def _written(number: _Number) -> str:
    value = number.value * number.scale
    unit = number.unit
    if not unit:
        if number.scale >= 1_000_000:
            # "1,500 million" in a headline is money unless it says of what.
            unit = "usd"
        elif number.scale == 1 and value == int(value) and 1990 <= value <= 2100:
            unit = "year"
        else:
            unit = "n"
    return f"{format(value.normalize(), 'f')} {unit}"
