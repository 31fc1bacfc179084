"""Rules of the code base itself: ports and their suites, imports, names and docstrings."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from importlib import import_module
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
    # Engines are part of the core.
    home = CORE / "engines" if port == "engine" else ROOT / "src/adapters/tradecore_adapters" / port
    assert list(home.glob("**/[a-z]*.py"))
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
        # A callback of html.parser.
        and name != "handle_data"
    }
    assert hollow == set()


def test_every_module_says_in_one_line_what_it_is_for() -> None:
    for path in SOURCES:
        docstring = ast.get_docstring(ast.parse(path.read_text("utf-8")))
        assert docstring, path
        assert docstring.splitlines()[0].endswith((".", "?")), path


def test_the_core_takes_time_and_chance_as_arguments() -> None:
    calls = re.compile(r"\b(datetime\.now|date\.today|time\.time|uuid4|random\.|secrets\.)")
    for path in SOURCES:
        if path.name != "ambient.py":
            for line in path.read_text("utf-8").splitlines():
                assert not calls.search(line.partition("#")[0]) or "import" in line or '"' in line, (path, line)


def printed_by(statement: str) -> list[str]:
    """What a statement prints in a fresh interpreter, and then the modules that are loaded."""
    code = f"import sys; {statement}; print(*sys.modules)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


def modules_of(statement: str) -> set[str]:
    """What a fresh interpreter has loaded after a statement."""
    return set(printed_by(statement))


def imported_by(statement: str) -> set[str]:
    """The same, by top-level packages."""
    return {name.partition(".")[0] for name in modules_of(statement)}


def test_the_core_loads_nothing_but_attrs_and_the_standard_library() -> None:
    foreign = imported_by("from tradecore import Tradecore") - imported_by("pass") - set(sys.stdlib_module_names)
    assert foreign == {"attr", "attrs", "tradecore"}


def test_naming_the_package_or_one_of_its_modules_does_not_load_the_core() -> None:
    assert "tradecore.core" not in modules_of("import tradecore, tradecore.model.errors")
    assert "tradecore.core" in modules_of("from tradecore import Tradecore")


def test_the_web_process_loads_no_vendor_library_and_takes_less_than_105_mib() -> None:
    status = Path("/proc/self/status")
    read = f"; print(open('{status}').read().split('VmRSS:')[1].split()[0])" if status.exists() else "; print(0)"
    kib, *loaded = printed_by("import tradecore_app.web" + read)
    heavy = {"openai", "anthropic", "pandas", "numpy", "exchange_calendars", "dramatiq", "redis", "asyncpg", "authlib"}
    # Feeds and their texts are read when there are any.
    heavy |= {"httpx2", "feedparser", "vaderSentiment"}
    assert not heavy & {name.partition(".")[0] for name in loaded}
    # It was 86 MiB when this was written, ten of them the library of tokens with its cryptography.
    assert int(kib) < 105 * 1024


def test_every_table_has_a_row_that_needs_no_server() -> None:
    from tradecore_app import installed, registry

    for port in installed.PORTS:
        built_in = registry.BUILT_IN[port]
        # Language models are optional: the rules need none.
        assert port == "language" or any(not row.requires for row in built_in), port
        for row in built_in:
            assert row.missing() is None


def test_every_port_that_a_setting_chooses_ships_its_contract_as_a_suite() -> None:
    from tradecore_app import installed

    for port in installed.PORTS:
        suites = vars(import_module(f"tradecore.testing.{port}"))
        assert any(name.endswith("Suite") and inspect.isclass(suite) for name, suite in suites.items()), port


def module_of(path: Path) -> str:
    """The dotted name that a source file is imported by."""
    parts = list(path.with_suffix("").relative_to(ROOT / "src").parts)
    if parts[0] in ("adapters", "entrypoints"):
        del parts[0]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_on_loading(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that run when a module is loaded: not those in functions, nor those for type checkers only."""
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            pending += node.orelse
        elif isinstance(node, ast.If | ast.Try | ast.With | ast.ClassDef):
            pending += [child for child in ast.walk(node) if isinstance(child, ast.Import | ast.ImportFrom)]


