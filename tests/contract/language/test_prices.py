"""What tokens cost: the two lists, dated versions of models, and prices as text."""

from decimal import Decimal

import pytest

from tradecore_adapters.language.prices import ANTHROPIC, OPENAI, Price, Rates, TokenCount, price_of, read_prices

MILLION = 1_000_000


def usual(model: str) -> Rates:
    price = price_of(model, OPENAI, ANTHROPIC)
    assert price
    return price.rates


@pytest.mark.parametrize(
    ("model", "rates"),
    [
        ("gpt-4o", "2.50 1.25 10"), ("gpt-4o-2024-08-06", "2.50 1.25 10"), ("gpt-4o-2024-05-13", "5 5 15"),
        ("gpt-4o-mini", "0.15 0.075 0.60"), ("gpt-4o-mini-2024-07-18", "0.15 0.075 0.60"),
        ("gpt-5", "1.25 0.125 10"), ("gpt-5-mini-2025-08-07", "0.25 0.025 2"), ("gpt-6.2-sol", "2 0.10 10"),
        ("claude-haiku-4-5-20251001", "1 0.10 5"), ("claude-sonnet-5-5", "2 0.10 10"), ("claude-opus-5", "5 0.50 25"),
    ],
)  # fmt: skip
def test_a_dated_version_costs_what_its_model_costs(model: str, rates: str) -> None:
    found = usual(model)
    assert [found.input, found.cached, found.output] == [Decimal(rate) for rate in rates.split()]


@pytest.mark.parametrize(
    "model",
    ["gpt-4o-audio-preview", "gpt-4o-mini-tts", "gpt-5-chat-latest", "gpt-5.4-pro", "gpt-4", "ft:gpt-4o-2024-08-06:us",
     "openai/gpt-4o", "claude-opus", "claude-3-opus-20240229", "GPT-4O", "gpt-4o-2024-08-06-2024-08-06", "", "llama3"],
)  # fmt: skip
def test_no_price_is_guessed_from_a_name_that_is_merely_like_another(model: str) -> None:
    assert price_of(model, OPENAI, ANTHROPIC) is None


def test_every_listed_price_is_in_order() -> None:
    for name, price in {**OPENAI, **ANTHROPIC}.items():
        for rates in (price.rates, price.long or price.rates):
            assert 0 < rates.cached <= rates.input <= rates.written < rates.output, name


def test_what_goes_into_anthropics_cache_costs_a_quarter_more() -> None:
    rates = usual("claude-opus-5-5")
    assert (rates.input, rates.written, rates.cached) == (4, 5, Decimal("0.2"))
    assert rates.cost(TokenCount(input=4 * MILLION, cached=MILLION, written=MILLION, output=MILLION)) == Decimal("33.2")


def test_a_long_prompt_costs_more_as_a_whole() -> None:
    price = ANTHROPIC["claude-haiku-5-5"]
    assert price.cost(TokenCount(100_000, 0, 0, 1_000)) == Decimal("0.0105")
    assert price.cost(TokenCount(100_001, 0, 0, 1_000)) == Decimal("0.0525005")
    doubled = OPENAI["gpt-6.2-sol"]
    assert doubled.cost(TokenCount(272_001, 0, 0, 1_000_000)) == Decimal("16.088004")


def test_a_cost_is_exact() -> None:
    assert usual("gpt-5-nano").cost(TokenCount(input=3, cached=1, written=0, output=7)) == Decimal("0.000002905")


def test_no_call_costs_more_than_its_bound() -> None:
    for price in {**OPENAI, **ANTHROPIC}.values():
        most = price.max_cost(300_000, 8_000)
        for cached, written in ((0, 0), (0, 300_000), (300_000, 0), (1_000, 2_000)):
            assert price.cost(TokenCount(300_000, cached, written, 8_000)) <= most


def test_own_prices_go_before_listed_ones() -> None:
    own = read_prices("gpt-4o=1/1/1")
    assert price_of("gpt-4o-2024-08-06", own, OPENAI) == own["gpt-4o"]
    assert price_of("gpt-4o-2024-05-13", own, OPENAI) == own["gpt-4o"]


def test_prices_are_read_from_text() -> None:
    read = read_prices(" my-model=0.15/0.075/0.60 , meta-llama/Llama-3.3:70B = 0/0/0,")
    assert read == {
        "my-model": Price(Rates(Decimal("0.15"), Decimal("0.075"), Decimal("0.1875"), Decimal("0.60"))),
        "meta-llama/Llama-3.3:70B": Price(Rates(*[Decimal(0)] * 4)),
    }
    assert read_prices("") == {}


@pytest.mark.parametrize(
    "text",
    ["my-model", "my-model=", "=1/2/3", "m=1/2", "m=1/2/3/4", "m=1/2/x", "m=-1/0/1", "m=NaN/0/1", "m=1/Infinity/1",
     "m=1e99/0/1", "a=1/1/1,b", "m:1/2/3"],
)  # fmt: skip
def test_text_that_is_no_price_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no price of a model; write NAME=INPUT/CACHED/OUTPUT"):
        read_prices(text)
