"""Identity: what the analysed security is, so that nobody analyses another one of the same ticker."""

from collections.abc import Awaitable, Callable
from datetime import date
from hashlib import sha256

from tradecore.engines.desk.evidence_builder import EvidenceDraft
from tradecore.engines.desk.news_features import quotable
from tradecore.engines.desk.search_terms import company_name
from tradecore.model.errors import CallerError, Unavailable
from tradecore.model.fundamentals import CompanyFacts
from tradecore.model.market import AssetType, Listing, Symbol

# Finds at most so many listings for a text; see `SearchableMarket.search`.
Search = Callable[[str, int], Awaitable[tuple[Listing, ...]]]
_RESULTS = 5


async def find_listing(search: Search | None, symbol: Symbol, asset_type: AssetType) -> Listing | None:
    """The listing of exactly this symbol and asset type; None where the source knows none or does not answer."""
    if search is None:
        return None
    try:
        listings = await search(symbol, _RESULTS)
    except (CallerError, Unavailable):
        return None
    same = (listing for listing in listings if (listing.symbol, listing.asset_type) == (symbol, asset_type))
    return next(same, None)


def identity_evidence(
    symbol: Symbol,
    asset_type: AssetType,
    as_of: date,
    *,
    facts: CompanyFacts | None,
    listing: Listing | None,
    currency: str | None,
    source: str,
) -> EvidenceDraft:
    """One row with name, exchange, industry and currency, as far as they are known.

    The regulator's names come before those of the list of symbols. `source` is that of the prices.
    """
    name = (facts.name if facts else "") or (listing.name if listing else "")
    if not name or name == symbol:
        name = company_name(symbol) or ""
    exchange = (facts.exchange if facts else "") or ((listing.exchange or "") if listing else "")
    industry = facts.industry if facts else ""
    currency = currency or (listing.currency if listing else None)
    parts = [
        f"{symbol} is {quotable(name)}" if name else f"{symbol} is a security whose name is not known here",
        f"of asset type {asset_type}",
        f"listed on {quotable(exchange)}" if exchange else "",
        f"industry {quotable(industry)}" if industry else "",
        f"quoted in {quotable(currency)}" if currency else "",
    ]
    statement = f"{', '.join(part for part in parts if part)}."
    origins = [facts.source] if facts else []
    return EvidenceDraft(
        measure="identity",
        statement=statement,
        as_of=as_of,
        source=", ".join(dict.fromkeys([*origins, source])),
        digest=sha256(statement.encode()).hexdigest(),
        value=None,
    )
