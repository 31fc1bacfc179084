"""The typed client against a real server: what it returns, and what it raises; with and without an event loop."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.model.alerts import Alert, AlertKind, Severity
from tradecore.model.analyses import AnalysisFailed
from tradecore.model.change import Change, Event
from tradecore.model.errors import (
    Invalid,
    NeedsConfirmation,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    NotReady,
    Refusal,
    Unavailable,
)
from tradecore.model.ids import RecommendationId, TopicKind, topic_of
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.recommendations import Recommendation
from tradecore.model.steps import Action
from tradecore.model.users import Scope, User
from tradecore_adapters.client import AnalysisStep, AsyncClient, Client, Completed, Failed, Progress
from tradecore_adapters.client.calls import refusal
from tradecore_adapters.client.models import Interests
from tradecore_adapters.http.api.error_codes import REFUSALS

DAY = date(2024, 10, 10)


class ThreadedClient:
    """The synchronous client with each call in a thread, so that the same tests run on both clients."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        self._client = Client(*arguments, **settings)

    async def __aenter__(self) -> "ThreadedClient":
        return self

    async def __aexit__(self, *error: object) -> None:
        self._client.__exit__(None, None, None)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)

        async def call(*arguments: Any, **settings: Any) -> Any:
            return await asyncio.to_thread(method, *arguments, **settings)

        return call

    async def follow(self, *arguments: Any, **settings: Any) -> Any:
        events = await asyncio.to_thread(lambda: list(self._client.follow(*arguments, **settings)))
        for event in events:
            yield event


@pytest.fixture(params=[AsyncClient, ThreadedClient], ids=["asynchronous", "synchronous"])
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_every_code_of_an_error_is_read_as_the_refusal_that_it_stands_for(kind: type[Refusal]) -> None:
    assert type(refusal(REFUSALS[kind], "A sentence.")) is kind


async def test_launch_follow_results_and_history(kind: Any, house: Any) -> None:
    core = house.assembled.core
    await core.create_user("ann@example.com", "a long password", name="Ann")
    async with kind(house.root) as client:
        await client.login("ann@example.com", "a long password")
        ticket = await client.launch("NVDA", DAY, analysts=("technical",))
        assert (await client.status(ticket.analysis_id)).status == "queued"
        with pytest.raises(NotReady):
            await client.results(ticket.analysis_id)
        claim = await core.claim_job("test")
        running = asyncio.create_task(core.run_job(claim))
        events = [event async for event in client.follow(ticket.analysis_id)]
        await running
        results = await client.results(ticket.analysis_id)
        history = await client.history(symbol="NVDA", limit=1)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert {type(event) for event in events[:-1]} == {Progress}
    assert isinstance(events[-1], Completed)
    assert events[-1].decision.action == results.decision.action
    assert list(results.reports) == ["technical"]
    assert results.metadata.date == DAY
    assert [each.id for each in history.analyses] == [ticket.analysis_id]
    assert history.pagination.total == 1


async def test_what_the_agents_write_is_followed_where_it_is_asked_for(kind: Any, house: Any, ann: User) -> None:
    core = house.assembled.core
    async with kind(house.root, token=house.token(ann)) as client:
        ticket = await client.launch("NVDA", DAY, analysts=("technical",))
        await core.run_job(await core.claim_job("test"))
        plain = [event async for event in client.follow(ticket.analysis_id)]
        events = [event async for event in client.follow(ticket.analysis_id, steps=True)]
        resumed = [event async for event in client.follow(ticket.analysis_id, steps=True, since=7)]
    assert not [event for event in plain if isinstance(event, AnalysisStep)]
    steps = [event for event in events if isinstance(event, AnalysisStep)]
    assert [step.kind for step in steps] == ["report", "bull", "bear", "judge", "plan", "risk"]
    assert steps[0].text
    assert len(events) == len(plain) + len(steps)
    assert resumed == events[7:]


async def test_recommendations_are_executed_with_exits_and_rejected(kind: Any, house: Any, ann: User) -> None:
    execute = house.assembled.core.execute_recommendation
    asset, at = Asset(Symbol("NVDA"), AssetType.EQUITY), execute.now()
    price = (await execute.market.quote(asset.symbol, asset.asset_type, at)).price
    first, second = (RecommendationId(f"00000000-0000-4000-8000-{n:012}") for n in (1, 2))
    async with house.assembled.store.unit_of_work() as uow:
        for id in (first, second):
            made = Recommendation(
                id, ann.id, asset, Action.BUY, Decimal(7), Decimal(5), price, price * Decimal("0.9"),
                price * Decimal("1.2"), "It looks that way.", at, at + timedelta(hours=6),
            )  # fmt: skip
            await uow.recommendations.put(Change(made))
    async with kind(house.root, token=house.token(ann)) as client:
        assert {found.id for found in await client.recommendations()} == {first, second}
        executed = await client.execute(first, exits="bracket")
        assert (executed.status, executed.order_id) == ("executed", f"tradecore-{first}")
        with pytest.raises(NeedsConfirmation):
            await client.execute(second)
        assert (await client.reject(second)).status == "rejected"
        exits, purchase = (await client.orders()).orders
        assert (exits.closes, exits.side, exits.quantity) == (purchase.id, "sell", purchase.filled)
        assert purchase.exits is not None
        assert purchase.exits.stop_price < price < purchase.exits.target_price
        assert (await client.cancel_order(exits.id)).status == "cancelled"
        with pytest.raises(NotFound, match="nothing"):
            await client.cancel_order("nothing")
        assert [held.quantity for held in (await client.portfolio()).positions] == [executed.quantity]
        assert (await client.recommendations("executed"))[0].id == first
        assert (await client.calibration()).sample_size == 0


