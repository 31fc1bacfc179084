"""Company figures from a folder with documents of the SEC, as they were downloaded."""

import asyncio
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from threading import Lock

from attrs import define, field

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.fundamentals import CompanyFacts
from tradecore.model.market import AssetType, Symbol
from tradecore_adapters.fundamentals.companies import as_of_day, company_of, refuse_crypto, without_facts
from tradecore_adapters.fundamentals.sec_format import (
    Company,
    Submissions,
    UnknownFormatError,
    read_company_facts,
    read_json,
    read_submissions,
    read_tickers,
    unknown_format,
)

# The largest document of company facts that the SEC serves is far below.
_LARGEST = 64 * 2**20
# Companies that are kept in memory, some MB each.
_KEPT = 16

# When a file was last changed, and its size.
_Stamp = tuple[int, int]


def _expanded(folder: Path) -> Path:
    return folder.expanduser()


@define(eq=False)
class FundamentalsFolder:
    """The figures in `folder`: `company_tickers.json`, `companyfacts/CIK##########.json`, and where they are present
    `submissions/CIK##########.json`.

    Without the submissions of a company, its reports count from the day after they were filed. Raises Unavailable at
    once when there is no such folder.
    """

    folder: Path = field(converter=_expanded)
    _companies: dict[str, tuple[tuple[_Stamp, ...], CompanyFacts]] = field(factory=dict, init=False)
    _tickers: tuple[_Stamp, Mapping[str, Company]] | None = field(default=None, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def __attrs_post_init__(self) -> None:
        if not (self.folder / "company_tickers.json").is_file():
            raise Unavailable(
                f"TRADECORE_FUNDAMENTALS names the folder {str(self.folder)!r}, which has no company_tickers.json; "
                "write files: and a folder with documents of the SEC."
            )

    @property
    def name(self) -> str:
        """See the port."""
        return f"SEC filings in the folder {self.folder.name}"

    async def facts(self, symbol: Symbol, asset_type: AssetType, as_of: date) -> CompanyFacts:
        """See the port. A company without a file of facts raises Invalid that names the file."""
        return await asyncio.to_thread(self._facts, symbol, asset_type, as_of)

    def _facts(self, symbol: Symbol, asset_type: AssetType, as_of: date) -> CompanyFacts:
        refuse_crypto(symbol, asset_type)
        # Reading takes a tenth of a second and needs the interpreter alone.
        with self._lock:
            try:
                company = company_of(symbol, self._listed())
                facts = self._company(symbol, company)
            except UnknownFormatError as error:
                raise unknown_format(error, self.name) from error
            except OSError as error:
                raise Unavailable(f"{self.name}: a file of {symbol} cannot be read.") from error
        return as_of_day(facts, as_of)

    def _listed(self) -> Mapping[str, Company]:
        path = self.folder / "company_tickers.json"
        stamp = _stamp(path)
        if self._tickers is None or self._tickers[0] != stamp:
            self._tickers = stamp, read_tickers(read_json(path.read_bytes(), path.name))
        return self._tickers[1]

    def _company(self, symbol: Symbol, company: Company) -> CompanyFacts:
        path = self.folder / "companyfacts" / f"CIK{company.cik}.json"
        submissions = self.folder / "submissions" / path.name
        if not path.is_file():
            raise Invalid.one(
                "symbol", f"The folder {self.folder.name} has no file of {company.name} ({symbol}), {path.name}."
            )
        paths = [path, submissions] if submissions.is_file() else [path]
        stamps = tuple(map(_stamp, paths))
        known = self._companies.get(symbol)
        if known and known[0] == stamps:
            return known[1]
        known_filings = (
            read_submissions(read_json(submissions.read_bytes(), submissions.name)) if paths[1:] else Submissions()
        )
        facts = read_company_facts(symbol, read_json(path.read_bytes(), path.name), known_filings, self.name)
        if not facts.facts:
            raise without_facts(symbol, company, {filing.form for filing in known_filings.filings})
        if len(self._companies) >= _KEPT:
            del self._companies[next(iter(self._companies))]
        self._companies[symbol] = stamps, facts
        return facts


def _stamp(path: Path) -> _Stamp:
    status = path.stat()
    if status.st_size > _LARGEST:
        raise UnknownFormatError(f"{path.name} is larger than {_LARGEST // 2**20} MB")
    return status.st_mtime_ns, status.st_size
