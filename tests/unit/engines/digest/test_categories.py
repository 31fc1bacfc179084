"""Headlines find their section."""

from datetime import UTC, datetime

import pytest

from tradecore.engines.digest.categories import Category, category_of, parse_categories
from tradecore.engines.digest.identity import identify
from tradecore.model.news import RawItem

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("SEC sues exchange in federal court", Category.REGULATION),
        ("Bitcoin ETF inflows lift prices to record", Category.MARKETS),
        ("Bridge hacked and funds stolen", Category.SECURITY),
        ("Exchange delists two pairs", Category.EXCHANGES),
        ("Mainnet upgrade date set by client developers", Category.PROTOCOLS),
        ("Fed cuts rates as inflation slows", Category.MACRO),
        ("Whale accumulates and moves dormant stash", Category.WHALES),
        ("Something else happens", Category.OTHER),
        ("Attackers obtain private keys of exchange customers", Category.SECURITY),
        ("Stock market slips after consumer prices rise more than expected by central bank", Category.MACRO),
        ("JPMorgan lends against ether to prime clients", Category.OTHER),
        ("Tesla pulls back Model 3 over camera fault", Category.OTHER),
        ("Consensus client of Ethereum drops old format", Category.PROTOCOLS),
        ("Circle wins bank charter, shares rise", Category.REGULATION),
        ("Open interest in futures falls as court rules", Category.MARKETS),
        ("Celestia halves inflation", Category.PROTOCOLS),
        ("Voters back proposal to lower SOL inflation", Category.PROTOCOLS),
        ("MakerDAO raises DAI savings rate to 8%", Category.PROTOCOLS),
        ("Aave opens temperature check on GHO savings rate", Category.PROTOCOLS),
        ("Solana slips as inflation rises", Category.MACRO),
        ("Gold beats inflation", Category.MACRO),
        ("Base inflation slows", Category.MACRO),
        ("Bitcoin defies inflation", Category.MACRO),
        ("Fed watches inflation and solana", Category.MACRO),
        ("Personal savings rate of households falls", Category.MACRO),
    ],
)
def test_a_headline_finds_its_section(title: str, category: Category) -> None:
    assert category_of([identify(RawItem(source="A", title=title), NOON)]) is category


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ('"Weather" = ["rain"]', "no section 'Weather'"),
        ('"Macro" = []', "Macro needs a list"),
        ('"Macro" = ["rates", 7]', "Macro needs a list"),
        ('"Macro" = ["rates"]\n"Markets & Flows" = ["rate"]', "'rate' is in the sections Macro and Markets & Flows"),
    ],
)
def test_a_mistake_in_the_file_is_named(document: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        parse_categories(document)