async def test_digests(kind: Any, house: Any, ann: User) -> None:
    core = house.assembled.core
    async with kind(house.root, token=house.token(ann)) as client:
        assert (await client.set_interests(Interests(assets=("BTC",), min_score=5))).assets == ("BTC",)
        assert await client.interests() == Interests(assets=("BTC",), min_score=5)
        with pytest.raises(Invalid) as impossible:
            await client.set_interests(Interests(min_score=-1, max_stories=0))
        assert {problem.field for problem in impossible.value.problems} == {"min_score", "max_stories"}
        ticket = await client.launch_digest(24, "reader", assets=["ETH"], source_weights={"Wire": 3}, language="de")
        assert (ticket.status, ticket.time_window_hours) == ("queued", 24)
        assert (await client.digest_status(ticket.job_id)).result_available is False
        await core.run_job(await core.claim_job("test"))
        assert (await client.digest_status(ticket.job_id)).status == "completed"
        assert (await client.digest_result(ticket.job_id)).report
        assert (await client.digest_items(ticket.job_id)).status == "completed"
        with pytest.raises(NotFound):
            await client.digest_result("analyze_job_" + "0" * 32)
        with pytest.raises(Invalid) as refused:
            await client.launch_digest(24, "")
        assert [problem.field for problem in refused.value.problems] == ["user_id"]


async def test_a_client_that_has_logged_out_acts_for_nobody(kind: Any, house: Any) -> None:
    await house.assembled.core.create_user("ann@example.com", "a long password")
    async with kind(house.root) as client:
        await client.logout()
        await client.login("ann@example.com", "a long password")
        assert (await client.account()).user.email == "ann@example.com"
        await client.logout()
        with pytest.raises(NotAuthenticated):
            await client.account()


async def test_alerts_are_listed_and_acknowledged(kind: Any, house: Any, ann: User) -> None:
    topic = topic_of(TopicKind.ANALYSIS, "a")
    failed = Event(1, AnalysisFailed(topic, datetime.now(UTC), "No prices.", None))
    raised = Alert.raise_for(failed, ann.id, AlertKind.JOB_FAILED, Severity.WARNING, "It failed: No prices.", topic)
    async with house.assembled.store.unit_of_work() as uow:
        await uow.alerts.put(raised)
    async with kind(house.root, token=house.token(ann)) as client:
        page = await client.alerts(limit=1)
        [alert] = page.alerts
        assert (alert.kind, alert.severity, alert.subject.type) == ("job_failed", "warning", "analysis")
        assert (alert.acknowledged_at, page.pagination.total) == (None, 1)
        seen = await client.acknowledge_alert(alert.id)
        assert seen.acknowledged_at is not None
        with pytest.raises(NotFound, match="nothing"):
            await client.acknowledge_alert("nothing")


