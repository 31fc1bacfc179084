"""Every documented example of sections 1, 2 and 3, answer for answer: `--golden` writes the files anew."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve

from hold_engine import HoldEngine
from notice_services import Services
from tradecore.model.alerts import Alert, AlertKind, Severity
from tradecore.model.analyses import AnalysisState
from tradecore.model.backtests import Trial
from tradecore.model.change import Change
from tradecore.model.errors import Invalid
from tradecore.model.evidence import Evidence, EvidenceId, EvidenceKind
from tradecore.model.ids import AlertId, AnalysisId, RecommendationId, TopicKind, topic_of
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset, Costs
from tradecore.model.notices import Notice
from tradecore.model.position_import import ImportedPosition
from tradecore.model.price_alerts import Trigger
from tradecore.model.recommendations import Recommendation
from tradecore.model.steps import Action, Analyst, Argued, Claim, Collected, Decided, Decision, Reported, Side
from tradecore.model.subscriptions import FieldMapping
from tradecore.model.usage import Call
from tradecore.model.users import ACCOUNT_SCOPES, Caller, Scope, User
from tradecore.model.webhooks import WebhookAnswer, WebhookDelivery
from tradecore.ports.news import Discovery
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.launch import Limits
from tradecore.use_cases.subscribe import DiscoverSource
from tradecore_adapters.http.digest_ids import job_id_of
from tradecore_adapters.news.documents import read_document

FOLDER = Path(__file__).parent.parent / "golden" / "trading"
ID = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
OTHER_ID, LATE_ID = "b1b2c3d4-e5f6-7890-abcd-ef1234567890", "c1b2c3d4-e5f6-7890-abcd-ef1234567890"
# What differs from one answer to the next by nature.
UNLIKE = {"x-request-id", "content-length"}

# What the documentation shows under `data`, so that nobody rewrites a golden file into something it does not promise.
DOCUMENTED: dict[str, Any] = {
    "launch": {"analysisId": ID, "status": "queued", "queuePosition": 2},
    "status_running": {
        "status": "running",
        "progress": {
            "currentAgent": "sentiment_analyst",
            "completedAgents": ["technical_analyst"],
            "agents": [
                {"name": "technical_analyst", "status": "completed", "duration": 12},
                {"name": "sentiment_analyst", "status": "running", "duration": None},
                {"name": "news_analyst", "status": "pending", "duration": None},
            ],
        },
    },
    "results": {
        "id": ID,
        "decision": {
            "symbol": "NVDA",
            "action": "BUY",
            "confidence": 8.5,
            "positionSize": 5,
            "entryPrice": 875.20,
            "stopLoss": 850.00,
            "takeProfit": 920.00,
            "reasoning": "Strong technical momentum combined with positive sentiment...",
            "createdAt": "2024-10-10T14:28:30Z",
        },
        "reports": {
            "technical": "# Technical Analysis\n\n**MACD**: Bullish crossover...",
            "sentiment": "# Sentiment Analysis\n\n**Social Score**: 7.8/10...",
            "news": "# News Analysis\n\n**Key Headlines**: AI chip demand...",
            "fundamentals": "# Fundamental Analysis\n\n**Revenue Growth**: 40% YoY...",
        },
        "debate": {
            "rounds": [
                {
                    "roundNumber": 1,
                    "bullArgument": "AI demand will drive 40% revenue growth...",
                    "bearArgument": "Valuation stretched at 45x P/E...",
                    "judgeDecision": "Bull case stronger on fundamentals...",
                }
            ],
            "finalVerdict": "Recommend BUY with 5% position size",
        },
        "riskAssessment": {
            "volatility": "moderate",
            "beta": 1.2,
            "maxDrawdown": 12,
            "liquidity": "excellent",
            "concerns": ["Tech sector concentration", "China export restrictions"],
        },
        "metadata": {
            "symbol": "NVDA",
            "date": "2024-10-10",
            "completedAt": "2024-10-10T14:28:30Z",
            "duration": 180,
            "analystsUsed": ["technical", "sentiment", "news", "fundamentals"],
        },
    },
    "history": {
        "analyses": [
            {
                "id": ID,
                "symbol": "NVDA",
                "assetType": "equity",
                "action": "BUY",
                "confidence": 8.5,
                "date": "2024-10-10",
                "actualReturn": 5.2,
                "returnPercent": 5.2,
                "createdAt": "2024-10-10T14:28:30Z",
            }
        ],
        "pagination": {"page": 1, "pageSize": 10},
    },
    "portfolio": {
        "userId": "00000000-0000-4000-8000-000000000001",
        "positions": [
            {
                "symbol": "NVDA",
                "assetType": "equity",
                "quantity": 15,
                "avgEntryPrice": 850.00,
                "currentPrice": 875.20,
                "currentValue": 13128.00,
                "aiStatus": "hold",
                "lastAnalyzedAt": "2024-10-10T14:28:30Z",
            }
        ],
        "performance": {"daily": 0, "weekly": 0, "monthly": 0, "yearly": 0},
        "updatedAt": "2024-10-10T15:30:00Z",
    },
    "recommendations": [
        {
            "analysisId": ID,
            "symbol": "GOOGL",
            "action": "BUY",
            "confidence": 7.8,
            "positionSize": 5,
            "entryPrice": 140.50,
            "stopLoss": 135.00,
            "takeProfit": 150.00,
            "reasoning": "Strong fundamentals with AI integration...",
            "createdAt": "2024-10-10T12:30:00Z",
            "expiresAt": "2024-10-10T18:30:00Z",
            "status": "pending",
        }
    ],
    "execute": {
        "status": "executed",
        "executedAt": "2024-10-10T15:40:00Z",
        "executionPrice": 140.55,
        "message": "Order executed successfully",
    },
    "reject": {"status": "rejected", "rejectedAt": "2024-10-10T15:42:00Z"},
    "login": {"expiresIn": 3600, "user": {"email": "user@example.com", "name": "John Doe"}},
    "refresh": {"expiresIn": 3600},
}


def demand_documented(shown: Any, documented: Any, where: str) -> None:
    """Everything documented is there, as documented; more may be."""
    if isinstance(documented, dict):
        for name, value in documented.items():
            assert name in shown, f"{where}.{name}"
            demand_documented(shown[name], value, f"{where}.{name}")
    elif isinstance(documented, list):
        for n, (have, want) in enumerate(zip(shown, documented, strict=False)):
            demand_documented(have, want, f"{where}.{n}")
        assert len(shown) >= len(documented), where
    else:
        assert shown == documented, where


def _sent(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode()


def compare(name: str, answer: httpx.Response, golden: bool) -> None:
    request = answer.request
    shown: dict[str, Any] = {
        "request": {
            "method": request.method,
            "path": request.url.raw_path.decode(),
            "body": _sent(request.content),
        },
        "status": answer.status_code,
        "headers": {key: value for key, value in sorted(answer.headers.items()) if key not in UNLIKE},
        "body": answer.json() if answer.content else None,
    }
    path = FOLDER / f"{name}.json"
    if golden:
        path.write_text(json.dumps(shown, indent=2, ensure_ascii=False) + "\n")
    assert shown == json.loads(path.read_text())
    if name in DOCUMENTED:
        demand_documented(shown["body"]["data"], DOCUMENTED[name], name)
        assert set(shown["body"]) == {"success", "data", "timestamp"}
        assert shown["body"]["success"] is True
    elif answer.content and answer.status_code >= 400:
        assert set(shown["body"]) == {"success", "error", "timestamp"}
        assert shown["body"]["success"] is False


@pytest.fixture
async def here(house: Any, ann: User) -> Any:
    """Ann's client, after half past two."""
    house.pass_time(seconds=285)
    async with house.client(token=house.token(ann), requests_per_minute=100) as client:
        yield client


