"""JSON of known classes, read by any thread.

While msgspec reads the fields of a class for the first time, other threads find its unfinished table of them, and the
process ends with a segmentation fault (seen with 0.22.0). Classes that several threads use are read here, one by one.
"""

from functools import cache
from threading import Lock
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_reading_a_class = Lock()


@cache
def decoder(cls: Any) -> Any:
    """A decoder of JSON text to instances of `cls`, which any thread may use."""
    with _reading_a_class:
        return msgspec.json.Decoder(cls)


def convert(data: object, cls: type[T], *, str_keys: bool = False) -> T:
    """The instance of `cls` that parsed JSON stands for; `str_keys` as in `msgspec.convert`. Raises ValidationError."""
    with _reading_a_class:
        return msgspec.convert(data, cls, str_keys=str_keys)