def import_graph() -> Mapping[str, set[str]]:
    """Every module of the three packages, with the modules of ours that it imports when it is loaded."""
    modules = {module_of(path): path for path in SOURCES}
    graph: dict[str, set[str]] = {}
    for module, path in modules.items():
        imported = graph[module] = set()
        for node in imports_on_loading(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                targets = [alias.name for alias in node.names]
            else:
                assert node.level == 0, f"{path} has a relative import"
                assert node.module
                targets = [
                    submodule if (submodule := f"{node.module}.{alias.name}") in modules else node.module
                    for alias in node.names
                ]
            imported.update(target for target in targets if target in modules)
    return graph


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = import_graph()
    assert len(graph) > 150
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the modules of the cycle


# Words of a dialect that newcomers had to learn; the field has its own word for each.
DIALECT = (
    "staff purse press exhibit exhibits keepsake keepsakes guest guests attendant chore chores manners glance farewell "
    "hang_up asked declined strangers kinship lesson lessons at_once household door doors"
).split()
# (file, word): why it stands there.
ALLOWED_WORDS = {
    ("entrypoints/tradecore_app/settings/environment.py", "at_once"): "former names of settings, which are refused",
    ("tradecore/engines/digest/promotion.py", "press"): "a word of news, to be matched",
    ("tradecore/engines/digest/lexicon.py", "declined"): "a word of news, to be matched",
    ("adapters/tradecore_adapters/sentiment/words.py", "declined"): "a word of news, to be matched",
    ("tradecore/engines/digest/sentence_languages.py", "door"): "a word of Dutch, to be matched",
    ("tradecore/engines/desk/number_words.py", "declined"): "a word of prices, to be matched",
}


def test_names_and_prose_speak_the_language_of_the_field() -> None:
    dialect = re.compile(rf"(?<![a-z])({'|'.join(DIALECT)})(?![a-z])", re.IGNORECASE)
    found = {
        f"{name}:{number}: {match[1]}"
        for path in SOURCES
        for name in [path.relative_to(ROOT / "src").as_posix()]
        for number, line in enumerate([path.stem, *path.read_text("utf-8").splitlines()])
        # Camel case, split into words.
        for match in dialect.finditer(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", line))
        if (name, match[1].lower()) not in ALLOWED_WORDS
    }
    assert not found, "\n".join(sorted(found))


Function = ast.FunctionDef | ast.AsyncFunctionDef


def public_functions(path: Path) -> Iterator[tuple[str, str, Function]]:
    """The public functions and methods of a file: name, docstring with that of the class, and the node."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node.name, ast.get_docstring(node) or "", node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if not isinstance(method, Function):
                    continue
                special = method.name.startswith("__")
                if special or not method.name.startswith("_"):
                    # What an instance is called or made with is often described with its class.
                    docstring = (ast.get_docstring(method) or "") + (ast.get_docstring(node) or "" if special else "")
                    yield f"{node.name}.{method.name}", docstring, method


def port_docstrings() -> Mapping[str, str]:
    """The docstrings of the ports by the name of the method: an adapter keeps that contract and need not repeat it."""
    docstrings: dict[str, str] = {}
    for path in sorted((CORE / "ports").glob("*.py")):
        for name, docstring, _ in public_functions(path):
            method = name.rpartition(".")[2]
            docstrings[method] = docstrings.get(method, "") + docstring
    return docstrings


def raised(function: Function) -> set[str]:
    """The classes of exceptions that a function raises itself, outside of functions within it."""
    classes = set()
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        if isinstance(node, Function | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(node, ast.Raise) and node.exc is not None:
            exception = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            # A constructor such as Invalid.one is named after the class it belongs to.
            parts = ast.unparse(exception).split(".")
            classes.update(part for part in parts if re.fullmatch(r"[A-Z]\w+", part))
        pending += ast.iter_child_nodes(node)
    return classes


def test_a_public_function_that_raises_says_what() -> None:
    contracts = port_docstrings()
    silent = {
        f"{path.relative_to(ROOT / 'src')}: {name} raises {exception}"
        for path in SOURCES
        for name, docstring, function in public_functions(path)
        if not name.endswith("__getattr__") and not is_command(function) and not function.name.startswith("test_")
        for exception in raised(function)
        - {"AssertionError", "NotImplementedError"}  # what cannot happen, or is for a subclass
        if not re.search(rf"\b{exception}\b", docstring + contracts.get(function.name, ""))
    }
    assert not silent, "\n".join(sorted(silent))


# Numbers that no decision record has; records that were there before are not renumbered, since others refer to them.
UNUSED_DECISIONS = {*range(11, 20), *range(34, 40)}


def test_migrations_and_decisions_are_numbered_once_and_without_holes() -> None:
    migrations = ROOT / "src/adapters/tradecore_adapters/store/sql"
    for folder, pattern, unused in (
        (migrations / "sqlite", "*.sql", set[int]()),
        (ROOT / "docs/decisions", "*.md", UNUSED_DECISIONS),
    ):
        numbers = sorted(int(path.name.partition("-")[0].partition("_")[0]) for path in folder.glob(pattern))
        assert numbers == [number for number in range(1, numbers[-1] + 1) if number not in unused], folder.name
    # A migration of one dialect only replaces that of all.
    everywhere = {path.name for path in (migrations / "sqlite").iterdir()}
    assert {path.name for path in (migrations / "postgres").glob("*.sql")} <= everywhere


def is_command(function: Function) -> bool:
    """Whether a function is a command: it ends a process with an exit code, and its docstring is the help text."""
    return any(re.search(r"\.(command|group)\(", ast.unparse(decorator)) for decorator in function.decorator_list)


def is_plain(function: Function) -> bool:
    """Whether a name alone says enough: a property, a test, or one signature of an overloaded function."""
    if function.name.startswith("test_"):
        return True
    return bool({"property", "overload"} & {ast.unparse(decorator) for decorator in function.decorator_list})


def test_every_public_function_and_class_has_a_docstring() -> None:
    contracts = port_docstrings()
    bare = {
        f"{path.relative_to(ROOT / 'src')}: {name}"
        for path in SOURCES
        for name, docstring, function in public_functions(path)
        if not docstring and not contracts.get(function.name) and not is_plain(function)
    }
    bare |= {
        f"{path.relative_to(ROOT / 'src')}: {node.name}"
        for path in SOURCES
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    }
    assert not bare, "\n".join(sorted(bare))
