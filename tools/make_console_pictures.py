"""Take the pictures of the console in the documentation: a real run over the real prices of the shipped sample.

`PYTHONPATH=tests python tools/make_console_pictures.py` writes docs/images/console-*.webp. A position is bought on one
day and looked at eight weeks later, so that there is a curve and decisions have returns. The news are of the days that
the sample has news of.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from demo_server import DemoServer, demo_server

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/images"
TREND = ROOT / "examples/command-engine/trend.py"
NODE = Path(sys.executable).with_name("node")
BOUGHT, LATER, NEWS = "2012-08-17", "2012-10-12", "2024-10-10"
SYMBOLS = ("AAPL", "GOOG", "IBM", "MSFT")
PAST_DAYS = [f"{year}-{month:02}-15" for year in (2010, 2011) for month in (2, 4, 6, 9, 11)]
PATIENCE = 300


def photograph(server: DemoServer, act: str) -> None:
    """Take the pictures of one act. Raises CalledProcessError where the page does not show what it should."""
    arguments = {"root": server.root, "email": server.email, "password": server.password, "folder": str(FOLDER)}
    script = ROOT / "tests/js/console/pictures.mjs"
    subprocess.run([NODE, script, json.dumps({**arguments, "act": act})], check=True)


def analyse(server: DemoServer, launches: list[tuple[str, str]]) -> None:
    """Launch analyses and wait until all have ended. Raises TimeoutError."""
    with httpx.Client(base_url=server.root, headers={"Authorization": f"Bearer {server.token()}"}) as client:
        for symbol, day in launches:
            body = {"symbol": symbol, "assetType": "equity", "date": day, "analysts": ["technical", "news"]}
            config = {"researchDepth": 1, "llmModel": "rules"}
            client.post("/api/analyze", json={**body, "config": config}).raise_for_status()
        deadline = time.monotonic() + PATIENCE
        while client.get("/api/analyses?status=queued&status=running").json()["data"]["pagination"]["total"]:
            if time.monotonic() > deadline:
                raise TimeoutError("The analyses did not end.")
            time.sleep(1)


def main() -> None:
    """Take all pictures: two acts over the same data, and the news."""
    common = {"TRADECORE_RATE_PER_MINUTE": "0"}
    with tempfile.TemporaryDirectory() as folder:
        with demo_server(Path(folder), TRADECORE_TODAY=BOUGHT, TRADECORE_DEMO_PACE="0", **common) as server:
            analyse(server, [(symbol, day) for day in PAST_DAYS for symbol in SYMBOLS])
        with demo_server(Path(folder), TRADECORE_TODAY=BOUGHT, TRADECORE_DEMO_PACE="10", **common) as server:
            photograph(server, "launch")
        later = {"TRADECORE_TODAY": LATER, "TRADECORE_COMMAND_ENGINES": f"trend={sys.executable} {TREND}"}
        with demo_server(Path(folder), TRADECORE_DEMO_PACE="0", **common, **later) as server:
            analyse(server, [("MSFT", LATER)])
            photograph(server, "later")
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_server(Path(folder), TRADECORE_TODAY=NEWS, TRADECORE_DEMO_PACE="0", **common) as server,
    ):
        photograph(server, "news")
    for picture in sorted(FOLDER.glob("console-*.webp")):
        print(f"wrote {picture.name}, {picture.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
