"""The OpenAPI document: complete, well formed, and put to the test at random by schemathesis."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from tradecore.model.market import AssetType
from tradecore.model.steps import Analyst
from tradecore_adapters.http.api.requests import LaunchAnalysisRequest

GOLDEN = Path(__file__).parents[1] / "golden"
EXAMPLES = Path(str(files("tradecore_adapters.http").joinpath("examples.json")))
# The golden files that are the examples of each operation: the first one has the request.
EXAMPLES_OF = {
    "launchAnalysis": "trading/launch trading/launch_400_missing trading/launch_401 trading/launch_503",
    "getAnalysisStatus": "trading/status_running trading/status_404",
    "getAnalysisResults": "trading/results trading/results_404 trading/results_425",
    "cancelAnalysis": "trading/cancel trading/cancel_409",
    "getHistory": "trading/history trading/history_400",
    "getPortfolio": "trading/portfolio",
    "getRecommendations": "trading/recommendations trading/recommendations_400",
    "executeRecommendation": "trading/execute trading/execute_404 trading/execute_409_expired",
    "rejectRecommendation": "trading/reject trading/reject_409_executed",
    "login": "trading/login trading/login_401",
    "refresh": "trading/refresh trading/refresh_401",
    "logout": "trading/logout",
    "createAnalyzeJob": "news/created news/below_minimum news/unauthorized news/missing_hours news/queue_full",
    "getAnalyzeJob": "news/completed news/not_found",
    "getAnalyzeResult": "news/result",
    "getAnalyzeItems": "news/items",
    "root": "trading/root",
    "health": "trading/health",
    "ready": "trading/ready",
}

CONFIG = """
[checks.positive_data_acceptance]
# An idempotency key may be refused for what it was used for before.
expected-statuses = ["2xx", "401", "404", "409", "422", "425", "429"]
"""


def test_the_models_know_every_analyst_and_asset_type() -> None:
    fields = LaunchAnalysisRequest.model_fields
    [names] = get_args(fields["analysts"].annotation)
    assert get_args(names) == tuple(Analyst)
    assert get_args(fields["asset_type"].annotation) == tuple(AssetType)


async def test_every_route_is_documented(house: Any, stranger: httpx.AsyncClient) -> None:
    document = (await stranger.get("/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    routes = {route.path_format for route in house.app().routes}
    assert {path for path in routes - set(document["paths"]) if not path.startswith("/docs")} == {"/openapi.json"}
    assert set(document["paths"]) <= routes


async def test_everything_referred_to_is_there(stranger: httpx.AsyncClient) -> None:
    document = (await stranger.get("/openapi.json")).json()

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [each for inner in value.values() for each in references(inner)]
        return [each for inner in value for each in references(inner)] if isinstance(value, list) else []

    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert schemas == set(references(document))


async def test_the_examples_are_the_golden_answers(stranger: httpx.AsyncClient, golden: bool) -> None:
    examples: dict[str, Any] = {}
    for operation, names in EXAMPLES_OF.items():
        recorded = [json.loads((GOLDEN / f"{name}.json").read_text()) for name in names.split()]
        example = examples[operation] = {"responses": {str(answer["status"]): answer["body"] for answer in recorded}}
        body = recorded[0]["request"]["body"]
        if body is not None:
            example["request"] = json.loads(body) if isinstance(body, str) else body
    if golden:
        EXAMPLES.write_text(json.dumps(examples, ensure_ascii=False, separators=(",", ":")) + "\n")
    assert json.loads(EXAMPLES.read_text()) == examples
    document = (await stranger.get("/openapi.json")).json()
    shown = {
        operation["operationId"]: {
            status: content["example"]
            for status, answer in operation["responses"].items()
            for content in answer.get("content", {}).values()
            if "example" in content
        }
        for methods in document["paths"].values()
        for operation in methods.values()
    }
    assert {name: found for name, found in shown.items() if found} == {
        name: example["responses"] for name, example in examples.items()
    }


async def test_every_operation_says_what_it_does(stranger: httpx.AsyncClient) -> None:
    document = (await stranger.get("/openapi.json")).json()
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    assert len({each["operationId"] for each in operations}) == len(operations)
    for each in operations:
        assert each["summary"]
        assert each["tags"]
        if each["security"]:
            assert {"401", "429"} <= set(each["responses"])


@pytest.mark.slow
@pytest.mark.timeout(90)
async def test_schemathesis_finds_nothing(house: Any, serve: Any, tmp_path: Path) -> None:
    """All checks but one: a cancelled analysis stays to be looked at, which `use_after_free` takes for a mistake.

    All routes but one: a stream of events ends with its analysis, and nobody works on analyses here.
    """
    # At the end of time no date lies in the future, which no schema can say.
    house.time = datetime(9999, 12, 1, tzinfo=UTC)
    user = await house.core.create_user("user@example.com", "securepassword123")
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    async with serve(house.app()) as address:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json",
            "--checks", "all", "--exclude-checks", "use_after_free", "--seed", "20241010", "--max-examples", "20",
            "--header", f"Authorization: Bearer {house.token(user)}", "--no-color", "--generation-database", "none",
            "--exclude-path-regex", "/events$", "--continue-on-failure", "--warnings", "off",
            cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
