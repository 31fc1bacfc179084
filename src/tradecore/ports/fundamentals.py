"""The port of company figures: what had been filed by the session of a day, and nothing later."""

from datetime import date
from typing import Protocol

from tradecore.model.fundamentals import CompanyFacts
from tradecore.model.market import AssetType, Symbol


class Fundamentals(Protocol):
    """Figures of companies by the day on which they became known.

    Every adapter keeps these promises, and the contract suite proves them for each:

    - `facts` returns nothing that became known after `as_of`: neither a filing nor a fact of one.
    - What it returns for a day does not depend on what was filed later. Where a later filing restates a number, the
      number as filed before is still there for days before.
    - A filing accepted after the close counts from the next day on.
    - Facts come oldest filing first, filings newest first; each fact names its form, its day of filing and its
      accession number.
    - A symbol without filings that it can read (crypto, a fund, most foreign companies), or one that had filed nothing
      by `as_of`, raises Invalid with a sentence that says so. It never answers with another company.
    - A source that cannot be reached, or that answers nonsense, raises Unavailable.
    """

    @property
    def name(self) -> str:
        """What reports call the source, such as `SEC EDGAR`."""
        ...

    async def facts(self, symbol: Symbol, asset_type: AssetType, as_of: date) -> CompanyFacts:
        """The figures of a company as of a day, at least one fact. Raises Invalid or Unavailable."""
        ...
