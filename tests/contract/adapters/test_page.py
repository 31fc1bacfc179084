"""docs/adding-an-adapter.md against the example package, the ports, the suites and the shipped command."""

import inspect
import re
from pathlib import Path

import pytest

from tradecore import testing
from tradecore_app.installed import PORTS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/adding-an-adapter.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(?:py|toml)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLE = [
    line.strip()
    for path in sorted((ROOT / "examples/acme-feed").rglob("*"))
    if path.suffix in (".py", ".toml")
    for line in path.read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("block", BLOCKS)
def test_what_the_page_shows_is_in_the_example(block: str) -> None:
    missing = [line for line in block.splitlines() if line.strip() and line.strip() not in EXAMPLE]
    assert not missing


def test_the_page_has_every_port_with_its_group_and_setting() -> None:
    groups = PAGE[PAGE.index("## 3.") : PAGE.index("## 4.")]
    for port in PORTS:
        assert f"`{port}`" in groups, f"the group of {port}"
        assert f"`ports.{port}." in PAGE, f"the port {port}"


def test_the_page_has_every_suite_with_the_fixture_to_fill_in() -> None:
    rows = {
        suite: re.findall(r"`(\w+)`", fixtures)
        for suites, fixtures in re.findall(r"^\| (`\w+Suite`.*?) \| (.*?) \|$", PAGE, re.MULTILINE)
        for suite in re.findall(r"`(\w+)`", suites)
    }
    assert set(rows) == {name for name in testing.__all__ if name.endswith("Suite")}
    for suite, fixtures in rows.items():
        source = inspect.getsource(getattr(testing, suite))
        required = re.findall(r'NotImplementedError\("Override the fixture (\w+)', source)
        assert required, suite
        assert set(required) & set(fixtures), (suite, required)
