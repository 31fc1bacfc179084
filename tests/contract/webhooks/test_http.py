"""Standard Webhooks over HTTP: verified by the public library, guarded, and within limits of time."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tradecore.model.errors import Unavailable
from tradecore.model.ids import DeliveryId
from tradecore.model.webhooks import WebhookAnswer
from tradecore.ports.webhooks import WebhookMessage
from tradecore_adapters.webhooks.http import HttpWebhookSender, signature
from webhook_receiver import Receiver, receiving

SECRET, FORMER = (f"whsec_{letter * 43}=" for letter in "QR")
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


def message(*secrets: str, body: str = '{"type":"alert","data":{"message":"Grüße"}}') -> WebhookMessage:
    return WebhookMessage(DeliveryId("msg_1"), datetime.now(UTC), body, secrets or (SECRET,))


@pytest.fixture
async def sender() -> AsyncIterator[HttpWebhookSender]:
    opened = HttpWebhookSender(user_agent="tradecore-test", allowed=LOOPBACK, timeout=20)
    yield opened
    await opened.aclose()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as listening:
        yield listening


async def test_the_public_library_verifies_what_arrives(sender: HttpWebhookSender, receiver: Receiver) -> None:
    assert await sender.send(receiver.url, message()) == WebhookAnswer(200)
    [request] = receiver.received
    assert request.line == "POST /hooks?for=tests HTTP/1.1"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == "tradecore-test"
    assert request.verify(SECRET) == {"type": "alert", "data": {"message": "Grüße"}}
    with pytest.raises(WebhookVerificationError):
        request.verify(FORMER)
    request.body = request.body.replace(b"alert", b"trade")
    with pytest.raises(WebhookVerificationError):
        request.verify(SECRET)


async def test_during_a_rotation_both_secrets_verify(sender: HttpWebhookSender, receiver: Receiver) -> None:
    await sender.send(receiver.url, message(SECRET, FORMER))
    [request] = receiver.received
    assert request.verify(SECRET) == request.verify(FORMER)


def test_a_signature_is_that_of_the_public_library() -> None:
    signed = message()
    assert signature(signed, SECRET) == Webhook(SECRET).sign(signed.id, signed.at, signed.body)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"204 No Content", WebhookAnswer(204)),
        (b"410 Gone", WebhookAnswer(410)),
        (b"503 Busy\r\nretry-after: 120", WebhookAnswer(503, 120)),
        (b"429 Slow\r\nretry-after: Wed, 21 Oct 2026 07:28:00 GMT", WebhookAnswer(429)),
        (b"302 Found\r\nlocation: http://127.0.0.1:1/", WebhookAnswer(302)),
    ],
)
async def test_an_answer_is_its_status_and_redirects_are_not_followed(
    sender: HttpWebhookSender, receiver: Receiver, line: bytes, answer: WebhookAnswer
) -> None:
    receiver.answer = lambda received: line
    assert await sender.send(receiver.url, message()) == answer
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://2130706433:{port}/",
        "http://0x7f.1:{port}/", "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://[::ffff:127.0.0.1]:{port}/",
    ],
)  # fmt: skip
async def test_s72_private_addresses_are_refused_without_a_connection(receiver: Receiver, url: str) -> None:
    strict = HttpWebhookSender(user_agent="t", timeout=5)
    with pytest.raises(Unavailable) as refused:
        await strict.send(url.format(port=receiver.port), message())
    assert not receiver.received
    assert "127.0.0.1" not in str(refused.value), "the error tells nothing about the network of the server"
    await strict.aclose()


async def test_a_receiver_that_is_down_or_silent_or_speaks_nonsense_is_unavailable(receiver: Receiver) -> None:
    hurried = HttpWebhookSender(user_agent="t", allowed=LOOPBACK, timeout=0.3)
    stuck = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await stuck.wait()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    try:
        with pytest.raises(Unavailable, match=r"within 0\.3 seconds"):
            await hurried.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", message())
    finally:
        stuck.set()
        server.close()
        await server.wait_closed()
    with pytest.raises(Unavailable, match="cannot be reached"):
        await hurried.send("http://127.0.0.1:1/", message())
    receiver.answer = lambda received: b"\xff\x00 nonsense"
    with pytest.raises(Unavailable, match="cannot be reached"):
        await hurried.send(receiver.url, message())
    for address in ("http://", "http://[", "ftp://example.com/", "http://exa mple.com/", "http://\udcff/"):
        with pytest.raises(Unavailable):
            await hurried.send(address, message())
    await hurried.aclose()


async def test_an_endless_body_is_not_read(sender: HttpWebhookSender) -> None:
    closed = asyncio.Event()

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n")
        try:
            while not writer.is_closing():
                writer.write(b"x" * 65536)
                await writer.drain()
        except ConnectionError:
            pass
        closed.set()
        writer.close()

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    started = asyncio.get_running_loop().time()
    assert await sender.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", message()) == WebhookAnswer(200)
    assert asyncio.get_running_loop().time() - started < 20
    await asyncio.wait_for(closed.wait(), 10)
    server.close()
    await server.wait_closed()