async def test_launch(house: Any, here: Any, ann: User, launch: dict[str, Any], golden: bool) -> None:
    await house.analysis(ann)
    named = evolve(house.core, launch_analysis=evolve(house.core.launch_analysis, new_id=lambda: ID))
    async with house.client(house.app(named), token=house.token(ann)) as client:
        compare("launch", await client.post("/api/analyze", json=launch), golden)


async def test_launch_refused(here: Any, launch: dict[str, Any], golden: bool) -> None:
    missing = {name: value for name, value in launch.items() if name not in ("date", "config")}
    compare("launch_400_missing", await here.post("/api/analyze", json=missing), golden)
    wrong = {**launch, "symbol": "not a symbol", "analysts": ["technical", "astrology"], "assetType": "bond"}
    compare("launch_400_invalid", await here.post("/api/analyze", json=wrong), golden)
    compare("launch_400_future", await here.post("/api/analyze", json={**launch, "date": "2124-10-10"}), golden)
    malformed = await here.post("/api/analyze", content=b"{", headers={"Content-Type": "application/json"})
    compare("launch_400_malformed", malformed, golden)


async def test_launch_without_a_token(stranger: Any, launch: dict[str, Any], golden: bool) -> None:
    compare("launch_401", await stranger.post("/api/analyze", json=launch), golden)


async def test_launch_too_often(house: Any, ann: User, launch: dict[str, Any], golden: bool) -> None:
    async with house.client(token=house.token(ann), requests_per_minute=1) as client:
        await client.post("/api/analyze", json=launch)
        compare("launch_429", await client.post("/api/analyze", json=launch), golden)


