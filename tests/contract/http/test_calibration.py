"""Calibration over HTTP: whose decisions it is about, and that too few say nothing."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tradecore.model.analyses import AnalysisState
from tradecore.model.market import AssetType, Symbol
from tradecore.model.track_record import Exit, Score, TradeOutcome
from tradecore.model.users import User


async def ask(client: httpx.AsyncClient, **query: object) -> Any:
    answer = await client.get("/api/history/calibration", params={name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def scored(house: Any, user: User, confidence: str, returned: str, days_ago: int = 1, **brief: Any) -> None:
    analysis = await house.analysis(
        user, AnalysisState.COMPLETED, created=house.time - timedelta(days=days_ago), confidence=confidence, **brief
    )
    day, price = date(2024, 10, 11), Decimal(100)
    outcome = TradeOutcome(day, price, day, price, Exit.HORIZON, Decimal(returned), Decimal("0.2"), Decimal(1), "test")
    async with house.store.unit_of_work() as uow:
        await uow.analyses.put(analysis.score(outcome.return_percent))
        await uow.scores.add(Score(analysis.id, outcome, house.time))


async def test_without_scored_decisions_everything_but_the_counts_is_null(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    await house.analysis(ann, AnalysisState.COMPLETED)
    data = await ask(client)
    buckets = data.pop("buckets")
    assert data == {
        "sampleSize": 0,
        "hitRate": None,
        "avgConfidence": None,
        "avgReturn": None,
        "avgBenchmarkReturn": None,
        "benchmarked": 0,
        "brierScore": None,
        "brierReference": None,
    }
    assert [(each["from"], each["to"], each["sampleSize"]) for each in buckets] == [(n, n + 1, 0) for n in range(10)]


async def test_confidence_is_held_against_what_came(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    for returned in ("2", "3", "-1", "4", "-2"):
        await scored(house, ann, "8", returned)
    await scored(house, ann, "3.5", "-5")
    data = await ask(client)
    assert (data["sampleSize"], data["benchmarked"]) == (6, 6)
    assert data["hitRate"] == pytest.approx(50)
    assert data["avgReturn"] == pytest.approx(1 / 6, abs=1e-4)
    assert data["avgBenchmarkReturn"] == 1
    assert data["brierScore"] == pytest.approx((3 * 0.04 + 2 * 0.64 + 0.1225) / 6, abs=1e-4)
    assert data["brierReference"] == 0.25
    eight, three = data["buckets"][8], data["buckets"][3]
    assert eight == {
        "from": 8, "to": 9, "sampleSize": 5, "avgConfidence": 8, "hitRate": 60, "avgReturn": 1.2,
    }  # fmt: skip
    assert (three["sampleSize"], three["avgConfidence"], three["hitRate"], three["avgReturn"]) == (1, 3.5, None, None)


async def test_filters_and_other_people(house: Any, client: httpx.AsyncClient, ann: User, ben: User) -> None:
    await scored(house, ann, "7", "1", symbol=Symbol("BTC-USD"), asset_type=AssetType.CRYPTO)
    await scored(house, ann, "7", "1", days_ago=400)
    await scored(house, ann, "7", "1")
    await scored(house, ben, "7", "1")
    sizes = [
        (await ask(client, **query))["sampleSize"]
        for query in ({}, {"days": 1000}, {"symbol": "btc-usd"}, {"assetType": "equity"}, {"days": 1})
    ]
    assert sizes == [2, 3, 1, 1, 2]


@pytest.mark.parametrize("query", ["days=0", "days=x", "assetType=bond", "symbol=%21"])
async def test_bad_queries_are_refused_by_field(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/api/history/calibration?{query}")
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["error"]["details"]] == [query.partition("=")[0]]


async def test_strangers_are_told_to_sign_in(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/api/history/calibration")).status_code == 401
