"""The OpenAPI document: complete, well formed, and put to the test at random by schemathesis."""

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from jsonschema_rs import Draft202012Validator

from tradecore.model.market import AssetType
from tradecore.model.steps import Analyst
from tradecore.model.users import Scope
from tradecore_adapters.http.api.error_codes import ErrorCode
from tradecore_adapters.http.api.requests import LaunchAnalysisRequest
from tradecore_adapters.http.console import ConsoleController

GOLDEN = Path(__file__).parents[1] / "golden"
EXAMPLES = Path(str(files("tradecore_adapters.http").joinpath("examples.json")))
# The golden files that are the examples of each operation: the first one with a body has the request.
EXAMPLES_OF = {
    "launchAnalysis": "trading/launch trading/launch_400_missing trading/launch_401 trading/launch_503",
    "getAnalysisStatus": "trading/status_running trading/status_404",
    "getAnalysisResults": "trading/results trading/results_404 trading/results_425",
    "cancelAnalysis": "trading/cancel trading/cancel_409",
    "getHistory": "trading/history trading/history_400",
    "getPortfolio": "trading/portfolio",
    "getPortfolioHistory": "trading/portfolio_history",
    "moveCash": "trading/cash trading/cash_409",
    "importPositions": "trading/import",
    "getRecommendations": "trading/recommendations trading/recommendations_400",
    "getRecommendation": "trading/recommendation",
    "executeRecommendation": "trading/execute trading/execute_202 trading/execute_404 trading/execute_409_confirmation",
    "rejectRecommendation": "trading/reject trading/reject_409_executed",
    "getAnalysisSteps": "trading/steps",
    "getAnalyses": "trading/analyses",
    "getOrders": "trading/orders_exits",
    "cancelOrder": "trading/cancel_order trading/cancel_order_202",
    "getAlerts": "trading/alerts",
    "acknowledgeAlert": "trading/acknowledge",
    "createPriceAlert": "trading/create_price_alert trading/create_price_alert_400",
    "listPriceAlerts": "trading/price_alerts",
    "createWebhook": "trading/create_webhook trading/create_webhook_400",
    "listWebhooks": "trading/webhooks",
    "updateWebhook": "trading/rotate_webhook",
    "listWebhookDeliveries": "trading/webhook_deliveries",
    "retryWebhookDelivery": "trading/retry_webhook_delivery",
    "createNoticeChannel": "trading/create_notice_channel trading/create_notice_channel_400",
    "listNoticeChannels": "trading/notice_channels",
    "updateNoticeChannel": "trading/update_notice_channel",
    "tryNoticeChannel": "trading/try_notice_channel",
    "listNotices": "trading/notices",
    "createWatchlist": "trading/create_watchlist trading/create_watchlist_400",
    "listWatchlists": "trading/watchlists",
    "updateWatchlist": "trading/update_watchlist",
    "createSchedule": "trading/create_schedule trading/create_schedule_digest trading/create_schedule_400",
    "listSchedules": "trading/schedules",
    "updateSchedule": "trading/update_schedule",
    "listScheduleRuns": "trading/schedule_runs",
    "listEngines": "trading/engines",
    "listModels": "trading/models",
    "getUsage": "trading/usage",
    "searchSymbols": "trading/symbols",
    "getBars": "trading/bars trading/bars_400",
    "getCalibration": "trading/calibration",
    "launchBacktest": "trading/launch_backtest trading/launch_backtest_400",
    "getBacktests": "trading/backtests",
    "getBacktest": "trading/backtest trading/backtest_404",
    "cancelBacktest": "trading/cancel_backtest trading/cancel_backtest_409",
    "launchComparison": "trading/launch_comparison trading/launch_comparison_400",
    "getComparisons": "trading/comparisons",
    "getComparison": "trading/comparison trading/comparison_404",
    "cancelComparison": "trading/cancel_comparison trading/cancel_comparison_409",
    "getAccount": "trading/me",
    "changePassword": "trading/change_password",
    "resetPassword": "trading/reset_password trading/reset_password_401",
    "createToken": "trading/create_token",
    "listTokens": "trading/tokens",
    "createUser": "trading/create_user",
    "listUsers": "trading/users",
    "updateUser": "trading/update_user",
    "login": "trading/login trading/login_401",
    "refresh": "trading/refresh trading/refresh_401",
    "logout": "trading/logout",
    "beginProviderLogin": "trading/oidc_begin",
    "finishProviderLogin": "trading/oidc_finish",
    "createAnalyzeJob": "news/created news/below_minimum news/unauthorized news/missing_hours news/queue_full",
    "getAnalyzeJob": "news/completed news/not_found",
    "getAnalyzeResult": "news/result",
    "getAnalyzeItems": "news/items",
    "getDigests": "trading/digests",
    "getDigest": "trading/digest",
    "listSources": "trading/sources",
    "addSource": "trading/add_source trading/add_source_400",
    "setInterests": "trading/set_interests trading/set_interests_400",
    "getInterests": "trading/interests",
    "root": "trading/root",
    "health": "trading/health",
    "ready": "trading/ready",
}