async def test_launch_into_a_full_queue(house: Any, ann: User, launch: dict[str, Any], golden: bool) -> None:
    await house.analysis(ann)
    full = evolve(house.core, launch_analysis=evolve(house.core.launch_analysis, limits=Limits(1, 1)))
    async with house.client(house.app(full), token=house.token(ann)) as client:
        compare("launch_503", await client.post("/api/analyze", json=launch), golden)


async def test_status(house: Any, here: Any, ann: User, golden: bool) -> None:
    order = (Analyst.TECHNICAL, Analyst.SENTIMENT, Analyst.NEWS)
    running = await house.analysis(ann, AnalysisState.RUNNING, id=ID, analysts=order)
    began = running.step_began("report:technical", at=house.time).entity
    technical = [
        evolve(each, state="completed", ended_at=house.time + timedelta(seconds=12)) if n == 0 else each
        for n, each in enumerate(began.agents)
    ]
    moved = evolve(began, agents=tuple(technical), done=2).step_began("report:sentiment", at=house.time).entity
    async with house.store.unit_of_work() as uow:
        await uow.analyses.put(Change(moved))
        await uow.measurements.add_run_time(moved.engine, moved.brief.shape, 200)
    compare("status_running", await here.get(f"/api/analyze/{ID}/status"), golden)
    compare("results_425", await here.get(f"/api/analyze/{ID}/results"), golden)
    compare("cancel", await here.delete(f"/api/analyze/{ID}"), golden)
    compare("cancel_409", await here.delete(f"/api/analyze/{ID}"), golden)


async def test_results(house: Any, here: Any, ann: User, golden: bool) -> None:
    await house.result(ann, ID)
    compare("results", await here.get(f"/api/analyze/{ID}/results"), golden)
    compare("status_completed", await here.get(f"/api/analyze/{ID}/status"), golden)


async def test_failed(house: Any, here: Any, ann: User, golden: bool) -> None:
    await house.analysis(ann, AnalysisState.FAILED, id=ID)
    compare("status_error", await here.get(f"/api/analyze/{ID}/status"), golden)
    compare("results_425_failed", await here.get(f"/api/analyze/{ID}/results"), golden)


async def test_unknown(here: Any, golden: bool) -> None:
    compare("results_404", await here.get(f"/api/analyze/{ID}/results"), golden)
    compare("status_404", await here.get(f"/api/analyze/{ID}/status"), golden)


async def test_history(house: Any, here: Any, ann: User, golden: bool) -> None:
    for n, returned in enumerate(["4", "-2", "3", "6", "1.5"]):
        await house.analysis(
            ann, AnalysisState.COMPLETED, created=house.time - timedelta(days=n + 1), returned=returned, confidence="7"
        )
    await house.analysis(ann, AnalysisState.COMPLETED, id=ID, returned="5.2")
    path = "/api/history?symbol=NVDA&days=30&limit=10&sortBy=confidence&sortOrder=desc"
    compare("history", await here.get(path), golden)
    compare("history_empty", await here.get("/api/history?symbol=TSLA"), golden)
    compare("history_400", await here.get("/api/history?limit=201&page=0&sortBy=luck"), golden)


async def recommended(house: Any, user: User, id: str, minute: int = 30) -> None:
    """The documented recommendation, issued at 12:30 or so."""
    at = datetime(2024, 10, 10, 12, minute, tzinfo=UTC)
    googl = Asset(Symbol("GOOGL"), AssetType.EQUITY)
    levels = Decimal("140.50"), Decimal(135), Decimal(150)
    words = "Strong fundamentals with AI integration..."
    made = Recommendation(
        RecommendationId(id), user.id, googl, Action.BUY, Decimal("7.8"), Decimal(5), *levels, words, at,
        at + timedelta(hours=6),
    )  # fmt: skip
    async with house.store.unit_of_work() as uow:
        await uow.recommendations.put(Change(made))


@pytest.fixture
async def all_day(house: Any, ann: User) -> Any:
    """Ann's client, signed in for longer than the documented examples take."""
    core, token = house.core, house.token(ann, lifetime=86400)
    # What the documented price of an execution takes: 140.50 and a little slippage.
    execute = core.execute_recommendation
    common = execute.broker.common
    paper = evolve(common.adapter, costs=Costs(slippage_percent=Decimal("0.036")))
    slipping = evolve(execute.broker, common=evolve(common, adapter=paper))
    core = evolve(core, execute_recommendation=evolve(execute, broker=slipping))
    async with house.client(house.app(core, requests_per_minute=100), token=token) as client:
        yield client


