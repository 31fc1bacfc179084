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

import pytest

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


def test_the_entry_of_the_registry_of_protocol_servers_names_this_version_and_the_extra() -> None:
    """What its schema of 2025-12-11 and the check of a package's owner demand of the fields that the entry has."""
    entry = json.loads((ROOT / "server.json").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert entry["$schema"] == "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", entry["name"])
    assert 0 < len(entry["description"]) <= 100
    [package] = entry["packages"]
    assert entry["version"] == package["version"] == project["version"]
    assert (package["registryType"], package["identifier"]) == ("pypi", project["name"])
    assert package["transport"] == {"type": "stdio"}
    [option] = package["runtimeArguments"]
    assert (option["type"], option["name"], [option["value"]]) == (
        "named", "--with", project["optional-dependencies"]["mcp"],
    )  # fmt: skip
    assert package["packageArguments"] == [{"type": "positional", "value": "mcp"}]
    fields = {"name", "description", "format", "isSecret", "default"}
    assert all({"name"} <= {*variable} <= fields for variable in package["environmentVariables"])
    assert f"mcp-name: {entry['name']} " in (ROOT / "README.md").read_text("utf-8")
