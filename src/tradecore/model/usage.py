"""Usage: what calls of language models took, in tokens and in money."""

from collections.abc import Iterable
from decimal import Decimal

from attrs import frozen


@frozen
class Call:
    """One answered call. `model` as `provider:name`, as the vendor says that it served; `cost` in US dollars.

    `input_tokens` count the whole prompt, `cached_tokens` those of them that were read from the vendor's cache, and
    `output_tokens` everything generated, thinking included. The cost is None where the price of the model is not known.
    """

    model: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: Decimal | None = None


@frozen
class Usage:
    """What several calls took together; the cost is None as soon as that of one call is not known."""

    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal | None = Decimal(0)

    @classmethod
    def of(cls, calls: Iterable[Call]) -> "Usage":
        """The sum of some calls; zero of everything for none."""
        return sum(
            (cls(1, each.input_tokens, each.cached_tokens, each.output_tokens, each.cost) for each in calls), cls()
        )

    def __add__(self, other: "Usage") -> "Usage":
        """Both together."""
        return Usage(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost=None if self.cost is None or other.cost is None else self.cost + other.cost,
        )
