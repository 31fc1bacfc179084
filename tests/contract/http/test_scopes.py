"""What a credential may do: the scope of every route, in the document and in fact."""

import asyncio
from typing import Any

import httpx
import pytest

from tradecore.model.users import Scope

ADMIN, FEED, LAUNCH, READ, TRADE = Scope.ADMIN, Scope.FEED, Scope.LAUNCH, Scope.READ, Scope.TRADE
# Every operation that needs a credential. A new one is added here, with the scope that its documentation promises.
SCOPES = {
    "launchAnalysis": LAUNCH,
    "getAnalysisStatus": READ,
    "getAnalysisResults": READ,
    "cancelAnalysis": LAUNCH,
    "getAnalysisSteps": READ,
    "getAnalyses": READ,
    "hideAnalysis": LAUNCH,
    "followAnalysis": READ,
    "followUser": READ,
    "getHistory": READ,
    "getCalibration": READ,
    "getPortfolio": READ,
    "getPortfolioHistory": READ,
    "moveCash": TRADE,
    "importPositions": TRADE,
    "getRecommendations": READ,
    "getRecommendation": READ,
    "executeRecommendation": TRADE,
    "rejectRecommendation": TRADE,
    "getOrders": READ,
    "cancelOrder": TRADE,
    "getAlerts": READ,
    "acknowledgeAlert": READ,
    "createPriceAlert": LAUNCH,
    "listPriceAlerts": READ,
    "deletePriceAlert": LAUNCH,
    "createWebhook": LAUNCH,
    "listWebhooks": READ,
    "updateWebhook": LAUNCH,
    "deleteWebhook": LAUNCH,
    "listWebhookDeliveries": READ,
    "retryWebhookDelivery": LAUNCH,
    "createNoticeChannel": LAUNCH,
    "listNoticeChannels": READ,
    "updateNoticeChannel": LAUNCH,
    "deleteNoticeChannel": LAUNCH,
    "tryNoticeChannel": LAUNCH,
    "listNotices": READ,
    "createWatchlist": LAUNCH,
    "listWatchlists": READ,
    "updateWatchlist": LAUNCH,
    "deleteWatchlist": LAUNCH,
    "createSchedule": LAUNCH,
    "listSchedules": READ,
    "updateSchedule": LAUNCH,
    "deleteSchedule": LAUNCH,
    "listScheduleRuns": READ,
    "listEngines": READ,
    "listModels": READ,
    "getUsage": READ,
    "searchSymbols": READ,
    "getBars": READ,
    "launchBacktest": LAUNCH,
    "getBacktests": READ,
    "getBacktest": READ,
    "cancelBacktest": LAUNCH,
    "launchComparison": LAUNCH,
    "getComparisons": READ,
    "getComparison": READ,
    "cancelComparison": LAUNCH,
    "getAccount": READ,
    "exportAccount": READ,
    "changePassword": READ,
    "createToken": LAUNCH,
    "listTokens": READ,
    "deleteToken": LAUNCH,
    "getDigests": READ,
    "getDigest": READ,
    "getDigestsFeed": FEED,
    "listSources": READ,
    "addSource": ADMIN,
    "removeSource": ADMIN,
    "getInterests": READ,
    "setInterests": LAUNCH,
    "listUsers": ADMIN,
    "createUser": ADMIN,
    "updateUser": ADMIN,
    "removeUser": ADMIN,
    "createAnalyzeJob": LAUNCH,
    "getAnalyzeJob": READ,
    "getAnalyzeResult": READ,
    "getAnalyzeItems": READ,
}
# A stream without an end.
ENDLESS = {"followUser"}


async def operations_of(client: httpx.AsyncClient) -> dict[str, tuple[str, str, list[dict[str, list[str]]]]]:
    """Method, path and security requirement of each documented operation that needs a credential."""
    document = (await client.get("/openapi.json")).json()
    return {
        operation["operationId"]: (method.upper(), path, operation["security"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if operation["security"]
    }


async def limited(house: Any, *scopes: Scope) -> str:
    """The access token of a new user with these scopes."""
    user = await house.user(f"{'-'.join(scopes) or 'none'}@example.com", scopes=scopes)
    token: str = house.token(user)
    return token


async def test_the_document_names_the_scope_of_every_operation(stranger: httpx.AsyncClient) -> None:
    documented = {
        name: next(
            roles for requirement in security for scheme, roles in requirement.items() if scheme == "accessToken"
        )
        for name, (_, _, security) in (await operations_of(stranger)).items()
    }
    assert documented == {name: [scope.value] for name, scope in SCOPES.items()}


@pytest.mark.parametrize("held", [(), *((scope,) for scope in Scope)], ids=lambda held: "-".join(held) or "none")
async def test_s46_every_route_is_403_without_its_scope_and_not_with_it(
    house: Any, stranger: httpx.AsyncClient, held: tuple[Scope, ...]
) -> None:
    async with house.client(token=await limited(house, *held)) as client:
        for name, (method, path, _) in (await operations_of(stranger)).items():
            if SCOPES[name] in held and name in ENDLESS:
                continue
            answer = await client.request(method, path.replace("{", "x").replace("}", "x"))
            assert (answer.status_code == 403) != SCOPES[name].within(held), f"{name}: {answer.text}"
            if answer.status_code == 403 and path.startswith("/api"):
                error = answer.json()["error"]
                assert error["code"] == "not_allowed"
                assert f"`{SCOPES[name].value}`" in error["message"]


async def test_the_scope_is_looked_at_before_the_body(house: Any) -> None:
    async with house.client(token=await limited(house, READ)) as client:
        for body in (b"{", b"x" * 100_000):
            answer = await client.post("/api/analyze", content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code == 403


async def test_scopes_that_are_taken_from_a_user_end_within_three_seconds(house: Any) -> None:
    user = await house.user("ann@example.com")
    async with house.client(token=house.token(user)) as client:
        assert (await client.delete("/api/portfolio/orders/x")).status_code == 404
        await house.core.revoke_scopes("ann@example.com", [TRADE])
        house.pass_time(seconds=3)
        assert (await client.delete("/api/portfolio/orders/x")).status_code == 403
        await house.core.grant_scopes("ann@example.com", [TRADE])
        house.pass_time(seconds=3)
        assert (await client.delete("/api/portfolio/orders/x")).status_code == 404


async def test_a_request_with_a_scope_needs_no_thread(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handed_over: list[object] = []
    loop = asyncio.get_running_loop()
    run_in_executor = loop.run_in_executor

    def recorded(executor: Any, function: Any, *arguments: Any) -> Any:
        handed_over.append(function)
        return run_in_executor(executor, function, *arguments)

    async with house.client(token=await limited(house, READ)) as client:
        monkeypatch.setattr(loop, "run_in_executor", recorded)
        assert (await client.get("/api/analyses")).status_code == 200
    assert handed_over == []
