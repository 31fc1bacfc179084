"""Acme on this machine: its documents over HTTP."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx2
import pytest
from acme_feed.client import AcmeClient, AcmeOptions

FIRST, DAYS = date(2024, 1, 1), 300


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Log nothing."""


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[str]:
    """The address of Acme: two symbols, from 2024-01-01 for 300 days, and one piece of news."""
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    rows = [[str(day), 100 + n, 102 + n, 99 + n, 101 + n, 1000] for n, day in enumerate(days)]
    news = [{"title": "Acme opens a plant", "url": "https://acme.example/1", "time": "2024-10-09T08:00:00+00:00"}]
    documents = {"symbols": ["ACME", "ROAD"], "ACME": rows, "ROAD": rows, "news": news}
    for name, document in documents.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=str(tmp_path)))
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
async def client(acme: str) -> AsyncIterator[AcmeClient]:
    """A client of Acme without a key."""
    async with httpx2.AsyncClient() as http:
        yield AcmeClient(http, acme, AcmeOptions())
