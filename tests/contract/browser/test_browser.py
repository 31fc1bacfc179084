"""Pages in a real Chromium: the documentation on a phone behind a proxy, and a front end on another origin."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from demo_server import demo_server

JS = Path(__file__).parents[2] / "js"
NODE = Path(sys.executable).with_name("node")


def run(script: str, **arguments: Any) -> Any:
    """What a script of the browser prints, as JSON."""
    assert (JS / "node_modules/.ready").exists(), "Run `make tests/js/node_modules/.ready` to install the browser."
    done = subprocess.run(
        [NODE, JS / script, json.dumps(arguments)], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_the_documentation_works_on_a_phone_under_a_prefix_with_both_credentials(tmp_path: Path) -> None:
    key = "a-key-of-a-test"
    with demo_server(tmp_path, TRADECORE_ROOT_PATH="/trading", API_KEY=key) as server:
        seen = run("docs.mjs", root=server.root, prefix="/trading", token=server.token(), key=key)
    assert seen["statuses"] == {"getHistory": 200, "launchAnalysis": 202, "createAnalyzeJob": 202}
    assert seen["violations"] == []
    assert seen["overflow"] == 0
    # Neither a violation of the content security policy, nor a request to another host or outside of the prefix.
    assert seen["errors"] == []
    assert seen["requests"] == []
    assert "script-src 'self'; style-src 'self'" in seen["policy"]
    assert "unsafe" not in seen["policy"]


@pytest.mark.slow
def test_a_page_on_another_origin_works_where_it_is_allowed_and_nowhere_else(tmp_path: Path) -> None:
    with demo_server(tmp_path) as server:
        seen = run("page.mjs", root=server.root, email=server.email, password=server.password)
        log = server.log.read_text()
    allowed, foreign = seen["allowed"], seen["foreign"]
    launched = allowed["launched"]
    assert launched["status"] == 202
    assert launched["headers"]["location"] == f"/api/analyze/{launched['body']['data']['analysisId']}/status"
    assert launched["headers"]["ratelimit"].startswith('"user";r=')
    assert launched["headers"]["x-request-id"]
    assert allowed["last"] == "analysis_complete"
    assert allowed["status"]["body"]["data"]["status"] == "completed"
    assert allowed["events"][-1] == "event: analysis_complete"
    assert allowed["first"]["body"]["data"] == allowed["again"]["body"]["data"]
    assert allowed["first"]["headers"]["etag"] == allowed["again"]["headers"]["etag"]
    assert allowed["refused"]["status"] == 400
    assert allowed["refused"]["body"]["error"]["details"]
    assert foreign == {"plain": "TypeError", "preflighted": "TypeError", "socket": "refused"}
    assert log.count('"event": "origin_refused"') == 1
    assert "TRADECORE_CORS_ORIGINS" in log
