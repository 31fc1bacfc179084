"""Changes: the new state of an entity with the facts that explain it. Stores accept nothing else."""

from datetime import datetime
from typing import Generic, TypeVar

from attrs import field, frozen

from tradecore.model.ids import Topic, UserId

T_co = TypeVar("T_co", covariant=True)


@frozen
class Fact:
    """Something that happened: the topic it belongs to, and when (aware, UTC). Subclasses say what."""

    topic: Topic
    at: datetime


@frozen
class Change(Generic[T_co]):
    """The new state of an entity, and the facts that led to it, oldest first."""

    entity: T_co
    facts: tuple[Fact, ...] = ()


@frozen
class Event:
    """A stored fact. `seq` counts 1, 2, 3, ... within its topic, without gaps.

    `position` counts 1, 2, 3, ... over the whole log, in the order of commits and without gaps; it is None for an event
    that is read by its topic. `user` is the user whom the fact concerns. Topic and `seq` identify an event.
    """

    seq: int
    fact: Fact
    position: int | None = field(default=None, eq=False)
    user: UserId | None = field(default=None, eq=False)
