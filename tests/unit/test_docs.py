"""What the documentation shows is run: every block of Python, as a program of its own."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{n}")
    for page in PAGES
    for n, block in enumerate(
        re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL), 1
    )
]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_python_runs_and_prints_something(block: str, tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout


def test_the_reference_pages_are_what_the_code_says() -> None:
    pages = runpy.run_path(str(ROOT / "tools/make_reference.py"))["PAGES"]
    for page, write in pages.items():
        written = (ROOT / "docs/reference" / page).read_text("utf-8")
        assert written == write(), f"run: python tools/make_reference.py (for {page})"


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"
