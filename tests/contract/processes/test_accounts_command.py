"""`tradecore users`: accounts of a running installation, managed by another process."""

import json
import time
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

EMAIL = "demo@example.com"


def test_S28_a_disabled_account_is_out_of_a_running_server(house: Any) -> None:
    _, client = house.serve("--no-worker")
    assert client.get("/api/history").status_code == 200
    url = f"{str(client.base_url).replace('http', 'ws', 1).rstrip('/')}/ws"
    with connect(url, additional_headers={"Authorization": client.headers["Authorization"]}) as socket:
        assert json.loads(socket.recv(timeout=30))["event"] == "authenticated"
        disabled = house.run("users", "disable", EMAIL)
        assert (disabled.returncode, disabled.stdout) == (0, f"Account {EMAIL} disabled.\n")
        [record] = [json.loads(line) for line in disabled.stderr.splitlines()]
        assert record["event"] == "user_disabled"
        with pytest.raises(ConnectionClosed, match="4401"):
            socket.recv(timeout=30)
    deadline = time.monotonic() + 30
    while client.get("/api/history").status_code != 401:
        assert time.monotonic() < deadline
        time.sleep(0.05)  # another process has disabled the account; the server forgets it within seconds

    assert " disabled, created " in house.run("users", "list").stdout
    house.run("users", "enable", EMAIL)
    assert client.get("/api/history").status_code == 401, "enabling brings no session back"
    assert " active, created " in house.run("users", "list").stdout

    assert house.run("users", "remove", EMAIL).returncode == 1, "removing asks first"
    removed = house.run("users", "remove", "--yes", EMAIL)
    assert removed.stdout.startswith(f"Account {EMAIL} removed with ")
    assert removed.stdout.endswith(f"its ledger stays under the id {record['user']}.\n")
    nobody = house.run("users", "list")
    assert (nobody.stdout, nobody.stderr) == ("", "There are no accounts yet; `tradecore users add EMAIL` makes one.\n")
    no_keys = house.run("keys", "list")
    assert (no_keys.stdout, no_keys.stderr) == ("", "There are no API keys yet; `tradecore keys add NAME` makes one.\n")
    unknown = house.run("users", "disable", EMAIL)
    assert (unknown.returncode, unknown.stderr) == (1, f"tradecore: There is no account '{EMAIL}'.\n")
