"""Amounts: the numbers of headlines, dates included, in normal form."""

import re
import unicodedata
from decimal import Decimal
from itertools import pairwise

from attrs import frozen

from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.number_words import number_words

# Digits are ASCII throughout: `read_numbers` translates those of other scripts first. Other numeric characters, such as
# the signs of counting rods, count as letters.
_TOKEN = re.compile(
    r"us\$|[$€£¥₩₿]|[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+|%|[^\W\d_]+(?:['’.&][^\W\d_]+)*|[-+–—−]",
)
_DATES = re.compile(
    r"\b(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})\b"
    r"|\b(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[a-z]*)\.?\s(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?\b"
    r"(?![,.:]?[0-9]|\s?[%$]|\s(?:percent|per cent|pct|basis|bps?|million|billion|points?)\b)"
    r"|\b(?P<day2>[0-9]{1,2})(?:st|nd|rd|th)?\s(?P<month2>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
    r"|\b(?P<time>[0-9]{1,2}:[0-9]{2})\b"
    r"|\b(?:q(?P<quarter>[1-4])|(?P<quarter2>[1-4])q)\b"
    r"|\bv(?:ersion\s)?(?P<version>[0-9]+(?:\.[0-9]+)*)\b|\b(?P<version2>[0-9]+\.[0-9]+\.[0-9]+)\b"
)
# Coins called USD0 and USD1, which no amount is written as: one of a dollar or none has more digits, or a scale.
_COIN = re.compile(r"\busd([01])\b(?![.,][0-9]|\s?(?:[kmbt]n?|mln|thousand|million|billion|trillion|lakh|crore)\b)")
_COIN_NAMES = {"0": "usdzero", "1": "usdone"}
_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_DIGITS = frozenset("0123456789")
_DIGIT = re.compile("[0-9]")
_DASHES = frozenset("-–—−")
_NUMERIC = _DIGITS | {"."}


@frozen
class _Number:
    value: Decimal
    scale: Decimal
    unit: str
    start: int
    end: int
    """Tokens `start` to `end` (exclusive) were read."""


def read_numbers(text: str) -> tuple[frozenset[str], frozenset[str], list[str]]:
    """The numbers of a normalised text as `<value> <unit>`, their signs as markers, and the other words in order.

    `$1.5b`, `1.5 billion dollars` and `1,500 million` are all `1500000000 usd`. Rates are in basis points (`bp`), days
    and weeks in hours, coins and shares in the name of their asset, other counts in `n`. Digits of all scripts count.
    """
    numbers: set[str] = set()
    signs: set[str] = set()

    def read_date(match: re.Match[str]) -> str:
        numbers.add(_date(match))
        return " "

    text = _with_ascii_digits(text)
    if _DIGIT.search(text):
        text = _DATES.sub(read_date, _COIN.sub(lambda match: _COIN_NAMES[match[1]], text))
    tokens = _TOKEN.findall(text)
    starts = _number_starts(tokens)
    glued = _glued(text) if starts else []
    amounts: list[_Number] = []
    others: list[str] = []
    read = 0
    for at in starts:
        # A number may begin where a longer one was read already.
        number = _number(tokens, glued, at) if at >= read else None
        if number is None:
            continue
        sign = number.start - 1
        if sign >= 0 and tokens[sign] in "-−+" and glued[number.start] and not glued[sign]:
            signs.add("move:up" if tokens[sign] == "+" else "move:down")
        amounts.append(number)
        others += tokens[read:at]
        read = number.end
    others += tokens[read:]
    no_words = number_words().no_words
    left = [token for token in others if token not in no_words]
    if "'" in text or "’" in text:
        left = [word.removesuffix("'s").removesuffix("’s") for word in left]
    for position, number in enumerate(amounts):
        after = amounts[position + 1] if position + 1 < len(amounts) else None
        numbers.add(_normal_form(_completed(number, after, tokens)))
    return frozenset(numbers), frozenset(signs), left


def _number_starts(tokens: list[str]) -> list[int]:
    """Where a number may begin, which few words do."""
    starts = number_words().starts
    found = [at for at, token in enumerate(tokens) if token in starts or token[0] in _NUMERIC]
    return [at for at in found if tokens[at] != "a" or _scale_follows(tokens, at)]


def _glued(text: str) -> list[bool]:
    """For each token whether it follows the one before it without a space."""
    spans = [match.span() for match in _TOKEN.finditer(text)]
    return [False, *(end == start for (_, end), (start, _) in pairwise(spans))]