async def test_portfolio(house: Any, all_day: Any, ann: User, golden: bool) -> None:
    owned = ImportedPosition(Asset(Symbol("NVDA"), AssetType.EQUITY), Decimal(15), Decimal(850))
    unknown = ImportedPosition(Asset(Symbol("NOPE"), AssetType.EQUITY), Decimal(3), Decimal(10))
    await house.core.import_positions((owned,), by=Caller(ann.id))
    house.time = datetime(2024, 10, 10, 14, 28, 30, tzinfo=UTC)
    await house.analysis(ann, AnalysisState.COMPLETED)
    house.time = datetime(2024, 10, 10, 15, 30, tzinfo=UTC)
    compare("portfolio", await all_day.get("/api/portfolio"), golden)
    await house.core.import_positions((unknown,), by=Caller(ann.id))
    compare("portfolio_unpriced", await all_day.get("/api/portfolio"), golden)


async def test_changes_of_the_portfolio(house: Any, all_day: Any, golden: bool) -> None:
    house.time = datetime(2024, 10, 10, 15, 30, tzinfo=UTC)
    compare("cash", await all_day.post("/api/portfolio/cash", json={"amount": 2500}), golden)
    compare("cash_409", await all_day.post("/api/portfolio/cash", json={"amount": -200000}), golden)
    owned = {"positions": [{"symbol": "NVDA", "quantity": 15, "price": 850, "assetType": "equity"}]}
    compare("import", await all_day.post("/api/portfolio/import", json=owned), golden)
    compare("portfolio_history", await all_day.get("/api/portfolio/history?days=7"), golden)


async def test_recommendations(house: Any, all_day: Any, ann: User, golden: bool) -> None:
    for n, id in enumerate((ID, OTHER_ID, LATE_ID)):
        await recommended(house, ann, id, 30 - 10 * n)
    path = "/api/portfolio/recommendations"
    house.time = datetime(2024, 10, 10, 15, 35, tzinfo=UTC)
    compare("recommendations", await all_day.get(path), golden)
    compare("recommendations_400", await all_day.get(f"{path}?status=executing"), golden)
    house.time = datetime(2024, 10, 10, 15, 40, tzinfo=UTC)
    compare("execute", await all_day.post(f"{path}/{ID}/execute"), golden)
    compare("execute_404", await all_day.post(f"{path}/{ID[:-1]}1/execute"), golden)
    again = f"{path}/{OTHER_ID}/execute"
    compare("execute_409_confirmation", await all_day.post(again, json={"confirm": False}), golden)
    house.time = datetime(2024, 10, 10, 15, 42, tzinfo=UTC)
    compare("reject", await all_day.post(f"{path}/{OTHER_ID}/reject"), golden)
    compare("reject_409_executed", await all_day.post(f"{path}/{ID}/reject"), golden)
    compare("execute_409_rejected", await all_day.post(f"{path}/{OTHER_ID}/execute"), golden)
    house.time = datetime(2024, 10, 10, 18, 10, tzinfo=UTC)
    compare("execute_409_expired", await all_day.post(f"{path}/{LATE_ID}/execute"), golden)
    compare("recommendations_expired", await all_day.get(f"{path}?status=expired"), golden)
    compare("recommendation", await all_day.get(f"{path}/{LATE_ID}"), golden)


async def test_an_order_with_exits(house: Any, all_day: Any, ann: User, golden: bool) -> None:
    await recommended(house, ann, ID)
    house.time = datetime(2024, 10, 10, 15, 40, tzinfo=UTC)
    bracket = await all_day.post(f"/api/portfolio/recommendations/{ID}/execute", json={"exits": "bracket"})
    compare("execute_bracket", bracket, golden)
    compare("orders_exits", await all_day.get("/api/portfolio/orders"), golden)


async def test_an_accepted_order_and_its_cancellation(
    house: Any, slowly: Any, broker: Any, ann: User, golden: bool
) -> None:
    await recommended(house, ann, ID)
    house.pass_time(minutes=30)
    execution = await slowly.post(f"/api/portfolio/recommendations/{ID}/execute", json={"confirm": True})
    compare("execute_202", execution, golden)
    path = f"/api/portfolio/orders/{execution.json()['data']['orderId']}"
    broker.away = True
    compare("cancel_order_202", await slowly.delete(path), golden)
    broker.away = False
    compare("cancel_order", await slowly.delete(path), golden)
    compare("orders", await slowly.get("/api/portfolio/orders"), golden)


