"""The console: which requests get its page, and how browsers keep its files."""

import filecmp
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[3]
WEB = ROOT / "web"
SHIPPED = Path(str(files("tradecore_adapters.http").joinpath("pages", "console")))
BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
SCREENS = ["/", "/sign-in", "/analyses/a1b2c3d4-e5f6-7890-abcd-ef1234567890", "/history", "/portfolio", "/news",
           "/recommendations", "/schedules", "/compare", "/backtests", "/alerts", "/settings",
           "/settings/tokens"]  # fmt: skip


def node(script: Path, *arguments: str | Path) -> None:
    """Run a script of Node.js in the folder of the console."""
    done = subprocess.run(
        [Path(sys.executable).with_name("node"), script, *arguments],
        cwd=WEB, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", SCREENS)
async def test_browsers_get_the_page_at_the_address_of_every_screen(stranger: httpx.AsyncClient, path: str) -> None:
    answer = await stranger.get(path, headers=BROWSER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    for directive in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
        assert directive in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.text
    assert "style=" not in answer.text


@pytest.mark.parametrize("accepted", ["*/*", "application/json", ""])
async def test_programs_get_what_they_got_before(stranger: httpx.AsyncClient, accepted: str) -> None:
    headers = {"Accept": accepted}
    assert (await stranger.get("/", headers=headers)).json() == {"message": "TradingAgents API v1.0"}
    for path in SCREENS[1:]:
        answer = await stranger.get(path, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_such_route")


async def test_an_address_that_does_not_exist_is_the_page_for_browsers_and_an_error_for_programs(
    stranger: httpx.AsyncClient,
) -> None:
    tag = (await stranger.get("/", headers=BROWSER)).headers["etag"]
    for path in ("/watchlists", "/analyses", "/history/old", "/news/a/b"):
        page = await stranger.get(path, headers={**BROWSER, "If-None-Match": tag})
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "content-security-policy" in page.headers
        assert "/console/" in page.text
        program = await stranger.get(path)
        assert (program.status_code, program.json()["error"]["code"]) == (404, "no_such_route")
        posted = await stranger.post(path, headers=BROWSER)
        assert posted.json()["success"] is False
    for path in ("/api/nope", "/analyze/nope/nope"):
        answer = await stranger.get(path, headers=BROWSER)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/json")


async def test_the_files_of_the_page_are_there_and_kept_for_good(house: Any) -> None:
    async with house.client(root_path="/trading") as client:
        page = (await client.get("/", headers=BROWSER)).text
        sources = re.findall(r'(?:src|href|data-licenses)="(/[^"]*console/[^"]*)"', page)
        assert len(sources) == 3
        for source in sources:
            # A proxy removes the prefix.
            assert source.startswith("/trading/console/")
            answer = await client.get(source.removeprefix("/trading"))
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]
            assert answer.headers["content-encoding"] == "gzip"
            known = {"If-None-Match": answer.headers["etag"]}
            assert (await client.get(source.removeprefix("/trading"), headers=known)).status_code == 304
            plain = await client.get(source.removeprefix("/trading"), headers={"Accept-Encoding": "identity"})
            assert "content-encoding" not in plain.headers
            assert plain.content == answer.content
        for missing in ("index.html", "other.js", "..%2Fdocs.js", "%2e%2e"):
            assert (await client.get(f"/console/{missing}")).status_code == 404


async def test_a_page_that_has_not_changed_is_not_sent_again(stranger: httpx.AsyncClient) -> None:
    tag = (await stranger.get("/", headers=BROWSER)).headers["etag"]
    answer = await stranger.get("/history", headers={**BROWSER, "If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert "content-security-policy" in answer.headers


async def test_the_health_route_says_which_data_and_engine_are_at_work(house: Any) -> None:
    options = {
        "data": "prices of a test",
        "engine": "rules",
        "go_live": "make live",
        "identity_provider": "id.example.com",
    }
    async with house.client(**options) as client:
        shown = (await client.get("/health")).json()["data"]
        assert (shown["data"], shown["engine"], shown["goLive"], shown["identityProvider"]) == tuple(options.values())
    async with house.client(details=False, **options) as client:
        assert (await client.get("/health")).json()["data"] == {"status": "ok"}


def test_the_page_is_small() -> None:
    sizes = {file.name: file.stat().st_size for file in SHIPPED.iterdir() if file.suffix in (".js", ".css", ".html")}
    assert sum(sizes.values()) < 300_000, sizes


@pytest.mark.slow
def test_the_shipped_files_are_those_of_the_sources(tmp_path: Path) -> None:
    assert (WEB / "node_modules/.ready").exists(), "Run `make web/node_modules/.ready` to install the bundler."
    node(WEB / "node_modules/typescript/bin/tsc", "--project", WEB)
    node(WEB / "build.mjs", tmp_path / "built")
    compared = filecmp.dircmp(tmp_path / "built", SHIPPED)
    assert (compared.left_only, compared.right_only) == ([], []), "run: make console"
    assert filecmp.cmpfiles(tmp_path / "built", SHIPPED, compared.common_files, shallow=False)[1:] == ([], [])
