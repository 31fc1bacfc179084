"""What handlers can take as dependencies."""

from typing import Any, TypeVar

from litestar import Litestar
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

from tradecore.core import Tradecore

T = TypeVar("T")

Dependency = NamedDependency[SkipValidation[T]]
"""A dependency by the name of its parameter. Validation would copy it for every request."""

Core = Dependency[Tradecore]
"""The use cases: a parameter `core: Core`."""


def provide(app: Litestar, name: str) -> Provide:
    """The value of this name in the state of the application: the same for every request.

    A handler takes one of these: Litestar resolves two in a task group, which costs 0.2 ms.
    """

    async def provided() -> Any:
        return app.state[name]

    return Provide(provided)
