"""Alerts: what reached nobody is heard by its user, once, and by an operator where one has to act."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.model.alerts import Alert, AlertKind, Severity
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Unavailable
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import AnalysisId, ComparisonId, OrderId, RecommendationId, UserId
from tradecore.model.jobs import Kind
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.news import DigestBrief
from tradecore.model.orders import Order, OrderState, OverfillRefused
from tradecore.model.recommendations import Level, Recommendation, RecommendationIssued
from tradecore.model.steps import Action
from tradecore.model.users import Caller
from tradecore.testing.store_analyses import queued, result_of
from tradecore.use_cases.alerts import ListAlerts
from tradecore.use_cases.cancel import CancelAnalysis
from tradecore.use_cases.digest import DigestLimits, DigestTask, LaunchDigest
from tradecore.use_cases.issue import issue_recommendation
from tradecore.use_cases.listeners import RunListener
from tradecore.use_cases.raise_alerts import RaiseAlerts
from tradecore.use_cases.relay import RelayEvents
from tradecore.use_cases.run import ClaimJob, RunJob
from tradecore.use_cases.settle import SettleOrder
from tradecore.use_cases.trade import ExpireRecommendations
from tradecore.use_cases.watchlists import CreateWatchlist

Brief = Callable[..., AnalysisBrief]
NVDA = Asset(Symbol("NVDA"), AssetType.EQUITY)


def recommendation(world: Any, user: str = "ann", **fields: Any) -> Recommendation:
    return Recommendation(
        **{
            "id": RecommendationId(world.new_id()),
            "user": UserId(user),
            "asset": NVDA,
            "action": Action.BUY,
            "confidence": Decimal(8),
            "position_size": Decimal(5),
            "entry": Decimal(100),
            "stop": Decimal(90),
            "target": Decimal(120),
            "reasoning": "Momentum.",
            "created_at": world.time,
            "expires_at": world.time + timedelta(hours=6),
            "engine": "rules",
            **fields,
        }
    )


def order(world: Any, recommended: Recommendation, **fields: Any) -> Order:
    return Order(
        **{
            "id": OrderId(f"tradecore-{recommended.id}"),
            "user": recommended.user,
            "recommendation": recommended.id,
            "asset": NVDA,
            "action": Action.BUY,
            "quantity": Decimal(10),
            "limit": Decimal(101),
            "at": world.time,
            **fields,
        }
    )


class Deaf:
    """A broker that is never called."""

    name = "deaf"


async def settle(world: Any, id: OrderId, report: ExecutionReport) -> None:
    await SettleOrder(world.store, Deaf(), world.now).book(id, report)  # type: ignore[arg-type]


async def store(world: Any, recommended: Recommendation, placed: Order | None = None) -> Recommendation:
    async with world.store.unit_of_work() as uow:
        stored: Recommendation = await uow.recommendations.put(Change(recommended))
        if placed:
            stored = await uow.recommendations.put(stored.begin(placed.id, at=world.now()))
            await uow.orders.put(Change(placed))
    return stored


async def issue(world: Any, recommended: Recommendation) -> Recommendation:
    fact = RecommendationIssued(recommended.topic, world.now(), recommended.action, recommended.expires_at)
    async with world.store.unit_of_work() as uow:
        return await issue_recommendation(uow, Change(recommended, (fact,)))


async def listen(world: Any, told: list[Alert] | None = None) -> list[Alert]:
    """Relay, raise what is to be raised; the alerts of ann, newest first."""
    await RelayEvents(world.store, ())()
    run = RunListener(world.store, world.now, RaiseAlerts(world.store, ([] if told is None else told).append))
    while await run():
        pass
    return list((await ListAlerts(world.store)(by=Caller(UserId("ann")))).alerts)


async def run_all(world: Any) -> None:
    tasks = {**world.tasks, Kind.DIGEST: DigestTask(world.store, world.now)}
    while claim := await ClaimJob(world.store, world.now, tasks)("w"):
        await RunJob(world.store, world.now, tasks)(claim)


async def test_a_broker_that_fills_more_than_was_ordered_alerts_the_user_and_an_operator(world: Any) -> None:
    recommended = recommendation(world)
    placed = order(world, recommended)
    await store(world, recommended, placed)
    await settle(world, placed.id, ExecutionReport(BrokerStatus.FILLED, Decimal(17), Decimal(100)))
    told: list[Alert] = []
    [alert] = await listen(world, told)
    assert told == [evolve(alert, version=0)]
    assert (alert.kind, alert.severity) == (AlertKind.ORDER_OVERFILLED, Severity.ERROR)
    assert alert.subject == f"order:{placed.id}"
    assert "7 NVDA more than order" in alert.message


async def test_an_order_that_is_executed_after_it_counted_as_lost_alerts_its_user(world: Any) -> None:
    recommended = recommendation(world)
    placed = order(world, recommended, state=OrderState.UNKNOWN)
    stored = await store(world, recommended, placed)
    async with world.store.unit_of_work() as uow:
        await uow.recommendations.put(stored.reject("rejected by the user", at=world.now()))
    await settle(world, placed.id, ExecutionReport(BrokerStatus.FILLED, Decimal(10), Decimal(100)))
    told: list[Alert] = []
    [alert] = await listen(world, told)
    assert (alert.kind, alert.severity, told) == (AlertKind.ORDER_FILLED_LATE, Severity.WARNING, [])
    assert "10 NVDA were bought" in alert.message


async def test_an_order_that_turns_out_to_be_refused_late_alerts_nobody(world: Any) -> None:
    recommended = recommendation(world)
    placed = order(world, recommended, state=OrderState.UNKNOWN)
    stored = await store(world, recommended, placed)
    async with world.store.unit_of_work() as uow:
        await uow.recommendations.put(stored.reject("rejected by the user", at=world.now()))
    await settle(world, placed.id, ExecutionReport(BrokerStatus.REFUSED, reason="no"))
    assert await listen(world) == []


async def test_a_level_that_is_reached_alerts_its_user(world: Any) -> None:
    stored = await store(world, recommendation(world, live=True))
    async with world.store.unit_of_work() as uow:
        await uow.recommendations.put(stored.cross(Level.STOP, Decimal("90.00"), world.time.date(), at=world.now()))
    [alert] = await listen(world)
    assert (alert.kind, alert.severity) == (AlertKind.LEVEL_CROSSED, Severity.WARNING)
    assert alert.message == "NVDA reached its stop of 90 on 2026-03-02."


async def test_a_newer_recommendation_supersedes_and_both_are_told(world: Any) -> None:
    older = await issue(world, recommendation(world))
    world.pass_time(minutes=1)
    newer = await issue(world, recommendation(world))
    alerts = await listen(world)
    assert sorted((alert.kind, alert.subject) for alert in alerts) == [
        ("recommendation_issued", f"recommendation:{older.id}"),
        ("recommendation_issued", f"recommendation:{newer.id}"),
        ("recommendation_superseded", f"recommendation:{older.id}"),
    ]
    assert {alert.severity for alert in alerts} == {Severity.INFO}
    assert alerts[-1].message == "BUY NVDA is recommended, until 2026-03-02 18:00 UTC."


async def test_a_recommendation_that_expires_alerts_its_user(world: Any) -> None:
    await store(world, recommendation(world))
    world.pass_time(hours=6)
    await ExpireRecommendations(world.store, world.now)()
    [alert] = await listen(world)
    assert (alert.kind, alert.message) == ("recommendation_expired", "The recommendation to BUY NVDA has expired.")


async def test_a_digest_that_is_ready_alerts_the_caller_who_asked_for_it(world: Any, ann: Caller) -> None:
    launch = LaunchDigest(world.store, world.now, world.new_id, DigestLimits())
    ticket = await launch(DigestBrief(user_id=UserId("me"), hours=1), by=ann)
    await run_all(world)
    [alert] = await listen(world)
    assert (alert.kind, alert.user, alert.subject) == ("digest_ready", "ann", f"digest:{ticket.digest}")


async def test_a_job_that_fails_alerts_its_user_and_an_operator_where_processes_or_services_failed(
    world: Any, brief: Brief, ann: Caller
) -> None:
    told: list[Alert] = []
    for failures in (0, 4):
        id = (await world.launch()(brief(), by=ann)).analysis
        async with world.store.unit_of_work() as uow:
            job = await uow.jobs.get(id)
            analysis = await uow.analyses.get(id)
            await uow.analyses.put(analysis.fail("The model is away.", at=world.now()))
            change = job.claim("w", at=world.now(), lease=timedelta(minutes=1), steps=0)
            running = await uow.jobs.put(evolve(change, entity=evolve(change.entity, failures=failures)))
            await uow.jobs.put(
                running.retry("The model is away.", at=world.now(), after=timedelta(0))
                if failures
                else running.fail("The model is away.", at=world.now())
            )
        world.pass_time(seconds=1)
    alerts = await listen(world, told)
    assert [(alert.kind, alert.severity) for alert in alerts] == [("job_failed", "error"), ("job_failed", "warning")]
    assert {alert.message for alert in alerts} == {"The analysis of NVDA failed: The model is away."}
    assert [alert.id for alert in told] == [alerts[0].id]


async def test_what_its_user_cancelled_alerts_nobody(world: Any, brief: Brief, ann: Caller) -> None:
    id = (await world.launch()(brief(), by=ann)).analysis
    await CancelAnalysis(world.store, world.now, world.tasks)(id, by=ann)
    assert await listen(world) == []


async def test_an_event_that_comes_again_adds_no_alert_but_tells_the_operator_again(world: Any) -> None:
    recommended = recommendation(world)
    placed = order(world, recommended)
    await store(world, recommended, placed)
    await settle(world, placed.id, ExecutionReport(BrokerStatus.FILLED, Decimal(17), Decimal(100)))
    told: list[Alert] = []
    [alert] = await listen(world, told)
    async with world.store.snapshot() as uow:
        events = await uow.events.read(0, 100, kinds=RaiseAlerts(world.store, told.append).kinds)
    await RaiseAlerts(world.store, told.append).handle(events)
    assert await listen(world) == [alert]
    assert [each.id for each in told] == [alert.id] * 2


async def test_nothing_is_stored_of_a_batch_that_fails(world: Any) -> None:
    await store(world, recommendation(world))
    world.pass_time(hours=6)
    await ExpireRecommendations(world.store, world.now)()
    await RelayEvents(world.store, ())()

    def tell(alert: Alert) -> None:
        raise Unavailable("never called")

    async with world.store.snapshot() as uow:
        [event] = await uow.events.read(0, 10)
    unknown = evolve(event, fact=OverfillRefused("order:none", event.fact.at, surplus=Decimal(1)))
    with pytest.raises(NotFound):
        await RaiseAlerts(world.store, tell).handle((event, unknown))
    assert (await ListAlerts(world.store)(by=Caller(UserId("ann")))).total == 0


async def decide(world: Any, action: Action, day: int, engine: str = "rules", **otherwise: Any) -> AnalysisId:
    """A completed analysis of NVDA as of a day of October 2024, a minute after the one before."""
    world.pass_time(minutes=1)
    begun = queued(AnalysisId(world.new_id()))
    brief = evolve(begun.entity.brief, as_of=date(2024, 10, day), engine=engine)
    analysis = evolve(begun.entity, brief=brief, created_at=world.time, **otherwise)
    result = result_of(analysis)
    result = evolve(result, decision=evolve(result.decision, action=action))
    async with world.store.unit_of_work() as uow:
        stored = await uow.analyses.put(Change(analysis))
        await uow.analyses.add_result(result)
        running = await uow.analyses.put(stored.start(at=world.time))
        await uow.analyses.put(running.complete(result.decision, at=world.time))
    return analysis.id


async def test_an_engine_that_changes_its_mind_about_a_watched_symbol_alerts_its_user(world: Any, ann: Caller) -> None:
    await decide(world, Action.BUY, 7)
    await decide(world, Action.SELL, 8)
    assert await listen(world) == [], "nobody watches it"
    await CreateWatchlist(world.store, world.now, world.new_id)("Chips", [NVDA], by=ann)
    await decide(world, Action.SELL, 9)
    await decide(world, Action.HOLD, 10, engine="another")
    await decide(world, Action.HOLD, 10, comparison=ComparisonId("c"))
    await decide(world, Action.BUY, 3)
    assert await listen(world) == []
    changed = await decide(world, Action.HOLD, 11)
    [alert] = await listen(world)
    assert (alert.kind, alert.severity, alert.subject) == ("decision_changed", Severity.INFO, f"analysis:{changed}")
    assert alert.message == "rules changes its mind about NVDA: HOLD as of 2024-10-11, after SELL as of 2024-10-09."
