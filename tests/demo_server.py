"""A server as `make run` starts it, in a process of its own."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import httpx
from attrs import frozen

from prefork import prefork

DEMO_EMAIL = "demo@example.com"


@frozen
class DemoServer:
    """The address of a server, and its demo account."""

    root: str
    email: str
    password: str
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """How programs are told of it."""
        return {"TRADECORE_SERVER": self.root, "TRADECORE_EMAIL": self.email, "TRADECORE_PASSWORD": self.password}

    def token(self) -> str:
        """An access token of the demo account."""
        body = {"email": self.email, "password": self.password}
        answer = httpx.post(f"{self.root}/api/auth/login", json=body, timeout=30)
        return str(answer.json()["data"]["token"])


@contextmanager
def demo_server(folder: Path, *, port: int = 0, **settings: str) -> Iterator[DemoServer]:
    """A server with its data below a folder, until the context is left; on a free port, or on `port`."""
    arguments = ["serve", "--demo", "--port", str(port)]
    environment = {**os.environ, "TRADECORE_DATA": str(folder / "data"), "TRADECORE_DEMO_PACE": "0", **settings}
    log = folder / "server.log"
    with log.open("w") as errors:
        server = prefork().start(arguments, environment, stderr=errors.fileno())
    assert server.stdout
    with server.stdout:
        banner = "".join(takewhile(lambda line: not line.startswith("Try it"), server.stdout))
        root = re.search(r"listens on (\S+)", banner)
        account = re.search(r"account: (\S+)  password: (\S+)", banner)
        assert root, banner + log.read_text()
        assert account, banner
        try:
            yield DemoServer(root[1], account[1], account[2], log)
        finally:
            server.terminate()
            server.wait(timeout=30)