async def test_steps_and_lists(house: Any, all_day: Any, ann: User, golden: bool) -> None:
    analysis = await house.analysis(ann, AnalysisState.RUNNING, id=ID)
    claim = Claim("The trend is up.", (EvidenceId("E1"),))
    report = Reported(Analyst.TECHNICAL, Decimal("0.5"), (claim,), (), "# Technical analysis\n\nThe trend is up [E1].")
    async with house.store.unit_of_work() as uow:
        await uow.analyses.add_step(analysis.id, report, at=house.time)
        await uow.analyses.add_step(analysis.id, Argued(1, Side.BULL, (claim,), "The trend is up [E1]."), at=house.time)
    compare("steps", await all_day.get(f"/api/analyze/{ID}/steps"), golden)
    compare("analyses", await all_day.get("/api/analyses"), golden)


async def test_alerts_engines_and_calibration(house: Any, all_day: Any, ann: User, golden: bool) -> None:
    alert = Alert(
        id=AlertId("f1b2c3d4-e5f6-7890-abcd-ef1234567890"),
        user=ann.id,
        kind=AlertKind.LEVEL_CROSSED,
        severity=Severity.WARNING,
        message="GOOGL closed at 134.20 on 2024-10-10, below the stop of 135.",
        subject=topic_of(TopicKind.RECOMMENDATION, ID),
        created_at=house.time,
    )
    async with house.store.unit_of_work() as uow:
        await uow.alerts.put(Change(alert))
    compare("alerts", await all_day.get("/api/alerts"), golden)
    compare("acknowledge", await all_day.post(f"/api/alerts/{alert.id}/ack"), golden)
    compare("engines", await all_day.get("/api/engines"), golden)
    compare("calibration", await all_day.get("/api/history/calibration"), golden)


async def test_price_alerts(house: Any, ann: User, golden: bool) -> None:
    async with house.client(token=house.token(ann)) as client:
        wanted = {"symbol": "GOOGL", "condition": "below", "value": 120, "note": "Buy more."}
        compare("create_price_alert", await client.post("/api/price-alerts", json=wanted), golden)
        met = await client.post("/api/price-alerts", json={**wanted, "value": 150})
        compare("create_price_alert_400", met, golden)
        other = {"symbol": "NVDA", "condition": "moves", "value": 5, "expiresOn": "2024-12-31"}
        id = (await client.post("/api/price-alerts", json=other)).json()["data"]["id"]
        house.pass_time(minutes=5)
        async with house.store.unit_of_work() as uow:
            made = await uow.price_alerts.get(id)
            trigger = Trigger(Decimal("930.2"), house.time.date(), Decimal("6.28"))
            await uow.price_alerts.put(made.fire(trigger, synthetic=False, at=house.time))
        compare("price_alerts", await client.get("/api/price-alerts"), golden)


async def test_webhooks(house: Any, ann: User, golden: bool) -> None:
    async with house.client(token=house.token(ann)) as client:
        wanted = {"url": "https://example.com/hooks/tradecore", "kinds": ["analysis_complete", "digest_ready"]}
        created = await client.post("/api/webhooks", json=wanted)
        compare("create_webhook", created, golden)
        compare("create_webhook_400", await client.post("/api/webhooks", json={**wanted, "url": "example.com"}), golden)
        path = f"/api/webhooks/{created.json()['data']['id']}"
        compare("rotate_webhook", await client.patch(path, json={"rotateSecret": True}), golden)
        compare("webhooks", await client.get("/api/webhooks"), golden)
        async with house.store.unit_of_work() as uow:
            webhook = await uow.webhooks.get(created.json()["data"]["id"])
            body = (
                '{"type":"digest_ready","timestamp":"2024-10-10T14:23:45Z","data":{"digestId":"analyze_job_20241010'
                '142345_00000000","itemsProcessed":42,"timestamp":"2024-10-10T14:23:45Z","seq":1,"position":7}}'
            )
            delivery = WebhookDelivery.of(webhook, 7, "digest_ready", body, at=house.time)
            await uow.webhooks.add_delivery(delivery)
        async with house.store.unit_of_work() as uow:
            taken = await uow.webhooks.put_delivery(
                (await uow.webhooks.delivery(delivery.entity.id)).take(at=house.time)
            )
            await uow.webhooks.put_delivery(taken.finish(WebhookAnswer(500), at=house.time))
        compare("webhook_deliveries", await client.get(f"{path}/deliveries"), golden)
        again = await client.post(f"{path}/deliveries/{delivery.entity.id}/retry")
        compare("retry_webhook_delivery", again, golden)


