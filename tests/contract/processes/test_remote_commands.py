"""`tradecore --server URL`: analyses of a server in a terminal, and `listen`, which prints every event of a user."""

import json
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from demo_server import DEMO_EMAIL

ENDS = ("analysis_complete", "analysis_error")


@contextmanager
def listening(house: Any, *arguments: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """A `tradecore listen` with a pipe as its standard output."""
    process = subprocess.Popen(
        [*house.command, "listen", *arguments], env={**house.environment(), **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until_the_end(process: "subprocess.Popen[str]") -> list[Any]:
    """The events on the lines of JSON up to the one that ends an analysis."""
    events = []
    assert process.stdout
    for line in process.stdout:
        events.append(json.loads(line))
        if events[-1]["event"] in ENDS:
            return events
    raise AssertionError(process.stderr and process.stderr.read())


def interrupted(process: "subprocess.Popen[str]") -> None:
    """Ctrl-C ends it without a word."""
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30)[1] == ""
    assert process.returncode == 0


def access(house: Any, client: Any) -> dict[str, str]:
    password = (house.folder / "demo.password").read_text()
    return {
        "TRADECORE_SERVER": str(client.base_url),
        "TRADECORE_EMAIL": DEMO_EMAIL,
        "TRADECORE_PASSWORD": password,
    }


def test_what_a_server_has_is_listed_watched_compared_and_shown_here(house: Any, brief: Any) -> None:
    decided = {"type": "decision", "action": "SELL", "confidence": 5, "reasoning": "It falls."}
    house.settings = {"TRADECORE_COMMAND_ENGINES": f"seller={shlex.join(['echo', json.dumps(decided)])}"}
    _, client = house.serve()
    id = client.post("/api/analyze", json=brief(analysts=["technical"])).json()["data"]["analysisId"]
    created = client.post("/api/tokens", json={"name": "terminal", "scopes": ["read"]})
    token = {"TRADECORE_SERVER": str(client.base_url), "TRADECORE_PASSWORD": created.json()["data"]["token"]}

    house.settings = {**access(house, client), "COLUMNS": "200"}
    watched = house.invoke("watch", id.upper())
    assert (watched.exit_code, watched.stderr) == (0, "")
    assert "NVDA as of 2024-10-10" in watched.stdout
    house.settings = {**token, "COLUMNS": "200"}
    shown = house.invoke("show", id)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "confidence" in shown.stdout
    assert watched.stdout.endswith(shown.stdout)
    listed = house.invoke("history", "--symbol", "nvda")
    [row] = [line.split() for line in listed.stdout.splitlines() if id in line]
    house.settings["COLUMNS"] = "40"
    assert id in house.invoke("history").stdout, "a narrow terminal cuts no id off"
    house.settings["COLUMNS"] = "200"
    decision = client.get(f"/api/analyze/{id}/results").json()["data"]["decision"]
    assert row[:4] == ["2024-10-10", "NVDA", "completed", decision["action"]]

    house.settings = {**access(house, client), "COLUMNS": "200"}
    sides = ("compare", "NVDA", "--date", "2024-10-10", "--engines", "rules,seller", "--analysts", "technical")
    compared = house.invoke(*sides)
    assert (compared.exit_code, compared.stderr) == (0, "")
    assert [word for word in compared.stdout.split() if word in ("BUY", "SELL", "HOLD")][-1:] == ["SELL"]
    assert "seller" in compared.stdout
    [stored] = client.get("/api/compare").json()["data"]["comparisons"]
    assert [row["engine"] for row in stored["engines"]] == ["rules", "seller"]
    refused = house.invoke(*sides[:-3], "rules,nobody")
    assert refused.exit_code == 1
    assert "There is no engine 'nobody' here" in str(refused.exception)

    used = house.invoke("usage", "--days", "7")
    assert (used.exit_code, used.stderr) == (0, "")
    assert "no limit is set" in used.stdout

    mixed = house.invoke("history", "--user", DEMO_EMAIL)
    assert mixed.exit_code == 2
    assert "with --server, --email does" in " ".join(mixed.stderr.split())


def test_listen_prints_every_event_through_a_restart_and_ends_with_its_reader(house: Any, brief: Any) -> None:
    server, client = house.serve()
    port = str(client.base_url.port)
    with listening(house, "--since", "0", "--json", PYTHONIOENCODING="ascii", **access(house, client)) as process:
        first = client.post("/api/analyze", json=brief(analysts=["technical"])).json()["data"]["analysisId"]
        events = until_the_end(process)
        assert {event["data"]["analysisId"] for event in events} == {first}
        assert [event["data"]["seq"] for event in events] == list(range(1, len(events) + 1))

        house.kill(server)
        _, client = house.serve("--port", port)
        second = client.post("/api/analyze", json=brief(analysts=["news"])).json()["data"]["analysisId"]
        later = until_the_end(process)
        assert [event["data"]["seq"] for event in later if event["data"]["analysisId"] == second] == list(
            range(1, len(later) + 1)
        )
        interrupted(process)

    # The same from the store of this machine, as text, in which each event is a line.
    with listening(house, "--since", "0", "--user", DEMO_EMAIL) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(len(events) + len(later))]
        end = events[-1]["data"]
        decision = json.dumps(end["decision"])
        assert lines[len(events) - 1] == (
            f"{end['timestamp']}  {end['position']:>6}  analysis_complete  {first}  status=completed  "
            f"decision={decision}\n"
        )
        # Nothing more happens, and yet it ends when nobody reads it any more.
        process.stdout.close()
        assert process.wait(timeout=30) == 0
        assert process.stderr
        assert process.stderr.read() == ""


def test_listen_says_in_one_sentence_why_it_cannot(house: Any) -> None:
    house.settings = {"TRADECORE_SERVER": "http://127.0.0.1:1", "TRADECORE_PASSWORD": "x" * 12}
    refused = house.run("--email", DEMO_EMAIL, "listen")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "tradecore: http://127.0.0.1:1 cannot be reached.\n"


def test_a_command_without_a_terminal_says_how_it_signs_in(house: Any) -> None:
    house.settings = {"TRADECORE_SERVER": "http://127.0.0.1:1"}
    for known in ((), ("--email", DEMO_EMAIL)):
        refused = house.run(*known, "history")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr == (
            "tradecore: There is no terminal to ask for the account: set TRADECORE_EMAIL and TRADECORE_PASSWORD, or a "
            "personal token as TRADECORE_PASSWORD alone.\n"
        )


@pytest.mark.parametrize("server", ["localhost:8000", "ftp://localhost", "http://", "localhost"])
def test_what_is_no_address_of_a_server_is_told_as_such(house: Any, server: str) -> None:
    house.settings = {"TRADECORE_SERVER": server, "TRADECORE_PASSWORD": "x" * 12}
    refused = house.run("--email", DEMO_EMAIL, "history")
    assert (refused.returncode, refused.stdout) == (1, "")
    told = f"'{server}' is not the address of a server; write it as https://host:port."
    assert refused.stderr == f"tradecore: {told}\n"


def test_a_server_without_the_tls_that_it_is_asked_for_is_told_as_such(house: Any) -> None:
    _, client = house.serve()
    server = str(client.base_url).replace("http:", "https:").rstrip("/")
    house.settings = {"TRADECORE_SERVER": server, "TRADECORE_PASSWORD": "x" * 12}
    refused = house.run("--email", DEMO_EMAIL, "history")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"tradecore: {server} cannot be reached over TLS: ")
