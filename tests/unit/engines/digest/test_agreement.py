"""What contradicts what, and what is news."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.digest.agreement import conflict, new_facts, same_facts, ungrounded_numbers
from tradecore.engines.digest.facts import facts_of
from tradecore.engines.digest.lexicon import lexicon
from tradecore.model.news import Phase

WORDS = st.sampled_from(
    [
        *sorted(lexicon().assets),
        *sorted(lexicon().entities),
        *sorted(lexicon().markers),
        "$5M",
        "3%",
        "ten",
        "not",
        "may",
        "from",
        "to",
        "by",
        "Otter",
    ]
)
HEADLINES = st.lists(WORDS, min_size=1, max_size=9).map(" ".join)

CONTRADICTIONS = [
    ("Bitcoin ETFs see $200M inflows", "Bitcoin ETFs see $200M outflows"),
    ("Bitcoin ETFs see $200M inflows", "Bitcoin ETFs see $300M inflows"),
    ("Bitcoin ETFs see $200M inflows", "Ether ETFs see $200M inflows"),
    ("SEC approves Solana ETF", "SEC rejects Solana ETF"),
    ("SEC approves Solana ETF", "SEC delays Solana ETF"),
    ("SEC sues Coinbase", "Coinbase sues SEC"),
    ("SEC sues Coinbase", "SEC sues Binance"),
    ("Kestrel launches on Ethereum mainnet", "Kestrel launches on Ethereum testnet"),
    ("Bitcoin climbs above $100,000", "Bitcoin falls below $100,000"),
    ("Whale moves coins to Binance", "Whale moves coins from Binance"),
    ("Whale moves coins from Kraken to Binance", "Whale moves coins from Binance to Kraken"),
    ("Firm buys 500 BTC", "Firm sells 500 BTC"),
    ("OKX lists Monero", "OKX delists Monero"),
    ("Revenue grows in Q2", "Revenue grows in Q3"),
    ("Node release v1.2.3 is out", "Node release v1.2.4 is out"),
    ("Court finds founder guilty", "Founder acquitted in court"),
    ("Fed cuts rates by 25bps", "Fed cuts rates by 50bps"),
    ("Fed cuts rates", "Fed holds rates steady"),
    ("Korea lifts ban on trading", "Korea extends ban on trading"),
    ("US probes mining machines", "China probes mining machines"),
]

SAME_EVENTS = [
    ("Hackers drain $1.46B from Bybit", "Bybit exploited for $1.5 billion"),
    ("Coinbase sued by SEC over staking", "SEC sues Coinbase over staking"),
    ("Bitcoin ETFs see $200M inflows", "Spot bitcoin ETFs draw inflows of 200 million dollars"),
    ("BTC rises 5%", "Bitcoin gains 500 basis points"),
    ("Federal Reserve cuts rates", "Fed lowers rates"),
    ("Fed cuts rates by 0.25%", "Fed cuts rates by 25 basis points"),
    ("OKX delists Monero in Europe", "Monero delisted by OKX for European users"),
]


def test_limits_and_estimates_contradict_no_figure_but_are_facts() -> None:
    limit, value = facts_of("Vault seeks up to $201 million in IPO"), facts_of("Vault eyes $2 billion valuation in IPO")
    assert not conflict(limit, value)
    assert conflict(facts_of("Vault seeks $201 million in IPO"), value)
    assert conflict(limit, facts_of("Vault pays back $5 million of loans, up to $201 million in IPO")) is False
    assert new_facts(facts_of("Thieves of vault took nearly $90M"), [facts_of("Thieves took $10M")]) == {"90000000 usd"}
    assert not ungrounded_numbers("$201 million", [limit])


def test_a_plan_and_its_deed_are_one_event_in_two_documents() -> None:
    plan, deed = facts_of("SEC may approve Solana ETF"), facts_of("SEC approves Solana ETF")
    assert not conflict(plan, deed)
    assert not same_facts(plan, deed)
    assert (plan.phase, deed.phase) == (Phase.PLAN, Phase.DEED)


@pytest.mark.parametrize(("one", "other"), CONTRADICTIONS)
def test_one_changed_slot_contradicts(one: str, other: str) -> None:
    assert conflict(facts_of(one), facts_of(other))


@pytest.mark.parametrize(("one", "other"), SAME_EVENTS)
def test_two_ways_of_saying_it_do_not_contradict(one: str, other: str) -> None:
    assert not conflict(facts_of(one), facts_of(other))


@given(HEADLINES, HEADLINES)
def test_contradiction_is_mutual_and_nothing_contradicts_itself(one: str, other: str) -> None:
    a, b = facts_of(one), facts_of(other)
    assert conflict(a, b) == conflict(b, a)
    assert not conflict(a, a)
    assert same_facts(a, a)
    assert same_facts(a, b) == same_facts(b, a)
    assert new_facts(a, [a]) == frozenset()


def test_a_turn_of_the_story_is_news_and_a_rounder_figure_is_not() -> None:
    told = facts_of("Bybit loses $1.46B of ether in hack")
    assert new_facts(facts_of("Bybit hack cost $1.5 billion"), [told]) == frozenset()
    assert new_facts(facts_of("Bybit recovers $40M of hacked ether"), [told]) >= {"40000000 usd"}
    assert "custody:in" in new_facts(facts_of("Police arrest man over Bybit hack"), [told])
    assert "mode:done" in new_facts(facts_of("SEC approves ETF"), [facts_of("SEC may approve ETF")])


@pytest.mark.parametrize(
    ("told", "title", "new"),
    [
        ("Strategy buys 13,627 bitcoin", "Strategy makes largest bitcoin purchase since July 2025, 13,627 BTC", set()),
        ("Kraken pauses withdrawals after $48M theft", "Theft of $48M from Kraken, withdrawals paused", set()),
        ("Kestrel bridge opens in 2027", "Kestrel bridge opens in 2028", {"2028 year"}),
        ("Whale moves coins to Binance", "Whale moves coins from Binance", {"way-binance:from"}),
        ("Kraken buys Bitstamp", "Bitstamp buys Kraken", {"by-trade:bitstamp"}),
        ("Largest bank fails", "Smallest bank fails", {"rank:smallest"}),
    ],
)
def test_a_year_a_rank_and_a_role_are_new_where_another_was_told(told: str, title: str, new: set[str]) -> None:
    assert new_facts(facts_of(title), [facts_of(told)]) == new


def test_numbers_of_the_text_are_known_though_they_were_not_in_the_headline() -> None:
    told = facts_of("Bybit hacked", "The thieves took $1.46 billion in ether.")
    assert new_facts(facts_of("Bybit hacked for $1.46B"), [told]) == frozenset()


def test_a_copy_may_be_cut_but_not_changed() -> None:
    whole = facts_of("Fund flows turn", "Investors put in $200M on Monday and $90M on Tuesday, the 4th day of inflows.")
    cut = facts_of("Fund flows turn", "Investors put in $200M on Monday.")
    changed = facts_of(
        "Fund flows turn", "Investors put in $210M on Monday and $90M on Tuesday, the 4th day of inflows."
    )
    turned = facts_of(
        "Fund flows turn", "Investors put in $200M on Monday and $90M on Tuesday, the 4th day of outflows."
    )
    assert same_facts(whole, cut)
    assert not same_facts(whole, changed)
    assert not same_facts(whole, turned)


def test_invented_numbers_are_found() -> None:
    source = facts_of("Bybit loses $1.46B", "Some 400,000 coins left 3 wallets.")
    assert ungrounded_numbers("Thieves took $1.46 billion from three wallets.", [source]) == frozenset()
    assert ungrounded_numbers("Thieves took $2 billion.", [source]) == {"2000000000 usd"}
