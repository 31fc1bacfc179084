"""Everything of a user over one connection: raw WebSocket, Socket.IO and server-sent events, resumed by position."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tradecore.model.alerts import AlertKind, AlertRaised, Severity
from tradecore.model.analyses import AgentBegan, AgentFinished, AnalysisCompleted, AnalysisFailed
from tradecore.model.change import Change, Event, Fact
from tradecore.model.digests import DigestCompleted, DigestFailed
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import OrderId, RecommendationId, ScheduleRunId, Topic, TopicKind, topic_of
from tradecore.model.jobs import JobEnded, JobQueued
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.orders import (
    CancellationRequested,
    ExitsEnded,
    LateFill,
    Order,
    OrderCancelled,
    OrderFilled,
    OrderState,
    OverfillRefused,
)
from tradecore.model.price_alerts import PriceAlertTriggered, PriceCondition
from tradecore.model.recommendations import (
    ExecutionBegun,
    ExecutionReleased,
    Level,
    LevelCrossed,
    Recommendation,
    RecommendationExecuted,
    RecommendationExpired,
    RecommendationIssued,
    RecommendationRejected,
    RecommendationSuperseded,
)
from tradecore.model.schedule_runs import RunState, ScheduleRan
from tradecore.model.steps import Action
from tradecore.model.users import User
from tradecore_adapters.websocket import outgoing
from tradecore_adapters.websocket.user_events import user_event

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def follow_user(house: Any, socket: Any, since: int | None = None) -> int:
    """Subscribe, and return the position after which events come."""
    await house.send(socket, "subscribe_user", **({} if since is None else {"since": since}))
    while True:
        name, data = await house.receive(socket)
        if name == "user_subscribed":
            return int(data["position"])
        assert name == "authenticated", (name, data)


async def head(house: Any) -> int:
    async with house.assembled.store.read() as uow:
        return int(await uow.events.head())


async def sequenced(house: Any, count: int) -> None:
    """Wait until so many events have a position."""
    async with asyncio.timeout(40):
        while await head(house) < count:
            await asyncio.sleep(0.01)


async def trade(house: Any, user: User) -> Recommendation:
    """A recommendation is issued, executed with seven shares too many, and its stop is reached."""
    recommendation = Recommendation(
        id=RecommendationId(f"r-{user.id}"),
        user=user.id,
        asset=Asset(Symbol("NVDA"), AssetType.EQUITY),
        action=Action.BUY,
        confidence=Decimal(8),
        position_size=Decimal(5),
        entry=Decimal(100),
        stop=Decimal(90),
        target=Decimal(120),
        reasoning="Momentum.",
        created_at=NOW,
        expires_at=NOW + timedelta(hours=6),
    )
    id = OrderId(f"tradecore-{recommendation.id}")
    order = Order(id, user.id, recommendation.id, recommendation.asset, Action.BUY, Decimal(10), Decimal(101), NOW)
    issued = RecommendationIssued(recommendation.topic, NOW, Action.BUY, recommendation.expires_at)
    async with house.assembled.store.unit_of_work() as uow:
        stored = await uow.recommendations.put(Change(recommendation, (issued,)))
        stored = await uow.recommendations.put(stored.begin(id, at=NOW))
        placed = await uow.orders.put(Change(order))
        report = ExecutionReport(BrokerStatus.FILLED, Decimal(17), Decimal("100.5"))
        await uow.orders.put(placed.apply_report(report, at=NOW)[0])
        stored = await uow.recommendations.put(stored.execute(id, at=NOW))
        return await uow.recommendations.put(stored.cross(Level.STOP, Decimal(90), NOW.date(), at=NOW))


async def test_one_subscription_brings_everything_of_a_user_and_nothing_of_others(house: Any, ann: User) -> None:
    other = await house.user()
    async with house.socket(house.token(ann)) as socket:
        start = await follow_user(house, socket)
        ids = [await house.analysis(user) for user in (ann, other, ann)]
        for id in ids:
            await house.happen(id)
        await house.complete(ids[0])
        told = [await house.receive(socket) for _ in range(3)]
    assert [(name, data["analysisId"], data["seq"]) for name, data in told] == [
        ("analysis_progress", ids[0], 1), ("analysis_progress", ids[2], 1), ("analysis_complete", ids[0], 2),
    ]  # fmt: skip
    positions = [data["position"] for _, data in told]
    assert positions == sorted(set(positions))
    assert positions[0] > start


async def test_a_broker_that_fills_twice_is_an_alert_that_its_user_sees_live(house: Any, ann: User) -> None:
    async with house.socket(house.token(ann)) as socket:
        await follow_user(house, socket)
        recommendation = await trade(house, ann)
        order = f"tradecore-{recommendation.id}"
        told: list[tuple[str, dict[str, Any]]] = []
        while sum(name == "alert" for name, _ in told) < 3:
            told.append(await house.receive(socket))
    own = {"timestamp", "seq", "position"}
    facts = [(name, {k: v for k, v in data.items() if k not in own}) for name, data in told if name != "alert"]
    assert facts == [
        (
            "recommendation_issued",
            {"recommendationId": recommendation.id, "action": "BUY", "expiresAt": "2026-03-02T18:00:00Z"},
        ),
        ("order_alert", {"orderId": order, "kind": "order_overfilled", "surplus": 7.0}),
        ("order_filled", {"orderId": order, "quantity": 10.0, "averagePrice": 100.5}),
        ("recommendation_executed", {"recommendationId": recommendation.id, "orderId": order}),
        ("level_crossed", {"recommendationId": recommendation.id, "level": "stop", "price": 90.0, "day": "2026-03-02"}),
    ]
    alerts = [data for name, data in told if name == "alert"]
    assert [alert["kind"] for alert in alerts] == ["recommendation_issued", "order_overfilled", "level_crossed"]
    assert alerts[1]["severity"] == "error"
    assert alerts[1]["subject"] == {"type": "order", "id": order}
    positions = [data["position"] for _, data in told]
    assert positions == sorted(set(positions))


async def test_since_resumes_after_a_position(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    await house.happen(id, 4)
    await sequenced(house, 4)
    async with house.socket(house.token(ann)) as socket:
        assert await follow_user(house, socket, 2) == 2
        assert [(await house.receive(socket))[1]["position"] for _ in range(2)] == [3, 4]
        # Another subscription takes the place of the first.
        assert await follow_user(house, socket, 0) == 0
        assert [(await house.receive(socket))[1]["position"] for _ in range(4)] == [1, 2, 3, 4]
        await house.happen(id)
        assert (await house.receive(socket))[1]["position"] == 5
        await house.send(socket, "unsubscribe_user")
        assert await house.receive(socket) == ("user_unsubscribed", {})


async def test_positions_that_are_no_longer_kept_are_refused(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    await house.happen(id, 4)
    await sequenced(house, 4)
    async with house.assembled.store.unit_of_work() as uow:
        await uow.events.forget(until=3, before=datetime.now(UTC) + timedelta(days=1), limit=10)
    async with house.socket(house.token(ann)) as socket:
        await house.send(socket, "subscribe_user", since=1)
        names = [await house.receive(socket) for _ in range(2)]
        assert names[1][1]["code"] == "invalid_input"
        assert "no longer kept" in names[1][1]["error"]
        assert await follow_user(house, socket, 0) == 0
        assert (await house.receive(socket))[1]["position"] == 4


@pytest.mark.parametrize("since", ["x", -1, 1.5, True])
async def test_a_since_that_is_no_position_is_refused(house: Any, ann: User, since: object) -> None:
    async with house.socket(house.token(ann)) as socket:
        await house.send(socket, "subscribe_user", since=since)
        assert (await house.receive(socket))[0] == "authenticated"
        name, data = await house.receive(socket)
        assert (name, data["code"]) == ("error", "invalid_input")
        assert "analysisId" not in data


async def test_both_kinds_of_subscription_live_on_one_connection(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    async with house.socket(house.token(ann)) as socket:
        await house.follow(socket, id)
        await follow_user(house, socket)
        await house.happen(id)
        told = [await house.receive(socket) for _ in range(2)]
    assert sorted("position" in data for _, data in told) == [False, True]
    assert [data["seq"] for _, data in told] == [1, 1]


async def test_a_long_history_is_read_ahead_only_as_far_as_the_client_takes_it(
    house: Any, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "MAX_UNREAD", 10)
    id = await house.analysis(ann)
    await house.happen(id, 300)
    await sequenced(house, 300)
    async with house.socket(house.token(ann)) as socket:
        await follow_user(house, socket, 0)
        assert [(await house.receive(socket))[1]["position"] for _ in range(300)] == list(range(1, 301))
    await house.until(lambda: house.connections == 0)


def blocks(text: str) -> list[dict[str, Any]]:
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append({"id": int(fields["id"]), "event": fields["event"], **json.loads(fields["data"])})
    return found


async def events_of(house: Any, user: User, count: int, **request: Any) -> list[dict[str, Any]]:
    """The first events of a stream over HTTP."""
    headers = {"Authorization": f"Bearer {house.token(user)}", **request.pop("headers", {})}
    async with (
        httpx.AsyncClient(base_url=house.root, headers=headers, timeout=20) as client,
        client.stream("GET", "/api/events", **request) as stream,
    ):
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        text = ""
        async for part in stream.aiter_text():
            text += part
            if len(blocks(text)) >= count:
                break
    return blocks(text)


async def test_server_sent_events_bring_the_same_with_the_position_as_id(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    await house.happen(id, 3)
    await sequenced(house, 3)
    events = await events_of(house, ann, 3, params={"since": "0"})
    assert [(event["id"], event["position"], event["event"]) for event in events] == [
        (n, n, "analysis_progress") for n in (1, 2, 3)
    ]
    assert [event["id"] for event in await events_of(house, ann, 2, params={"since": "1"})] == [2, 3]
    resumed = await events_of(house, ann, 1, params={"since": "0"}, headers={"Last-Event-ID": "2"})
    assert [event["id"] for event in resumed] == [3]
    await house.until(lambda: house.connections == 0)


@pytest.mark.parametrize("since", ["x", "-1", "1.5"])
async def test_a_stream_from_no_position_is_refused(house: Any, ann: User, since: str) -> None:
    async with httpx.AsyncClient(
        base_url=house.root, headers={"Authorization": f"Bearer {house.token(ann)}"}, timeout=20
    ) as client:
        answer = await client.get("/api/events", params={"since": since})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_input")
        assert (await client.get("/api/events", headers={"Authorization": ""})).status_code == 401
    assert house.connections == 0


TOPIC = {kind: topic_of(kind, "x") for kind in TopicKind}
# Every kind of fact: the event that its user gets, without `timestamp`, `seq` and `position`.
TOLD: dict[type[Fact], tuple[Fact, str, dict[str, Any]]] = {
    type(fact): (fact, name, body)
    for fact, name, body in (
        (
            AgentBegan(TOPIC[TopicKind.ANALYSIS], NOW, "bear_researcher", 40, "Round 2 of 5: bear case", 2),
            "analysis_progress",
            {
                "analysisId": "x", "agent": "bear_researcher", "status": "running", "progress": 40,
                "message": "Round 2 of 5: bear case", "round": 2,
            },
        ),
        (
            AgentFinished(TOPIC[TopicKind.ANALYSIS], NOW, "trader", 80, "Trading plan completed"),
            "analysis_progress",
            {
                "analysisId": "x", "agent": "trader", "status": "completed", "progress": 80,
                "message": "Trading plan completed",
            },
        ),
        (
            AnalysisCompleted(TOPIC[TopicKind.ANALYSIS], NOW, Action.BUY, Decimal("8.5")),
            "analysis_complete",
            {"analysisId": "x", "status": "completed", "decision": {"action": "BUY", "confidence": 8.5}},
        ),
        (
            AnalysisFailed(TOPIC[TopicKind.ANALYSIS], NOW, "No prices.", None),
            "analysis_error",
            {"analysisId": "x", "error": "No prices.", "agent": ""},
        ),
        (
            RecommendationIssued(TOPIC[TopicKind.RECOMMENDATION], NOW, Action.SELL, NOW + timedelta(hours=6)),
            "recommendation_issued",
            {"recommendationId": "x", "action": "SELL", "expiresAt": "2026-03-02T18:00:00Z"},
        ),
        (
            RecommendationSuperseded(TOPIC[TopicKind.RECOMMENDATION], NOW, RecommendationId("newer")),
            "recommendation_superseded",
            {"recommendationId": "x", "reason": "superseded", "supersededBy": "newer"},
        ),
        (
            RecommendationExpired(TOPIC[TopicKind.RECOMMENDATION], NOW),
            "recommendation_expired",
            {"recommendationId": "x"},
        ),
        (
            RecommendationExecuted(TOPIC[TopicKind.RECOMMENDATION], NOW, OrderId("o")),
            "recommendation_executed",
            {"recommendationId": "x", "orderId": "o"},
        ),
        (
            RecommendationRejected(TOPIC[TopicKind.RECOMMENDATION], NOW, "Too risky."),
            "recommendation_rejected",
            {"recommendationId": "x", "reason": "Too risky."},
        ),
        (
            LevelCrossed(TOPIC[TopicKind.RECOMMENDATION], NOW, Level.TARGET, Decimal("120.5"), NOW.date()),
            "level_crossed",
            {"recommendationId": "x", "level": "target", "price": 120.5, "day": "2026-03-02"},
        ),
        (
            OrderFilled(TOPIC[TopicKind.ORDER], NOW, Decimal(10), Decimal("100.25")),
            "order_filled",
            {"orderId": "x", "quantity": 10.0, "averagePrice": 100.25},
        ),
        (OrderCancelled(TOPIC[TopicKind.ORDER], NOW), "order_cancelled", {"orderId": "x"}),
        (
            OverfillRefused(TOPIC[TopicKind.ORDER], NOW, Decimal(7)),
            "order_alert",
            {"orderId": "x", "kind": "order_overfilled", "surplus": 7.0},
        ),
        (
            LateFill(TOPIC[TopicKind.ORDER], NOW, OrderState.FILLED),
            "order_alert",
            {"orderId": "x", "kind": "order_filled_late", "state": "filled"},
        ),
        (DigestCompleted(TOPIC[TopicKind.DIGEST], NOW, 12), "digest_ready", {"digestId": "x", "itemsProcessed": 12}),
        (
            ScheduleRan(
                TOPIC[TopicKind.SCHEDULE], NOW, ScheduleRunId("r"), NOW, RunState.FAILED, ("a", "b"), 1
            ),
            "schedule_ran",
            {
                "scheduleId": "x", "runId": "r", "dueAt": "2026-03-02T12:00:00Z", "state": "failed",
                "launched": ["a", "b"], "failures": 1,
            },
        ),
        (
            PriceAlertTriggered(
                TOPIC[TopicKind.PRICE_ALERT], NOW, Symbol("NVDA"), PriceCondition.MOVES, Decimal(5), Decimal("151.2"),
                NOW.date(), Decimal("5.25"), "USD", "Sell half.",
            ),
            "price_alert",
            {
                "priceAlertId": "x", "symbol": "NVDA", "condition": "moves", "value": 5.0, "price": 151.2,
                "day": "2026-03-02", "changePercent": 5.25, "currency": "USD", "note": "Sell half.",
            },
        ),
        (
            AlertRaised(
                TOPIC[TopicKind.ALERT], NOW, AlertKind.JOB_FAILED, Severity.ERROR, "It failed.", Topic("analysis:a")
            ),
            "alert",
            {
                "alertId": "x", "kind": "job_failed", "severity": "error", "message": "It failed.",
                "subject": {"type": "analysis", "id": "a"},
            },
        ),
    )
}  # fmt: skip
# What these say, an event or an alert above says too.
NOT_TOLD = {JobQueued, JobEnded, ExecutionBegun, ExecutionReleased, CancellationRequested, DigestFailed, ExitsEnded}


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.__name__)
def test_every_kind_of_event_has_its_documented_name_and_fields(kind: type[Fact]) -> None:
    fact, name, body = TOLD[kind]
    told = user_event(Event(3, fact, 17))
    assert told == (name, {**body, "timestamp": "2026-03-02T12:00:00Z", "seq": 3, "position": 17})


def test_no_kind_of_event_reaches_nobody() -> None:
    # By name: the class that attrs has replaced by one with slots is there until it is collected.
    assert {kind.__name__ for kind in {*TOLD, *NOT_TOLD}} == {kind.__name__ for kind in Fact.__subclasses__()}


async def test_a_cancelled_order_is_told_to_its_user(house: Any, ann: User) -> None:
    recommendation = RecommendationId(f"r-{ann.id}")
    asset = Asset(Symbol("NVDA"), AssetType.EQUITY)
    order = Order(OrderId("o"), ann.id, recommendation, asset, Action.BUY, Decimal(10), Decimal(101), NOW)
    async with house.socket(house.token(ann)) as socket:
        await follow_user(house, socket)
        async with house.assembled.store.unit_of_work() as uow:
            placed = await uow.orders.put(Change(order))
            accepted = await uow.orders.put(placed.apply_report(ExecutionReport(BrokerStatus.ACCEPTED), at=NOW)[0])
            cancelling = await uow.orders.put(accepted.request_cancellation(at=NOW))
            await uow.orders.put(cancelling.apply_report(ExecutionReport(BrokerStatus.REFUSED), at=NOW)[0])
        name, data = await house.receive(socket)
    assert (name, data["orderId"]) == ("order_cancelled", "o")
