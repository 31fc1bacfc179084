"""Company figures from the SEC's public interfaces, with answers kept on disk."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from attrs import define, field

from tradecore.model.errors import Unavailable
from tradecore.model.fundamentals import CompanyFacts
from tradecore.model.market import AssetType, Symbol
from tradecore.ports.ambient import Now
from tradecore.use_cases.single_flight import SingleFlight
from tradecore_adapters.fundamentals.companies import as_of_day, company_of, refuse_crypto, without_facts
from tradecore_adapters.fundamentals.sec_format import (
    KEPT_TAGS_DIGEST,
    Company,
    Submissions,
    UnknownFormatError,
    kept_facts,
    read_company_facts,
    read_submissions,
    read_tickers,
    unknown_format,
)
from tradecore_adapters.vendors.answers import Answer, AnswerFolder
from tradecore_adapters.vendors.client import VendorClient, VendorLimits

TICKERS_URL = "https://www.sec.gov/files/company_tickers.json"
DATA_URL = "https://data.sec.gov"
# The SEC allows ten requests a second over all machines of a caller; the facts of a large bank have tens of MB.
LIMITS = VendorLimits(per_second=8, burst=8, concurrency=4, body_bytes=64 * 2**20)
# Tickers change rarely; filings come at any time.
_TICKERS_AGE, _FACTS_AGE = timedelta(days=1), timedelta(hours=1)
# After too many requests the SEC answers nothing for about so long.
_BLOCK = timedelta(minutes=10)
# Companies that are kept in memory, some MB each.
_KEPT = 16


@define(eq=False)
class SecFundamentals:
    """The figures of companies that report to the SEC.

    `contact` is a name with an e-mail address, which the SEC demands of callers. A question about a past day is
    answered from the kept documents if they were fetched after that day; otherwise they may be an hour old.
    """

    client: VendorClient
    answers: AnswerFolder
    contact: str
    now: Now
    _flights: SingleFlight[Answer] = field(factory=SingleFlight, init=False)
    _companies: dict[str, tuple[datetime, CompanyFacts]] = field(factory=dict, init=False)
    _tickers: tuple[datetime, Mapping[str, Company]] | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """See the port."""
        return "SEC EDGAR"

    async def facts(self, symbol: Symbol, asset_type: AssetType, as_of: date) -> CompanyFacts:
        """See the port."""
        refuse_crypto(symbol, asset_type)
        try:
            company = company_of(symbol, await self._listed())
            facts = await self._company(symbol, company, as_of)
        except UnknownFormatError as error:
            raise unknown_format(error, self.name) from error
        if not facts.facts:
            raise without_facts(symbol, company, {filing.form for filing in facts.filings})
        return as_of_day(facts, as_of)

    async def submissions(self, symbol: Symbol) -> tuple[Company, Submissions]:
        """The company of a ticker and its newest filings. Raises Invalid and Unavailable, as `facts` does."""
        try:
            company = company_of(symbol, await self._listed())
            answer = await self._answer(*_submissions(company), self.now() - _FACTS_AGE)
            filings = Submissions(company.name) if answer.document is None else read_submissions(answer.document)
        except UnknownFormatError as error:
            raise unknown_format(error, self.name) from error
        return company, filings

    async def aclose(self) -> None:
        """End the requests under way."""
        await self._flights.aclose()

    async def _listed(self) -> Mapping[str, Company]:
        oldest = self.now() - _TICKERS_AGE
        if self._tickers is None or self._tickers[0] < oldest:
            answer = await self._answer("tickers", TICKERS_URL, oldest)
            if answer.document is None:
                raise UnknownFormatError("the list of tickers is not where it was")
            self._tickers = answer.fetched_at, read_tickers(answer.document)
        return self._tickers[1]

    async def _company(self, symbol: Symbol, company: Company, as_of: date) -> CompanyFacts:
        oldest = self._oldest(as_of)
        submissions, facts = await asyncio.gather(
            self._answer(*_submissions(company), oldest),
            self._answer(
                f"facts-{company.cik}-{KEPT_TAGS_DIGEST}",
                f"{DATA_URL}/api/xbrl/companyfacts/CIK{company.cik}.json",
                oldest,
                kept_facts,
            ),
        )
        fetched = max(submissions.fetched_at, facts.fetched_at)
        known = self._companies.get(symbol)
        if known is None or known[0] != fetched:
            read = await asyncio.to_thread(self._read, symbol, company, submissions, facts)
            if len(self._companies) >= _KEPT:
                del self._companies[next(iter(self._companies))]
            known = self._companies[symbol] = fetched, read
        return known[1]

    def _read(self, symbol: Symbol, company: Company, submissions: Answer, facts: Answer) -> CompanyFacts:
        known = Submissions() if submissions.document is None else read_submissions(submissions.document)
        # A company that has never filed figures in XBRL has no such document.
        document = facts.document or {"cik": company.cik, "entityName": company.name, "facts": {}}
        return read_company_facts(symbol, document, known, self.name)

    def _oldest(self, as_of: date) -> datetime:
        """The earliest time at which a document may have been fetched to know all filings of a day."""
        # The filings of a day are out at midnight in New York.
        published = datetime.combine(as_of, time(6), UTC) + timedelta(days=1)
        return min(published, self.now() - _FACTS_AGE)

    async def _answer(
        self, key: str, url: str, oldest: datetime, kept: Callable[[Mapping[str, Any]], Any] | None = None
    ) -> Answer:
        """The document under a key, fetched at `oldest` or later; its `document` is None where the SEC has none."""

        async def fetch() -> Answer:
            known = await self.answers.read(key)
            if known is not None and known.fetched_at >= oldest:
                return known
            response = await self.client.get_json(url, headers={"User-Agent": self.contact})
            if response.status == 403:
                raise await self._refused(response.body)
            if response.status not in (200, 404):
                raise Unavailable(f"The SEC answered {response.status}; try again later.", transient=False)
            document = response.document if response.status == 200 else None
            if document is not None and not isinstance(document, dict):
                raise UnknownFormatError("the document is not a JSON object")
            answer = Answer(url, response.fetched_at, document if document is None or kept is None else kept(document))
            await self.answers.write(key, answer)
            return answer

        return await self._flights((key, oldest.replace(minute=0, second=0, microsecond=0)), fetch)

    async def _refused(self, body: bytes) -> Unavailable:
        if b"Undeclared" in body:
            return Unavailable(
                "The SEC refuses this caller as undeclared; set TRADECORE_CONTACT to a name and an e-mail address at "
                "which somebody is reached.",
                transient=False,
            )
        return await self.client.pause(403, _BLOCK)


def _submissions(company: Company) -> tuple[str, str]:
    return f"submissions-{company.cik}", f"{DATA_URL}/submissions/CIK{company.cik}.json"
