"""The portfolio over HTTP: cash in and out, positions that were bought elsewhere, and its value over time."""

from typing import Any

import httpx
import pytest

from tradecore.model.users import User

CASH, IMPORT, HISTORY = "/api/portfolio/cash", "/api/portfolio/import", "/api/portfolio/history"

CSV = {"Content-Type": "text/csv"}
TABLE = b"Symbol,Qty,Avg Price\nGOOGL,10,100.50\nBTC-USD,0.5,60000\n"
OWNED = [
    {"symbol": "googl", "quantity": 10, "price": 100.5},
    {"symbol": "BTC-USD", "quantity": 0.5, "price": 60000},
]


async def test_cash_is_paid_in_and_out_and_never_more_than_there_is(client: httpx.AsyncClient) -> None:
    assert (await client.post(CASH, json={"amount": 250.5})).json()["data"] == {"cash": 100_250.5}
    assert (await client.post(CASH, json={"amount": -100_000})).json()["data"] == {"cash": 250.5}
    refused = await client.post(CASH, json={"amount": -251})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "illegal_move")
    portfolio = (await client.get("/api/portfolio")).json()["data"]
    assert (portfolio["cash"], portfolio["netDeposits"], portfolio["totalReturn"]) == (250.5, 250.5, 0)


async def test_a_deposit_that_is_sent_again_under_its_key_is_one(client: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "deposit"}
    answers = [await client.post(CASH, json={"amount": 10}, headers=key) for _ in range(2)]
    assert [answer.json()["data"] for answer in answers] == [{"cash": 100_010}] * 2
    assert (await client.post(CASH, json={"amount": 11}, headers=key)).status_code == 422


@pytest.mark.parametrize("amount", [0, "x", None, True, 0.001, 1e15])
async def test_an_amount_that_cannot_be_moved_is_400(client: httpx.AsyncClient, amount: object) -> None:
    answer = await client.post(CASH, json={"amount": amount})
    assert answer.status_code == 400
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == ["amount"]


@pytest.mark.parametrize(
    "sent", [{"json": {"positions": OWNED}}, {"content": TABLE, "headers": CSV}], ids=["JSON", "CSV"]
)
async def test_positions_are_imported_once(client: httpx.AsyncClient, sent: dict[str, Any]) -> None:
    assert (await client.post(IMPORT, **sent)).json()["data"] == {"imported": 2, "skipped": 0}
    assert (await client.post(IMPORT, **sent)).json()["data"] == {"imported": 0, "skipped": 2}
    positions = (await client.get("/api/portfolio")).json()["data"]["positions"]
    assert {(each["symbol"], each["assetType"], each["quantity"], each["avgEntryPrice"]) for each in positions} == {
        ("GOOGL", "equity", 10, 100.5),
        ("BTC-USD", "crypto", 0.5, 60000),
    }


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"json": {}}, "positions"),
        ({"json": {"positions": []}}, "positions"),
        ({"json": {"positions": [{"symbol": "GOOGL", "quantity": -1, "price": 1}]}}, "positions.0.quantity"),
        ({"json": {"positions": [{"symbol": "GOOGL", "quantity": 1, "price": "x"}]}}, "positions.0.price"),
        ({"content": b"symbol,quantity,price\nGOOGL,1,x\n", "headers": CSV}, "row 2, price"),
        ({"content": b"symbol,price\nGOOGL,1\n", "headers": CSV}, "positions"),
    ],
)
async def test_what_cannot_be_imported_is_400_and_changes_nothing(
    client: httpx.AsyncClient, sent: dict[str, Any], field: str
) -> None:
    answer = await client.post(IMPORT, **sent)
    assert answer.status_code == 400, answer.text
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]
    assert (await client.get("/api/portfolio")).json()["data"]["positions"] == []


async def test_the_value_over_time_is_cash_and_positions_of_each_day(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    assert (await client.get(HISTORY)).json()["data"] == {"points": []}
    await client.post(CASH, json={"amount": 500})
    await client.post(IMPORT, json={"positions": [{"symbol": "GOOGL", "quantity": 10, "price": 100}]})
    house.pass_time(days=1)
    async with house.client(token=house.token(ann)) as later:
        await later.post(CASH, json={"amount": -1_000})
        points = (await later.get(HISTORY)).json()["data"]["points"]
        assert points == [
            {"date": "2024-10-10", "value": 101_500, "cash": 100_500},
            {"date": "2024-10-11", "value": 100_905, "cash": 99_500},
        ]
        assert [point["date"] for point in (await later.get(HISTORY, params={"days": 1})).json()["data"]["points"]] == [
            "2024-10-11"
        ]
        assert (await later.get(HISTORY, params={"days": 367})).status_code == 400
