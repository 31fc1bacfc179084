"""`tradecore serve --demo`: an account to try things with, which stays the same when the server is started again."""

import json
import shutil
import stat
import subprocess
import time
from typing import Any


def test_the_demo_account_and_its_session_outlive_a_restart(house: Any) -> None:
    process, before = house.serve("--no-worker")
    kept = house.folder / "demo.password"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    password = kept.read_text()
    house.kill(process)
    _, after = house.serve("--no-worker")
    assert kept.read_text() == password
    assert after.get("/api/portfolio", headers={"Authorization": before.headers["Authorization"]}).status_code == 200


def test_the_first_screen_says_which_data_and_which_engine_are_at_work(house: Any) -> None:
    house.serve("--no-worker")
    assert "Data: the shipped sample: real daily prices to 2013, generated and labelled so after" in house.banner
    assert "Engine: the rule-based desk" in house.banner
    assert "Live data: TRADECORE_MARKET=live: TRADECORE_FUNDAMENTALS=sec: TRADECORE_CONTACT=" in house.banner


def test_the_first_screen_names_the_sources_that_are_chosen(house: Any) -> None:
    house.settings["TRADECORE_MARKET"] = f"equity=csv:{house.folder},crypto=sample:"
    house.folder.mkdir()
    house.serve("--no-worker")
    assert "Data: daily prices of csv and sample.\n" in house.banner
    assert "Live data" not in house.banner


def test_a_key_that_is_found_is_not_used_before_a_model_is_named(house: Any) -> None:
    house.settings = {"OPENAI_API_KEY": "sk-of-a-shell", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    _, client = house.serve("--no-worker")
    assert "OPENAI_API_KEY and OPENAI_BASE_URL found, and not used in a demo" in house.banner
    assert "TRADECORE_MODEL=PROVIDER:MODEL, such as openai:gpt-5.4-mini" in house.banner
    engines = {engine["name"]: engine for engine in client.get("/api/engines").json()["data"]["engines"]}
    assert (engines["desk"]["available"], engines["rules"]["available"]) == (False, True)


def test_a_demo_account_with_another_password_gets_the_kept_one_again(house: Any) -> None:
    process, _ = house.serve("--no-worker")
    house.kill(process)
    changed = house.run("users", "password", "demo@example.com", given="another long password\nanother long password\n")
    assert changed.returncode == 0, changed.stderr
    house.serve("--no-worker")  # it logs in with the printed password


def test_the_documented_example_runs_from_its_launch_to_a_filled_order_on_its_day(house: Any, brief: Any) -> None:
    house.settings = {"TRADECORE_TODAY": "2024-10-10"}
    _, client = house.serve()
    launched = client.post("/api/analyze", json=brief())
    assert launched.status_code == 202, launched.text
    id = launched.json()["data"]["analysisId"]
    deadline = time.monotonic() + 60
    while client.get(f"/api/analyze/{id}/status").json()["data"]["status"] not in ("completed", "error"):
        assert time.monotonic() < deadline
        time.sleep(0.1)  # between polls, as the documented client pauses
    decision = client.get(f"/api/analyze/{id}/results").json()["data"]["decision"]
    assert (decision["action"], decision["executable"]) == ("BUY", True)
    [recommendation] = client.get("/api/portfolio/recommendations").json()["data"]
    assert recommendation["analysisId"] == id
    assert recommendation["createdAt"].startswith("2024-10-1")
    executed = client.post(f"/api/portfolio/recommendations/{recommendation['id']}/execute")
    assert executed.status_code == 200, executed.text
    done = executed.json()["data"]
    assert (done["status"], done["message"]) == ("executed", "Order executed successfully")
    [position] = client.get("/api/portfolio").json()["data"]["positions"]
    assert (position["symbol"], position["quantity"]) == ("NVDA", done["quantity"])
    [order] = client.get("/api/portfolio/orders").json()["data"]["orders"]
    assert (order["id"], order["status"], order["filled"]) == (done["orderId"], "filled", done["quantity"])


def test_the_printed_command_shows_events_and_a_decision_that_is_not_offered_without_a_chosen_day(house: Any) -> None:
    process, client = house.serve()
    command = process.stdout.readline()
    assert shutil.which("curl"), "the command that is printed needs curl"
    shown = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True).stdout
    assert shown.count("event: analysis_progress") > 20
    *_, result = shown.splitlines()
    decision = json.loads(result)["data"]["decision"]
    assert (decision["action"], decision["executable"]) == ("BUY", False)
    assert "before the last finished session" in decision["reason"]
    assert client.get("/api/portfolio/recommendations").json()["data"] == []
