"""Rows of adapters: what one is, and those that other installed packages declare as entry points."""

import inspect
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import Any

from attrs import frozen

from tradecore.model.errors import Unavailable
from tradecore_adapters.rows import Context, Options

# Opens an adapter: an async context manager of it. See `tradecore_adapters.rows`.
OpenRow = Callable[[Context, Any, str], AbstractAsyncContextManager[Any]]

# The ports that a package can bring rows for, in the entry point group `tradecore.<port>`.
PORTS = (
    "market", "fundamentals", "news", "broker", "language", "store", "queue", "stream", "limits", "calendar",
    "fx", "sentiment", "embeddings", "identity", "engine",
)  # fmt: skip
PACKAGE = "tradecore"


@frozen
class Row:
    """An adapter that a setting can name.

    `package`: the distribution that brings it. `requires`: modules that it imports from the extra `extra`.
    """

    name: str
    load: Callable[[], OpenRow]
    package: str = PACKAGE
    extra: str | None = None
    requires: tuple[str, ...] = ()

    def missing(self) -> str | None:
        """What has to be installed, or why the row cannot be loaded, as half a sentence; None where it is ready."""
        if any(find_spec(module) is None for module in self.requires):
            return f"run: pip install '{self.package}[{self.extra}]'"
        try:
            self.load()
        except Exception as error:  # noqa: BLE001 - code of another package
            return f"cannot be loaded: {type(error).__name__}: {error}"
        return None

    def opener(self) -> OpenRow:
        """The function that opens the adapter. Raises Unavailable that says what is missing."""
        if any(find_spec(module) is None for module in self.requires):
            raise Unavailable(f"{self.name}: needs more packages; {self.missing()}")
        try:
            return self.load()
        except Exception as error:
            raise Unavailable(
                f"The adapter {self.name!r} of {self.package} cannot be loaded: {type(error).__name__}: {error}"
            ) from error


def installed_rows(port: str) -> Mapping[str, Row]:
    """The rows of a port that other packages declare, by name.

    Raises Unavailable where two packages declare the same name.
    """
    rows: dict[str, Row] = {}
    for entry_point in _declared(port):
        package = entry_point.dist.name if entry_point.dist else entry_point.value
        if entry_point.name in rows and rows[entry_point.name].package != package:
            raise Unavailable(
                f"Both {rows[entry_point.name].package} and {package} bring an adapter {entry_point.name!r} for "
                f"{port}; uninstall one of them."
            )
        rows[entry_point.name] = Row(entry_point.name, _loader(entry_point), package)
    return rows


def options_class(open_row: OpenRow) -> type[Options] | None:
    """The class of options that a row takes: the annotation of its second parameter; None where it takes none.

    Raises TypeError for a function that is no row.
    """
    parameters = [*inspect.signature(open_row, eval_str=True).parameters.values()]
    if len(parameters) != 3:
        raise TypeError("A row is a function of three parameters: context, options and rest.")
    annotation = parameters[1].annotation
    return annotation if inspect.isclass(annotation) and issubclass(annotation, Options) else None


def _loader(entry_point: EntryPoint) -> Callable[[], OpenRow]:
    def load() -> OpenRow:
        open_row: OpenRow = entry_point.load()
        options_class(open_row)
        return open_row

    return load


# One scan of all installed packages takes 5 ms, and a scan for each port would take 60.
_scan = cache(entry_points)


@cache
def _declared(port: str) -> tuple[EntryPoint, ...]:
    return tuple(_scan().select(group=f"{PACKAGE}.{port}"))


def forget_installed() -> None:
    """Look again for installed packages, as after one was installed into this process."""
    _scan.cache_clear()
    _declared.cache_clear()
