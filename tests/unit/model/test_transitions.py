"""Transitions: an entity follows its table of moves, and nothing else."""

from enum import StrEnum

import pytest
from attrs import frozen

from tradecore.model.errors import IllegalMove
from tradecore.model.transitions import Moves, move


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    OFF = "off"


MOVES: Moves[Light] = {
    Light.RED: frozenset({Light.GREEN, Light.OFF}),
    Light.GREEN: frozenset({Light.RED, Light.OFF}),
    Light.OFF: frozenset(),
}


@frozen
class Signal:
    id: str
    state: Light = Light.RED
    changes: int = 0


def test_a_move_in_the_table_gives_the_entity_its_new_state_and_fields() -> None:
    assert move(Signal("s"), MOVES, Light.GREEN, changes=1) == Signal("s", Light.GREEN, 1)


@pytest.mark.parametrize(("before", "after"), [(Light.RED, Light.RED), (Light.OFF, Light.RED)])
def test_any_other_move_is_refused_with_the_name_the_id_and_both_states(before: Light, after: Light) -> None:
    with pytest.raises(IllegalMove, match=f"Signal s is {before} and cannot become {after}"):
        move(Signal("s", before), MOVES, after)


def test_a_field_that_the_entity_lacks_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        move(Signal("s"), MOVES, Light.GREEN, colour="blue")
