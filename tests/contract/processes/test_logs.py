"""Logs of a process: one line per event, and no failure where they cannot be written."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import logging, os, sys
import structlog
from tradecore_app.logs import configure_logs
configure_logs()
log = structlog.get_logger("tradecore.test")
log.info("before")
whole, unwritable = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT), os.open(os.devnull, os.O_RDONLY)
os.dup2(unwritable, 2)
log.info("lost")
logging.getLogger("somebody.else").warning("lost too")
os.dup2(whole, 2)
log.info("after", text="\\udcff \u00fc")
logging.getLogger("somebody.else").warning("and after")
"""


def test_F47_what_cannot_be_logged_is_counted_and_harms_nobody(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, tmp_path / "log"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["before"]
    lost, after, last = (json.loads(line) for line in (tmp_path / "log").read_text().splitlines())
    assert lost == {"event": "records_lost", "count": 2}
    assert (after["event"], after["level"], after["text"]) == ("after", "info", "\udcff \u00fc")
    assert (last["event"], last["level"]) == ("and after", "warning")