async def test_notices(house: Any, ann: User, golden: bool) -> None:
    services = Services()
    house.core = evolve(
        house.core,
        create_notice_channel=evolve(house.core.create_notice_channel, sender=services),
        try_notice_channel=evolve(house.core.try_notice_channel, sender=services),
    )
    async with house.client(token=house.token(ann)) as client:
        night = {"begin": "22:00", "end": "07:30", "timeZone": "Europe/Berlin"}
        wanted = {"url": "chat://secret", "kinds": ["digest_ready", "decision_changed"], "quietHours": night}
        created = await client.post("/api/notice-channels", json={**wanted, "name": "Phone"})
        compare("create_notice_channel", created, golden)
        refused = await client.post("/api/notice-channels", json={**wanted, "url": "example.com"})
        compare("create_notice_channel_400", refused, golden)
        path = f"/api/notice-channels/{created.json()['data']['id']}"
        compare("update_notice_channel", await client.patch(path, json={"enabled": False}), golden)
        compare("notice_channels", await client.get("/api/notice-channels"), golden)
        compare("try_notice_channel", await client.post(f"{path}/test"), golden)
        async with house.store.unit_of_work() as uow:
            channel = await uow.notice_channels.get(created.json()["data"]["id"])
            text = "A digest is ready; 42 news items were considered."
            await uow.notices.add(Notice.of(channel, 7, "digest_ready", text, at=house.time))
        compare("notices", await client.get(f"{path}/notices"), golden)


async def test_watchlists_and_schedules(house: Any, ann: User, golden: bool) -> None:
    async with house.client(token=house.token(ann)) as client:
        wanted = {"name": "Chips", "assets": [{"symbol": "NVDA"}, {"symbol": "BTC-USD", "assetType": "crypto"}]}
        created = await client.post("/api/watchlists", json=wanted)
        compare("create_watchlist", created, golden)
        wrong = {**wanted, "assets": [{"symbol": "NVDA"}, {"symbol": "nvda"}]}
        compare("create_watchlist_400", await client.post("/api/watchlists", json=wrong), golden)
        path = f"/api/watchlists/{created.json()['data']['id']}"
        compare("update_watchlist", await client.patch(path, json={"assets": [{"symbol": "NVDA"}]}), golden)
        compare("watchlists", await client.get("/api/watchlists"), golden)
        analyses = {
            "watchlist": created.json()["data"]["id"],
            "analysts": ["technical", "news"],
            "config": {"researchDepth": 1, "llmModel": "gpt-4o-mini", "llmProvider": "rules"},
            "maxCost": 2.5,
        }
        after_close = {"name": "Chips after the close", "close": {"exchange": "XNYS"}, "analyses": analyses}
        scheduled = await client.post("/api/schedules", json=after_close)
        compare("create_schedule", scheduled, golden)
        eight = {"expression": "0 8 * * 1-5", "timeZone": "Europe/Berlin"}
        digest = {"hours": 24, "reader": "me", "interests": {"categories": ["markets"], "maxStories": 10}}
        for cron, name in (
            (eight, "create_schedule_digest"),
            ({**eight, "expression": "* * * * *"}, "create_schedule_400"),
        ):
            body = {"name": "News at eight", "cron": cron, "digest": digest}
            compare(name, await client.post("/api/schedules", json=body), golden)
        schedule = scheduled.json()["data"]["id"]
        async with house.store.unit_of_work() as uow:
            stored = await uow.schedules.get(schedule)
            due = await uow.schedules.put(Change(evolve(stored, next_due=house.time)))
        assert (due.id, await house.core.fire_schedules(), await house.core.launch_schedule_runs()) == (schedule, 1, 1)
        compare("schedule_runs", await client.get(f"/api/schedules/{schedule}/runs"), golden)
        compare("update_schedule", await client.patch(f"/api/schedules/{schedule}", json={"enabled": False}), golden)
        compare("schedules", await client.get("/api/schedules"), golden)


async def test_models_and_usage(house: Any, all_day: Any, ann: User, golden: bool) -> None:
    call = Call("openai:gpt-5.4-mini", 41_200, 30_100, 2_900, Decimal("0.0237"))
    async with house.store.unit_of_work() as uow:
        await uow.spending.add_usage(ann.id, house.time.date(), "technical_analyst", [call])
        await uow.spending.add_usage(ann.id, house.time.date(), "trader", [call])
        await uow.spending.book(AnalysisId(ID), ann.id, house.time.date(), Decimal("0.0474"))
    compare("models", await all_day.get("/api/models"), golden)
    compare("usage", await all_day.get("/api/usage?days=7"), golden)


async def test_symbols_and_bars(all_day: Any, golden: bool) -> None:
    compare("symbols", await all_day.get("/api/market/symbols?query=nvidia"), golden)
    compare("bars", await all_day.get("/api/market/NVDA/bars?until=2024-10-10&count=1"), golden)
    compare("bars_400", await all_day.get("/api/market/NOPE/bars"), golden)


