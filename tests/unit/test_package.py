"""The package as it is published: what the wheel and the source archive hold, and a description whose links work."""

import email
import json
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft7Validator

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive, built by the pinned build backend."""
    folder = tmp_path_factory.mktemp("dist")
    build = "import hatchling.build as b, sys; b.build_wheel(sys.argv[1]); b.build_sdist(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True, capture_output=True, timeout=100)
    return folder


@pytest.fixture(scope="module")
def wheel(archives: Path) -> zipfile.ZipFile:
    """The wheel."""
    return zipfile.ZipFile(next(archives.glob("*.whl")))


def test_the_wheel_holds_every_module_and_data_file_of_the_three_packages_and_nothing_else(
    wheel: zipfile.ZipFile,
) -> None:
    tracked = subprocess.run(["git", "ls-files", "src"], cwd=ROOT, check=True, capture_output=True, text=True)
    expected = {re.sub(r"^src/(?:adapters/|entrypoints/)?", "", path) for path in tracked.stdout.split()}
    shipped = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert shipped == expected


def test_links_and_pictures_of_the_description_work_on_a_package_page(wheel: zipfile.ZipFile) -> None:
    metadata = next(name for name in wheel.namelist() if name.endswith("METADATA"))
    description = email.message_from_bytes(wheel.read(metadata)).get_payload()
    targets = re.findall(r"\]\(([^)]+)\)", str(description))
    assert len(targets) > 10
    assert [target for target in targets if not target.startswith("https://")] == []
    files = [re.sub(r"^https://[^/]+/tradecore/tradecore/(?:blob/)?main/", "", target) for target in targets]
    assert [file for file in files if not file.startswith("https://") and not (ROOT / file).exists()] == []


def test_the_source_archive_builds_by_itself_and_holds_no_environment(archives: Path) -> None:
    with tarfile.open(next(archives.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "Makefile", "src/tradecore/core.py"} <= names
    # What its tests, its documentation and its registry entry read.
    assert {"CONTRIBUTING.md", "SECURITY.md", "Dockerfile", "compose.yaml", "deploy/alerts.yml", "server.json"} <= names
    assert not [
        name for name in names if name.startswith((".venv", "data/")) or "node_modules" in name or ".env" in name
    ]


@pytest.fixture
def entry() -> dict[str, Any]:
    """The entry of the registry of servers of the Model Context Protocol."""
    read: dict[str, Any] = json.loads((ROOT / "server.json").read_text("utf-8"))
    return read


def test_the_registry_entry_names_this_version_the_extra_and_settings_that_there_are(entry: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    [package] = entry["packages"]
    assert entry["version"] == package["version"] == project["version"]
    assert (package["registryType"], package["identifier"]) == ("pypi", project["name"])
    assert package["transport"] == {"type": "stdio"}
    [option] = package["runtimeArguments"]
    assert (option["type"], option["name"], [option["value"]]) == (
        "named", "--with", project["optional-dependencies"]["mcp"],
    )  # fmt: skip
    assert package["packageArguments"] == [{"type": "positional", "value": "mcp"}]
    page = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    defaults = dict(re.findall(r"^\| `([A-Z_]+)` \| `?([^`|]*?)`? \|", page, re.MULTILINE))
    for variable in package["environmentVariables"]:
        assert defaults[variable["name"]] == variable.get("default", defaults[variable["name"]])
    # The registry looks for this in the description of the package, to see that both have one owner.
    assert f"mcp-name: {entry['name']} " in (ROOT / "README.md").read_text("utf-8")


def test_the_registry_entry_is_as_the_schema_of_the_registry_says(entry: dict[str, Any]) -> None:
    schema = Draft7Validator(json.loads((ROOT / "tests/data/server_entry.schema.json").read_text("utf-8")))
    assert entry["$schema"] == "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
    assert [error.message for error in schema.iter_errors(entry)] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("name",), "tradecore"),
        (("description",), "x" * 101),
        (("descripton",), "misspelt"),
        (("repository",), {"url": "https://github.com/tradecore/tradecore"}),
        (("packages", 0, "version"), "latest"),
        (("packages", 0, "transport"), {"type": "sse"}),
        (("packages", 0, "packageArguments"), [{"type": "positional"}]),
        (("packages", 0, "runtimeArguments"), [{"type": "named", "value": "x"}]),
        (("packages", 0, "environmentVariables"), [{"name": "X", "format": "path"}]),
    ],
)
def test_an_entry_that_the_registry_would_refuse_is_noticed(
    entry: dict[str, Any], path: tuple[str | int, ...], value: object
) -> None:
    place: Any = entry
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    schema = Draft7Validator(json.loads((ROOT / "tests/data/server_entry.schema.json").read_text("utf-8")))
    assert not schema.is_valid(entry)
