"""What the documentation shows is run: every block of Python, as a program of its own."""

import ast
import html
import json
import os
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import click
import pytest

from demo_server import demo_server
from tradecore_app.cli import COMMANDS, cli, load_command

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{n}")
    for page in PAGES
    for n, block in enumerate(
        re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL), 1
    )
]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_python_runs_and_prints_something(block: str, tmp_path: Path) -> None:
    with demo_server(tmp_path) if "TRADECORE_SERVER" in block else nullcontext() as server:
        told = server.environment if server else {}
        ran = subprocess.run(
            [sys.executable, "-c", block],
            cwd=tmp_path, env={**os.environ, **told}, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout


def test_the_reference_pages_are_what_the_code_says() -> None:
    pages = runpy.run_path(str(ROOT / "tools/make_reference.py"))["PAGES"]
    for page, write in pages.items():
        written = (ROOT / "docs/reference" / page).read_text("utf-8")
        assert written == write(), f"run: python tools/make_reference.py (for {page})"


def logged_events() -> set[str]:
    """The events that the code logs: the literal first arguments of calls such as `log.info` and `audit`."""
    levels = ("info", "warning", "error", "exception")
    return {
        node.args[0].value
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        if (isinstance(node.func, ast.Attribute) and node.func.attr in levels) or ast.unparse(node.func) == "audit"
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    } | {
        # Logged by a method that takes the event.
        node.args[0].value
        for node in ast.walk(ast.parse((ROOT / "src/entrypoints/tradecore_app/worker.py").read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "self._quietly"
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }


def test_every_event_of_the_log_is_documented_and_every_documented_one_is_logged() -> None:
    page = (ROOT / "docs/reference/logs.md").read_text("utf-8")
    documented = {
        event
        for row in re.findall(r"^\| (`[^|]*`) \| (?:info|warning|error) ", page, re.MULTILINE)
        for event in re.findall(r"`([^`]+)`", row)
    }
    assert documented == logged_events()


def test_every_fault_and_attack_has_tests_that_exist_or_a_reason_why_not() -> None:
    page = (ROOT / "docs/reliability.md").read_text("utf-8")
    rows = re.findall(r"^\| ([FS]\d+) \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE)
    assert [number for number, _ in rows] == [f"F{n:02}" for n in range(1, 53)] + [f"S{n:02}" for n in range(1, 103)]
    tests = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    }
    assert {name for _, cell in rows for name in re.findall(r"`(test_\w+)`", cell)} <= tests


def anchors(page: Path) -> set[str]:
    """The anchors of the headings of a page, as GitHub and the site make them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_links_between_pages_lead_somewhere() -> None:
    for page in (*PAGES, ROOT / "docs/llms.txt"):
        for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]+))?[^)]*\)", page.read_text("utf-8")):
            if "://" not in target:
                linked = page.parent / target if target else page
                assert linked.exists(), f"{page.name} links to {target}"
                assert not anchor or anchor in anchors(linked), f"{page.name} links to {target}#{anchor}"


def test_the_index_for_language_models_has_every_page_but_decisions() -> None:
    index = (ROOT / "docs/llms.txt").read_text("utf-8")
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    assert {page for page in pages if not page.startswith("decisions/")} <= {*re.findall(r"\]\(([^)#]+)", index)}


def test_the_site_has_every_page_once_and_its_links_stay_within_it() -> None:
    site = runpy.run_path(str(ROOT / "tools/build_site.py"))
    pages = site["pages"]()
    assert sorted(site["navigation"]()) == sorted(pages)
    for name, text in pages.items():
        # Code shows links that are none.
        for target in re.findall(
            r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.M | re.S)
        ):
            if "://" not in target and not target.startswith("mailto:"):
                assert (ROOT / "docs" / name).parent.joinpath(target).resolve().is_file() or target.endswith(
                    "index.md"
                ), f"{name} links to {target}"


def code_of(page: Path) -> Iterator[str]:
    """The lines of code blocks of a page, without comments, and the code within its sentences."""
    text = page.read_text("utf-8")
    for block in re.findall(r"^```\w*\n(.*?)^```|(?<=\n\n)((?: {4}\S.*\n)+)", text, re.M | re.S):
        for line in "".join(block).replace("\\\n", " ").splitlines():
            # An indented sentence of a list has code of its own.
            if "`" not in line:
                yield line.partition(" #")[0].strip()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))


def fault_of(words: list[str]) -> str:
    """What is wrong with the arguments of a `tradecore`, empty if nothing is."""
    command: click.Command = cli
    while words:
        word, *words = words
        if word.startswith("-"):
            name, _, value = word.partition("=")
            options = [each for each in command.params if name in (*each.opts, *each.secondary_opts)]
            if name not in ("-h", "--help") and not options:
                return f"{command.name} has no option {name}"
            if any(isinstance(each, click.Option) and not each.is_flag for each in options) and not value:
                words = words[1:]
        elif command is cli:
            if word not in COMMANDS:
                return f"there is no command {word}"
            command = load_command(COMMANDS[word][0], word)
        elif isinstance(command, click.Group) and word.isalpha() and word.islower():
            if word not in command.commands:
                return f"{command.name} has no command {word}"
            command = command.commands[word]
    return ""


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("analyse NVDA", "there is no command analyse"),
        ("users ban ann@example.com", "users has no command ban"),
        ("analyze NVDA --day 2024-10-10", "analyze has no option --day"),
        ("--server https://localhost analyze NVDA --date 2024-10-10 --depth=2", ""),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(line: str, fault: str) -> None:
    assert fault_of(shlex.split(line)) == fault


def test_the_commands_that_pages_show_exist() -> None:
    shown = 0
    for page in PAGES:
        for line in code_of(page):
            called = re.search(r"^(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?tradecore (?!\[)((?:\"[^\"]*\"|[^|&>;'(\"])+)", line)
            # A usage line of the reference, which is made from the commands.
            if called and "[OPTIONS]" not in line:
                shown += 1
                assert not (fault := fault_of(shlex.split(called[1]))), f"{page.name}: {line}: {fault}"
    assert shown > 100


def test_the_settings_that_pages_name_exist() -> None:
    known = set(re.findall(r"`(TRADECORE_[A-Z0-9_]+)`", (ROOT / "docs/reference/settings.md").read_text("utf-8")))
    # That of the adapter that a page makes up.
    known.add("TRADECORE_ACME_KEY")
    for page in PAGES:
        if page.name != "CHANGELOG.md" and "decisions" not in page.parts:
            for name in re.findall(r"\bTRADECORE_[A-Z0-9_]*[A-Z0-9]\b", page.read_text("utf-8")):
                assert name in known, f"{page.name} names {name}"


def test_the_routes_that_pages_name_exist() -> None:
    answer = json.loads((ROOT / "tests/contract/golden/trading/openapi.json").read_text("utf-8"))
    paths = [
        re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path))
        for path in (*answer["body"]["paths"], "/metrics", "/openapi.json")
    ]
    named = 0
    for page in PAGES:
        for path in re.findall(
            r"(?:GET|POST|PUT|PATCH|DELETE) (/(?:api|analyze|metrics)\b[\w/{}.-]*[\w}])", page.read_text("utf-8")
        ):
            named += 1
            assert any(known.fullmatch(path) for known in paths), f"{page.name} names {path}"
    assert named > 100


def text_of(picture: str) -> list[str]:
    """The words of an SVG in their order, without how long anything took."""
    words = html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", picture, flags=re.S)).replace("\xa0", " ")
    return re.sub(r"\d+\.\d\d s\b", "", words).split()


async def test_the_picture_of_an_analysis_is_what_the_command_prints() -> None:
    tool = runpy.run_path(str(ROOT / "tools/make_picture.py"))
    drawn = text_of(await tool["draw"]("AAPL", date(2012, 8, 17)))
    assert drawn == text_of(tool["TARGET"].read_text("utf-8"))
    assert "BUY" in drawn
