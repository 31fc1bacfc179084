"""Which company a symbol belongs to, and the figures of it as of a day."""

import re
from collections.abc import Collection, Mapping
from datetime import date

from tradecore.model.errors import Invalid
from tradecore.model.fundamentals import CompanyFacts
from tradecore.model.market import AssetType, Symbol
from tradecore_adapters.fundamentals.sec_format import Company

# BRK.B is BRK-B in the list of tickers; a longer suffix such as that of SAP.DE names an exchange abroad.
_SHARE_CLASS = re.compile(r"([A-Z]{1,5})[.\-/]([A-Z])")
# Annual reports of foreign companies, and forms that only funds file.
_FOREIGN = ("20-F", "40-F", "20-F/A", "40-F/A")
_FUNDS = ("N-CSR", "NPORT", "N-CEN", "485BPOS", "497")


def refuse_crypto(symbol: Symbol, asset_type: AssetType) -> None:
    """Raise Invalid for crypto, before anything is read: a ticker may have the name of a coin."""
    if asset_type is AssetType.CRYPTO:
        raise Invalid.one("symbol", f"{symbol} is a cryptocurrency; it files no reports.")


def company_of(symbol: Symbol, companies: Mapping[str, Company]) -> Company:
    """The company with exactly this ticker. Raises Invalid for a ticker that the SEC does not list."""
    # A dollar sign is how people mark a ticker; .US is a suffix of vendors.
    ticker = symbol.removeprefix("$").removesuffix(".US")
    share_class = _SHARE_CLASS.fullmatch(ticker)
    ticker = "-".join(share_class.groups()) if share_class else ticker
    company = companies.get(ticker)
    if company is None:
        raise Invalid.one(
            "symbol",
            f"{symbol} is not among the tickers of the SEC; companies that are listed abroad only file nothing there.",
        )
    return company


def without_facts(symbol: Symbol, company: Company, forms: Collection[str]) -> Invalid:
    """What is raised for a company without figures in US GAAP; `forms` are those of its filings, as far as known."""
    name = f"{company.name} ({symbol})"
    foreign = next((form for form in _FOREIGN if form in forms), None)
    if foreign is not None:
        return Invalid.one(
            "symbol",
            f"{name} reports to the SEC as a foreign company, once a year on form {foreign} and mostly under IFRS; "
            "figures are read from quarterly and annual reports in US GAAP only (10-Q, 10-K).",
        )
    if any(form.startswith(_FUNDS) for form in forms):
        return Invalid.one(
            "symbol", f"{name} is a fund; it files its holdings and no revenue or income of a company (10-Q, 10-K)."
        )
    return Invalid.one(
        "symbol",
        f"{name} has no quarterly or annual reports in US GAAP at the SEC (10-Q, 10-K); funds file none, and most "
        "foreign companies report in another way.",
    )


def as_of_day(company: CompanyFacts, day: date) -> CompanyFacts:
    """What was known by the session of a day. Raises Invalid where that is nothing."""
    known = company.known_by(day)
    if not known.facts:
        first = min(fact.known_on for fact in company.facts)
        raise Invalid.one(
            "as_of", f"{company.name} ({company.symbol}) had filed no figures by {day}; they begin on {first}."
        )
    return known
