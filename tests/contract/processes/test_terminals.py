"""Terminals: past analyses are listed, shown and watched, in whatever encoding the output has."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any


def run(house: Any, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [Path(sys.executable).with_name("tradecore"), *arguments],
        env={**house.environment(), **environment}, capture_output=True, timeout=120,
    )  # fmt: skip


def test_an_analysis_is_listed_watched_and_shown_in_any_encoding(house: Any) -> None:
    made = run(house, "analyze", "NVDA", "--date", "2024-10-10", "--depth", "1", PYTHONIOENCODING="cp1252")
    assert made.returncode == 0, made.stderr
    listed = run(house, "history", COLUMNS="200", PYTHONIOENCODING="ascii")
    [id] = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", listed.stdout.decode("ascii"))
    watched = run(house, "watch", id, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert b"100 %  completed" in watched.stdout
    assert b"NVDA as of 2024-10-10" in watched.stdout
    for done in (made, listed, watched):
        assert (done.returncode, done.stderr) == (0, b"")


def test_an_unknown_analysis_is_one_sentence(house: Any) -> None:
    done = run(house, "show", "ffffffff-ffff-4fff-bfff-ffffffffffff")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().startswith("tradecore: There is no analysis")
