"""`tradecore backtest` as a user runs it: killed and continued, on one core or two, as a table, a page and JSON."""

import csv
import json
import re
import sqlite3
import time
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

COIN = ("backtest", "BTC-USD", "--from", "2012-06-01", "--to", "2012-12-31", "--analysts", "technical")
EVERY = ("--every", "month")


def decided(folder: Path) -> int:
    """How many decisions are kept, read from the file that a dead process left behind."""
    try:
        with closing(sqlite3.connect(f"file:{folder / 'tradecore.db'}?mode=ro", uri=True)) as db, db:
            [(count,)] = db.execute("SELECT COUNT(*) FROM trials").fetchall()
            return int(count)
    except sqlite3.OperationalError:
        return 0


def children(pid: int) -> list[int]:
    """The processes that a process has started and that live."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text().rpartition(")")
        except OSError:
            continue
        state, parent = rest.split()[:2]
        if int(parent) == pid and state != "Z":
            found.append(int(name.split()[0]))
    return found


@pytest.mark.endurance
@pytest.mark.slow
def test_a_backtest_that_was_killed_goes_on_where_it_ended(house: Any, tmp_path: Path) -> None:
    ask = ("backtest", "IBM", "--from", "2009-01-01", "--to", "2012-12-31", *EVERY, "--analysts", "technical")
    process = house.start(*ask, "--parallel", "2")
    deadline = time.monotonic() + 60
    while decided(house.folder) < 4 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)  # nothing but the file shows from outside how far a backtest is
    started = children(process.pid)
    house.kill(process)
    kept = decided(house.folder)
    assert 4 <= kept < 48
    assert len(started) >= 2
    while any(Path(f"/proc/{pid}").exists() for pid in started):
        assert time.monotonic() < deadline, "processes of a killed backtest live on"
        time.sleep(0.05)  # they are no children of this process, so that it cannot wait for their end
    again = house.run(*ask, "--parallel", "1", "--json")
    assert again.returncode == 0, again.stderr
    resumed = json.loads(again.stdout)
    assert len({(each["symbol"], each["date"]) for each in resumed["decisions"]}) == len(resumed["decisions"]) == 48
    assert decided(house.folder) == 48
    house.folder = tmp_path / "another"
    undisturbed = house.run(*ask, "--parallel", "1", "--json")
    assert json.loads(undisturbed.stdout) == resumed


class Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in ("meta", "path"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_it_ends_with_tables_and_a_page_that_needs_nothing_else(house: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    told = house.run(*COIN, *EVERY, "--parallel", "1", "--out", str(page))
    assert told.returncode == 0, told.stderr
    for said in ("Decisions", "hit rate", "Sharpe", "Money", "max drawdown", "SMA 5/20", "Edge", "synthetic"):
        assert said in told.stdout
    text = page.read_text("utf-8")
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert {"svg", "polyline", "table"} <= tags.names
    assert not {"script", "link", "img", "iframe"} & tags.names
    assert not {"src", "href", "onload", "onclick"} & tags.attributes
    assert "//" not in text
    assert "url(" not in text
    assert "prefers-color-scheme: dark" in text
    assert "The prices were generated" in text
    assert "nan" not in re.sub(r"<[^>]*>", " ", text).lower().split()


def test_json_and_csv_hold_what_the_tables_are_made_of_and_nothing_else_is_printed(
    house: Any, tmp_path: Path, empyrical: ModuleType
) -> None:
    file = tmp_path / "curves.csv"
    told = house.run(*COIN, *EVERY, "--parallel", "1", "--json", "--csv", str(file))
    assert (told.returncode, told.stderr) == (0, "")
    report = json.loads(told.stdout)
    assert report["synthetic"] is True
    assert report["metrics"]["decisions"] == len(report["decisions"]) == 7
    assert sum(report["metrics"]["actions"].values()) == 7
    scored = [each["outcome"]["actualReturn"] for each in report["decisions"] if each["outcome"]]
    assert report["metrics"]["scored"] == len(scored)
    if len(scored) >= 5:
        assert report["metrics"]["avgReturn"] == pytest.approx(sum(scored) / len(scored), abs=1e-4)
    for curve in report["curves"].values():
        assert len(curve["days"]) == len(curve["worth"])
        assert curve["totalReturn"] == pytest.approx(100 * (curve["worth"][-1] / curve["worth"][0] - 1), abs=1e-4)
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert [row["date"] for row in rows] == report["curves"]["held"]["days"]
    market = daily(rows, "benchmark")
    for figures in report["table"]:
        if figures["symbol"] is None:
            recompute(empyrical, figures, daily(rows, figures["curve"]), market)


def daily(rows: list[dict[str, str]], curve: str) -> Any:
    worth = np.array([float(row[curve]) for row in rows])
    return worth[1:] / worth[:-1] - 1


def recompute(empyrical: ModuleType, figures: dict[str, Any], returns: Any, market: Any) -> None:
    """Every total of a row, from the daily curve alone and by empyrical's formulas."""
    expected = {
        "totalReturn": 100 * empyrical.cum_returns_final(returns),
        "annualReturn": 100 * empyrical.annual_return(returns, annualization=365),
        "maxDrawdown": 100 * empyrical.max_drawdown(returns),
    }
    if returns.std() > 0:
        expected["sharpeRatio"] = empyrical.sharpe_ratio(returns, annualization=365)
        expected["sortinoRatio"] = empyrical.sortino_ratio(returns, annualization=365)
        alpha, beta = empyrical.alpha_beta_aligned(returns, market, annualization=365)
        expected |= {"alpha": 100 * alpha, "beta": beta}
    assert {name: figures[name] for name in expected} == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_what_cannot_be_run_is_refused_in_one_sentence(house: Any) -> None:
    told = house.run("backtest", "NOPE", "--from", "2012-01-01", "--to", "2012-02-01")
    assert told.returncode == 1
    assert "NOPE" in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1
    assert told.stdout == ""


def test_a_backtest_ends_today_which_a_setting_may_move(house: Any) -> None:
    ask = ("backtest", "IBM", "--from", "2012-06-01", *EVERY, "--analysts", "technical", "--json")
    house.settings["TRADECORE_TODAY"] = "2012-09-15"
    result = house.run(*ask)
    assert result.returncode == 0, result.stderr
    days = [each["date"] for each in json.loads(result.stdout)["decisions"]]
    assert days == ["2012-06-29", "2012-07-31", "2012-08-31", "2012-09-14"]
