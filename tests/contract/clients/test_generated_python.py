"""A Python client that openapi-python-client generates from the document: without warnings, and it works."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demo_server import demo_server

DOCUMENT = Path(__file__).parents[1] / "golden/trading/openapi.json"
PROGRAM = Path(__file__).with_name("generated_client.py")


@pytest.mark.slow
def test_a_generated_python_client_works(tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(json.loads(DOCUMENT.read_text())["body"]))
    tools = Path(sys.executable).parent
    command = ["generate", "--path", "openapi.json", "--output-path", "tradecore_generated", "--meta", "none"]
    generated = subprocess.run(
        [tools / "openapi-python-client", *command],
        cwd=tmp_path, env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}, capture_output=True, text=True,
        timeout=100, check=False,
    )  # fmt: skip
    assert generated.returncode == 0, generated.stdout + generated.stderr
    assert "WARNING" not in (generated.stdout + generated.stderr).upper()
    shutil.copy(PROGRAM, tmp_path)
    with demo_server(tmp_path) as server:
        used = subprocess.run(
            [sys.executable, PROGRAM.name, server.root, server.email, server.password],
            cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
    assert used.returncode == 0, used.stderr
    assert json.loads(used.stdout) == {
        "status": "completed", "success": True, "action": "HOLD", "rows": 1, "code": "not_found",
        "export": "manifest", "feed": '<?xml version="1.0" encoding="UTF-8"',
    }  # fmt: skip
