"""Chart states: overbought and oversold, bands, yearly extremes and crossed averages, as sentences name them."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from tradecore.engines.desk.directions import DENIED
from tradecore.engines.desk.quantities import Unit, mentions, quantities
from tradecore.model.evidence import Evidence

_HEDGED = re.compile(
    r"\b(?:near\w*|approach\w*|close to|almost|verge|short of|shy of|"
    r"towards?|not|from|before|away|edge|border\w*|heading|"
    r"neither|nor|no|never)\b|n't\b",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"\b(?P<state>overbought|oversold)\b"
    r"(?!(?: |-)(?:\w+ )?(?:line|threshold|mark|level|limit|boundary|zone at|reading of)\b)",
    re.IGNORECASE,
)
_OVER = r"above|over|exceed\w*|past|crossed|beyond|topped|surpass\w*|greater than|higher than"
_BELOW = r"below|under|beneath|short of|less than|lower than"
_RSI_LIMIT = re.compile(
    rf"\b(?:(?P<over>{_OVER})|(?P<below>{_BELOW})|(?P<near>near\w*|around|close to))\s+(?:the |its )?(?:\w+ ){{0,3}}?"
    r"(?:of |at )?(?P<limit>20|30|50|70|80|overbought|oversold)\b",
    re.IGNORECASE,
)
# An RSI may be called near a limit that is so many points away.
_NEAR_POINTS = Decimal(7)
_RSI = re.compile(r"\brsi\b|relative strength index", re.IGNORECASE)
_BAND = re.compile(
    rf"\b(?:(?P<over>{_OVER}|broken out|pushed|outside|pierc\w*)|(?P<below>{_BELOW}|fallen through)|"
    r"(?P<near>near\w*|close to|hug\w*|at|touch\w*|rid(?:es|ing)|against|along))\s+"
    r"(?:\w+ ){0,3}?(?P<side>upper|lower)\b",
    re.IGNORECASE,
)
_HALF = re.compile(r"\b(?P<side>upper|lower) half\b", re.IGNORECASE)
_AT_EXTREME = re.compile(
    r"\b(?:(?P<near>near\w*|hover\w*|close to|flirt\w*|just (?:below|under|off|above)|around)|"
    r"(?P<at>at|new|fresh|hit\w*|set\w*|reach\w*|made|makes|mark\w*|notch\w*))\b(?:[\w' -]{0,30}?)"
    r"\b(?P<span>52[- ]week|yearly|annual|one[- ]year|12[- ]month|year's)\s+(?P<side>high|low)\b",
    re.IGNORECASE,
)
# How many percent from an extreme a price may be that is said to be near it or at it.
_NEAR_PERCENT, _AT_PERCENT = Decimal(15), Decimal("0.5")
# The share of the band, in percent, from which a price is near its upper edge.
_NEAR_UPPER = 70
# On within a clause; a point between digits is no end.
_WITHIN = r"(?:[^.;]|(?<=\d)\.(?=\d)){0,200}?"
_AVERAGES = re.compile(
    rf"\b(?P<one>20|50|200)[- ]day\b{_WITHIN}\b(?:(?P<over>{_OVER})|(?P<below>{_BELOW}))\b{_WITHIN}"
    r"\b(?P<other>20|50|200)[- ]day\b",
    re.IGNORECASE,
)


def wrong_states(sentence: str, cited: Mapping[str, Evidence]) -> Iterator[Evidence]:
    """The cited evidence, by measure, that does not bear out the states that a sentence names."""
    if rsi := cited.get("rsi"):
        yield from _wrong_rsi(sentence, rsi, alone=len(cited) == 1)
    if band := cited.get("bollinger"):
        yield from _wrong_band(sentence, band)
    if not DENIED.search(sentence):
        yield from _wrong_extremes(sentence, cited)
        yield from _wrong_averages(sentence, cited)


def compares_averages(clause: str) -> bool:
    """Whether a clause compares two averages with each other, and not the close with one of them."""
    return _AVERAGES.search(clause) is not None


def _wrong_rsi(sentence: str, rsi: Evidence, *, alone: bool) -> Iterator[Evidence]:
    value = rsi.value or Decimal(0)
    for match in _STATE.finditer(sentence):
        hedged = _HEDGED.search(sentence[max(match.start() - 30, 0) : match.start()])
        overbought = match["state"].lower() == "overbought"
        limit = 50 if hedged else 69 if overbought else 31
        if (value < limit) if overbought else (value > limit):
            yield rsi
    if not alone and not _RSI.search(sentence):
        return
    for match in _RSI_LIMIT.finditer(sentence):
        limit = {"overbought": 70, "oversold": 30}.get(match["limit"].lower()) or int(match["limit"])
        far = match["near"] and abs(value - limit) > _NEAR_POINTS
        if far or _wrong_side(match, value, Decimal(limit)):
            yield rsi


def _wrong_band(sentence: str, band: Evidence) -> Iterator[Evidence]:
    value = band.value or Decimal(0)
    for match in _BAND.finditer(sentence):
        upper = match["side"].lower() == "upper"
        if match["near"]:
            wrong = value < _NEAR_UPPER if upper else value > 100 - _NEAR_UPPER
        else:
            wrong = _wrong_side(match, value, Decimal(100 if upper else 0))
        if wrong:
            yield band
    for match in _HALF.finditer(sentence):
        if (value < 50) if match["side"].lower() == "upper" else (value > 50):
            yield band


def _wrong_extremes(sentence: str, cited: Mapping[str, Evidence]) -> Iterator[Evidence]:
    # A sentence that gives the distance speaks for itself.
    if any(mention.unit is Unit.PERCENT for mention in mentions(sentence)):
        return
    for match in _AT_EXTREME.finditer(sentence):
        extreme = cited.get(f"range.{match['side'].lower()}")
        farthest = _NEAR_PERCENT if match["near"] else _AT_PERCENT
        if extreme is not None and (extreme.value or Decimal(0)) > farthest:
            yield extreme


def _wrong_averages(sentence: str, cited: Mapping[str, Evidence]) -> Iterator[Evidence]:
    match = _AVERAGES.search(sentence)
    if match is None or match["one"] == match["other"]:
        return
    cross = cited.get("sma.cross")
    if cross is not None and {match["one"], match["other"]} == {"50", "200"}:
        gap = cross.value or Decimal(0)
        if _wrong_side(match, gap if match["one"] == "50" else -gap, Decimal(0)):
            yield cross
        return
    one, other = cited.get(f"sma.{match['one']}"), cited.get(f"sma.{match['other']}")
    if one is None or other is None:
        return
    levels = _level(one), _level(other)
    if levels[0] is not None and levels[1] is not None and _wrong_side(match, levels[0] - levels[1], Decimal(0)):
        yield one


def _level(average: Evidence) -> Decimal | None:
    return next((item.number for item in quantities(average) if item.unit is Unit.PRICE), None)


def _wrong_side(match: re.Match[str], value: Decimal, limit: Decimal) -> bool:
    return value < limit if match["over"] else value > limit if match["below"] else False