def _with_ascii_digits(text: str) -> str:
    """The text with the decimal digits of all scripts as ASCII digits."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def _date(match: re.Match[str]) -> str:
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
    known = number_words()
    currency, next_at = "", at
    amount_follows = at + 1 < len(tokens) and tokens[at + 1][0] in _DIGITS
    if tokens[at] in known.signs or (tokens[at] in known.currencies and amount_follows):
        currency = known.signs.get(tokens[at]) or known.currencies[tokens[at]]
        next_at += 1
        if next_at >= len(tokens):
            return None
    token = tokens[next_at]
    if token[0] in _DIGITS or token[0] == ".":
        value, after = Decimal(token.replace(",", "")), next_at + 1
        name = _named(tokens, glued, at) if not currency else ""
        if name:
            return _Number(value, Decimal(1), name, at, after)
        if after < len(tokens) and glued[after] and tokens[after] in ("st", "nd", "rd", "th"):
            return _Number(value, Decimal(1), "nth", at, after + 1)
    elif (spelled := _spelled(tokens, next_at)) is not None:
        value, after = spelled
    elif token in known.ordinals and not currency:
        return _ordinal(tokens, at)
    else:
        return None
    scale = Decimal(1)
    while (step := _skip_dash(tokens, after)) < len(tokens) and tokens[step] in known.scales:
        if len(tokens[step]) < 3 and not glued[step] and not currency:
            break
        scale *= known.scales[tokens[step]]
        after = step + 1
    number = _with_unit(value, scale, currency, tokens, at, after)
    if number.unit == "" and scale == 1 and "," in token:
        return _Number(value, scale, "n", at, number.end)
    return number


def _with_unit(value: Decimal, scale: Decimal, currency: str, tokens: list[str], at: int, after: int) -> _Number:
    known, assets = number_words(), lexicon().assets
    step = _skip_dash(tokens, after)
    word = tokens[step] if step < len(tokens) else ""
    following = tokens[step + 1] if step + 1 < len(tokens) else ""
    if following in _DASHES and step + 2 < len(tokens):
        following = tokens[step + 2]
    if currency:
        return _Number(value, scale, currency, at, after)
    if (word, following) in known.paired_units:
        unit, factor = known.paired_units[word, following]
        return _Number(value * factor, scale, unit, at, tokens.index(following, step) + 1)
    if word in known.units:
        unit, factor = known.units[word]
        return _Number(value * factor, scale, unit, at, step + 1)
    if word in known.currencies:
        return _Number(value, scale, known.currencies[word], at, step + 1)
    if word == "u.s" and following in known.currencies:
        return _Number(value, scale, "usd", at, step + 2)
    if word in assets and step == after:
        # The asset stays among the words as well, because the headline is about it.
        return _Number(value, scale, assets[word], at, after)
    return _Number(value, scale, "", at, after)


def _skip_dash(tokens: list[str], at: int) -> int:
    return at + 1 if at + 1 < len(tokens) and tokens[at] in _DASHES and tokens[at + 1][0].isalpha() else at


def _named(tokens: list[str], glued: list[bool], at: int) -> str:
    """The name that a number is part of, as in `eip-4844` or `layer2`; empty when it is part of none."""
    if at >= 1 and glued[at] and tokens[at - 1][0].isalpha():
        return tokens[at - 1]
    if at >= 2 and glued[at] and glued[at - 1] and tokens[at - 1] in _DASHES and tokens[at - 2][0].isalpha():
        return tokens[at - 2]
    return ""


def _spelled(tokens: list[str], at: int) -> tuple[Decimal, int] | None:
    """The number in words that begins at `at`: its value and the index of the token after it."""
    known = number_words()
    start, total, group, seen = at, 0, 0, False
    if tokens[at] in ("a", "half") and _scale_follows(tokens, at):
        value = Decimal("0.5") if tokens[at] == "half" else Decimal(1)
        return value, at + (2 if at + 1 < len(tokens) and tokens[at + 1] == "a" else 1)
    while at < len(tokens):
        word = tokens[at]
        if word in known.small:
            group, seen = group + known.small[word], True
        elif word in known.tens:
            group, seen = group + known.tens[word], True
            if at + 2 < len(tokens) and tokens[at + 1] in _DASHES and tokens[at + 2] in known.small:
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
    scaled = at < len(tokens) and tokens[at] in known.whole_scales
    # "one" by itself is mostly a pronoun.
    if not seen or (at == start + 1 and tokens[start] == "one" and not scaled):
        return None
    return Decimal(total + group), at


def _scale_follows(tokens: list[str], at: int) -> bool:
    step = at + 2 if tokens[at] == "half" and at + 1 < len(tokens) and tokens[at + 1] == "a" else at + 1
    return step < len(tokens) and tokens[step] in number_words().whole_scales


def _ordinal(tokens: list[str], at: int) -> _Number | None:
    value = Decimal(number_words().ordinals[tokens[at]])
    step = _skip_dash(tokens, at + 1)
    if step < len(tokens) and tokens[step] == "quarter" and value <= 4:
        return _Number(value, Decimal(1), "q", at, step + 1)
    if value == 1 or (at and tokens[at - 1] in ("per", "a", "each", "every")):
        return None
    return _Number(value, Decimal(1), "nth", at, at + 1)


def _completed(number: _Number, after: _Number | None, tokens: list[str]) -> _Number:
    """The number with the scale and unit of the upper end, where it is the lower end of a range (`5-10%`)."""
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


def _normal_form(number: _Number) -> str:
    value = number.value * number.scale
    unit = number.unit
    if not unit:
        if number.scale >= 1_000_000:
            # "1,500 million" without a unit is money in a headline.
            unit = "usd"
        elif number.scale == 1 and value == int(value) and 1990 <= value <= 2100:
            unit = "year"
        else:
            unit = "n"
    return f"{format(value.normalize(), 'f')} {unit}"
