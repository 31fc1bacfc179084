"""S77: outgoing requests verify the certificate of the other side, and nothing is sent without it."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from attrs import define, field
from httpx2 import AsyncHTTPTransport

from certificates import make_certificate
from tradecore.model.errors import Unavailable
from tradecore.ports.ambient import Now
from tradecore_adapters import ambient
from tradecore_adapters.client import AsyncClient
from tradecore_adapters.identity.oidc import OidcProvider
from tradecore_adapters.news.web import FeedFetcher, FetchFailed

ROOT = Path(__file__).parents[3]


@define
class Untrusted:
    """A server with a certificate that nobody trusts, and the requests that reached it."""

    url: str = ""
    requests: list[str] = field(factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """An ASGI application that answers everything with an empty object."""
        self.requests.append(scope["path"])
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})


@pytest.fixture
async def untrusted(tmp_path: Path) -> AsyncIterator[Untrusted]:
    files, server_app = make_certificate(tmp_path), Untrusted()
    config = uvicorn.Config(
        server_app, port=0, log_config=None, lifespan="off", ssl_certfile=files.certificate, ssl_keyfile=files.key
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        assert not running.done(), "the server did not start"
        await asyncio.sleep(0)
    server_app.url = f"https://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield server_app
    server.should_exit = True
    await running


async def test_S77_an_identity_provider_that_cannot_be_verified_is_unavailable(untrusted: Untrusted) -> None:
    provider = OidcProvider(
        untrusted.url, "id", "secret", redirect_uris=("https://app.example.com",), audience=None, secrets=["s" * 32]
    )
    now: Now = ambient.now
    with pytest.raises(Unavailable):
        await provider.begin("https://app.example.com", at=now())
    assert untrusted.requests == []


async def test_S77_a_feed_that_cannot_be_verified_is_not_read(untrusted: Untrusted) -> None:
    fetcher = FeedFetcher(AsyncHTTPTransport(trust_env=False), user_agent="test", chance=lambda: 0.5)
    with pytest.raises(FetchFailed, match="CERTIFICATE_VERIFY_FAILED"):
        await fetcher.get(untrusted.url, {})
    await fetcher.aclose()
    assert untrusted.requests == []


async def test_S77_the_client_sends_no_password_to_a_server_that_cannot_be_verified(untrusted: Untrusted) -> None:
    async with AsyncClient(untrusted.url) as client:
        with pytest.raises(Unavailable):
            await client.login("ann@example.com", "a long password")
    assert untrusted.requests == []


def test_S77_no_line_of_ours_switches_verification_off() -> None:
    switches = re.compile(r"verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False|_create_unverified|ssl\s*=\s*False")
    offending = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "src").rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if switches.search(line)
    }
    assert offending == set()
