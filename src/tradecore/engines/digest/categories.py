"""Which section of a report a story belongs in."""

from collections.abc import Sequence
from enum import StrEnum

from tradecore.engines.digest.text import normalise, stem, words
from tradecore.model.news import NewsItem


class Category(StrEnum):
    """The sections, in the order of a report."""

    REGULATION = "Regulation & Legal"
    MARKETS = "Markets & Flows"
    SECURITY = "Security & Incidents"
    EXCHANGES = "Exchanges & Listings"
    PROTOCOLS = "Protocols & Upgrades"
    MACRO = "Macro"
    WHALES = "Whales & Treasuries"
    OTHER = "Other"


_WORDS: dict[str, Category] = {
    stem(word): category
    for category, listed in {
        Category.REGULATION: (
            "regulator regulation regulatory lawsuit court judge sues sued sec cftc bill law legal senate "
            "congress license licence sanction sanctions ruling verdict trial mica approve approves reject "
            "rejects compliance ban fine settlement charges indicted legislation tax antitrust export "
            "subpoena fca appeal prosecutors"
        ),
        Category.MARKETS: (
            "price prices rally inflow inflows outflow outflows etf etfs futures options volume liquidation "
            "liquidations trading traders market markets shares stock stocks surge plunge slump record high "
            "low valuation earnings revenue guidance forecast dividend split analysts funding raises"
        ),
        Category.SECURITY: (
            "hack hacked hacker hackers exploit exploited stolen theft breach drain drained attack attacker "
            "outage phishing malware vulnerability bug scam rug ransomware scammers incident laundering"
        ),
        Category.EXCHANGES: (
            "exchange exchanges list lists listing delist delists delisting withdrawals deposits custody "
            "perpetual pairs reserves wallet onboarding"
        ),
        Category.PROTOCOLS: (
            "upgrade mainnet testnet fork protocol validator validators staking rollup layer eip network "
            "client node nodes developers governance bridge blob release chip chips gpu model models"
        ),
        Category.MACRO: (
            "fed fomc ecb boj inflation cpi ppi rates rate gdp unemployment jobs tariff tariffs treasury "
            "yields dollar recession payrolls economy central basis"
        ),
        Category.WHALES: (
            "whale whales treasury holdings accumulates acquires buys stash microstrategy metaplanet dormant "
            "wallet transferred moved reserve purchase"
        ),
    }.items()
    for word in listed.split()
}


def category_of(items: Sequence[NewsItem]) -> Category:
    """The category that the headlines speak for most, their texts counting less; the first listed wins a tie."""
    votes: dict[Category, int] = {}
    for item in items:
        for text, weight in ((item.title, 3), (item.summary[:600], 1)):
            for word in {stem(word) for word in words(normalise(text))}:
                if word in _WORDS:
                    votes[_WORDS[word]] = votes.get(_WORDS[word], 0) + weight
    most = max(votes.values(), default=0)
    return next((category for category in Category if most and votes.get(category) == most), Category.OTHER)
