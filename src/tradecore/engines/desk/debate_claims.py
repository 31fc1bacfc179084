"""Claims of the debate by label: which claims a side may answer, and how each is called."""

from collections.abc import Iterator
from string import ascii_uppercase

from attrs import frozen

from tradecore.engines.desk.reasoner import Case
from tradecore.model.steps import Claim, Side


@frozen
class Labelled:
    """A claim with its round, from 1, and its label: `A`, `B` and so on over all rounds of its side."""

    round: int
    label: str
    claim: Claim


def other(side: Side) -> Side:
    """The other side of the debate."""
    return Side.BEAR if side is Side.BULL else Side.BULL


def claims_of(case: Case, side: Side) -> list[Labelled]:
    """All claims of a side, answers included, in their order."""
    labels = _labels()
    turns = (step for step in case.arguments if step.side is side)
    return [Labelled(step.round, next(labels), claim) for step in turns for claim in step.claims]


def open_claims(case: Case, side: Side, number: int) -> list[Labelled]:
    """The claims of the other side that this one has not seen before its turn in round `number`.

    Both sides of the first round speak at once, and see nothing of each other.
    """
    if number == 1:
        return []
    # The bear speaks after the bull, and in the second round answers the first one, too.
    rounds = {number - 1} if side is Side.BULL else {1, 2} if number == 2 else {number}
    return [row for row in claims_of(case, other(side)) if row.round in rounds]


def _labels() -> Iterator[str]:
    yield from ascii_uppercase
    yield from (first + second for first in ascii_uppercase for second in ascii_uppercase)
