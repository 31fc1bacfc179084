"""The documentation of error responses, which all routes share."""

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example


@dataclass
class ErrorSpec(ResponseSpec):
    """What the errors of one status mean, with an example.

    It is never changed, so that copies of it are itself: Litestar copies every handler of a controller with all that it
    declares, and copies of hundreds of examples were a third of the time in which the application is built.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> "ErrorSpec":
        return self


def error_spec(example: msgspec.Struct, description: str) -> ErrorSpec:
    """The errors of the type of `example`."""
    return ErrorSpec(
        type(example),
        description=description,
        examples=[Example(value=msgspec.to_builtins(example))],
        generate_examples=False,
    )
