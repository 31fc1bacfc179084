"""The console in a real Chromium: one browser and one server for all journeys."""

import asyncio
import json
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from demo_server import demo_server
from tradecore_app.assembly import assemble
from tradecore_app.settings import read_settings

JS = Path(__file__).parents[2] / "js"
NODE = Path(sys.executable).with_name("node")
OTHER = {"email": "ben@example.com", "password": "a password of a test"}


async def add_user(folder: Path) -> None:
    """A second account in the store of a server that is not running yet."""
    async with assemble(read_settings(data=str(folder / "data"))) as assembled:
        await assembled.core.create_user(OTHER["email"], OTHER["password"])


def free_port() -> int:
    """A port that a server can listen on again after a restart."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def journeys_through(folder: Path) -> dict[str, Any]:
    """What people saw on their journeys through a server, which is restarted where they ask for it."""
    assert (JS / "node_modules/.ready").exists(), "Run `make tests/js/node_modules/.ready` to install the browser."
    asyncio.run(add_user(folder))
    port = free_port()
    settings = {"TRADECORE_TODAY": "2024-10-10", "TRADECORE_DEMO_PACE": "4", "TRADECORE_RATE_PER_MINUTE": "2000"}
    # Access tokens expire again and again while people work.
    settings["TRADECORE_ACCESS_SECONDS"] = "15"
    with ExitStack() as running:
        server = running.enter_context(demo_server(folder, port=port, **settings))
        account = {"email": server.email, "password": server.password}
        arguments = json.dumps({"root": server.root, "account": account, "other": OTHER})
        with (
            (folder / "journeys.log").open("w+") as errors,
            subprocess.Popen(
                [NODE, JS / "console/journeys.mjs", arguments],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
            ) as journeys,
        ):  # fmt: skip
            assert journeys.stdin
            assert journeys.stdout
            while (line := journeys.stdout.readline()) == "restart\n":
                running.close()
                running.enter_context(demo_server(folder, port=port, **settings))
                print("restarted", file=journeys.stdin, flush=True)
            assert line, (folder / "journeys.log").read_text()
    result: dict[str, Any] = json.loads(line)
    return result


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_people_work_with_the_console(tmp_path: Path) -> None:
    seen = journeys_through(tmp_path)
    # The first screen says what is at work, and is there within a second.
    assert seen["firstScreen"]["milliseconds"] < 1000
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
    # Another user sees nothing of it.
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
    # Nobody noticed that access tokens expired, or that the server was restarted.
    assert seen["refreshes"] > 1
    assert seen["afterRestart"].startswith("AAPL")
    assert "There is no such route" in seen["unknown"]
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
