"""Portfolios and recommendations over HTTP: whose they are, what is said no to, and what a key promises."""

import asyncio
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from attrs import evolve
from structlog.testing import capture_logs

from tradecore.model.change import Change
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import RecommendationId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.position_import import ImportedPosition
from tradecore.model.recommendations import Recommendation
from tradecore.model.steps import Action
from tradecore.model.users import Caller, User

PATH = "/api/portfolio/recommendations"
GOOGL = Asset(Symbol("GOOGL"), AssetType.EQUITY)
UNKNOWN = "ffffffff-ffff-4fff-bfff-ffffffffffff"


async def recommend(house: Any, user: User, **fields: Any) -> RecommendationId:
    made = Recommendation(
        **{
            "id": RecommendationId(house.new_id()),
            "user": user.id,
            "asset": GOOGL,
            "action": Action.BUY,
            "confidence": Decimal("7.8"),
            "position_size": Decimal(5),
            "entry": Decimal("140.50"),
            "stop": Decimal(135),
            "target": Decimal(150),
            "reasoning": "Strong fundamentals.",
            "created_at": house.time,
            "expires_at": house.time + timedelta(hours=6),
            **fields,
        }
    )
    async with house.store.unit_of_work() as uow:
        return (await uow.recommendations.put(Change(made))).id


@pytest.mark.parametrize("verb", ["execute", "reject"])
async def test_s42_a_foreign_recommendation_is_as_unknown_as_a_random_one(
    verb: str, house: Any, client: httpx.AsyncClient, ben: User
) -> None:
    theirs = await recommend(house, ben)
    answers = [await client.post(f"{PATH}/{id}/{verb}") for id in (theirs, UNKNOWN)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text.replace(theirs, UNKNOWN) == answers[1].text
    async with house.client(token=house.token(ben)) as owner:
        [still] = (await owner.get(PATH)).json()["data"]
    assert (still["id"], still["status"]) == (theirs, "pending")


async def test_s43_lists_and_totals_hold_nothing_of_others(
    house: Any, client: httpx.AsyncClient, ann: User, ben: User
) -> None:
    own = await recommend(house, ann)
    await recommend(house, ben)
    owned = ImportedPosition(GOOGL, Decimal(7), Decimal(100))
    await house.core.import_positions((owned,), by=Caller(ben.id))
    assert [each["id"] for each in (await client.get(PATH)).json()["data"]] == [own]
    data = (await client.get("/api/portfolio")).json()["data"]
    assert (data["userId"], data["positions"], data["totalValue"]) == (ann.id, [], 100000)


@pytest.mark.parametrize("id", ["x", "a" * 36, "%00", "' OR 1=1 --", "{}"])
@pytest.mark.parametrize("verb", ["execute", "reject"])
async def test_an_id_that_cannot_be_one_is_404(client: httpx.AsyncClient, id: str, verb: str) -> None:
    assert (await client.post(f"{PATH}/{id}/{verb}")).status_code == 404


@pytest.mark.parametrize("query", ["status=done", "status=PENDING", "status=pending&status=expired"])
async def test_a_state_that_is_none_is_400(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"{PATH}?{query}")).status_code == 400


