"""Usage of language models, in tokens and US dollars."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from attrs import frozen


@frozen
class Call:
    """One answered call.

    `model` is `provider:name` of the model that served, as the vendor reports it. `input_tokens` are those of the whole
    prompt, `cached_tokens` the part of them that was read from the vendor's cache, `output_tokens` all that was
    generated, thinking included. `cost` is in US dollars; None where the price of the model is not known.
    """

    model: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: Decimal | None = None


@frozen
class Usage:
    """The sum of several calls. The cost is None if that of any call is not known."""

    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal | None = Decimal(0)

    @classmethod
    def of(cls, calls: Iterable[Call]) -> "Usage":
        """The sum of the calls; all zero for none."""
        return sum(
            (cls(1, call.input_tokens, call.cached_tokens, call.output_tokens, call.cost) for call in calls), cls()
        )

    def __add__(self, other: "Usage") -> "Usage":
        """The sum of both."""
        return Usage(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost=None if self.cost is None or other.cost is None else self.cost + other.cost,
        )


@frozen
class DailyUsage:
    """What one agent took of one model for the analyses of a user on a day (UTC)."""

    day: date
    agent: str
    model: str
    usage: Usage


@frozen
class UsageReport:
    """The usage of a user, oldest day first, and the budget of today in US dollars; `limit` is None for no limit."""

    rows: tuple[DailyUsage, ...]
    today: date
    spent: Decimal
    reserved: Decimal
    limit: Decimal | None
