"""The example package of another author: installed, chosen by settings, run, and held to the contracts."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

EXAMPLE = Path(__file__).parents[3] / "examples/acme-feed"
TRADECORE = Path(sys.executable).with_name("tradecore")
Environment = dict[str, str]


class Documents(SimpleHTTPRequestHandler):
    """Files of a folder; `keys` holds the key that each request came with."""

    keys: list[str | None] = []  # noqa: RUF012 - of all requests

    def do_GET(self) -> None:
        self.keys.append(self.headers["Authorization"])
        super().do_GET()

    def log_message(self, *args: object) -> None:
        """Log nothing."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A vendor whose two symbols rise for 300 days of 2024."""
    rows = [[str(date(2024, 1, 1) + timedelta(days=n)), 100 + n, 102 + n, 99 + n, 101 + n, 1000] for n in range(300)]
    folder = tmp_path / "vendor"
    folder.mkdir()
    for name, document in {"symbols": ["ACME", "ROAD"], "ACME": rows, "ROAD": rows, "news": []}.items():
        (folder / f"{name}.json").write_text(json.dumps(document))
    Documents.keys.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Documents, directory=str(folder)))
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def tradecore(environment: Environment, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run the shipped command with settings."""
    return subprocess.run(
        [TRADECORE, *arguments], env={**environment, **settings}, capture_output=True, text=True, timeout=100
    )


def test_its_own_tests_pass_which_run_the_shipped_suites(acme_feed: Environment, tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", EXAMPLE],
        cwd=tmp_path, env=acme_feed, capture_output=True, text=True, timeout=110,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout
    assert re.search(r"\d\d passed", ran.stdout)


def test_passing_the_suites_takes_fewer_than_twenty_lines() -> None:
    lines = (EXAMPLE / "tests/test_contracts.py").read_text("utf-8").splitlines()
    classes = lines[lines.index("class TestAcmeMarket(MarketSuite):") :]
    assert len([line for line in classes if line.strip()]) < 20


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_its_rows_are_listed_with_package_and_options(acme_feed: Environment) -> None:
    listing = tradecore(acme_feed, "adapters", TRADECORE_MARKET="acme:http://127.0.0.1:9").stdout
    lines = [" ".join(line.split()) for line in listing.splitlines()]
    assert lines.count("acme: acme-feed ready; reads TRADECORE_ACME_KEY") == 1, "the news source"
    assert "* acme: acme-feed ready; reads TRADECORE_ACME_KEY" in lines, "the market, which is in use"


def test_an_analysis_reads_its_prices_with_its_option(acme_feed: Environment, address: str, tmp_path: Path) -> None:
    ran = tradecore(
        acme_feed, "analyze", "ACME", "--date", "2024-10-10", "--analysts", "technical", "--depth", "1", "--json",
        TRADECORE_MARKET=f"acme:{address}", TRADECORE_NEWS="none:", TRADECORE_ACME_KEY="k1", TRADECORE_STORE="memory:",
        TRADECORE_DATA=str(tmp_path / "data"),
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "Acme" in ran.stdout
    assert set(Documents.keys) == {"Bearer k1"}


def test_its_engine_decides_in_place_of_the_desk(acme_feed: Environment, address: str, tmp_path: Path) -> None:
    ran = tradecore(
        acme_feed, "analyze", "ACME", "--date", "2024-10-10", "--json", TRADECORE_MARKET=f"acme:{address}",
        TRADECORE_NEWS="none:", TRADECORE_ENGINE="acme", TRADECORE_STORE="memory:",
        TRADECORE_DATA=str(tmp_path / "data"),
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert '"HOLD"' in ran.stdout
    assert "Acme holds 1" in ran.stdout


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"TRADECORE_MARKET": "acne:x"}, "begins with 'acne':, which no installed package knows; use .*; did you mean"),
        ({"TRADECORE_MARKET": "acme:x", "TRADECORE_ACME_KYE": "1"}, "the nearest is TRADECORE_ACME_KEY"),
    ],
)
def test_a_wrong_name_is_refused_with_the_nearest(
    settings: Environment, sentence: str, acme_feed: Environment, tmp_path: Path
) -> None:
    ran = tradecore(acme_feed, "migrate", TRADECORE_DATA=str(tmp_path), **settings)
    assert ran.returncode == 1
    assert re.search(sentence, ran.stderr), ran.stderr


def test_options_of_an_adapter_that_is_not_chosen_are_not_refused(acme_feed: Environment, tmp_path: Path) -> None:
    ran = tradecore(acme_feed, "migrate", TRADECORE_DATA=str(tmp_path), TRADECORE_ACME_KEY="k1")
    assert ran.returncode == 0, ran.stderr
