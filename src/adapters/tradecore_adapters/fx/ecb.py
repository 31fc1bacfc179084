"""The euro reference rates of the European Central Bank, with tables kept on disk."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from attrs import define, field

from tradecore.model.errors import Unavailable
from tradecore.model.exchange_rates import ReferenceRates
from tradecore.ports.ambient import Now
from tradecore.use_cases.single_flight import SingleFlight
from tradecore_adapters.vendors.answers import Answer, AnswerFolder
from tradecore_adapters.vendors.client import VendorClient, VendorLimits

SOURCE = "ECB reference rates"
_FOLDER = "https://www.ecb.europa.eu/stats/eurofxref"
# The rates of 90 days, and all since 1999.
_RECENT, _ALL = f"{_FOLDER}/eurofxref-hist-90d.xml", f"{_FOLDER}/eurofxref-hist.xml"
# The short table reaches back further than this, whatever day it was published on.
_RECENT_DAYS = timedelta(days=80)
# A table is published each working day at about 16:00 in Frankfurt.
_AGE = timedelta(hours=1)
_CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
LIMITS = VendorLimits(body_bytes=32 * 2**20)
# A rate beyond it, or beyond its inverse, was misread.
_SMALLEST = Decimal("1e-9")


class UnknownTableError(Exception):
    """A document is not a table of reference rates; the message says what it lacks."""


@define(eq=False)
class EcbRates:
    """The rates of about thirty currencies since 1999, one table a working day."""

    client: VendorClient
    answers: AnswerFolder
    now: Now
    _flights: SingleFlight[Answer] = field(factory=SingleFlight, init=False)
    _tables: dict[str, tuple[datetime, ReferenceRates]] = field(factory=dict, init=False)

    async def rates(self, since: date, until: date) -> ReferenceRates:
        """See the port; the days before 1999 have none."""
        url = _RECENT if since > self.now().date() - _RECENT_DAYS else _ALL
        published = datetime.combine(until, time(20), UTC)
        answer = await self._answer(url, min(published, self.now() - _AGE))
        known = self._tables.get(url)
        if known is None or known[0] != answer.fetched_at:
            known = self._tables[url] = answer.fetched_at, _rates(answer)
        return known[1]

    async def aclose(self) -> None:
        """End the requests under way."""
        await self._flights.aclose()

    async def _answer(self, url: str, oldest: datetime) -> Answer:
        key = url.rpartition("/")[2].removesuffix(".xml")

        async def fetch() -> Answer:
            known = await self.answers.read(key)
            if known is not None and known.fetched_at >= oldest:
                return known
            response = await self.client.get(url)
            if response.status != 200:
                raise Unavailable(f"The ECB answered {response.status}; try again later.", transient=False)
            try:
                table = await asyncio.to_thread(read_table, response.body)
            except UnknownTableError as error:
                raise Unavailable(
                    f"The ECB answered in a form that this version does not know: {error}.", transient=False
                ) from error
            answer = Answer(url, response.fetched_at, table)
            await self.answers.write(key, answer)
            return answer

        return await self._flights(url, fetch)


def read_table(body: bytes) -> Mapping[str, Mapping[str, str]]:
    """The rates in a table by day (YYYY-MM-DD) and currency. Raises UnknownTableError."""
    # The tables have no document type; one could define entities that grow without limit.
    if b"<!" in body:
        raise UnknownTableError("it has a document type")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314  # without a document type there are no entities
        table = {
            date.fromisoformat(cube.attrib["time"]).isoformat(): {
                row.attrib["currency"]: str(_rate(row.attrib["rate"])) for row in cube.iter(_CUBE) if row is not cube
            }
            for cube in root.iter(_CUBE)
            if "time" in cube.attrib
        }
    except (ElementTree.ParseError, KeyError, ValueError, InvalidOperation) as error:
        raise UnknownTableError("it is cut short, or lacks a day, a currency or a rate") from error
    if not table:
        raise UnknownTableError("it has no day")
    return table


def _rate(text: str) -> Decimal:
    rate = Decimal(text)
    if not rate.is_finite() or not _SMALLEST < rate < 1 / _SMALLEST:
        raise ValueError(text)
    return rate


def _rates(answer: Answer) -> ReferenceRates:
    return ReferenceRates(
        SOURCE,
        {
            date.fromisoformat(day): {currency: Decimal(rate) for currency, rate in rates.items()}
            for day, rates in answer.document.items()
        },
    )
