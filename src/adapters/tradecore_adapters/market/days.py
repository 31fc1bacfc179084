"""Trading days as files write them, with one date format for a whole column."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import median

from attrs import frozen

from tradecore.model.errors import Invalid

_TIME = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>Z|(?:UTC|GMT)?[+-]\d{2}:?(?:\d{2})?|UTC|GMT)?(?:\s*\(?[A-Za-z/_]{2,40}(?: [A-Za-z]+)*\)?)?)?"
)
# In any language, as `Mon, `, `Mo., ` or `lun. `.
_WEEKDAY = r"(?:[^\W\d_]{2,12}\.?,?\s+)?"
_MONTH = r"(?P<name>[^\W\d_]{3,12})\.?"
_YEAR = r"(?P<year>\d{4}|'?\d{2})"
_FORMATS = {
    "year first": re.compile(
        rf"(?P<year>\d{{4}})(?P<mark>[-/.]) ?(?P<month>\d{{1,2}})(?P=mark) ?(?P<day>\d{{1,2}}){_TIME}"
    ),
    "year, month and day": re.compile(
        rf"(?P<year>\d{{4}})[年년] ?(?P<month>\d{{1,2}})[月월] ?(?P<day>\d{{1,2}})[日일]{_TIME}"
    ),
    "YYYYMMDD": re.compile(rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})(?:\.0)?{_TIME}"),
    "YYYYMMDD and HHMMSS": re.compile(
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})[T ](?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?"
        r"(?P<half>)(?P<zone>Z|[+-]\d{4})?"
    ),
    "epoch": re.compile(r"(?P<count>\d{9,19})(?:\.\d+)?"),
    "numbers": re.compile(
        rf"{_WEEKDAY}(?P<first>\d{{1,2}})(?P<mark>[-/. ])(?P<middle>\d{{1,2}})(?P=mark)"
        rf"(?P<last>\d{{4}}|\d{{1,2}}){_TIME}"
    ),
    "day and month name": re.compile(
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-/. ]+(?:de )?{_MONTH}[-/., ]+(?:de )?{_YEAR}{_TIME}"
    ),
    "month name and day": re.compile(
        rf"{_WEEKDAY}{_MONTH}[-/. ]+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-/., ]+{_YEAR}{_TIME}"
    ),
    "year and month name": re.compile(rf"(?P<year>\d{{4}})[-/ ]{_MONTH}[-/ ](?P<day>\d{{1,2}}){_TIME}"),
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jän jänner enero ene janvier janv "
            "gennaio gen janeiro januari stycznia sty ocak oca января янв",
            "feb february februar feber febrero février févr fév febbraio "
            "fevereiro fev februari lutego lut şubat şub февраля февр фев",
            "mar march mär märz mrz marzo mars março maart mrt marts marca mart марта мар",
            "apr april abril abr avril avr aprile kwietnia kwi nisan nis апреля апр",
            "may mai mayo maggio mag maio mei maj maja mayıs мая май",
            "jun june juni junio juin giugno giu junho czerwca cze haziran haz июня июн",
            "jul july juli julio juillet juil luglio lug julho lipca lip temmuz tem июля июл",
            "aug august agosto ago août aout augustus augusti sierpnia sie ağustos ağu августа авг",
            "sep sept september septiembre setiembre septembre settembre set "
            "setembro września wrz eylül eyl сентября сен сент",
            "oct october okt oktober octubre octobre ottobre ott outubro out października paź ekim eki октября окт",
            "nov november noviembre novembre novembro listopada lis kasım kas ноября ноя нояб",
            "dec december dez dezember diciembre dic décembre déc "
            "dicembre dezembro desember grudnia gru aralık ara декабря дек",
        ),
        1,
    )
    for name in names.split()
}
_ORDERS = {
    "MM/DD": ("last", "first", "middle"),
    "DD/MM": ("last", "middle", "first"),
    "YY/MM/DD": ("first", "middle", "last"),
}
_UNITS = ((11, 1), (14, 10**3), (17, 10**6), (20, 10**9))
_MIDNIGHT, _DAY_END = 0, 86_340
# A stamp from this hour of UTC on may be the midnight of a zone in the east, of the next day.
_EASTERN = 10 * 3600
_SUNDAY_MARKETS = re.compile(r".+\.(?:SR|TA|QA|KW|CA|BH)")


@frozen
class _Stamp:
    """A date as written, with the time of day in seconds and whether both are those of UTC."""

    day: date
    seconds: int = 0
    utc: bool = False


def is_day(text: str) -> bool:
    """Whether a cell could be a date or a time stamp."""
    return _format(text.strip()) is not None


def trades_on_sundays(symbol: str) -> bool:
    """Whether a symbol is listed on an exchange whose week begins on Sunday."""
    return _SUNDAY_MARKETS.fullmatch(symbol) is not None


def read_days(
    texts: Sequence[str], lines: Sequence[int], symbol: str, where: str, *, sessions: bool
) -> list[date | None]:
    """The trading day of each text. `lines` are the line numbers, for sentences.

    The format is decided over the whole column: one format only, and MM/DD or DD/MM only where the days show which.
    Stamps of UTC that are no midnight are put on the day whose sessions fall on weekdays; `sessions` False says that
    the symbol trades on every day, so that nothing shows the day. Raises Invalid where the column does not decide.
    """
    try:
        quick: list[date | None] | None = [date.fromisoformat(text) for text in texts] if _only_iso(texts) else None
    except ValueError:
        quick = None
    days = quick or _slow(texts, lines, symbol, where, sessions=sessions)
    shift = _shifted(days) if sessions and not trades_on_sundays(symbol) else None
    if shift:
        raise Invalid.one(
            "symbol",
            f"{where} has rows on {shift}, so its days look shifted by a time zone; "
            f"write the exchange's own days as YYYY-MM-DD.",
        )
    return days


def _only_iso(texts: Sequence[str]) -> bool:
    return all(len(text) == 10 and text[4] == "-" and text[7] == "-" for text in texts)


def _format(text: str) -> tuple[str, re.Match[str]] | None:
    for name, pattern in _FORMATS.items():
        match = pattern.fullmatch(text)
        if match is not None and ("name" not in pattern.groupindex or match["name"].lower() in _MONTHS):
            return name, match
    return None


def _slow(texts: Sequence[str], lines: Sequence[int], symbol: str, where: str, *, sessions: bool) -> list[date | None]:
    formats = [_format(text.strip().strip("'")) for text in texts]
    kinds: dict[str, int] = {}
    for at, form in enumerate(formats):
        if form is not None:
            kinds.setdefault(form[0], at)
    if len(kinds) > 1:
        first, second = list(kinds.values())[:2]
        raise Invalid.one(
            "symbol",
            f"{where} mixes date formats: {texts[first].strip()!r} in line {lines[first]} and "
            f"{texts[second].strip()!r} in line {lines[second]}; write all days as YYYY-MM-DD.",
        )
    if not kinds:
        if texts and all(re.fullmatch(r"[2-6]\d{4}", text.strip()) for text in texts):
            raise Invalid.one(
                "symbol", f"{where} has days such as {texts[0]!r}, Excel's day numbers; write them as YYYY-MM-DD."
            )
        return [None] * len(texts)
    matches = [form[1] if form else None for form in formats]
    if "year first" in kinds:
        _refuse_day_before_month(texts, matches, where)
    if "numbers" in kinds:
        stamps = _numeric(texts, matches, where)
    else:
        stamps = [_stamp(match) if match else None for match in matches]
    return _on_days(stamps, symbol, where, sessions=sessions)


def _refuse_day_before_month(texts: Sequence[str], matches: Sequence[re.Match[str] | None], where: str) -> None:
    """Of YYYY-DD-MM the days up to the twelfth would be read as months; one wrong month is a mistake of its row."""
    swapped = [at for at, match in enumerate(matches) if match and int(match["month"]) > 12 >= int(match["day"])]
    if len(swapped) > 1 and len(swapped) * 10 > len(matches):
        raise Invalid.one(
            "symbol",
            f"{where} has days such as {texts[swapped[0]].strip()!r}, where the day stands before the month; "
            "write all days as YYYY-MM-DD.",
        )


def _stamp(match: re.Match[str]) -> _Stamp | None:
    parts = match.groupdict()
    if "count" in parts:
        return _epoch(parts["count"])
    month = _MONTHS[parts["name"].lower()] if "name" in parts else int(parts["month"])
    return _timed(_date(_year(parts["year"]), month, int(parts["day"])), parts)


def _epoch(count: str) -> _Stamp | None:
    unit = next(unit for digits, unit in _UNITS if len(count) < digits)
    try:
        moment = datetime.fromtimestamp(int(count) // unit, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return _Stamp(moment.date(), moment.hour * 3600 + moment.minute * 60 + moment.second, utc=True)


def _timed(day: date | None, parts: dict[str, str]) -> _Stamp | None:
    if day is None:
        return None
    if not parts["hour"]:
        return _Stamp(day)
    hour = int(parts["hour"])
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"][0] in "pP" else 0)
    seconds = hour * 3600 + int(parts["minute"]) * 60 + int(parts["second"] or 0)
    zone = re.sub(r"^(?:UTC|GMT)(?=[+-])", "", parts["zone"] or "")
    return _Stamp(day, seconds, utc=bool(zone) and not re.search(r"[1-9]", zone))


def _year(text: str) -> int:
    year = int(text.strip("'"))
    return year if len(text.strip("'")) == 4 else year + (2000 if year < 69 else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _numeric(texts: Sequence[str], matches: Sequence[re.Match[str] | None], where: str) -> list[_Stamp | None]:
    """Days written as three numbers, in the one order that fits all of them."""
    lengths = {len(match["last"]) for match in matches if match}
    short = 4 not in lengths
    readings: dict[str, list[date]] = {}
    for name, (year, month, day) in _ORDERS.items():
        # A year has at least two digits.
        if (name == "YY/MM/DD" and not short) or (year == "last" and 1 in lengths):
            continue
        days = [_date(_year(m[year]), int(m[month]), int(m[day])) for m in matches if m]
        if None not in days:
            readings[name] = [day for day in days if day]
    if short and len({tuple(days) for days in readings.values()}) > 1:
        # Of two-digit years one reading alone makes consecutive days of the rows.
        daily = {name: days for name, days in readings.items() if _daily(days)}
        readings = daily if daily and not {"MM/DD", "DD/MM"} <= set(readings) else readings
    if len({tuple(days) for days in readings.values()}) != 1:
        sample = next(text.strip() for text, match in zip(texts, matches, strict=True) if match)
        why = f"could be {' or '.join(readings)}" if readings else "fit neither MM/DD nor DD/MM in all rows"
        raise Invalid.one("symbol", f"{where} has days such as {sample!r} that {why}; write all days as YYYY-MM-DD.")
    chosen = iter(next(iter(readings.values())))
    return [_timed(next(chosen), match.groupdict()) if match else None for match in matches]


def _daily(days: Sequence[date]) -> bool:
    gaps = [abs((after - before).days) for before, after in pairwise(days)]
    return bool(gaps) and median(gaps) <= 4


def _on_days(stamps: list[_Stamp | None], symbol: str, where: str, *, sessions: bool) -> list[date | None]:
    days = [stamp.day if stamp else None for stamp in stamps]
    written = [stamp for stamp in stamps if stamp]
    moved = [stamp for stamp in written if stamp.utc and stamp.seconds not in (_MIDNIGHT,) and stamp.seconds < _DAY_END]
    if any(stamp.seconds >= _EASTERN for stamp in moved) and len({s.day for s in written}) * 2 > len(written):
        east = [
            day + timedelta(days=1) if stamp and _is_eastern(stamp) and day else day
            for stamp, day in zip(stamps, days, strict=True)
        ]
        here, there = _on_weekdays(days), _on_weekdays(east)
        if not sessions or here == there:
            raise Invalid.one(
                "symbol",
                f"{where} has times of UTC such as {moved[0].day} {_clock(moved[0].seconds)}, which do not show the "
                f"trading day of {symbol}; write the exchange's own days as YYYY-MM-DD.",
            )
        return days if here else east
    return days


def _is_eastern(stamp: _Stamp) -> bool:
    return stamp.utc and _EASTERN <= stamp.seconds < _DAY_END


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def _on_weekdays(days: Sequence[date | None]) -> bool:
    return all(day is None or day.weekday() < 5 for day in days)


def _shifted(days: Sequence[date | None]) -> str | None:
    """What weekdays show that every day is a day early or a day late."""
    names = [day.weekday() for day in days if day]
    if len(names) < 10:
        return None
    if 4 not in names and names.count(6) * 10 > len(names):
        return "Sundays and none on Fridays"
    if 0 not in names and names.count(5) * 10 > len(names):
        return "Saturdays and none on Mondays"
    return None
