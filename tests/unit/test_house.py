"""The symmetry of the house: every port has a folder and a suite, every table a row that needs no server."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
CORE = ROOT / "src/tradecore"
# As a name, or as the last word of one, these say nothing about what is inside.
EMPTY_WORDS = frozenset(
    "manager managers helper helpers util utils common base misc service services handler handlers data info impl "
    "processor processors coordinator coordinators".split()
)
# Ports of plain callables have one adapter file for all of them.
# A port that has grown into several rooms, `store_money`, is kept by the adapters of the first word.
PORTS = sorted({path.stem.partition("_")[0] for path in (CORE / "ports").glob("[a-z]*.py")} - {"ambient"})


def words(name: str) -> list[str]:
    return re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)


def names(path: Path) -> Iterator[str]:
    """What a file calls itself, its classes and its functions."""
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


@pytest.mark.parametrize("port", PORTS)
def test_every_port_has_a_folder_of_adapters_and_a_contract_suite(port: str) -> None:
    assert list((ROOT / "src/adapters/tradecore_adapters" / port).glob("[a-z]*.py"))
    assert list((ROOT / "tests/contract" / port).glob("test_*.py"))


def test_names_say_what_is_inside() -> None:
    hollow = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in SOURCES
        for name in names(path)
        if words(name)
        and words(name)[-1].lower() in EMPTY_WORDS
        # The wire calls this part of the envelope so, and Litestar its callables.
        and not (path.parts[-3:-1] == ("http", "api") and name.endswith("Data"))
    }
    assert hollow == set()


def test_every_module_says_in_one_line_what_it_is_for() -> None:
    for path in SOURCES:
        said = ast.get_docstring(ast.parse(path.read_text("utf-8")))
        assert said, path
        assert said.splitlines()[0].endswith((".", "?")), path


def test_the_core_takes_time_and_chance_as_arguments() -> None:
    calls = re.compile(r"\b(datetime\.now|date\.today|time\.time|uuid4|random\.|secrets\.)")
    for path in SOURCES:
        if path.name != "ambient.py":
            for line in path.read_text("utf-8").splitlines():
                assert not calls.search(line.partition("#")[0]) or "import" in line or '"' in line, (path, line)


def modules_of(statement: str) -> set[str]:
    """What a fresh interpreter has loaded after a statement."""
    code = f"import sys; {statement}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def imported_by(statement: str) -> set[str]:
    """The same, by top-level packages."""
    return {name.partition(".")[0] for name in modules_of(statement)}


def test_the_core_loads_nothing_but_attrs_and_the_standard_library() -> None:
    foreign = imported_by("from tradecore import Tradecore") - imported_by("pass") - set(sys.stdlib_module_names)
    assert foreign == {"attr", "attrs", "tradecore"}


def test_naming_the_package_or_one_of_its_modules_does_not_load_the_core() -> None:
    assert "tradecore.core" not in modules_of("import tradecore, tradecore.model.errors")
    assert "tradecore.core" in modules_of("from tradecore import Tradecore")


def test_the_web_process_loads_no_vendor_library() -> None:
    loaded = imported_by("import tradecore_app.web")
    heavy = {"openai", "anthropic", "pandas", "numpy", "exchange_calendars", "dramatiq", "redis", "asyncpg"}
    assert not heavy & loaded


def test_every_table_has_a_row_that_needs_no_server() -> None:
    from tradecore_app import assembly

    for table in (assembly.STORES, assembly.QUEUES, assembly.STREAMS):
        assert "memory" in table
    assert "sample" in assembly.MARKETS
