"""Company claims: sentences about the figures of a company that say another thing than the evidence cited for them.

An amount or a share under the name of another figure, of another period, form or currency, or the other way round.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from tradecore.engines.desk.directions import DENIED
from tradecore.engines.desk.quantities import Mention, Unit, mentions
from tradecore.model.evidence import Evidence

_PREFIX = "fund."


def _words(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(parts)})\b", re.IGNORECASE)


# The figures by the names that sentences give them. Of two that begin alike the longer name counts.
_FIGURES = {
    "revenue": _words("revenues?", "sales", "turnover"),
    "gross": _words("gross (?:profit|margin|income)s?"),
    "operating": _words("operating (?:profit|margin|income)s?", "EBIT"),
    "net": _words("net (?:profit|margin|income|loss|earnings)(?:es|s)?"),
    "cash flow": _words("(?:free )?cash flows?", "FCF"),
}
# The figures that a measure is about, the one of its value first.
_ABOUT: Mapping[str, tuple[str, ...]] = {
    "fund.growth.revenue": ("revenue",),
    "fund.growth.quarter": ("revenue",),
    "fund.growth.turn": ("revenue",),
    "fund.surprise": ("net",),
    "fund.margin.gross": ("gross",),
    "fund.margin.operating": ("operating",),
    "fund.margin.turn": ("operating",),
    "fund.margin.net": ("net",),
    "fund.fcf.margin": ("cash flow",),
}
_QUARTER = _words("quarterly", "(?:the|last|latest|this|newest|one) (?:\\w+ )?quarter", "Q[1-4]")
_YEAR = _words(
    "annual", "yearly", "full[- ]year", "trailing", "twelve[- ]months?", "12[- ]months?", "TTM", "(?:four|4) quarters",
    "last year", "a year", "fiscal (?:year )?(?:19|20)\\d\\d", "FY ?\\d+",
)  # fmt: skip
_FISCAL_YEAR = _words("fiscal (?:year )?(?:19|20)\\d\\d", "FY ?\\d+")
_CURRENCIES = {
    "USD": _words("dollars?", "USD"),
    "EUR": _words("euros?", "EUR"),
    "GBP": _words("GBP", "sterling"),
    "JPY": _words("yen", "JPY"),
    "CNY": _words("yuan", "CNY", "RMB"),
}
_FORM = re.compile(r"\b(10-[KQ]|20-F|40-F|8-K)\b")
# Figures and parts of a company that a statement has to name itself.
_OTHERS = _words(
    "EPS", "earnings per share", "dividends?", "book value", "short interest", "data[- ]cent(?:er|re)", "services?",
    "iPhone", "cloud", "advertising", "gaming", "automotive", "subscriptions?", "segment", "guidance", "China",
    "analysts?'?", "consensus", "Wall Street", "expectations",
)  # fmt: skip
_PER_SHARE = re.compile(r"per share", re.IGNORECASE)
_UP = _words(
    "rose", "ris(?:e[sn]?|ing)", "grew", "grow[ns]?", "increas\\w+", "up", "jumped", "climbed", "gained", "widened"
)
_DOWN = _words(
    "fell",
    "fall(?:s|en|ing)?",
    "shr[aiu]nk\\w*",
    "declin\\w+",
    "down",
    "dropped",
    "lost",
    "decreas\\w+",
    "slip\\w*",
    "slid",
    "narrowed",
)
# Measures whose value below zero is a loss.
_INCOMES = ("fund.margin.operating", "fund.margin.net")
_NEGATIVE = re.compile(
    r"\bloss(?:es)?\b|\bnegative\b|\bminus\b|\blost\b|\bburn\w*|\boutflow|(?<!\w)[-−][$€£]?\d", re.IGNORECASE
)
_PRICE_EARNINGS = _words("P/E", "price[- ](?:to[- ])?earnings")
_FASTER = _words("accelerat\\w+", "sped up", "faster")
_SLOWER = _words("decelerat\\w+", "slow\\w*")
_BEAT = _words("beat(?:s|en)?", "above", "exceed\\w*", "surpass\\w*", "better")
_MISSED = _words("miss(?:ed|es)?", "below", "short of", "worse", "disappoint\\w*")
# Measures whose sign is a direction, with the words for up and for down.
_SIGNED = {
    "fund.growth.revenue": (_UP, _DOWN),
    "fund.growth.quarter": (_UP, _DOWN),
    "fund.growth.turn": (_FASTER, _SLOWER),
    "fund.margin.turn": (_UP, _DOWN),
    "fund.dilution": (_UP, _DOWN),
    "fund.surprise": (_BEAT, _MISSED),
}
_NET_DEBT, _NET_CASH = (
    _words("net debt", "debt exceed\\w+"),
    _words("net cash", "cash exceed\\w+", "cash and [^.;]* exceed\\w+ debt"),
)
_AFTER = re.compile(r"(?P<now>\d+(?:\.\d+)?)% of revenue, after (?P<before>\d+(?:\.\d+)?)%")
_LIABILITIES_FIRST = re.compile(r"\bliabilities\b.*\btimes\b.*\bassets\b", re.IGNORECASE)


def company_claims(sentence: str, cited: Sequence[Evidence]) -> Iterator[Evidence]:
    """The cited figures of a company that a sentence tells as another one."""
    if not cited or DENIED.search(sentence) or not all(row.measure.startswith(_PREFIX) for row in cited):
        return
    texts = " ".join(evidence.full_text for evidence in cited)
    others = {match[0].lower() for match in _OTHERS.finditer(sentence)}
    known = texts.lower() + (" eps" if _PER_SHARE.search(texts) else "")
    if any(not re.search(rf"\b{re.escape(other)}", known) or "not known here" in texts for other in others):
        yield cited[0]
    if (
        _PRICE_EARNINGS.search(sentence)
        and not _PRICE_EARNINGS.search(texts)
        and not any(evidence.measure.startswith("fund.pe") for evidence in cited)
    ):
        yield cited[0]
    if set(_FORM.findall(sentence)) - set(_FORM.findall(texts)) or _other_currency(sentence, texts):
        yield cited[0]
    numbers = mentions(sentence)
    for evidence in cited:
        # A row of a table says in a cell of its own how the desk reads it.
        alone = len(cited) == 1 and not sentence.lstrip().startswith("|")
        if _is_other_figure(sentence, numbers, evidence) or (alone and _is_other_way(sentence, evidence)):
            yield evidence


def _other_currency(sentence: str, texts: str) -> bool:
    named = {code for code, words in _CURRENCIES.items() if words.search(sentence)}
    known = {code for code, words in _CURRENCIES.items() if words.search(texts)}
    return bool(named and known and not named & known)


def _is_other_figure(sentence: str, numbers: Sequence[Mention], evidence: Evidence) -> bool:
    """Whether a number of the evidence, and of none of its other figures, stands in a sentence about another one."""
    own = {mention.number for mention in mentions(evidence.statement) if mention.unit in (Unit.PERCENT, Unit.AMOUNT)}
    if not any(_is_of(mention, own) for mention in numbers if mention.unit in (Unit.PERCENT, Unit.AMOUNT)):
        return False
    about = _ABOUT.get(evidence.measure)
    is_loss = evidence.measure in _INCOMES and (evidence.value or Decimal(0)) < 0
    if is_loss and not _NEGATIVE.search(sentence):
        return True
    named = {name for name, words in _FIGURES.items() if words.search(sentence)}
    if about is not None and named and not named & set(about) and named != {"revenue"}:
        return True
    if (
        about is not None
        and named == {"revenue"}
        and about != ("revenue",)
        and not re.search(r"\bof (?:\w+ )?(?:revenue|sales)", sentence, re.IGNORECASE)
    ):
        return True
    yearly, quarterly = "four quarters to" in evidence.statement, "of the quarter to" in evidence.statement
    names_quarter, names_year = _QUARTER.search(sentence), _YEAR.search(sentence)
    if yearly and names_quarter and not names_year:
        return True
    if yearly and _FISCAL_YEAR.search(sentence) and "10-K" not in evidence.statement:
        return True
    return bool(quarterly and names_year and not names_quarter and not re.search(r"\bquarter", sentence, re.IGNORECASE))


def _is_of(mention: Mention, own: set[Decimal]) -> bool:
    exponent = mention.number.as_tuple().exponent
    half = Decimal(5).scaleb(exponent - 1) if isinstance(exponent, int) else Decimal(0)
    return any(abs(number - mention.number) <= half for number in own)


def _is_other_way(sentence: str, evidence: Evidence) -> bool:
    """Whether a sentence about one figure says the opposite of its direction."""
    value = evidence.value or Decimal(0)
    if evidence.measure == "fund.leverage":
        return (_NET_DEBT if value < 0 else _NET_CASH).search(sentence) is not None and value != 0
    if evidence.measure == "fund.current":
        return _LIABILITIES_FIRST.search(sentence) is not None
    words = _SIGNED.get(evidence.measure)
    after = _AFTER.search(evidence.statement)
    if words is None and after is not None:
        words, value = (_UP, _DOWN), Decimal(after["now"]) - Decimal(after["before"])
    if words is None or not value:
        return False
    up, down = words[0].search(sentence), words[1].search(sentence)
    return bool(down and not up) if value > 0 else bool(up and not down)
