"""Tests by their names, for tables that say which tests show what."""

import re
from functools import cache
from pathlib import Path


@cache
def names_of_tests() -> frozenset[str]:
    """The names of all tests, without their files."""
    return frozenset(
        name
        for path in Path(__file__).parent.rglob("test_*.py")
        for name in re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    )


def missing(tests: str) -> set[str]:
    """Those of the names, separated by spaces, that no test has."""
    return set(tests.split()) - names_of_tests()
