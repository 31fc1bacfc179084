"""Watchlists and schedules over HTTP: what is refused and how it is named, files, and nothing is of others."""

from typing import Any

import httpx
from structlog.testing import capture_logs

from tradecore.model.users import User

ANALYSES = {
    "assets": [{"symbol": "NVDA"}],
    "analysts": ["technical"],
    "config": {"researchDepth": 1, "llmModel": "rules", "llmProvider": "rules"},
}
EIGHT = {"expression": "0 8 * * 1-5", "timeZone": "UTC"}
WANTED: dict[str, Any] = {"name": "Morning", "cron": EIGHT, "analyses": ANALYSES}


async def created(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post("/api/schedules", json={**WANTED, **fields})
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


# The field that is named, and the changes that make the request impossible; None leaves a field out.
IMPOSSIBLE: list[tuple[str, dict[str, Any]]] = [
    ("name", {"name": ""}), ("name", {"name": "Mor\u202ening"}), ("cron", {"cron": None}),
    ("cron.expression", {"cron": {**EIGHT, "expression": "0 25 * * *"}}),
    ("cron.expression", {"cron": {**EIGHT, "expression": "*/5 * * * *"}}),
    ("cron.timeZone", {"cron": {**EIGHT, "timeZone": "../etc/passwd"}}), ("cron", {"close": {"exchange": "XNYS"}}),
    ("close.exchange", {"cron": None, "close": {"exchange": "XLON"}}),
    ("close.delayMinutes", {"cron": None, "close": {"exchange": "XNYS", "delayMinutes": 721}}),
    ("analyses", {"analyses": None}), ("analyses", {"digest": {"hours": 24}}),
    ("digest.reader", {"analyses": None, "digest": {"hours": 1000, "reader": "a b"}}),
    ("catchUpHours", {"catchUpHours": 25}),
    ("digest.interests.categories", {"analyses": None, "digest": {"hours": 1, "interests": {"categories": ["Nope"]}}}),
    ("analyses.watchlist", {"analyses": {**ANALYSES, "watchlist": "positions"}}),
    ("analyses.watchlist", {"analyses": {**ANALYSES, "assets": None, "watchlist": "of-nobody"}}),
    ("analyses.config.engine", {"analyses": {**ANALYSES, "config": {**ANALYSES["config"], "engine": "nope"}}}),
    ("analyses.compare", {"analyses": {**ANALYSES, "compare": ["rules", "nope"]}}),
    ("analyses.maxCost", {"analyses": {**ANALYSES, "maxCost": -1}}),
    (
        "analyses.issueRecommendations",
        {"analyses": {**ANALYSES, "compare": ["rules", "other"], "issueRecommendations": True}},
    ),
]  # fmt: skip


async def test_what_is_not_possible_is_named(client: httpx.AsyncClient) -> None:
    for field, changes in IMPOSSIBLE:
        body = {name: value for name, value in {**WANTED, **changes}.items() if value is not None}
        if "analyses" in body:
            body["analyses"] = {name: value for name, value in body["analyses"].items() if value is not None}
        with capture_logs() as records:
            answer = await client.post("/api/schedules", json=body)
        assert answer.status_code == 400, changes
        # Mistakes of callers are no news to operators, and fill no log with tracebacks.
        assert not [record for record in records if record["event"] == "refused"], changes
        assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field], changes


async def test_a_file_of_symbols_becomes_a_watchlist(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "text/csv"}
    made = await client.post(
        "/api/watchlists?name=From%20a%20file", content="Symbol,Name\nnvda,NVIDIA\nBTC-USD,", headers=headers
    )
    assert made.status_code == 201
    listed = (await client.get("/api/watchlists")).json()["data"]["watchlists"]
    assert [entry["name"] for entry in listed] == ["Positions", "From a file"]
    assert listed[1]["assets"] == [
        {"symbol": "NVDA", "assetType": "equity"}, {"symbol": "BTC-USD", "assetType": "crypto"},
    ]  # fmt: skip
    for path, content, field in (
        ("/api/watchlists?name=x", "NVDA\n???", "line 2"), ("/api/watchlists?name=x", "# none", "assets"),
        ("/api/watchlists", "NVDA", "name"), ("/api/watchlists?name=a%00b", "NVDA", "name"),
    ):  # fmt: skip
        refused = await client.post(path, content=content, headers=headers)
        assert (refused.status_code, [d["field"] for d in refused.json()["error"]["details"]]) == (400, [field])
    assert (await client.post("/api/watchlists", json={"name": "x"})).status_code == 400


async def test_changes_leave_a_record_and_nothing_is_of_others(house: Any, client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        made = await created(client)
        path = f"/api/schedules/{made['id']}"
        paused = (await client.patch(path, json={"enabled": False})).json()["data"]
        assert ("nextRunAt" in made, "nextRunAt" in paused) == (True, False)
        lists = (await client.post("/api/watchlists", json={"name": "A", "assets": [{"symbol": "NVDA"}]})).json()[
            "data"
        ]
        await client.patch(f"/api/watchlists/{lists['id']}", json={"name": "B"})
        ben: User = await house.user("ben@example.com")
        async with house.client(token=house.token(ben)) as other:
            for call in (
                other.patch(path, json={"name": "x"}), other.delete(path), other.get(f"{path}/runs"),
                other.patch(f"/api/watchlists/{lists['id']}", json={"name": "x"}),
                other.delete(f"/api/watchlists/{lists['id']}"), other.get("/api/schedules/none/runs"),
            ):  # fmt: skip
                assert (await call).status_code == 404
            assert (await other.get("/api/schedules")).json()["data"]["schedules"] == []
            using = {**WANTED, "analyses": {**ANALYSES, "assets": None, "watchlist": lists["id"]}}
            del using["analyses"]["assets"]
            assert (await other.post("/api/schedules", json=using)).status_code == 400
        assert (await client.delete("/api/watchlists/positions")).status_code == 409
        assert (await client.delete(path)).status_code == 204
        assert (await client.delete(f"/api/watchlists/{lists['id']}")).status_code == 204
    audited = [record for record in logs if record["event"].startswith(("schedule_", "watchlist_"))]
    assert [(record["event"], record.get("schedule", record.get("watchlist"))) for record in audited] == [
        ("schedule_created", made["id"]), ("schedule_changed", made["id"]), ("watchlist_created", lists["id"]),
        ("watchlist_changed", lists["id"]), ("schedule_deleted", made["id"]), ("watchlist_deleted", lists["id"]),
    ]  # fmt: skip
