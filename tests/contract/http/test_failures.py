"""Errors of the HTTP API: one table, one format, and nothing about the implementation."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import structlog
from attrs import evolve, fields_dict
from litestar import Litestar

from tradecore.core import Tradecore
from tradecore.model import errors
from tradecore.model.analyses import AnalysisState
from tradecore.model.errors import NotAuthenticated, Refusal, Stale, StillRunning, Unavailable
from tradecore.model.users import User
from tradecore_adapters.http.api.error_codes import DESCRIPTIONS, HTTP_ERRORS, REFUSALS, ErrorCode
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.http_errors import HttpErrorKind

EPOCH = datetime(2024, 10, 10, tzinfo=UTC)
ENVELOPE = {"success", "error", "timestamp"}


def leaves(kind: type[Refusal]) -> set[type[Refusal]]:
    """Those of the core; other tests make kinds of their own."""
    below = [each for each in kind.__subclasses__() if each.__module__ == errors.__name__]
    return {leaf for each in below for leaf in leaves(each)} if below else {kind}


def test_every_leaf_of_the_tree_of_refusals_has_an_answer() -> None:
    # IllegalMove is raised itself, and has a kind below it.
    assert leaves(Refusal) | {errors.IllegalMove} == set(REFUSALS)


def test_codes_tell_refusals_apart() -> None:
    assert len(set(REFUSALS.values())) == len(REFUSALS)


def test_every_code_is_used_and_explained() -> None:
    assert {*REFUSALS.values(), *HTTP_ERRORS.values()} == set(ErrorCode) == set(DESCRIPTIONS)
    assert all(DESCRIPTIONS[code].status == kind.value for kind, code in HTTP_ERRORS.items())
    statuses = [described.status for described in DESCRIPTIONS.values()]
    assert statuses == sorted(statuses)


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/nothing", 404, None),
        ("GET", "/health/more", 404, None),
        ("PUT", "/health", 405, "GET, HEAD, OPTIONS"),
        ("TRACE", "/health", 405, "GET, HEAD, OPTIONS"),
        ("CONNECT", "/health", 405, "GET, HEAD, OPTIONS"),
        ("GET", "/api/auth/login", 405, "OPTIONS, POST"),
        ("BREW", "/", 405, "GET, HEAD, OPTIONS"),
    ],
)
async def test_s13_unknown_routes_and_methods_are_answered_in_the_envelope(
    stranger: httpx.AsyncClient, method: str, path: str, status: int, allow: str | None
) -> None:
    answer = await stranger.request(method, path)
    assert answer.status_code == status
    assert set(answer.json()) == ENVELOPE
    assert answer.headers.get("allow") == allow


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/api/history", "GET, HEAD, OPTIONS"),
        ("/api/tokens", "GET, HEAD, OPTIONS, POST"),
        ("/api/users/00000000-0000-4000-8000-000000000009", "DELETE, OPTIONS, PATCH"),
    ],
)
async def test_options_lists_all_methods_of_a_path(client: httpx.AsyncClient, path: str, allow: str) -> None:
    answer = await client.options(path)
    assert (answer.status_code, answer.headers["allow"]) == (204, allow)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST", "TRACE"])
async def test_s13_reading_routes_do_not_write(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/api/history")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
async def test_s13_no_header_changes_the_method(house: Any, ann: User, client: httpx.AsyncClient, name: str) -> None:
    analysis = await house.analysis(ann, AnalysisState.RUNNING)
    answer = await client.get(f"/api/analyze/{analysis.id}/status", headers={name: "DELETE"})
    assert answer.json()["data"]["status"] == "running"


async def test_s14_an_unknown_host_is_400_where_hosts_are_listed(house: Any) -> None:
    async with house.client(hosts=("api.example.com", "localhost")) as client:
        assert (await client.get("/health", headers={"Host": "api.example.com"})).status_code == 200
        assert (await client.get("/health", headers={"Host": "API.example.com:8000"})).status_code == 200
        assert (await client.get("/health", headers={"Host": "evil.example"})).status_code == 400
        spoofed = {"Host": "evil.example", "X-Forwarded-Host": "api.example.com"}
        assert (await client.get("/health", headers=spoofed)).status_code == 400


@pytest.mark.parametrize("path", ["/", "/health", "/ready", "/openapi.json", "/docs", "/api/history", "/nothing"])
async def test_head_is_get_without_its_body(client: httpx.AsyncClient, path: str) -> None:
    get = await client.get(path, headers={"Accept-Encoding": "identity"})
    head = await client.head(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]


async def test_a_request_id_that_can_be_one_is_answered_with(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/health", headers={"X-Request-ID": "web-42.a_B"})
    assert answer.headers["x-request-id"] == "web-42.a_B"


@pytest.mark.parametrize("id", ["", "a b", "a" * 65, "a;b", "ü", "../x"])
async def test_any_other_request_id_is_replaced(stranger: httpx.AsyncClient, id: str) -> None:
    answer = await stranger.get("/health", headers=[(b"X-Request-ID", id.encode())])
    assert len(answer.headers["x-request-id"]) == 36


def boom(verb: Any, error: Exception) -> Any:
    """A use case that always raises; its attributes are those of the real one."""

    class Failing:
        def __getattr__(self, name: str) -> Any:
            return getattr(verb, name)

        async def __call__(self, *args: Any, **kwargs: Any) -> Any:
            raise error

    return Failing()


def broken(core: Tradecore, error: Exception) -> Tradecore:
    verbs = {name: boom(getattr(core, name), error) for name in fields_dict(Tradecore) if name != "authenticate"}
    return evolve(core, **verbs)


SECRETS = "SELECT secret FROM vault; /usr/lib/python3/site-packages/x.py postgres://u:p@db/x"
CALLS = [
    ("POST", "/api/analyze"),
    ("GET", "/api/analyze/ffffffff-ffff-4fff-bfff-ffffffffffff/status"),
    ("GET", "/api/analyze/ffffffff-ffff-4fff-bfff-ffffffffffff/results"),
    ("DELETE", "/api/analyze/ffffffff-ffff-4fff-bfff-ffffffffffff"),
    ("GET", "/api/history"),
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/refresh"),
    ("POST", "/api/auth/logout"),
]
BODIES: dict[str, Any] = {
    "/api/auth/login": {"email": "a@b.c", "password": "x"},
    "/api/auth/refresh": {"refreshToken": "x"},
    "/api/auth/logout": {"refreshToken": "x"},
}


async def call(house: Any, app: Litestar, ann: User, launch: dict[str, Any], method: str, path: str) -> httpx.Response:
    body = BODIES.get(path, launch) if method == "POST" else None
    async with house.client(app, token=house.token(ann)) as client:
        answer: httpx.Response = await client.request(method, path, json=body)
    return answer


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_s66_an_exception_shows_an_id_and_nothing_of_the_inside(
    house: Any, ann: User, launch: dict[str, Any], method: str, path: str
) -> None:
    app = house.app(broken(house.core, RuntimeError(SECRETS)))
    with structlog.testing.capture_logs() as logged:
        answer = await call(house, app, ann, launch, method, path)
    assert answer.status_code == 500
    error = answer.json()["error"]
    assert error["code"] == "internal_error"
    assert error["requestId"] == answer.headers["x-request-id"]
    for word in ("SELECT", "RuntimeError", "python", "postgres", "Traceback", "litestar"):
        assert word not in answer.text
    [record] = [each for each in logged if each["event"] == "request_failed"]
    assert record["request"] == error["requestId"]
    assert record["exc_info"].args == (SECRETS,)


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_a_store_out_of_reach_is_503_on_every_route(
    house: Any, ann: User, launch: dict[str, Any], method: str, path: str
) -> None:
    app = house.app(broken(house.core, Unavailable("The store cannot be reached; check TRADECORE_STORE.")))
    with structlog.testing.capture_logs() as logged:
        answer = await call(house, app, ann, launch, method, path)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    error = answer.json()["error"]
    assert (error["code"], error["message"]) == ("unavailable", "The store cannot be reached.")
    # The log names the setting, which is none of the caller's business.
    [record] = [each for each in logged if each["event"] == "refused"]
    assert record["request"] == answer.headers["x-request-id"]
    assert "TRADECORE_STORE" in str(record["exc_info"])


@pytest.mark.parametrize(
    ("refusal", "code"), [(Stale("Read again."), "changed_meanwhile"), (StillRunning("Wait."), "request_in_progress")]
)
async def test_two_who_write_at_once_are_told_with_409(
    house: Any, ann: User, launch: dict[str, Any], refusal: Refusal, code: str
) -> None:
    answer = await call(house, house.app(broken(house.core, refusal)), ann, launch, "POST", "/api/analyze")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, code)


async def test_a_kind_of_refusal_that_nobody_foresaw_shows_as_its_ancestor(
    house: Any, ann: User, launch: dict[str, Any]
) -> None:
    late = type("ExpiredLater", (NotAuthenticated,), {"__module__": "tests"})
    answer = await call(house, house.app(broken(house.core, late("Gone."))), ann, launch, "GET", "/api/history")
    assert answer.status_code == 401


async def test_s66_a_line_break_in_a_path_stays_in_one_record(house: Any, client: httpx.AsyncClient) -> None:
    app = house.app(broken(house.core, RuntimeError("x")))
    rendered: list[str] = []
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        logger_factory=lambda *_: type("Kept", (), {"error": staticmethod(rendered.append)})(),
    )
    async with house.client(app, token=client.headers["authorization"].removeprefix("Bearer ")) as again:
        await again.get("/api/history%0d%0aforged", params={"x": "1\r\n2"})
        await again.get("/api/history")
    assert len(rendered) == 1
    assert "\n" not in rendered[0]
    assert json.loads(rendered[0])["event"] == "request_failed"


async def test_s69_what_matters_later_leaves_one_record(house: Any, stranger: httpx.AsyncClient) -> None:
    user = await house.core.create_user("carol@example.com", "correct horse battery")
    login = {"email": "carol@example.com", "password": "correct horse battery"}
    with structlog.testing.capture_logs() as logged:
        made = (await stranger.post("/api/auth/login", json=login, headers={"X-Request-ID": "r1"})).json()["data"]
        await stranger.post("/api/auth/login", json={**login, "password": "wrong"})
        await stranger.post("/api/auth/refresh", json={"refreshToken": made["refreshToken"]})
        await stranger.post("/api/auth/refresh", json={"refreshToken": "spent"})
        async with house.client(token=made["token"], requests_per_minute=1) as client:
            await client.get("/api/history")
            await client.get("/api/history")
        await stranger.post("/api/auth/logout", json={"refreshToken": made["refreshToken"]})
    assert [each["event"] for each in logged] == [
        "login", "login_failed", "refresh", "refresh_refused", "limit_hit", "logout",
    ]  # fmt: skip
    assert logged[0] == {
        "event": "login", "log_level": "info", "request": "r1", "address": "127.0.0.1", "user": user.id,
    }  # fmt: skip
    assert logged[-2]["user"] == user.id
    written = repr(logged)
    for secret in (made["token"], made["refreshToken"], login["password"], "wrong"):
        assert secret not in written


async def test_s70_the_server_does_not_say_what_it_is(house: Any, serve: Any) -> None:
    async with serve(house.app(details=False, version="1.2.3")) as address, httpx.AsyncClient() as client:
        answer = await client.get(f"{address}/health")
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers
    assert answer.json()["data"] == {"status": "ok"}


def test_s71_a_request_is_shown_without_its_secrets() -> None:
    scope: Any = {"headers": [(b"authorization", b"Bearer canary")], "query_string": b"token=canary"}
    context = RequestContext(
        scope=scope,
        path="/api/history",
        headers=dict(scope["headers"]),
        address="127.0.0.1",
        secure=True,
        id="r1",
        now=EPOCH,
    )
    assert "canary" not in repr(context)


async def test_readiness_follows_the_store(house: Any, stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/ready")).status_code == 200
    house.ready_error = Unavailable("The store cannot be reached; try again.")
    assert (await stranger.get("/ready")).status_code == 200, "the store is checked at most once a second"
    house.pass_time(seconds=1)
    answer = await stranger.get("/ready")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert (await stranger.get("/health")).status_code == 200


async def test_a_request_that_takes_too_long_is_ended_with_503(house: Any, ann: User) -> None:
    ended = asyncio.Event()

    class Hanging:
        def __getattr__(self, name: str) -> Any:
            return getattr(house.core.get_portfolio, name)

        async def __call__(self, **_: Any) -> Any:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

    hanging: Any = Hanging()
    app = house.app(evolve(house.core, get_portfolio=hanging), request_seconds=0.2)
    async with house.client(app, token=house.token(ann)) as client:
        answer = await client.get("/api/portfolio")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"] == "5"
        assert ended.is_set()


def test_every_http_error_has_an_error_status() -> None:
    assert all(400 <= kind.value <= 500 for kind in HttpErrorKind)


PROBLEM = "application/problem+json"


@pytest.mark.parametrize("accept", [PROBLEM, f"application/json;q=0.5, {PROBLEM}"])
async def test_errors_are_problem_details_for_those_that_accept_them(client: httpx.AsyncClient, accept: str) -> None:
    headers = {"Accept": accept, "X-Request-ID": "a/b"}
    invalid = await client.post("/api/analyze", json={"symbol": "NVDA"}, headers=headers)
    missing = await client.get("/api/nothing", headers=headers)
    assert invalid.headers["content-type"] == missing.headers["content-type"] == PROBLEM
    problem = invalid.json()
    assert {error["field"] for error in problem.pop("errors")} >= {"assetType", "date"}
    assert problem.pop("detail")
    assert problem == {
        "type": "urn:tradecore:error:invalid_input",
        "title": DESCRIPTIONS[ErrorCode("invalid_input")].meaning,
        "status": 400,
        "instance": "urn:tradecore:request:" + invalid.headers["x-request-id"].replace("/", "%2F"),
        "code": "invalid_input",
    }
    assert (missing.json()["status"], missing.json()["code"]) == (404, "no_such_route")


@pytest.mark.parametrize("accept", ["*/*", "application/json", f"{PROBLEM};q=0, */*"])
async def test_errors_keep_their_documented_envelope_for_all_others(client: httpx.AsyncClient, accept: str) -> None:
    answer = await client.get("/api/nothing", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/json"
    assert {*answer.json()} == ENVELOPE
