"""The export of an account over HTTP: every record as a line of JSON, and a manifest that says whether it is whole."""

import asyncio
import json
from hashlib import sha256
from typing import Any

import httpx
import pytest
from attrs import evolve
from structlog.testing import capture_logs

from tradecore.model.analyses import AnalysisState
from tradecore.model.errors import Unavailable
from tradecore.model.users import User
from tradecore_adapters.client import Client


async def test_everything_of_the_caller_comes_as_lines_that_the_manifest_counts(house: Any, ann: User) -> None:
    stored = [await house.analysis(ann, AnalysisState.COMPLETED) for _ in range(3)]
    other = await house.user("ben@example.com")
    await house.analysis(other, AnalysisState.COMPLETED)
    async with house.client(token=house.token(ann)) as client:
        with capture_logs() as logs:
            answer = await client.get("/api/auth/me/export")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="account.ndjson"'
    *lines, last = answer.content.splitlines(keepends=True)
    records, manifest = [json.loads(line) for line in lines], json.loads(last)
    assert manifest == {
        "kind": "manifest",
        "records": {"account": 1, "analyses": 3},
        "sha256": sha256(b"".join(lines)).hexdigest(),
    }
    account = records[0]["document"]
    assert (records[0]["kind"], account["id"], account["email"]) == ("account", ann.id, ann.email)
    assert {record["document"]["id"] for record in records[1:]} == {analysis.id for analysis in stored}
    assert other.id not in answer.text
    assert "hash" not in answer.text
    [audit] = [record for record in logs if record["event"] == "user_exported"]
    assert (audit["user"], audit["address"], bool(audit["request"])) == (ann.id, "127.0.0.1", True)


async def test_an_export_that_breaks_off_has_no_manifest(house: Any, ann: User, serve: Any) -> None:
    await house.analysis(ann, AnalysisState.COMPLETED)
    export = house.core.export_account

    async def interrupted(account: str) -> Any:
        exported = await export(account)

        class Broken:
            user, tokens, webhooks = exported.user, exported.tokens, exported.webhooks
            notice_channels = exported.notice_channels

            async def records(self, kind: Any) -> Any:
                async for record in exported.records(kind):
                    yield record
                raise Unavailable("The store cannot be reached.")

        return Broken()

    kinds = []
    app = house.app(evolve(house.core, export_account=interrupted))
    async with serve(app) as address, httpx.AsyncClient() as client:
        headers = {"Authorization": f"Bearer {house.token(ann)}"}
        with pytest.raises(httpx.RemoteProtocolError):
            async with client.stream("GET", f"{address}/api/auth/me/export", headers=headers) as answer:
                async for line in answer.aiter_lines():
                    kinds.append(json.loads(line)["kind"])  # noqa: PERF401  # those before the error count
    assert kinds == ["account", "analyses"]


async def test_the_python_client_returns_the_lines(house: Any, ann: User, serve: Any) -> None:
    def exported(address: str) -> bytes:
        with Client(address, token=house.token(ann)) as client:
            return client.export_account()

    async with serve(house.app()) as address:
        lines = (await asyncio.to_thread(exported, address)).splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["account", "manifest"]
