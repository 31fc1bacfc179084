"""Past decisions over HTTP: filters, sorting, pages, and what they amount to."""

from datetime import date, timedelta
from decimal import Decimal
from statistics import mean, stdev
from typing import Any

import httpx
import pytest

from tradecore.model.analyses import AnalysisState
from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action
from tradecore.model.users import User
from tradecore_adapters.client.async_client import AsyncClient

DONE = AnalysisState.COMPLETED


async def ask(client: httpx.AsyncClient, **query: object) -> Any:
    answer = await client.get("/api/history", params={name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def ids(data: Any) -> list[str]:
    return [row["id"] for row in data["analyses"]]


@pytest.fixture
async def past(house: Any, ann: User) -> list[str]:
    """Six past decisions, oldest first."""
    made = []
    for n, (symbol, returned, confidence) in enumerate(
        [
            ("NVDA", "5.2", "8.5"),
            ("AAPL", "-1.5", "6"),
            ("NVDA", None, "9"),
            ("BTC-USD", "3", "6"),
            ("NVDA", "0", "7"),
            ("AAPL", "2.25", "5"),
        ]
    ):
        analysis = await house.analysis(
            ann,
            DONE,
            created=house.time - timedelta(days=12 - 2 * n),
            returned=returned,
            confidence=confidence,
            symbol=Symbol(symbol),
            asset_type=AssetType.CRYPTO if symbol == "BTC-USD" else AssetType.EQUITY,
            as_of=date(2024, 9, 1 + n),
        )
        made.append(analysis.id)
    return made


async def test_newest_first_by_default(client: httpx.AsyncClient, past: list[str]) -> None:
    assert ids(await ask(client)) == past[::-1]
    assert ids(await ask(client, sortOrder="asc")) == past


async def test_confidence_sorts_with_ties_by_id(client: httpx.AsyncClient, past: list[str]) -> None:
    by_confidence = [past[2], past[0], past[4], *sorted([past[1], past[3]], reverse=True), past[5]]
    assert ids(await ask(client, sortBy="confidence")) == by_confidence
    assert ids(await ask(client, sortBy="confidence", sortOrder="asc")) == by_confidence[::-1]


async def test_rows_without_a_return_come_last_in_both_orders(client: httpx.AsyncClient, past: list[str]) -> None:
    best = [past[0], past[3], past[5], past[4], past[1]]
    assert ids(await ask(client, sortBy="return")) == [*best, past[2]]
    assert ids(await ask(client, sortBy="return", sortOrder="asc")) == [*best[::-1], past[2]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"symbol": "nvda"}, [4, 2, 0]),
        ({"assetType": "crypto"}, [3]),
        ({"assetType": "equity", "symbol": "AAPL"}, [5, 1]),
        ({"days": 5}, [5, 4]),
        ({"symbol": "TSLA"}, []),
    ],
)
async def test_filters(
    client: httpx.AsyncClient, past: list[str], query: dict[str, object], expected: list[int]
) -> None:
    data = await ask(client, **query)
    assert ids(data) == [past[n] for n in expected]
    assert data["metrics"]["totalAnalyses"] == data["pagination"]["total"] == len(expected)


