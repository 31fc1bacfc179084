"""The JSON documents of the SEC: tickers, submissions and company facts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from attrs import frozen

from tradecore.model.errors import Unavailable
from tradecore.model.fundamentals import TAGS, CompanyFacts, Fact, Filing, first_known
from tradecore.model.market import Symbol

_KEPT_TAGS = frozenset(tag for tags in TAGS.values() for tag in tags)
# Names the tags that `kept_facts` keeps: a document that was kept for others lacks what this version reads.
KEPT_TAGS_DIGEST = sha256(" ".join(sorted(_KEPT_TAGS)).encode()).hexdigest()[:8]
# Reports whose figures are in US GAAP and cover quarters and years; amendments restate them.
REPORT_FORMS = frozenset({"10-Q", "10-K", "10-Q/A", "10-K/A", "10-KT", "10-QT"})
# Beyond any amount of money or number of shares that a company can report.
_LARGEST_NUMBER = Decimal(10) ** 18
_NEW_YORK = ZoneInfo("America/New_York")


class UnknownFormatError(Exception):
    """A document is not of the form that the SEC documents; the message says what it lacks."""


@frozen
class Company:
    """A company with a ticker: `cik` has ten digits."""

    cik: str
    name: str


@frozen
class Submissions:
    """The filings of a company, newest first, and its exchange and industry; empty where they are not known."""

    name: str = ""
    filings: tuple[Filing, ...] = ()
    exchange: str = ""
    industry: str = ""


def read_json(body: bytes, what: str) -> Mapping[str, Any]:
    """The JSON object in a document. Raises UnknownFormatError for anything else; `what` names the document."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnknownFormatError(f"{what} is not JSON: it is cut short, or something else") from error
    if not isinstance(document, dict):
        raise UnknownFormatError(f"{what} is not a JSON object")
    return document


def read_tickers(document: Mapping[str, Any]) -> Mapping[str, Company]:
    """Companies by ticker, in upper case with `-` before a class of shares, from `company_tickers.json`.

    Raises UnknownFormatError.
    """
    try:
        return {
            str(row["ticker"]).upper(): Company(f"{int(row['cik_str']):010d}", str(row["title"]))
            for row in document.values()
        }
    except (TypeError, KeyError, ValueError) as error:
        raise UnknownFormatError("the list of tickers lacks cik_str, ticker or title") from error


def read_submissions(document: Mapping[str, Any]) -> Submissions:
    """The filings in `submissions/CIK##########.json`. Raises UnknownFormatError."""
    try:
        recent = document["filings"]["recent"]
        stamps = [_stamp(text) for text in recent["acceptanceDateTime"]]
        utc = _is_utc([stamp for stamp in stamps if stamp])
        filings = tuple(
            _filing(accession, form, filed, period, items, page, stamp and _on_the_clock(stamp, utc))
            for accession, form, filed, period, items, page, stamp in zip(
                recent["accessionNumber"],
                recent["form"],
                recent["filingDate"],
                recent["reportDate"],
                recent["items"],
                recent["primaryDocument"],
                stamps,
                strict=True,
            )
        )
        exchanges = [str(name) for name in document.get("exchanges") or () if name]
        industry = str(document.get("sicDescription") or "")
        return Submissions(str(document["name"]), filings, exchanges[0] if exchanges else "", industry)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise UnknownFormatError("the list of filings lacks a column or holds a wrong date") from error