async def test_backtests(house: Any, all_day: Any, golden: bool) -> None:
    body = {"symbols": ["NVDA"], "from": "2024-09-06", "to": "2024-09-06", "analysts": ["technical"]}
    launched = await all_day.post("/api/backtests", json=body)
    compare("launch_backtest", launched, golden)
    compare("launch_backtest_400", await all_day.post("/api/backtests", json={**body, "to": "2024-09-05"}), golden)
    id = launched.json()["data"]["id"]
    path = f"/api/backtests/{id}"
    decision = Decision(
        Action.BUY, Decimal("7.5"), Decimal(5), Decimal("875.20"), Decimal(850), Decimal(920), "Strong momentum"
    )
    async with house.store.unit_of_work() as uow:
        backtest = await uow.backtests.get(id)
        await uow.backtests.add(id, Trial(Symbol("NVDA"), date(2024, 9, 6), decision, "0" * 64))
    report = await house.core.evaluate_backtest(backtest)
    async with house.store.unit_of_work() as uow:
        await uow.backtests.put_report(report)
    compare("backtests", await all_day.get("/api/backtests"), golden)
    compare("backtest", await all_day.get(path), golden)
    compare("backtest_404", await all_day.get("/api/backtests/unknown"), golden)
    compare("cancel_backtest_409", await all_day.delete(path), golden)
    other = (await all_day.post("/api/backtests", json={**body, "every": "day"})).json()["data"]
    compare("cancel_backtest", await all_day.delete(f"/api/backtests/{other['id']}"), golden)


async def test_comparisons(house: Any, golden: bool) -> None:
    ann = await house.user()
    launch = house.core.launch_analysis
    engines = Engines((launch.engines.get("rules"), HoldEngine()))
    core = evolve(
        house.core,
        launch_comparison=evolve(house.core.launch_comparison, launch=evolve(launch, engines=engines)),
    )
    body = {
        "symbol": "NVDA",
        "assetType": "equity",
        "date": "2024-10-10",
        "analysts": ["technical", "news"],
        "config": {"researchDepth": 1, "llmModel": "gpt-4o-mini"},
        "engines": ["rules", "hold"],
    }
    async with house.client(house.app(core), token=house.token(ann)) as client:
        launched = await client.post("/api/compare", json=body)
        compare("launch_comparison", launched, golden)
        wrong = await client.post("/api/compare", json={**body, "engines": ["rules", "nope"]})
        compare("launch_comparison_400", wrong, golden)
        ticket = launched.json()["data"]
        actions = (Action.BUY, Decimal("0.6")), (Action.SELL, Decimal("-0.4"))
        evidence = Evidence(
            EvidenceId("E1"), EvidenceKind.PRICE, "NVDA closed at 875.20 on 2024-10-10.", date(2024, 10, 10), "sample",
            "0" * 64, Decimal("875.20"), "USD", "close",
        )  # fmt: skip
        async with house.store.unit_of_work() as uow:
            comparison = await uow.comparisons.get(ticket["comparisonId"])
            await uow.comparisons.put(comparison.with_evidence(Collected((evidence,), "0" * 64, ("sample",))))
            for row, (action, score) in zip(ticket["analyses"], actions, strict=True):
                claim = Claim("The close says so.", (evidence.id,))
                steps = [
                    Reported(Analyst.TECHNICAL, score, (claim,), (), "# Technical analysis"),
                    Decided(decision := decided(action), f"Recommend {action}."),
                ]
                analysis = await uow.analyses.get(row["analysisId"])
                started = await uow.analyses.put(analysis.start(at=house.time))
                for step in steps:
                    await uow.analyses.add_step(analysis.id, step, at=house.time)
                await uow.analyses.put(
                    started.complete(decision, at=house.time + timedelta(seconds=4), cost=Decimal(0))
                )
        path = f"/api/compare/{ticket['comparisonId']}"
        compare("comparison", await client.get(path), golden)
        compare("comparisons", await client.get("/api/compare"), golden)
        compare("comparison_404", await client.get("/api/compare/unknown"), golden)
        compare("cancel_comparison_409", await client.delete(path), golden)
        other = (await client.post("/api/compare", json={**body, "date": "2024-10-09"})).json()["data"]
        compare("cancel_comparison", await client.delete(f"/api/compare/{other['comparisonId']}"), golden)


def decided(action: Action) -> Decision:
    levels = (850, 920) if action is Action.BUY else (900, 820)
    return Decision(action, Decimal("7.5"), Decimal(5), Decimal("875.20"), *map(Decimal, levels), "Momentum")


