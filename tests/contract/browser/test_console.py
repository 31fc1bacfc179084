"""The console in a real Chromium: one browser and one server for all journeys."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from demo_server import demo_server
from identity_provider import CLIENT_ID, CLIENT_SECRET, Provider, serving
from tradecore.model.change import Change
from tradecore.model.ids import AnalysisId
from tradecore_adapters import ambient
from tradecore_app.assembly import assemble
from tradecore_app.clock import starting_on
from tradecore_app.settings import read_settings

JS = Path(__file__).parents[2] / "js"
NODE = Path(sys.executable).with_name("node")
MANY = 1_000
TODAY = date(2024, 10, 10)
ALWAYS = {"type": "decision", "action": "BUY", "confidence": 5, "reasoning": "Buy and hold."}


@contextmanager
def identity_provider() -> Iterator[Provider]:
    """A provider that listens in a thread of its own, with the clock of the server."""
    now = starting_on(TODAY, ambient.now)
    provider = Provider(lambda: now().timestamp())
    listening, done = threading.Event(), threading.Event()

    async def serve() -> None:
        async with serving(provider):
            listening.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=[serve()])
    thread.start()
    try:
        assert listening.wait(timeout=30)
        yield provider
    finally:
        done.set()
        thread.join()


async def multiply(folder: Path, analysis: AnalysisId) -> None:
    """Store a completed analysis many times over, while no server runs."""
    async with (
        assemble(read_settings(data=str(folder / "data"))) as assembled,
        assembled.store.unit_of_work() as uow,
    ):
        known = await uow.analyses.get(analysis)
        for number in range(MANY):
            copied = AnalysisId(str(UUID(int=number)))
            earlier = known.created_at - timedelta(minutes=number + 1)
            await uow.analyses.put(Change(evolve(known, id=copied, created_at=earlier, version=0)))


def free_port() -> int:
    """A port that a server can listen on again after a restart."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def journeys_through(folder: Path) -> dict[str, Any]:
    """What people saw on their journeys through a server, which is restarted where they ask for it."""
    assert (JS / "node_modules/.ready").exists(), "Run `make tests/js/node_modules/.ready` to install the browser."
    port = free_port()
    settings = {"TRADECORE_TODAY": TODAY.isoformat(), "TRADECORE_DEMO_PACE": "4", "TRADECORE_RATE_PER_MINUTE": "2000"}
    # Access tokens expire again and again while people work.
    settings["TRADECORE_ACCESS_SECONDS"] = "15"
    settings["TRADECORE_COMMAND_ENGINES"] = f"always=echo '{json.dumps(ALWAYS)}'"
    with identity_provider() as provider, ExitStack() as running:
        settings["TRADECORE_OIDC_ISSUER"] = provider.issuer
        settings["TRADECORE_OIDC_CLIENT_ID"], settings["TRADECORE_OIDC_CLIENT_SECRET"] = CLIENT_ID, CLIENT_SECRET
        settings["TRADECORE_OIDC_REDIRECT_URIS"] = f"http://localhost:{port}/sign-in"
        settings["TRADECORE_OIDC_DOMAINS"] = "example.com"
        server = running.enter_context(demo_server(folder, port=port, **settings))
        account = {"email": server.email, "password": server.password}
        arguments = json.dumps({"root": server.root, "account": account})
        with (
            (folder / "journeys.log").open("w+") as errors,
            subprocess.Popen(
                [NODE, JS / "console/journeys.mjs", arguments],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
            ) as journeys,
        ):  # fmt: skip
            assert journeys.stdin
            assert journeys.stdout
            while (line := journeys.stdout.readline()).startswith("restart "):
                running.close()
                asyncio.run(multiply(folder, AnalysisId(line.split()[1])))
                running.enter_context(demo_server(folder, port=port, **settings))
                print("restarted", file=journeys.stdin, flush=True)
            assert line, (folder / "journeys.log").read_text()
    result: dict[str, Any] = json.loads(line)
    return result


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_people_work_with_the_console(tmp_path: Path) -> None:
    seen = journeys_through(tmp_path)
    # The first screen says what is at work, and takes few and small files; a time would measure the machine.
    assert seen["firstScreen"]["loaded"]["requests"] <= 4
    assert seen["firstScreen"]["loaded"]["kilobytes"] < 80
    assert "generated and labelled so after" in seen["firstScreen"]["text"]
    assert "rule-based desk" in seen["firstScreen"]["text"]
    assert seen["refused"] == "The e-mail address or the password is wrong."
    # No script can read what continues the session.
    assert seen["stored"]["cookie"] == ""
    assert set(seen["stored"]["local"]) <= {"tradecore.signedIn"}
    assert seen["stored"]["session"] == {}
    [cookie] = seen["cookies"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert "symbol" in seen["launchRefused"].lower()
    for agent in ("Technical analyst", "Bull", "Judge", "Risk manager"):
        assert agent in seen["agents"]
    # The decision stands over the bars that it was made from, and every sentence leads to its evidence.
    for level in ("Target", "Entry", "Stop", "2024-10-10"):
        assert level in seen["chart"]
    assert seen["dayBefore"].startswith("9 Oct 2024, close ")
    assert seen["bars"] == 1
    assert "close below" in seen["wrong"]
    for part in ("Value", "Source", "Known since", "Digest of the data", "shipped sample"):
        assert part in seen["evidence"]
    assert seen["focusAfterEvidence"].startswith("Evidence E")
    assert seen["markdown"].startswith("# NVDA, 2024-10-10: BUY")
    assert json.loads(seen["json"])["decision"]["action"] == "BUY"
    for part in ("Expires in", "Cash", "Exposure", "0 % → "):
        assert part in seen["effect"]
    # Another user, who signs in with the identity provider, sees nothing of it.
    assert seen["returned"].endswith("?from=mail")
    assert seen["unasked"] == {"address": "/", "shown": "Desk"}
    assert "There is no analysis" in seen["foreign"]
    assert seen["foreignDesk"] == "No decision yet"
    # What was executed is found on every screen that it belongs to.
    assert "NVDA" in seen["screens"]["/portfolio"]
    assert "NVDA" in seen["screens"]["/history"]
    assert "NVDA" in seen["screens"]["/alerts"]
    assert "Executed" in seen["screens"]["/recommendations"]
    assert seen["imported"] == "1 imported, 0 known before."
    assert seen["deepLink"] == "/history?symbol=NVDA&sortBy=confidence"
    assert seen["token"]
    for part in ("30 minutes after New York closes", "Analyses of Chips", "On"):
        assert part in seen["schedule"]
    assert "Rules against always over Chips" in seen["comparing"]
    assert "A digest of 24 hours for console, about nvda, $ON, Macro" in seen["digesting"]
    assert seen["secret"].startswith("whsec_")
    assert "which meets this condition" in seen["met"]
    assert all(part in seen["priceAlert"] for part in ("NVDA", "falls to 0.50", "<i>Buy more</i>", "active"))
    assert all(part in seen["channel"] for part in ("Pager", "22:00 to 07:00", "Off", "Price alert"))
    assert "secret" not in seen["channel"]
    for part in ("always recommends BUY", "All engines got the same", "SHA-256", "Entry"):
        assert part in seen["comparison"]
    for part in ("Generated prices", "buy and hold", "SMA 5/20 crossover", "always", "No edge shown"):
        assert part in seen["backtest"]
    assert "decisions are made" in seen["cancelled"]
    # Nobody noticed that access tokens expired, or that the server was restarted.
    assert seen["refreshes"] > 1
    assert seen["afterRestart"].startswith("AAPL")
    # Lists of many analyses come in pages, as small as short ones.
    assert seen["many"]["rows"] == [50, 50]
    assert seen["many"]["range"].endswith(" of 1,004")
    assert seen["many"]["loaded"]["requests"] <= 12
    assert seen["many"]["loaded"]["kilobytes"] < 100
    assert "There is no such screen" in seen["unknown"]
    assert seen["cookiesAfter"] == 0

    # Every screen is accessible in both themes and at 390 pixels.
    assert seen["faults"] == []
    # S62 to S65: injections in every text of the API are shown, and do nothing.
    assert seen["harm"] == []
    assert "broken" in seen["poisoned"]
    # No request to another host. The policy reports its violations as errors of the page.
    assert seen["requests"] == []
    assert [
        error for error in seen["errors"] if "Failed to load resource" not in error and "WebSocket" not in error
    ] == []
