"""What Dockerfile and compose.yaml name exists: files, extras, commands and settings."""

import json
import re
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from tradecore_adapters.rows import variables
from tradecore_adapters.telemetry.metrics import METRICS
from tradecore_app.cli import COMMANDS
from tradecore_app.settings import GROUPS

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
ALERTS = yaml.safe_load((ROOT / "deploy/alerts.yml").read_text("utf-8"))
PROMTOOL = shutil.which("promtool")
NAMES = {metric.name for metric in METRICS}
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
    installed = re.search(r"^ARG EXTRAS=(.*)$", DOCKERFILE, re.MULTILINE)
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


def metric_names(expression: str) -> set[str]:
    """The metrics that an expression of PromQL names."""
    return {
        name if name in NAMES else re.sub(r"_(bucket|sum|count)$", "", name)
        for name in re.findall(r"\b(?:tradecore|process|python)_\w+", expression)
    }


def test_the_dashboard_and_the_alerts_use_documented_metrics_only() -> None:
    dashboard = json.loads((ROOT / "deploy/grafana-dashboard.json").read_text("utf-8"))
    targets = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    rules = [rule["expr"] for group in ALERTS["groups"] for rule in group["rules"]]
    shown = {name for expression in targets for name in metric_names(expression)}
    watched = {name for expression in rules for name in metric_names(expression)}
    assert watched
    assert shown | watched <= NAMES
    # Nobody looks at what a dashboard leaves out.
    assert {name for name in NAMES if name.startswith("tradecore_")} <= shown


def test_every_alert_has_a_remedy_and_cases_in_which_it_fires_and_resolves() -> None:
    page = (ROOT / "docs/deploy.md").read_text("utf-8").partition("| alert |")[2].partition("\n\n")[0]
    alerts = [rule["alert"] for group in ALERTS["groups"] for rule in group["rules"]]
    cases = yaml.safe_load((ROOT / "deploy/alerts_test.yml").read_text("utf-8"))["tests"]
    fired = [(case["alertname"], bool(case["exp_alerts"])) for test in cases for case in test["alert_rule_test"]]
    assert {*fired} == {(alert, fires) for alert in alerts for fires in (True, False)}
    assert re.findall(r"^\| `(\w+)` \| [^|]+ \|$", page, re.MULTILINE) == alerts


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")
def test_alerts_fire_and_resolve_in_prometheus() -> None:
    assert PROMTOOL
    run = subprocess.run([PROMTOOL, "test", "rules", ROOT / "deploy/alerts_test.yml"], check=False, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")
def test_prometheus_can_read_every_query_of_the_dashboard(tmp_path: Path) -> None:
    assert PROMTOOL
    dashboard = json.loads((ROOT / "deploy/grafana-dashboard.json").read_text("utf-8"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    # Grafana fills in its variables before it asks.
    rules = [
        {"record": f"query:{number}", "expr": re.sub(r"\$__(rate_)?interval", "1m", query)}
        for number, query in enumerate(queries)
    ]
    assert not [rule for rule in rules if "$" in rule["expr"]]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    run = subprocess.run([PROMTOOL, "check", "rules", file], check=False, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()


def test_prometheus_scrapes_the_services_that_have_metrics() -> None:
    [job] = yaml.safe_load((ROOT / "deploy/prometheus.yml").read_text("utf-8"))["scrape_configs"]
    [services] = job["dns_sd_configs"]
    assert services["names"] == ["tradecore", "web", "worker"]
    for name in services["names"]:
        assert COMPOSE["services"][name]["environment"]["TRADECORE_METRICS"] == f"0.0.0.0:{services['port']}"
