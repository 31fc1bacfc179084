"""What Dockerfile and compose.yaml name exists: files, extras, commands and settings."""

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import yaml

from tradecore_adapters.rows import variables
from tradecore_app.cli import COMMANDS
from tradecore_app.settings import GROUPS

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SETTINGS = {name for group in GROUPS.values() for field in group.model_fields.values() for name in variables(field)}


def test_the_image_copies_files_that_exist_and_that_its_context_contains() -> None:
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert "src" in copied
    kept = re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(fnmatch(source.removeprefix("./"), pattern) for pattern in kept), source


def test_the_image_installs_extras_of_the_package_and_its_commands_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    installed = re.search(r"'\.\[([^\]]*)\]'", DOCKERFILE)
    assert installed
    assert {*installed[1].split(",")} <= {*extras}
    services = [service for service in COMPOSE["services"].values() if service["image"] == "tradecore"]
    commands = {service["command"][0] for service in services if "command" in service}
    assert {"serve", "worker", "migrate"} == commands
    assert commands <= {*COMMANDS}


def test_services_set_variables_that_are_settings() -> None:
    for name, service in COMPOSE["services"].items():
        if service["image"] == "tradecore" and "environment" in service:
            assert {*service["environment"]} <= SETTINGS, name
            assert "TRADECORE_SECRET" in service["environment"], name
