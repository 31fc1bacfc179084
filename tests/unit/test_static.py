"""What the linter and the lock files refuse: calls that run what others wrote, and packages that nobody pinned."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("S307", "x = eval(text)"),
        ("S102", "exec(text)"),
        ("TID251", "import pickle"),
        ("S506", "import yaml; yaml.load(text)"),
        ("S602", "import subprocess; subprocess.run(text, shell=True)"),
        ("S608", "query = f\"SELECT * FROM users WHERE name = '{text}'\""),
        ("S501", "import requests; requests.get(text, verify=False, timeout=1)"),
        ("S324", "import hashlib; hashlib.md5(text)"),
    ],
)
def test_S99_a_dangerous_call_in_the_sources_is_an_error_of_the_linter(rule: str, line: str) -> None:
    ruff = Path(sys.executable).with_name("ruff")
    command = [
        ruff,
        "check",
        "--output-format=json",
        "--no-cache",
        "--stdin-filename",
        "src/tradecore/model/new.py",
        "-",
    ]
    run = subprocess.run(command, cwd=ROOT, input=line, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr
    assert rule in {found["code"] for found in json.loads(run.stdout)}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_S96_every_package_of_a_lock_file_has_one_version_and_hashes(lock: Path) -> None:
    text = re.sub(r"^\s*#.*\n", "", lock.read_text("utf-8"), flags=re.MULTILINE)
    entries = [entry for entry in re.split(r"\n(?=\S)", text.replace("\\\n", " ")) if entry.strip()]
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==[^\s;*]+( ; [^-]+)?\s+(--hash=sha256:[0-9a-f]{64}\s*)+$", entry), (
            entry[:80]
        )