CONFIG = """
[checks.positive_data_acceptance]
# An idempotency key may be refused for what it was used for before, a cookie where no page of the server sends it.
expected-statuses = ["2xx", "401", "403", "404", "409", "422", "425", "429"]
"""


def operations(document: Any) -> list[Any]:
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def test_the_models_know_every_analyst_and_asset_type() -> None:
    fields = LaunchAnalysisRequest.model_fields
    [names] = get_args(fields["analysts"].annotation)
    assert get_args(names) == tuple(Analyst)
    assert get_args(fields["asset_type"].annotation) == tuple(AssetType)


async def test_every_route_is_documented(house: Any, stranger: httpx.AsyncClient) -> None:
    document = (await stranger.get("/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    routes = {route.path_format for route in house.app().routes}
    pages = {path for route in ConsoleController.screen.paths for path in (route, "/console/{name}")}
    others = {path for path in routes - set(document["paths"]) if not path.startswith("/docs")}
    assert others == {"/openapi.json", "/ws", *(path.replace(":str", "") for path in pages)}
    assert set(document["paths"]) <= routes


async def test_schemas_stand_in_the_order_of_their_names(stranger: httpx.AsyncClient) -> None:
    schemas = (await stranger.get("/openapi.json")).json()["components"]["schemas"]
    assert list(schemas) == sorted(schemas)


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
        bodies = [answer["request"]["body"] for answer in recorded]
        if (body := next((body for body in bodies if body is not None), None)) is not None:
            example["request"] = json.loads(body) if isinstance(body, str) else body
    if golden:
        EXAMPLES.write_text(json.dumps(examples, ensure_ascii=False, separators=(",", ":")) + "\n")
    assert json.loads(EXAMPLES.read_text()) == examples
    document = (await stranger.get("/openapi.json")).json()
    for operation in operations(document):
        for status, body in examples.get(operation["operationId"], {"responses": {}})["responses"].items():
            assert operation["responses"][status]["content"]["application/json"]["example"] == body


async def test_every_body_has_an_example_that_its_schema_accepts(stranger: httpx.AsyncClient) -> None:
    document = (await stranger.get("/openapi.json")).json()
    for operation in operations(document):
        bodies = [answer.get("content", {}) for answer in operation["responses"].values()]
        if "requestBody" in operation:
            bodies.append(operation["requestBody"]["content"])
        for content in (content for body in bodies for content in body.values()):
            assert "example" in content, operation["operationId"]
            schema = {**content["schema"], "components": document["components"]}
            Draft202012Validator(schema).validate(content["example"])


async def test_the_document_suits_generators_of_clients(stranger: httpx.AsyncClient) -> None:
    """What made generated clients drop responses, or demand what may be left out."""
    document = (await stranger.get("/openapi.json")).json()
    schemas = document["components"]["schemas"]
    assert all(re.fullmatch("[A-Z][A-Za-z0-9]*", name) for name in schemas)
    for name in ("SucceededStatusData", "Failed"):
        assert schemas[name]["properties"]["success"] == {"type": "boolean", "const": name != "Failed"}
    assert schemas["Error"]["properties"]["code"] == {"$ref": "#/components/schemas/ErrorCode"}
    assert schemas["ErrorCode"]["enum"] == sorted(ErrorCode)
    for operation in operations(document):
        if "requestBody" in operation:
            name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            for field, schema in schemas[name]["properties"].items():
                assert "default" not in schema, (name, field)


async def test_a_launch_links_to_what_follows(stranger: httpx.AsyncClient) -> None:
    document = (await stranger.get("/openapi.json")).json()
    known = {operation["operationId"]: operation for operation in operations(document)}
    links = known["launchAnalysis"]["responses"]["202"]["links"]
    assert {"status", "results"} <= set(links)
    for link in (*links.values(), *known["createAnalyzeJob"]["responses"]["202"]["links"].values()):
        [parameter] = link["parameters"]
        assert parameter in {each["name"] for each in known[link["operationId"]]["parameters"]}


async def test_every_list_that_is_paged_links_to_its_other_pages(house: Any) -> None:
    async with house.client(token=house.token(await house.user())) as client:
        document = (await client.get("/openapi.json")).json()
        paged = {
            path: item["get"]
            for path, item in document["paths"].items()
            if "page" in {parameter.get("name") for parameter in item.get("get", {}).get("parameters", ())}
        }
        assert len(paged) > 15
        assert [
            path for path, operation in paged.items() if "Link" not in operation["responses"]["200"]["headers"]
        ] == []
        # Those of administrators are refused, and those of one thing have none here.
        for path in sorted(path for path in paged if "{" not in path and path != "/api/users"):
            links = (await client.get(path, params={"page": 2, "limit": 1})).links
            assert {"first", "last", "prev"} <= links.keys(), path


async def test_s65_no_request_says_where_a_browser_goes_next(house: Any, stranger: httpx.AsyncClient) -> None:
    """But to the provider that signs users in, which has a list of the pages that it may return to."""
    document = (await stranger.get("/openapi.json")).json()
    names = {
        *(parameter["name"] for operation in operations(document) for parameter in operation.get("parameters", ())),
        *(
            name
            for title, schema in document["components"]["schemas"].items()
            if title.endswith("Request")
            for name in schema["properties"]
        ),
    }
    assert {"symbol", "url", "page"} <= names
    assert [name for name in names if re.search("next|redirect|return|continue|goto", name.lower())] == ["redirectUri"]
    foreign = dict.fromkeys(("next", "redirect", "redirect_uri", "returnTo", "url"), "https://evil.example/")
    for path, methods in document["paths"].items():
        assert not {status for operation in methods.values() for status in operation["responses"]} & {
            "301",
            "302",
            "303",
            "307",
            "308",
        }
        if "get" in methods and "{" not in path:
            answer = await stranger.get(path, params=foreign)
            assert not answer.is_redirect
            assert "evil.example" not in answer.text + str(answer.headers)


async def test_every_operation_says_what_it_does(stranger: httpx.AsyncClient) -> None:
    document = (await stranger.get("/openapi.json")).json()
    assert len({each["operationId"] for each in operations(document)}) == len(operations(document))
    for each in operations(document):
        assert each["summary"]
        assert each["tags"]
        if each["security"]:
            assert {"401", "429"} <= set(each["responses"])


@pytest.mark.slow
@pytest.mark.timeout(3600)  # a bound of examples, whatever the load of the machine
@pytest.mark.parametrize(
    ("phases", "examples"), [("examples,coverage", 10), pytest.param("fuzzing", 100, marks=pytest.mark.endurance)]
)
async def test_schemathesis_finds_nothing(house: Any, serve: Any, tmp_path: Path, phases: str, examples: int) -> None:
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
            "--phases", phases, "--checks", "all", "--exclude-checks", "use_after_free",
            "--seed", "20241010", "--max-examples", str(examples),
            "--header", f"Authorization: Bearer {house.token(user)}", "--no-color", "--generation-database", "none",
            "--exclude-path-regex", "/events$", "--continue-on-failure", "--warnings", "off",
            cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()


@pytest.mark.parametrize("value", ["maybe", "-1", "1e99", "x" * 300, "2026-13-01", "[]", "true,false"])
async def test_what_is_wrong_with_a_parameter_is_said_in_plain_words(client: httpx.AsyncClient, value: str) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    refused = set()
    for path, operations in paths.items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            # Text without a form or a length may be anything; tokens are looked up.
            schema = parameter["schema"]
            if parameter["in"] != "query" or schema == {"type": "string"}:
                continue
            one = re.sub(r"{\w+}", "00000000-0000-0000-0000-000000000000", path.replace("{symbol}", "NVDA"))
            if "events" in path and parameter["name"] == "since":
                continue  # a stream of the user, which does not end by itself
            answer = await client.get(one, params={parameter["name"]: value})
            assert answer.status_code < 500
            if answer.status_code == 400:
                refused.add(parameter["name"])
                error = answer.json()["error"]
                for problem in (error, *error.get("details", ())):
                    assert not re.search(r"Expected|`|\bstr\b|\bint\b|\bbool\b|<=|>=", problem["message"]), problem
    assert {"limit", "page"} <= refused


def paths_in(schema: Any, components: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every field of a schema; 0 stands for the entries of a list."""
    while "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    for part in schema.get("anyOf", ()):
        yield from paths_in(part, components, above)
    for name, field in schema.get("properties", {}).items():
        yield (*above, name)
        yield from paths_in(field, components, (*above, name))
    if "items" in schema:
        yield from paths_in(schema["items"], components, (*above, 0))


def changed(body: Any, path: tuple[str | int, ...], value: object) -> Any:
    """A body with another value at a path, which is made where the body has none."""
    if not path:
        return value
    if path[0] == 0:
        return [changed(body[0] if isinstance(body, list) and body else {}, path[1:], value)]
    fields = body if isinstance(body, dict) else {}
    return {**fields, path[0]: changed(fields.get(path[0]), path[1:], value)}


@pytest.mark.parametrize("value", [None, "", -1, [], {}], ids=repr)
async def test_what_is_wrong_with_a_body_is_said_of_a_field_that_it_has(house: Any, value: object) -> None:
    admin = await house.user("admin@example.com", scopes=tuple(Scope))
    refused = set()
    async with house.client(token=house.token(admin)) as client:
        document = (await client.get("/openapi.json")).json()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                content = operation.get("requestBody", {"content": {}})["content"].get("application/json")
                if content is None or not path.startswith("/api"):
                    continue
                one = re.sub(r"{\w+}", "00000000-0000-0000-0000-000000000000", path)
                fields = set(paths_in(content["schema"], document["components"]["schemas"]))
                known = {".".join(map(str, field)) for field in fields} | {"body"}
                for field in fields:
                    answer = await client.request(method, one, json=changed(content["example"], field, value))
                    assert answer.status_code < 500
                    if answer.status_code == 400:
                        refused.add(path)
                        for problem in answer.json()["error"]["details"]:
                            assert re.sub(r"\.\d+", ".0", problem["field"]) in known, (path, problem)
                            assert problem["message"] != "This value is not valid.", (path, problem)
    assert {"/api/analyze", "/api/auth/login", "/api/schedules"} <= refused
