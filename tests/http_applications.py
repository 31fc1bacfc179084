"""Applications that tests use one after another: registering the routes takes a tenth of a second, connecting none."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from attrs import asdict

from tradecore_adapters.http.app import HttpApplication
from tradecore_adapters.http.options import HttpOptions

Applications = Callable[[HttpOptions], HttpApplication]
"""Gives an application with the routes of these options, which nobody else uses."""

_idle: defaultdict[Any, list[HttpApplication]] = defaultdict(list)


@contextmanager
def borrowed_applications() -> Iterator[Applications]:
    """Applications that are given back when the context is left. They are still connected to what was before."""
    borrowed: list[tuple[Any, HttpApplication]] = []

    def borrow(options: HttpOptions) -> HttpApplication:
        # Origins are no matter of routes, and have no equality.
        key = tuple(asdict(options, recurse=False, filter=lambda field, _: field.name != "cors_origins").items())
        idle = _idle[key]
        borrowed.append((key, idle.pop() if idle else HttpApplication(options)))
        return borrowed[-1][1]

    try:
        yield borrow
    finally:
        for key, application in borrowed:
            _idle[key].append(application)
