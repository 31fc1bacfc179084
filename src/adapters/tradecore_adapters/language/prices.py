"""Prices of tokens: a dated table for the vendors' own servers, and prices from a setting.

Figures are US dollars per million tokens at standard processing as of 2026-11-18, as published at
https://developers.openai.com/api/docs/pricing and https://platform.claude.com/docs/en/about-claude/pricing. Discounts
(batches), surcharges (priority, regions) and other servers need prices in the setting. A model in neither place has no
price, and a budget with a cap refuses to call it.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from attrs import evolve, frozen

# Dated versions of a model: gpt-4o-2024-08-06, claude-haiku-4-5-20251001.
_SNAPSHOT = re.compile(r"-(?:20\d\d-\d\d-\d\d|20\d{6})$")
_MILLION = 6
# Input written to a vendor's cache costs a quarter more than other input, where it has a price of its own.
_WRITTEN = Decimal("1.25")


@frozen
class TokenCount:
    """Tokens of one call: the whole prompt, the parts of it read from and written to the cache, and the answer."""

    input: int
    cached: int
    written: int
    output: int


@frozen
class Rates:
    """US dollars per million tokens."""

    input: Decimal
    cached: Decimal
    written: Decimal
    output: Decimal

    def cost(self, count: TokenCount) -> Decimal:
        """The cost of one call in US dollars, exactly."""
        uncached = count.input - count.cached - count.written
        units = (
            uncached * self.input
            + count.cached * self.cached
            + count.written * self.written
            + count.output * self.output
        )
        return units.scaleb(-_MILLION)


@frozen
class Price:
    """The price of a model. A call with more than `beyond` tokens of input is billed at the `long` rates as a whole."""

    rates: Rates
    beyond: int | None = None
    long: Rates | None = None

    def cost(self, count: TokenCount) -> Decimal:
        """The cost of one call in US dollars."""
        if self.long is not None and self.beyond is not None and count.input > self.beyond:
            return self.long.cost(count)
        return self.rates.cost(count)

    def max_cost(self, input_tokens: int, output_tokens: int) -> Decimal:
        """Upper bound in US dollars of a call with so many tokens: all of the prompt is written to the cache."""
        return self.cost(TokenCount(input_tokens, 0, input_tokens, output_tokens))


def _flat(fresh: str, cached: str, output: str, written: Decimal = _WRITTEN) -> Price:
    rate = Decimal(fresh)
    return Price(Rates(rate, Decimal(cached), rate * written, Decimal(output)))


def _openai(fresh: str, cached: str, output: str) -> Price:
    """Models before GPT-5.6: writing to the cache costs as much as other input."""
    return _flat(fresh, cached, output, Decimal(1))


def _doubling(price: Price) -> Price:
    """Models with a context of a million tokens: beyond 272,000, input costs 2 times and output 1.5 times as much."""
    usual = price.rates
    long = Rates(usual.input * 2, usual.cached * 2, usual.written * 2, usual.output * Decimal("1.5"))
    return evolve(price, beyond=272_000, long=long)


OPENAI: Mapping[str, Price] = {
    "gpt-6.2-astra": _doubling(_flat("8", "0.40", "40")),
    "gpt-6.2-sol": _doubling(_flat("2", "0.10", "10")),
    "gpt-6.1-sol": _doubling(_flat("2", "0.10", "10")),
    "gpt-6-astra": _doubling(_flat("10", "1", "50")),
    "gpt-6-sol": _doubling(_flat("2", "0.20", "10")),
    "gpt-6-luna": _doubling(_flat("0.10", "0.01", "0.50")),
    # The list price; a lower one was valid until 2026-11-21 only.
    "gpt-5.6-sol": _doubling(_flat("5", "0.50", "30")),
    "gpt-5.6-terra": _doubling(_flat("2", "0.20", "12")),
    "gpt-5.6-luna": _doubling(_flat("0.20", "0.02", "1.20")),
    "gpt-5.5": _doubling(_openai("5", "0.50", "30")),
    "gpt-5.4": _doubling(_openai("2.50", "0.25", "15")),
    "gpt-5.4-mini": _openai("0.75", "0.075", "4.50"),
    "gpt-5.4-nano": _openai("0.20", "0.02", "1.25"),
    "gpt-5.2": _openai("1.75", "0.175", "14"),
    "gpt-5.1": _openai("1.25", "0.125", "10"),
    "gpt-5": _openai("1.25", "0.125", "10"),
    "gpt-5-mini": _openai("0.25", "0.025", "2"),
    "gpt-5-nano": _openai("0.05", "0.005", "0.40"),
    "gpt-4.1": _openai("2", "0.50", "8"),
    "gpt-4.1-mini": _openai("0.40", "0.10", "1.60"),
    "gpt-4.1-nano": _openai("0.10", "0.025", "0.40"),
    "gpt-4o": _openai("2.50", "1.25", "10"),
    # The one snapshot with a price that differs from its model.
    "gpt-4o-2024-05-13": _openai("5", "5", "15"),
    "gpt-4o-mini": _openai("0.15", "0.075", "0.60"),
    "o3": _openai("2", "0.50", "8"),
    "o4-mini": _openai("1.10", "0.275", "4.40"),
}

ANTHROPIC: Mapping[str, Price] = {
    "claude-fable-5-2": _flat("8", "0.20", "40"),
    "claude-fable-5-1": _flat("10", "0.25", "50"),
    "claude-fable-5": _flat("10", "1", "50"),
    "claude-opus-5-5": _flat("4", "0.20", "20"),
    "claude-opus-5": _flat("5", "0.50", "25"),
    "claude-opus-4-8": _flat("5", "0.50", "25"),
    "claude-opus-4-7": _flat("5", "0.50", "25"),
    "claude-opus-4-6": _flat("5", "0.50", "25"),
    "claude-opus-4-5": _flat("5", "0.50", "25"),
    "claude-sonnet-5-5": _flat("2", "0.10", "10"),
    "claude-sonnet-5": _flat("2", "0.20", "10"),
    "claude-sonnet-4-6": _flat("3", "0.30", "15"),
    "claude-sonnet-4-5": _flat("3", "0.30", "15"),
    "claude-haiku-5-5": evolve(
        _flat("0.10", "0.01", "0.50"), beyond=100_000, long=_flat("0.50", "0.05", "2.50").rates
    ),
    "claude-haiku-4-5": _flat("1", "0.10", "5"),
}  # fmt: skip


def undated(model: str) -> str:
    """The name of the model of which this is a dated version; any other name as it is."""
    return _SNAPSHOT.sub("", model)


def price_of(model: str, *tables: Mapping[str, Price]) -> Price | None:
    """The price of a model, or of the model of which it is a dated version, in the first table that has it; else None.

    Nothing else is inferred from a name: gpt-4o-mini is not a version of gpt-4o.
    """
    names = (model, undated(model))
    return next((table[name] for table in tables for name in names if name in table), None)


def read_prices(text: str) -> Mapping[str, Price]:
    """Prices from text such as `my-model=0.15/0.075/0.60, other=0/0/0`: input, cached input and output.

    Raises: ValueError, with a sentence about the entry that is wrong.
    """
    return dict(_read_price(entry) for part in text.split(",") if (entry := part.strip()))


def _read_price(text: str) -> tuple[str, Price]:
    name, _, figures = text.rpartition("=")
    try:
        fresh, cached, output = (Decimal(figure) for figure in figures.split("/"))
    except (ValueError, InvalidOperation):
        fresh = cached = output = Decimal("NaN")
    if not name.strip() or not all(rate.is_finite() and 0 <= rate <= 1_000_000 for rate in (fresh, cached, output)):
        raise ValueError(
            f"{text!r} is no price of a model; write NAME=INPUT/CACHED/OUTPUT in US dollars for a million tokens, such "
            "as gpt-4o-mini=0.15/0.075/0.60."
        )
    return name.strip(), Price(Rates(fresh, cached, fresh * _WRITTEN, output))
