"""What the security is stands in the evidence, as far as anybody says it."""

from typing import Any

from attrs import evolve

from company_facts import company
from tradecore.engines.desk.identity_features import find_listing, identity_evidence
from tradecore.model.errors import Unavailable
from tradecore.model.market import AssetType, Listing, Symbol


def said(given: Any, symbol: str = "NVDA", **known: Any) -> str:
    nothing: dict[str, Any] = {"facts": None, "listing": None, "currency": None, "source": "bars"}
    draft = identity_evidence(Symbol(symbol), AssetType.EQUITY, given.day, **{**nothing, **known})
    return draft.statement


def test_the_regulator_comes_before_the_list_of_symbols(given: Any) -> None:
    facts = evolve(company(), exchange="Nasdaq", industry="Semiconductors")
    listing = Listing(Symbol("ACME"), "Acme of Elsewhere", AssetType.EQUITY, "EUR", "XETRA")
    assert said(given, "ACME", facts=facts, listing=listing) == (
        "ACME is Acme Corp, of asset type equity, listed on Nasdaq, industry Semiconductors, quoted in EUR."
    )
    assert said(given, "ACME", listing=listing) == (
        "ACME is Acme of Elsewhere, of asset type equity, listed on XETRA, quoted in EUR."
    )


def test_a_company_that_only_the_list_of_the_regulator_names(given: Any) -> None:
    assert said(given, "SNOW", currency="USD") == "SNOW is Snowflake, of asset type equity, quoted in USD."
    assert said(given, "ZZZZZ").startswith("ZZZZZ is a security whose name is not known here")


async def test_a_search_that_fails_or_finds_another_symbol_is_no_listing(given: Any) -> None:
    async def failing(query: str, limit: int) -> tuple[Listing, ...]:
        raise Unavailable("The source does not answer.")

    async def finding(query: str, limit: int) -> tuple[Listing, ...]:
        return (Listing(Symbol("NVDL"), "A fund", AssetType.EQUITY), Listing(Symbol("NVDA"), "N", AssetType.EQUITY))

    assert await find_listing(failing, Symbol("NVDA"), AssetType.EQUITY) is None
    assert await find_listing(None, Symbol("NVDA"), AssetType.EQUITY) is None
    listing = await find_listing(finding, Symbol("NVDA"), AssetType.EQUITY)
    assert listing is not None
    assert listing.name == "N"
