"""What the documentation shows is run: every block of Python, as a program of its own."""

import ast
import os
import re
import runpy
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from demo_server import demo_server

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