def read_company_facts(
    symbol: Symbol, document: Mapping[str, Any], submissions: Submissions, source: str
) -> CompanyFacts:
    """The facts in `companyfacts/CIK##########.json` of the concepts that analyses use, oldest filing first.

    A fact of one of the filings of `submissions` is known from the same day as the filing; of another, from the day
    after it was filed. Raises UnknownFormatError.
    """
    known_on = {filing.accession: filing.known_on for filing in submissions.filings}
    try:
        facts = [
            Fact(
                tag=tag,
                start=date.fromisoformat(row["start"]) if row.get("start") else None,
                end=date.fromisoformat(row["end"]),
                value=_number(row["val"]),
                unit=unit,
                form=str(row["form"]),
                filed=(filed := date.fromisoformat(row["filed"])),
                accession=(accession := str(row["accn"])),
                known_on=known_on.get(accession) or first_known(filed, None),
            )
            for tag, unit, row in _rows(document["facts"])
            # A period that ends after its own filing is a slip of the filer.
            if row["form"] in REPORT_FORMS and row["end"] <= row["filed"]
        ]
        name, cik = str(document["entityName"]), f"{int(document['cik']):010d}"
    except (TypeError, KeyError, ValueError, AttributeError, ArithmeticError) as error:
        raise UnknownFormatError("the company facts lack a field or hold a wrong number") from error
    facts.sort(key=lambda fact: (fact.filed, fact.accession, fact.tag, fact.end, fact.start or fact.end))
    return CompanyFacts(
        symbol, name, cik, source, tuple(facts), submissions.filings, submissions.exchange, submissions.industry
    )


def kept_facts(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A document of company facts with the concepts that analyses use; a tenth of it or less.

    Raises UnknownFormatError.
    """
    try:
        facts: dict[str, dict[str, Any]] = {}
        for tag in sorted(_KEPT_TAGS):
            taxonomy, _, name = tag.partition(":")
            concept = document["facts"].get(taxonomy, {}).get(name)
            if concept is not None:
                facts.setdefault(taxonomy, {})[name] = {"units": concept["units"]}
        return {"cik": document["cik"], "entityName": document["entityName"], "facts": facts}
    except (TypeError, KeyError, AttributeError) as error:
        raise UnknownFormatError("the company facts lack cik, entityName, facts or units") from error


def unknown_format(error: UnknownFormatError, source: str) -> Unavailable:
    """What the port raises for a document that is not of the known form."""
    return Unavailable(f"{source} answered in a form that this version does not know: {error}.", transient=False)


def _rows(facts: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for taxonomy, concepts in facts.items():
        for name, concept in concepts.items():
            tag = f"{taxonomy}:{name}"
            if tag in _KEPT_TAGS:
                for unit, rows in concept["units"].items():
                    for row in rows:
                        yield tag, unit, row


def _number(value: object) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) > _LARGEST_NUMBER:
        raise ValueError(f"{value!s:.40} is no amount")
    return number


def _filing(
    accession: str, form: str, filed_text: str, period: str, items: str, document: str, accepted_at: datetime | None
) -> Filing:
    filed = date.fromisoformat(filed_text)
    return Filing(
        accession=accession,
        form=form,
        filed=filed,
        known_on=first_known(filed, accepted_at),
        accepted_at=accepted_at,
        period=date.fromisoformat(period) if period else None,
        items=tuple(item.strip() for item in items.split(",") if item.strip()),
        document=document,
    )


def _stamp(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else None


def _is_utc(stamps: Sequence[datetime]) -> bool:
    """Whether the times of a company are in UTC.

    All of them end in Z, but those of about every fourth company are on the clock of New York
    (https://github.com/theOGognf/finagg/issues/64). The SEC accepts filings from 06:00 to 22:00 there, so hours that
    only one of the clocks can show tell which it is. In doubt the later reading holds, by which nothing is known early.
    """
    night = sum(1 for stamp in stamps if stamp.hour >= 23 or stamp.hour < 4)
    morning = sum(1 for stamp in stamps if 6 <= stamp.hour < 10)
    return night > morning


def _on_the_clock(stamp: datetime, utc: bool) -> datetime:
    """The moment on the clock of New York, with the offset of that day instead of a zone."""
    zoned = stamp.replace(tzinfo=UTC).astimezone(_NEW_YORK) if utc else stamp.replace(tzinfo=_NEW_YORK)
    return zoned.replace(tzinfo=timezone(zoned.utcoffset() or timedelta(0)))