async def test_lists_are_by_state_and_empty_is_a_list(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    for state in ("pending", "executed", "rejected", "expired"):
        assert (await client.get(f"{PATH}?status={state}")).json()["data"] == []
    executed, rejected, pending = [await recommend(house, ann) for _ in range(3)]
    await client.post(f"{PATH}/{executed}/execute")
    await client.post(f"{PATH}/{rejected}/reject")
    for state, id in (("executed", executed), ("rejected", rejected), ("pending", pending)):
        [found] = (await client.get(f"{PATH}?status={state}")).json()["data"]
        assert (found["id"], found["status"]) == (id, state)
    house.pass_time(hours=6)
    async with house.client(token=house.token(ann)) as later:
        assert (await later.get(PATH)).json()["data"] == []
        assert [each["id"] for each in (await later.get(f"{PATH}?status=expired")).json()["data"]] == [pending]


async def test_what_is_executed_is_in_the_portfolio_to_the_cent(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    done = (await client.post(f"{PATH}/{await recommend(house, ann)}/execute")).json()["data"]
    assert (done["status"], done["quantity"], done["fee"]) == ("executed", 35, 0)
    data = (await client.get("/api/portfolio")).json()["data"]
    [position] = data["positions"]
    assert position["quantity"] == 35
    assert position["avgEntryPrice"] == done["executionPrice"] == 140.57
    assert position["currentValue"] == 4917.5
    assert position["returnAbsolute"] == data["totalReturn"] == -2.45
    assert data["cash"] == 100_000 - round(35 * 140.57, 2)
    assert data["totalValue"] == data["cash"] + position["currentValue"]


async def test_executing_again_and_all_at_once_gives_one_answer(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    id = await recommend(house, ann)
    answers = await asyncio.gather(*(client.post(f"{PATH}/{id}/execute") for _ in range(16)))
    done = {answer.text.partition('"timestamp"')[0] for answer in answers if answer.status_code == 200}
    assert len(done) == 1
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert (await client.post(f"{PATH}/{id}/execute")).text.partition('"timestamp"')[0] in done
    assert len((await client.get("/api/portfolio")).json()["data"]["positions"]) == 1


async def test_a_key_repeats_its_answer_and_is_no_use_for_another(
    house: Any, client: httpx.AsyncClient, ann: User, ben: User
) -> None:
    first, second = await recommend(house, ann), await recommend(house, ann)
    key = {"Idempotency-Key": "k-1"}
    done = await client.post(f"{PATH}/{first}/execute", headers=key)
    assert (await client.post(f"{PATH}/{first}/execute", headers=key)).json() == done.json()
    assert (await client.post(f"{PATH}/{second}/execute", headers=key)).status_code == 422
    assert (await client.post(f"{PATH}/{second}/execute", headers={"Idempotency-Key": "é".encode()})).status_code == 400
    theirs = await recommend(house, ben)
    async with house.client(token=house.token(ben)) as other:
        assert (await other.post(f"{PATH}/{theirs}/execute", headers=key)).status_code == 200


async def test_gates_are_409_with_a_clear_message(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    for fields, said in (
        ({"action": Action.SELL}, "no GOOGL to sell"),
        ({"entry": Decimal(100)}, "away from"),
        ({"position_size": Decimal(200)}, "are free"),
    ):
        answer = await client.post(f"{PATH}/{await recommend(house, ann, **fields)}/execute")
        assert answer.status_code == 409
        assert said in answer.json()["error"]["message"]


async def test_an_order_that_is_not_filled_yet_is_202_and_an_unknown_one_503(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    class Slow:
        name = "slow"
        report = ExecutionReport(BrokerStatus.ACCEPTED)

        async def exits_objection(self, order: Any) -> str:
            return ""

        async def submit(self, order: Any) -> ExecutionReport:
            return self.report

        async def find(self, id: Any) -> ExecutionReport | None:
            return None if self.report.status is BrokerStatus.AMBIGUOUS else self.report

    execute, slow = house.core.execute_recommendation, Slow()
    settle = evolve(execute.settle, broker=slow)
    core = evolve(house.core, execute_recommendation=evolve(execute, broker=slow, settle=settle))
    async with house.client(house.app(core), token=house.token(ann)) as slowly:
        accepted, unknown = await recommend(house, ann), await recommend(house, ann)
        answer = await slowly.post(f"{PATH}/{accepted}/execute")
        assert answer.status_code == 202
        shown = answer.json()["data"]
        assert (shown["status"], shown["executedAt"], shown["executionPrice"]) == ("pending", None, None)
        slow.report = ExecutionReport(BrokerStatus.FILLED, Decimal(35), Decimal("140.6"))
        answer = await slowly.post(f"{PATH}/{accepted}/execute")
        assert (answer.status_code, answer.json()["data"]["executionPrice"]) == (200, 140.6)
        house.pass_time(seconds=61)
        slow.report = ExecutionReport(BrokerStatus.AMBIGUOUS)
        answer = await slowly.post(f"{PATH}/{unknown}/execute")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0


async def test_s91_numbers_are_short_and_s69_money_leaves_a_record(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    owned = ImportedPosition(Asset(Symbol("DUST-USD"), AssetType.CRYPTO), Decimal("0.12345678"), Decimal("0.00000003"))
    await house.core.import_positions((owned,), by=Caller(ann.id))
    text = (await client.get("/api/portfolio")).text
    [shown] = json.loads(text, parse_float=Decimal)["data"]["positions"]
    assert (shown["quantity"], shown["avgEntryPrice"]) == (Decimal("0.12345678"), Decimal("0.00000003"))
    assert (shown["currentValue"], shown["returnAbsolute"]) == (Decimal("108.05"), Decimal("108.05"))
    with capture_logs() as logs:
        id, other = await recommend(house, ann), await recommend(house, ann)
        await client.post(f"{PATH}/{id}/execute")
        await client.post(f"{PATH}/{other}/reject")
    assert [(each["event"], each["user"]) for each in logs] == [("execute", ann.id), ("reject", ann.id)]


@pytest.mark.parametrize("body", [None, b"", b"{}", b'{"confirm":false}'])
async def test_a_double_click_on_two_recommendations_of_a_symbol_is_one_order(
    house: Any, client: httpx.AsyncClient, ann: User, body: bytes | None
) -> None:
    first, second = await recommend(house, ann), await recommend(house, ann)
    sent: dict[str, Any] = {} if body is None else {"content": body, "headers": {"Content-Type": "application/json"}}
    assert (await client.post(f"{PATH}/{first}/execute", **sent)).status_code == 200
    answer = await client.post(f"{PATH}/{second}/execute", **sent)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (409, "confirmation_needed")
    assert error["details"] == {"confirmable": True, "symbol": "GOOGL", "held": 35}
    assert (await client.post(f"{PATH}/{second}/execute", json={"confirm": True})).status_code == 200


@pytest.mark.parametrize("body", [{"confirmed": True}, {"confirm": "yes"}, [1]])
async def test_a_body_that_execute_does_not_know_is_refused(
    house: Any, client: httpx.AsyncClient, ann: User, body: object
) -> None:
    answer = await client.post(f"{PATH}/{await recommend(house, ann)}/execute", json=body)
    assert answer.status_code == 400


async def test_recommendations_are_an_array_and_paged_where_a_page_is_wanted(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    made = [await recommend(house, ann, created_at=house.time + timedelta(seconds=n)) for n in range(201)]
    whole = await client.get(PATH)
    assert [row["id"] for row in whole.json()["data"]] == made[:0:-1]
    assert "pagination" not in whole.json()
    assert 'page=2>; rel="next"' in whole.headers["link"]
    rest = await client.get(PATH, params={"page": 2, "limit": 200})
    assert [row["id"] for row in rest.json()["data"]] == made[:1]
    assert rest.json()["pagination"] == {"total": 201, "page": 2, "pageSize": 200, "hasNext": False}
    [row] = (await client.get(PATH, params={"limit": 1})).json()["data"]
    assert row["id"] == made[-1]
    house.pass_time(hours=7)
    async with house.client(token=house.token(ann)) as later:
        assert (await later.get(PATH)).json()["data"] == []
        expired = (await later.get(PATH, params={"status": "expired", "limit": 5})).json()
    assert expired["pagination"]["total"] == 201
    assert {row["status"] for row in expired["data"]} == {"expired"}


@pytest.mark.parametrize(
    ("exact", "shown"), [("0.0000000764", 0.0000000764), ("0.0000294", 0.0000294), ("0.00000921", 0.00000921)]
)
async def test_the_price_of_a_small_coin_is_shown_with_its_digits(
    house: Any, client: httpx.AsyncClient, ann: User, exact: str, shown: float
) -> None:
    price = Decimal(exact)
    await recommend(house, ann, entry=price, stop=price * Decimal("0.9"), target=price * Decimal("1.1"))
    [row] = (await client.get(PATH)).json()["data"]
    assert (row["entryPrice"], row["stopLoss"]) == (shown, pytest.approx(shown * 0.9, rel=1e-9))
