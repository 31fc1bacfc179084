"""Transitions: a state machine is a table of moves, and every entity follows its table through one function."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol, TypeVar

from attrs import AttrsInstance, evolve

from tradecore.model.errors import IllegalMove

StateT = TypeVar("StateT", bound=StrEnum)
EntityT = TypeVar("EntityT", bound="Stateful")

Moves = Mapping[StateT, frozenset[StateT]]
"""The states that may follow each state. A state that nothing follows is terminal."""


class Stateful(AttrsInstance, Protocol):
    """An attrs class with an id and a state."""

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> StrEnum: ...


def move(entity: EntityT, moves: Moves[StateT], state: StateT, **fields: object) -> EntityT:
    """The entity in another state, with `fields` replaced as well.

    Raises IllegalMove when `moves` does not lead from its state to `state`.
    """
    if state not in moves[entity.state]:  # type: ignore[index]  # the table is keyed by the entity's own states
        raise IllegalMove(f"{type(entity).__name__} {entity.id} is {entity.state} and cannot become {state}.")
    return evolve(entity, state=state, **fields)  # type: ignore[misc]  # evolve checks the class and names at run time