async def test_thirty_days_by_default_and_any_number_on_demand(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    old = (await house.analysis(ann, DONE, created=house.time - timedelta(days=31))).id
    assert ids(await ask(client)) == []
    assert ids(await ask(client, days=32)) == [old]
    assert ids(await ask(client, days=36500)) == [old]


async def test_only_completed_analyses_count(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    for state in (AnalysisState.QUEUED, AnalysisState.RUNNING, AnalysisState.FAILED):
        await house.analysis(ann, state)
    assert (await ask(client))["metrics"]["totalAnalyses"] == 0


async def test_pages_hold_everything_once(client: httpx.AsyncClient, past: list[str]) -> None:
    seen = []
    for page, more in ((1, True), (2, True), (3, False), (4, False)):
        data = await ask(client, limit=2, page=page)
        assert data["pagination"] == {"total": 6, "page": page, "pageSize": 2, "hasNext": more}
        seen += ids(data)
    assert seen == past[::-1]


async def test_metrics_are_of_all_rows_whatever_page_is_shown(client: httpx.AsyncClient, past: list[str]) -> None:
    metrics = (await ask(client, limit=1))["metrics"]
    assert metrics["totalAnalyses"] == 6
    assert metrics["sampleSize"] == 5
    assert metrics["winRate"] == 60
    assert metrics["avgReturn"] == 1.79
    assert metrics["avgConfidence"] == 6.9167
    assert metrics == (await ask(client, page=2, limit=3))["metrics"]


async def test_metrics_can_be_computed_again_from_the_rows(
    house: Any, client: httpx.AsyncClient, ann: User, past: list[str]
) -> None:
    followed = await house.analysis(ann, DONE, confidence="4")
    async with house.store.unit_of_work() as uow:
        await uow.analyses.put((await uow.analyses.get(followed.id)).follow(Decimal("-2.5")))
    data = await ask(client, limit=200)
    row = next(row for row in data["analyses"] if row["id"] == followed.id)
    assert (row["actualReturn"], row["returnPercent"], row["horizonReturn"], row["scored"]) == (-2.5, -2.5, None, False)
    returns = [row["actualReturn"] for row in data["analyses"] if row["actualReturn"] is not None]
    metrics = data["metrics"]
    assert (metrics["sampleSize"], metrics["totalAnalyses"]) == (len(returns), len(data["analyses"]))
    assert metrics["winRate"] == pytest.approx(100 * sum(value > 0 for value in returns) / len(returns), abs=1e-4)
    assert metrics["avgReturn"] == pytest.approx(mean(returns), abs=1e-4)
    # thirteen horizons of four weeks in a year
    assert metrics["sharpeRatio"] == pytest.approx(mean(returns) / stdev(returns) * 13**0.5, abs=1e-4)
    assert metrics["avgConfidence"] == pytest.approx(mean(row["confidence"] for row in data["analyses"]), abs=1e-4)


async def test_a_final_return_replaces_the_one_so_far_and_is_marked(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    followed = await house.analysis(ann, DONE)
    async with house.store.unit_of_work() as uow:
        await uow.analyses.put((await uow.analyses.get(followed.id)).follow(Decimal("-2.5")))
        await uow.analyses.put((await uow.analyses.get(followed.id)).score(Decimal("1.25")))
    data = await ask(client)
    [row] = data["analyses"]
    assert (row["actualReturn"], row["horizonReturn"], row["scored"]) == (1.25, 1.25, True)
    assert (data["metrics"]["avgReturn"], data["metrics"]["winRate"]) == (1.25, 100)


async def test_dates_sort_by_the_analysed_day_and_within_it_by_creation(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    made = {}
    for name, day, hours in (("old", 1, 0), ("early", 3, 2), ("late", 3, 1)):
        created = house.time - timedelta(hours=hours)
        made[name] = (await house.analysis(ann, DONE, created=created, as_of=date(2024, 10, day))).id
    assert ids(await ask(client, sortBy="date")) == [made["late"], made["early"], made["old"]]
    assert ids(await ask(client, sortBy="date", sortOrder="asc")) == [made["old"], made["early"], made["late"]]


async def test_a_hidden_decision_leaves_the_pages_and_not_the_metrics(
    client: httpx.AsyncClient, past: list[str]
) -> None:
    before = (await ask(client))["metrics"]
    assert (await client.delete(f"/api/analyses/{past[1]}")).status_code == 204
    data = await ask(client)
    assert past[1] not in ids(data)
    assert data["pagination"]["total"] == 5
    assert data["metrics"] == {**before, "hidden": 1}


async def test_metrics_without_a_return_are_null_and_never_zero(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    nothing = {"winRate": None, "avgReturn": None, "avgConfidence": None, "sharpeRatio": None, "sampleSize": 0}
    assert (await ask(client))["metrics"] == {
        **nothing, "totalAnalyses": 0, "hidden": 0, "scored": {**nothing, "days": 365},
    }  # fmt: skip
    await house.analysis(ann, DONE, returned="1.5")
    metrics = (await ask(client))["metrics"]
    assert (metrics["winRate"], metrics["avgReturn"], metrics["sharpeRatio"]) == (100, 1.5, None)
    await house.analysis(ann, DONE, returned="1.5", action=Action.SELL)
    metrics = (await ask(client))["metrics"]
    assert (metrics["winRate"], metrics["avgReturn"], metrics["sharpeRatio"]) == (100, 1.5, None)


@pytest.mark.parametrize("name", ["limit", "page", "days"])
@pytest.mark.parametrize("value", ["0", "-1", "1" + "0" * 30, "1.5", "abc", "١٢", "0x10", "1e2", " ", "true", "NaN"])
async def test_s93_numbers_out_of_range_are_400(client: httpx.AsyncClient, name: str, value: str) -> None:
    answer = await client.get("/api/history", params={name: value})
    assert answer.status_code == 400
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == [name]


async def test_the_python_client_names_the_parameter_that_is_not_valid(house: Any, ann: User, serve: Any) -> None:
    async with serve(house.app()) as address, AsyncClient(address, token=house.token(ann)) as api:
        with pytest.raises(Invalid, match=r"^limit: This is a whole number from 1 to 200\.$"):
            await api.history(limit=201)


async def test_s93_two_hundred_rows_are_the_most(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/history", params={"limit": 200})).status_code == 200
    assert (await client.get("/api/history", params={"limit": 201})).status_code == 400


async def test_s93_a_page_past_the_last_is_empty(client: httpx.AsyncClient, past: list[str]) -> None:
    assert ids(await ask(client, page=1_000_000, limit=200)) == []
    assert (await client.get("/api/history", params={"page": 1_000_001})).status_code == 400


@pytest.mark.parametrize("name", ["symbol", "assetType", "sortBy", "sortOrder"])
@pytest.mark.parametrize(
    "value",
    [
        "' OR '1'='1",
        "NVDA'; DROP TABLE analyses; --",
        "%",
        "_",
        "NVDA%",
        "created_at",
        "id desc",
        "1",
        "DATE",
        "\\",
        "\x00",
    ],
)
async def test_s94_text_meant_for_a_database_is_400(
    client: httpx.AsyncClient, past: list[str], name: str, value: str
) -> None:
    answer = await client.get("/api/history", params={name: value})
    if answer.status_code == 200:
        assert name == "symbol"
        assert answer.json()["data"]["analyses"] == []
    else:
        assert answer.status_code == 400
        assert answer.json()["error"]["details"][0]["field"] == name
    assert len(ids(await ask(client))) == 6


@pytest.mark.parametrize("text", ["A" * 5_000 + "!", "A-" * 2_500, "^" * 2_000, "A." * 2_000 + "!"])
async def test_s95_no_pattern_of_ours_takes_its_time(client: httpx.AsyncClient, text: str) -> None:
    """A pattern that backtracked would run into the time limit of the suite."""
    for name in ("symbol", "days", "sortBy"):
        assert (await client.get("/api/history", params={name: text})).status_code == 400
    assert (await client.post("/api/auth/login", json={"email": text, "password": "x"})).status_code == 400
    for header in ("Authorization", "X-Request-ID", "Idempotency-Key"):
        assert (await client.get("/api/history", headers={header: text})).status_code in (200, 401)


@pytest.mark.parametrize("name", ["foo", "sortby", "offset", "token"])
async def test_an_unknown_parameter_is_ignored(client: httpx.AsyncClient, past: list[str], name: str) -> None:
    assert len(ids(await ask(client, **{name: "1"}))) == 6


@pytest.mark.parametrize("query", ["symbol=&days=&sortBy=&assetType=&page=&limit=", "symbol&days", "=&&"])
async def test_an_empty_parameter_is_as_if_absent(client: httpx.AsyncClient, past: list[str], query: str) -> None:
    answer = await client.get(f"/api/history?{query}")
    assert answer.status_code == 200
    assert answer.json() == (await client.get("/api/history")).json()


async def test_pages_link_to_each_other(house: Any, client: httpx.AsyncClient, ann: User, past: list[str]) -> None:
    collected: list[str] = []
    path = "/api/history?limit=2&sortBy=confidence&symbol="
    while path:
        answer = await client.get(path)
        collected += ids(answer.json()["data"])
        path = answer.links.get("next", {}).get("url", "")
    assert len(collected) == len(set(collected)) == 6
    assert answer.links.keys() == {"first", "prev", "last"}
    assert answer.links["prev"]["url"] == "/api/history?limit=2&sortBy=confidence&page=2"
    async with house.client(token=house.token(ann), root_path="/trading") as prefixed:
        links = (await prefixed.get("/api/history?limit=2")).links
        assert links["next"]["url"] == "/trading/api/history?limit=2&page=2"
        far = (await prefixed.get("/api/history?limit=2&page=9")).links
        assert {rel: link["url"][-6:] for rel, link in far.items()} == {
            "first": "page=1", "last": "page=3", "prev": "page=3",
        }  # fmt: skip


@pytest.mark.parametrize("query", ["limit=1&limit=2", "limit=1&limit=1", "symbol=%ff", "symbol=%00"])
async def test_s09_a_query_that_can_be_read_two_ways_is_400(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"/api/history?{query}")).status_code == 400


async def test_everything_wrong_is_said_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/history", params={"limit": 0, "sortBy": "x", "symbol": "??", "page": 1})
    assert {detail["field"] for detail in answer.json()["error"]["details"]} == {"limit", "sortBy", "symbol"}