async def test_accounts(house: Any, stranger: Any, golden: bool) -> None:
    await house.core.create_user("user@example.com", "securepassword123", name="John Doe")
    house.pass_time(minutes=96)
    answer = await stranger.post("/api/auth/login", json={"email": "user@example.com", "password": "securepassword123"})
    compare("login", answer, golden)
    token = answer.json()["data"]["refreshToken"]
    wrong = {"email": "user@example.com", "password": "not this one"}
    compare("login_401", await stranger.post("/api/auth/login", json=wrong), golden)
    house.pass_time(minutes=30)
    compare("refresh", await stranger.post("/api/auth/refresh", json={"refreshToken": token}), golden)
    compare("logout", await stranger.post("/api/auth/logout", json={"refreshToken": token}), golden)
    compare("refresh_401", await stranger.post("/api/auth/refresh", json={"refreshToken": token}), golden)


async def test_tokens_and_accounts(house: Any, stranger: Any, golden: bool) -> None:
    admin = await house.user("admin@example.com", scopes=(*ACCOUNT_SCOPES, Scope.ADMIN))
    await house.core.create_user("user@example.com", "securepassword123", name="John Doe")
    signed_in = await stranger.post(
        "/api/auth/login", json={"email": "user@example.com", "password": "securepassword123"}
    )
    async with house.client(token=signed_in.json()["data"]["token"]) as client:
        compare("me", await client.get("/api/auth/me"), golden)
        wanted = {"name": "nightly script", "scopes": ["read", "launch"], "expiresInDays": 90}
        compare("create_token", await client.post("/api/tokens", json=wanted), golden)
        compare("tokens", await client.get("/api/tokens"), golden)
        change = {"current": "securepassword123", "new": "another good password"}
        compare("change_password", await client.post("/api/auth/password", json=change), golden)
    async with house.client(token=house.token(admin)) as client:
        account = {"email": "jane@example.com", "name": "Jane Roe", "scopes": ["read"], "password": "securepassword456"}
        created = await client.post("/api/users", json=account)
        compare("create_user", created, golden)
        path = f"/api/users/{created.json()['data']['id']}"
        compare("update_user", await client.patch(path, json={"scopes": ["read", "launch"]}), golden)
        compare("users", await client.get("/api/users"), golden)
    reset = await house.core.allow_password_reset("user@example.com")
    change = {"token": reset.text, "new": "a third good password"}
    compare("reset_password", await stranger.post("/api/auth/reset", json=change), golden)
    compare("reset_password_401", await stranger.post("/api/auth/reset", json=change), golden)


async def test_sources_and_digests(house: Any, golden: bool) -> None:
    feed = b"""<rss version="2.0"><channel><title>The Wire</title><item><title>Exchange lists token</title>
      <link>https://wire.example/1</link><pubDate>Thu, 10 Oct 2024 14:00:00 GMT</pubDate></item></channel></rss>"""

    async def discover(address: str, mapping: FieldMapping | None = None) -> Discovery:
        if "feed" not in address:
            raise Invalid.one("url", f"{address} cannot be read as a source: it answered with status 404.")
        read = read_document(feed, source="", url=address)
        return Discovery(url=address, format=read.format, title=read.title, items=read.items, warning=read.complaint)

    house.core = evolve(house.core, discover_source=DiscoverSource(discover))
    admin = await house.user("admin@example.com", scopes=(*ACCOUNT_SCOPES, Scope.ADMIN))
    async with house.client(token=house.token(admin)) as client:
        wanted = {"url": "https://wire.example/feed.xml", "name": "Wire"}
        compare("add_source", await client.post("/api/sources", json=wanted), golden)
        compare("add_source_400", await client.post("/api/sources", json={"url": "https://wire.example/"}), golden)
        compare("sources", await client.get("/api/sources"), golden)
        digest = await house.digest(admin, "Exchange lists token")
        compare("digests", await client.get("/api/digests"), golden)
        compare("digest", await client.get(f"/api/digests/{job_id_of(digest.id)}"), golden)
        wanted = {"assets": ["BTC", "$ON"], "excludedWords": ["price prediction"], "sourceWeights": {"Wire": 10}}
        compare("set_interests", await client.put("/api/settings/interests", json=wanted), golden)
        wrong = {"categories": ["Sports"]}
        compare("set_interests_400", await client.put("/api/settings/interests", json=wrong), golden)
        compare("interests", await client.get("/api/settings/interests"), golden)


async def test_whole_door(stranger: Any, golden: bool) -> None:
    compare("root", await stranger.get("/"), golden)
    compare("health", await stranger.get("/health"), golden)
    compare("ready", await stranger.get("/ready"), golden)
    compare("404", await stranger.get("/nothing"), golden)
    compare("405", await stranger.put("/health"), golden)


async def test_openapi_document(stranger: Any, golden: bool) -> None:
    """A change of the document is a change of the contract, and is read as one."""
    compare("openapi", await stranger.get("/openapi.json"), golden)
