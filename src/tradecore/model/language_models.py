"""The language models of an installation, as callers choose among them."""

from datetime import date
from decimal import Decimal

from attrs import frozen


@frozen
class TokenPrice:
    """US dollars per million tokens of input, of input read from a cache, and of output."""

    input: Decimal
    cached: Decimal
    output: Decimal


@frozen
class ListedModel:
    """A model by its name and provider.

    `unavailable` is the reason why it cannot be used here; empty for one that can. `price` is None where it is not
    known, `cutoff` is the last day that the model has read about, None where the vendor does not say. The `default` is
    the model of launches that name none.
    """

    name: str
    provider: str
    unavailable: str = ""
    price: TokenPrice | None = None
    cutoff: date | None = None
    default: bool = False
