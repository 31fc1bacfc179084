"""Dates as publishers write them: RFC 822, ISO 8601, seconds since 1970, and words or figures in many languages."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import frozen

from tradecore.engines.digest.identity import plausible_time

_LENGTH_LIMIT = 100
# Seconds, milliseconds or microseconds since 1970.
_EPOCH = re.compile(r"\d{9,10}(?:\.\d{1,9})?|\d{12,13}|\d{15,16}")
# As .NET writes moments in JSON.
_DOTNET = re.compile(r"/date\((\d{9,16})(?:[+-]\d{4})?\)/", re.IGNORECASE)
_DIGITS = re.compile(r"(?:19|20)\d{12}")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[t ]|\Z)|\d{8}t\d{4}|(?:19|20)\d{6}\Z")
_CLOCK = r"\d{1,2}[:h]\d{2}(?::\d{2})?(?:[.,]\d{1,9})?"
_ORDINAL = r"(?:st|nd|rd|th|er|º|°|ª|\.)?"
# Vowels of Hindi, Bengali and Thai are marks, not letters; May is the one month of fewer than three signs.
_WORD = r"(?P<month>(?:[^\W\d_]|[\u0900-\u0963\u0981-\u09cd\u0e31-\u0e4e]){3,}|मई|মে)\.?"
# The last two digits of a year are enough only beside the name of a month.
_NAMED = [
    re.compile(
        rf"(?<![\d:])(?P<day>\d{{1,2}}){_ORDINAL}[\s,/-]*(?:of |de |del |d'|ב)?{_WORD},?"
        r"[\s/-]*(?:de |del )?(?P<year>\d{4}|\d{2}(?![\d:.h]))"
    ),
    re.compile(rf"{_WORD}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"),
    re.compile(
        rf"{_WORD}\s+(?P<day>\d{{1,2}})\s+(?P<clock>{_CLOCK}(?:\s+(?:[a-z]{{1,5}}|[+-]\d{{4}}))?)\s+(?P<year>\d{{4}})"
    ),
    re.compile(rf"(?<!\d)(?P<year>\d{{4}})\.?(?:\s*m\.)?[\s,/-]+{_WORD}[\s/-]*(?P<day>\d{{1,2}})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<year>\d{{4}})\.\s*gada\s+(?P<day>\d{{1,2}})\.\s*{_WORD}"),
]
_EASTERN = re.compile(r"(?P<year>\d{4})\s*[年년]\s*(?P<number>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日号號일]?")
_VIETNAMESE = re.compile(r"(?P<day>\d{1,2})\s+thang\s+(?P<number>\d{1,2}),?\s+(?:nam\s+)?(?P<year>\d{4})")
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>\d{4})(?P<by>[-/.])\s?(?P<number>\d{1,2})(?P=by)\s?(?P<day>\d{1,2})\.?(?!\d)"
)
_YEAR_LAST = re.compile(
    r"(?<!\d)(?P<first>\d{1,2})(?P<by>[-/.])\s?(?P<second>\d{1,2})(?P=by)\s?(?P<year>\d{4}|\d{2}(?!\d))"
)
_TIME = re.compile(
    r"(?P<before>上午|下午|午前|午後|오전|오후|am|pm)?\s*(?P<hour>\d{1,2})"
    r"(?P<apart>\s*[:.h點点时時시]\s*(?P<minute>\d{1,2})?(?:\s*[:.分분]\s*(?P<second>\d{1,2})?)?"
    r"(?:[.,]\d{1,9})?\s*[秒초]?)?"
    r"\s*(?P<after>[ap]\.?\s?m\b\.?)?"
)
_OFFSET = re.compile(r"(?:gmt|utc|z)?\s*(?P<sign>[+\-−])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)")
_ZONE_NAME = re.compile(r"[A-Za-z]{1,20}(?:/[A-Za-z_]{1,30}){1,2}|[A-Za-z]{1,5}(?![A-Za-z])")
# Thailand counts 543 years more; no feed has entries of the year 2500.
_BUDDHIST_ERA, _BUDDHIST_YEARS = 543, range(1990, 2200)
_AFTERNOON = ("下午", "午後", "오후", "p")
_MONTH_FIRST = ("en-us", "en_us", "en-ph")


class _Order(Enum):
    """Which comes first in a date of figures that ends with the year."""

    DAY = "day"
    MONTH = "month"


@frozen
class _Date:
    year: int
    month: int
    day: int
    clock: str
    """What stands around the date: the time of day and the zone, as they were written."""


def read_dates(written: Sequence[str], language: str = "") -> list[datetime | None]:
    """The times (aware UTC) that the dates of one document stand for, None for each that cannot be read.

    Without a zone a time is UTC, without a time it is midnight. In dates such as `05/11/2025` the other dates of the
    document decide which figure is the month, then `language`, its language code; with neither such a date is None.
    So are dates with an unknown zone, and those before 1990 or after 2200.
    """
    texts = [unicodedata.normalize("NFKC", text[: _LENGTH_LIMIT + 1]).strip() for text in written]
    order = _order_of(texts, language.casefold())
    months = {**_months(), **_months_of(language.casefold()[:2])}
    return [plausible_time(_read(text, order, months)) for text in texts]


def undated(dates: Sequence[datetime | None], written: Sequence[str]) -> str | None:
    """A sentence about the entries of a document without a readable date, with an example; None without such."""
    unread = [text for text, at in zip(written, dates, strict=True) if at is None]
    if not unread:
        return None
    example = next((text.strip()[:60] for text in unread if text.strip()), None)
    sample = f", for example {example!r}" if example else ""
    verb, rest = (
        ("has", "it counts from when it is seen")
        if len(unread) == 1
        else ("have", "they count from when they are seen")
    )
    return f"{len(unread)} of {len(written)} entries {verb} no readable date{sample}; {rest}"


def _read(text: str, order: _Order | None, months: Mapping[str, int]) -> datetime | None:
    if not text or len(text) > _LENGTH_LIMIT:
        return None
    if wrapped := _DOTNET.fullmatch(text):
        text = wrapped[1]
    try:
        if _EPOCH.fullmatch(text):
            digits = len(text.partition(".")[0])
            return datetime.fromtimestamp(float(text) / (1 if digits < 11 else 1e3 if digits < 14 else 1e6), UTC)
        if _DIGITS.fullmatch(text):
            text = f"{text[:8]}T{text[8:]}"
        if _ISO.match(text.lower()) and (moment := _iso(text)) is not None:
            return moment
        date = _date(text, order, months)
        return None if date is None else _moment(date)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _plain(text: str) -> str:
    """The text in lower case without accents, of the same length wherever that is possible."""
    spread = unicodedata.normalize("NFKD", text.lower().translate({0x131: "i", 0x142: "l", 0xF8: "o"}))
    return unicodedata.normalize("NFC", "".join(sign for sign in spread if not unicodedata.combining(sign)))


def _date(text: str, order: _Order | None, months: Mapping[str, int]) -> _Date | None:
    plain = _plain(text)
    for pattern in _NAMED:
        for match in pattern.finditer(plain):
            month = months.get(match["month"])
            if month is not None:
                clock = match["clock"].upper() if "clock" in pattern.groupindex else _around(text, plain, match)
                return _Date(_year(match["year"]), month, int(match["day"]), clock)
    for pattern in (_EASTERN, _VIETNAMESE, _YEAR_FIRST):
        if figures := pattern.search(plain):
            return _Date(
                int(figures["year"]), int(figures["number"]), int(figures["day"]), _around(text, plain, figures)
            )
    if figures := _YEAR_LAST.search(plain):
        first, second = int(figures["first"]), int(figures["second"])
        chosen = _written_order(figures) or order or (_Order.DAY if first == second else None)
        if chosen is None or (len(figures["year"]) == 2 and figures["by"] == "-"):
            return None
        day, month = (first, second) if chosen is _Order.DAY else (second, first)
        return _Date(_year(figures["year"]), month, day, _around(text, plain, figures))
    return None


def _around(text: str, plain: str, match: re.Match[str]) -> str:
    """What stands behind a date, else before it, as it was written where accents have not changed its length."""
    whole = text if len(text) == len(plain) else plain
    behind = whole[match.end() :]
    return behind if any(sign.isdigit() for sign in behind) else f"{whole[: match.start()]} {behind}"


def _year(written: str) -> int:
    year = int(written)
    if year - _BUDDHIST_ERA in _BUDDHIST_YEARS:
        return year - _BUDDHIST_ERA
    return year if len(written) == 4 else year + (1900 if year > 68 else 2000)


def _order_of(texts: Sequence[str], language: str) -> _Order | None:
    orders = {order for text in texts for order in _orders(text)}
    if len(orders) == 1:
        return orders.pop()
    if language.startswith(_MONTH_FIRST):
        return _Order.MONTH
    # English without a country may be of either; all other languages of feeds begin with the day.
    return _Order.DAY if language and language != "en" and not orders else None


def _orders(text: str) -> Iterator[_Order]:
    match = _YEAR_LAST.search(text)
    order = _written_order(match) if match else None
    if order is not None:
        yield order


def _written_order(match: re.Match[str]) -> _Order | None:
    """The order that a date of figures has by itself: dots are written behind days, and there is no month 13."""
    first, second = int(match["first"]), int(match["second"])
    if match["by"] == "." or first > 12:
        return _Order.DAY
    return _Order.MONTH if second > 12 else None


def _moment(date: _Date) -> datetime | None:
    """The moment of a date and the time around it. Raises ValueError for one that does not exist."""
    midnight = datetime(date.year, date.month, date.day, tzinfo=UTC)
    rest = date.clock.replace("，", ",")
    match = next((match for match in _TIME.finditer(_plain(rest)) if match["apart"] or match["after"]), None)
    if match is None:
        return None if any(sign.isdigit() for sign in rest) else midnight
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = match["before"] or match["after"]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith(_AFTERNOON) else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute + second > 0):
        return None
    zone = _zone(rest[match.end() :])
    if zone is None:
        return None
    day = timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    return (midnight + day).replace(tzinfo=zone).astimezone(UTC)


def _zone(behind: str) -> tzinfo | None:
    """The zone that stands behind a time; UTC without one, None for one that is not known."""
    behind = behind.strip(" ,[(")
    if match := _OFFSET.match(behind.lower()):
        hours, minutes = int(match["hours"]), int(match["minutes"] or 0)
        if hours > 14 or minutes > 59:
            return None
        return timezone(timedelta(hours=hours, minutes=minutes) * (1 if match["sign"] == "+" else -1))
    match = _ZONE_NAME.match(behind)
    if match is None:
        return UTC
    name = match[0]
    known = _zones().get(name.lower())
    if known is not None:
        return known
    # Words such as `Uhr` and `hrs` are no zones; what is written in capitals, or as a place, is one.
    return _place(name) if "/" in name else None if name.isupper() else UTC


def _place(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def _words() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("tradecore_adapters.news").joinpath("date_words.toml").read_text("utf-8"))


@cache
def _months() -> dict[str, int]:
    """Months by their names and by all beginnings of these that belong to one month only."""
    meanings: dict[str, set[int]] = {}
    names: dict[str, int] = {}
    for number, words in _words()["months"].items():
        for name in map(_plain, words.split()):
            names[name] = int(number)
            for length in range(3, len(name)):
                meanings.setdefault(name[:length], set()).add(int(number))
    whole = _whole(_words()["whole_months"])
    return {**{short: months.pop() for short, months in meanings.items() if len(months) == 1}, **names, **whole}


@cache
def _months_of(language: str) -> dict[str, int]:
    """Months by names that are of other months in other languages."""
    return _whole(_words()["months_of"].get(language, {}))


def _whole(names: Mapping[str, str]) -> dict[str, int]:
    return {_plain(name): int(number) for number, words in names.items() for name in words.split()}


@cache
def _zones() -> dict[str, tzinfo | None]:
    offsets = _words()["zones"].items()
    fixed = {name: timezone(timedelta(hours=float(hours))) for hours, names in offsets for name in names.split()}
    return {**fixed, **{name: _place(place) for name, place in _words()["summer_time"].items()}}
