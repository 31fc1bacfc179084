"""The application is Litestar's: a controller of somebody else works as it does everywhere, and is documented."""

from typing import Any

import httpx
from litestar import Controller, Request, get
from litestar.config.app import AppConfig
from litestar.params import FromPath
from litestar.plugins.prometheus import PrometheusConfig, PrometheusController
from litestar.types import ASGIApp, Receive, Scope, Send
from prometheus_client.parser import text_string_to_metric_families

from tradecore.model.users import User
from tradecore_adapters.http.dependencies import Core


class NoteController(Controller):
    path = "/api/notes"
    security = ({"accessToken": []},)

    @get("/{symbol:str}", operation_id="getNote", summary="Get a note")
    async def note(self, request: Request[Any, Any, Any], core: Core, symbol: FromPath[str]) -> dict[str, str]:
        return {"symbol": symbol, "user": request.user.user, "engines": str(len(await core.list_engines()))}


class Counting:
    """Middleware that counts the requests that reach a handler."""

    seen: list[str] = []  # noqa: RUF012  # one per test process is enough

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope["path"])
        await self.app(scope, receive, send)


def extended(config: AppConfig) -> AppConfig:
    config.route_handlers.append(NoteController)
    config.middleware.append(Counting)
    return config


async def test_a_controller_of_ten_lines_is_authenticated_and_documented(house: Any, ann: User) -> None:
    app = house.app(on_app_init=[extended])
    async with house.client(app, token=house.token(ann)) as client:
        answer: httpx.Response = await client.get("/api/notes/NVDA")
        assert answer.status_code == 200
        assert (answer.json()["symbol"], answer.json()["user"]) == ("NVDA", ann.id)
        operation = (await client.get("/openapi.json")).json()["paths"]["/api/notes/{symbol}"]["get"]
        assert (operation["operationId"], operation["security"]) == ("getNote", [{"accessToken": ["read"]}])
        assert "200" in operation["responses"]
    async with house.client(app) as stranger:
        assert (await stranger.get("/api/notes/NVDA")).status_code == 401


async def test_the_prometheus_plugin_of_litestar_counts_by_route(house: Any, ann: User) -> None:
    def measured(config: AppConfig) -> AppConfig:
        config.route_handlers.append(PrometheusController)
        config.middleware.append(PrometheusConfig(app_name="tradecore", group_path=True).middleware)
        return config

    async with house.client(house.app(on_app_init=[measured]), token=house.token(ann)) as client:
        for _ in range(3):
            await client.get(f"/api/analyze/{house.new_id()}/status")
        await client.get("/api/history")
        await client.post("/api/auth/login", json={"email": "ann@example.com"})
        exposed = (await client.get("/metrics")).text
    counted = {
        (sample.labels["method"], sample.labels["path"], sample.labels["status_code"]): sample.value
        for family in text_string_to_metric_families(exposed)
        for sample in family.samples
        if sample.name == "litestar_requests_total"
    }
    assert counted["GET", "/api/analyze/{analysisId}/status", "404"] == 3
    assert counted["GET", "/api/history", "200"] == 1
    assert counted["POST", "/api/auth/login", "400"] == 1


async def test_middleware_of_litestar_sees_the_requests_that_have_a_route(house: Any, ann: User) -> None:
    Counting.seen.clear()
    async with house.client(house.app(on_app_init=[extended]), token=house.token(ann)) as client:
        await client.get("/api/history")
        await client.get("/health")
    assert Counting.seen == ["/api/history", "/health"]
