"""`tradecore serve --demo`: an account to try things with, which stays the same when the server is started again."""

import stat
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


def test_a_demo_account_with_another_password_gets_the_kept_one_again(house: Any) -> None:
    process, _ = house.serve("--no-worker")
    house.kill(process)
    changed = house.run("users", "password", "demo@example.com", given="another long password\nanother long password\n")
    assert changed.returncode == 0, changed.stderr
    house.serve("--no-worker")  # it logs in with the printed password