async def test_everything_of_the_user_is_followed_through_lost_connections(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    await house.happen(id)
    seen = []
    async with AsyncClient(house.root, token=house.token(ann)) as client:
        async with asyncio.timeout(40), aclosing(client.follow_user(since=0)) as events:
            async for event in events:
                seen.append(event)
                if len(seen) in (1, 3):
                    for served in house.open_connections:
                        served.close(1001, "cut by the test")
                    await house.happen(id, 2)
                if len(seen) == 5:
                    break
        assert [event.position for event in seen] == [1, 2, 3, 4, 5]
        assert {event.name for event in seen} == {"analysis_progress"}
        assert {event.fields["analysisId"] for event in seen} == {id}
        await house.until(lambda: house.connections == 0)
        later = client.follow_user()
        waiting = asyncio.ensure_future(anext(later))
        await house.until(lambda: any(served.outgoing.following for served in house.open_connections))
        await house.complete(id)
        told = await asyncio.wait_for(waiting, 20)
        assert (told.name, told.position) == ("analysis_complete", 6)
        await later.aclose()


async def test_steps_of_the_user_are_followed_once_each_through_lost_connections(house: Any, ann: User) -> None:
    core = house.assembled.core
    async with AsyncClient(house.root, token=house.token(ann)) as client:
        ticket = await client.launch("NVDA", DAY, analysts=("technical",))
        await core.run_job(await core.claim_job("test"))
        seen = []
        async with asyncio.timeout(40), aclosing(client.follow_user(since=0, steps=True)) as events:
            async for event in events:
                seen.append(event)
                if event.name == "analysis_step" and event.fields["kind"] in ("bull", "plan"):
                    for served in house.open_connections:
                        served.close(1001, "cut by the test")
                if event.name == "analysis_complete":
                    break
        written = [event.fields["text"] for event in seen if event.name == "analysis_step"]
        assert written == [
            step.text for step in (await client.steps(ticket.analysis_id)).steps if step.kind != "decision"
        ]
        positions = [event.position for event in seen if event.name != "analysis_step"]
        assert positions == sorted(set(positions))


def test_a_program_without_an_event_loop_follows_the_user_too() -> None:
    """The flow is the same one; the synchronous client only performs it."""
    flow = Client("http://127.0.0.1:1", reconnect_timeout=0.0).follow_user(since=3)
    with pytest.raises(Unavailable, match=r"out of reach for 0 seconds"):
        next(flow)


async def test_accounts_and_personal_tokens(kind: Any, house: Any) -> None:
    core = house.assembled.core
    await core.create_user("admin@example.com", "a long password", scopes=tuple(Scope))
    async with kind(house.root) as admin:
        await admin.login("admin@example.com", "a long password")
        ann = await admin.create_user("ann@example.com", "a long password", name="Ann", scopes=("read", "launch"))
        assert (await admin.update_user(ann.id, name="Anna")).name == "Anna"
        assert [user.email for user in (await admin.users()).users] == ["admin@example.com", "ann@example.com"]
        async with kind(house.root) as client:
            await client.login("ann@example.com", "a long password")
            assert (await client.change_password("a long password", "a longer password")).changed
            created = await client.create_token("script", ("read",), expires_in_days=7)
            assert [token.id for token in (await client.tokens()).tokens] == [created.id]
            with pytest.raises(NotAllowed):
                await client.users()
            async with kind(house.root, token=created.token) as script:
                user = (await script.account()).user
                assert (user.name, user.scopes) == ("Anna", ("read",))
                with pytest.raises(NotAllowed):
                    await script.launch("NVDA", DAY)
            assert await client.delete_token(created.id) is None
            with pytest.raises(NotFound, match="personal token"):
                await client.delete_token(created.id)
        assert await admin.remove_user(ann.id) is None
        with pytest.raises(NotFound, match="user"):
            await admin.update_user(ann.id, disabled=True)


async def test_follow_ends_with_a_failed_event_when_the_analysis_fails(kind: Any, house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    await house.happen(id, 2)
    await house.fail(id, "API rate limit exceeded")
    async with kind(house.root, token=house.token(ann)) as client:
        events = [event async for event in client.follow(id, since=1)]
        assert [event.seq for event in events] == [2, 3]
        assert isinstance(events[-1], Failed)
        assert events[-1].error == "API rate limit exceeded"
        with pytest.raises(NotReady, match="API rate limit exceeded"):
            await client.results(id)


async def test_errors_become_the_refusals_that_the_core_itself_raises(kind: Any, house: Any, ann: User) -> None:
    foreign = await house.analysis(await house.user())
    async with kind(house.root, token=house.token(ann)) as client:
        with pytest.raises(Invalid) as refused:
            await client.launch("NVDA", DAY, depth=9)
        assert [problem.field for problem in refused.value.problems] == ["depth"]
        for id in ("nope", foreign):
            with pytest.raises(NotFound, match=id):
                await client.status(id)
            with pytest.raises(NotFound, match=id):
                [each async for each in client.follow(id)]
    async with kind(house.root, token="garbage") as stranger:
        with pytest.raises(NotAuthenticated):
            await stranger.history()
        with pytest.raises(NotAuthenticated):
            [each async for each in stranger.follow(foreign)]


async def test_a_server_that_cannot_be_reached_is_unavailable(kind: Any) -> None:
    async with kind("http://127.0.0.1:1", token="t", reconnect_timeout=0.2) as client:
        with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1 cannot be reached"):
            await client.status("a")
        with pytest.raises(Unavailable, match=r"out of reach for 0\.2 seconds"):
            [each async for each in client.follow("a")]


async def test_an_expired_access_token_is_refreshed_unasked(kind: Any, house: Any) -> None:
    core = house.assembled.core
    user = await core.create_user("ann@example.com", "a long password", name="Ann")
    made = await core.login("ann@example.com", "a long password", origin="here")
    expired = house.token(evolve(user), -10)
    id = await house.analysis(user)
    await house.complete(id)
    for _ in range(2):
        async with kind(house.root, token=expired, refresh_token=made.refresh_token) as client:
            assert [each.seq async for each in client.follow(id)] == [1]
        async with kind(house.root, token=expired, refresh_token=made.refresh_token) as client:
            assert (await client.status(id)).status == "completed"
