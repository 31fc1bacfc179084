"""TypeScript: the types follow the OpenAPI document, and the client and the documented calls compile and work."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demo_server import demo_server

ROOT = Path(__file__).parents[3]
JS, CLIENT = ROOT / "tests/js", ROOT / "clients/typescript"
DOCUMENT = ROOT / "tests/contract/golden/trading/openapi.json"
TSC = JS / "node_modules/typescript/bin/tsc"


def node(*arguments: str | Path) -> str:
    """What a program of Node.js prints."""
    assert (JS / "node_modules/.ready").exists(), "Run `make tests/js/node_modules/.ready` to install the compiler."
    done = subprocess.run(
        [Path(sys.executable).with_name("node"), *arguments], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program with the built client among its packages."""
    folder = tmp_path_factory.mktemp("typescript")
    installed = folder / "node_modules/tradecore-client"
    node(TSC, "--project", CLIENT, "--outDir", installed / "dist")
    shutil.copy(CLIENT / "package.json", installed)
    shutil.copytree(JS / "documented", folder, dirs_exist_ok=True)
    return folder


@pytest.mark.slow
def test_the_types_are_those_of_the_openapi_document(golden: bool) -> None:
    types, written = node(JS / "types.mjs", DOCUMENT), CLIENT / "src/schema.ts"
    if golden:
        written.write_text(types, "utf-8")
    assert written.read_text("utf-8") == types, "run: make golden"


@pytest.mark.slow
def test_the_documented_calls_compile_strictly_and_work(package: Path, tmp_path: Path) -> None:
    node(TSC, "--project", package)
    with demo_server(tmp_path, API_KEY="a-key-of-a-test") as server:
        account = {"root": server.root, "email": server.email, "password": server.password}
        seen = json.loads(node(package / "documented.js", json.dumps({**account, "apiKey": "a-key-of-a-test"})))
    assert seen["user"] == server.email
    assert {"technical_analyst", "bull_researcher", "risk_manager"} <= set(seen["agents"])
    assert (seen["status"], seen["percent"]) == ("completed", 100)
    assert seen["action"] == seen["decision"]["action"]
    assert (seen["code"], seen["signedOut"]) == ("not_found", 401)
    assert seen["digest"] in ("queued", "running", "completed")


@pytest.mark.slow
def test_an_expired_token_is_refreshed_and_a_lost_stream_resumed(package: Path, tmp_path: Path) -> None:
    shutil.copy(JS / "resume.mjs", package)
    with demo_server(tmp_path) as server:
        account = {"root": server.root, "email": server.email, "password": server.password}
        seen = json.loads(node(package / "resume.mjs", json.dumps(account)))
    assert seen["statuses"] == [200, 200, 200]
    assert seen["refreshes"] == 1
    assert seen["numbers"] == list(range(1, len(seen["numbers"]) + 1))
    assert seen["connections"] > 1
