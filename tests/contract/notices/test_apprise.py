"""Notices through the real library: sent once, to allowed addresses only, with what is known about each message."""

import asyncio
import ipaddress
import json
import sys
from importlib.util import find_spec
from typing import Any

import pytest

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.notices import NoticeResult
from tradecore.ports.notices import NoticeMessage
from tradecore_adapters.notices import apprise
from tradecore_adapters.notices.apprise import AppriseNoticeSender
from webhook_receiver import Received, receiving

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
TEXT = "- NVDA: BUY <b>\n- A digest is ready."
SENT, REFUSED, UNKNOWN = NoticeResult.SENT, NoticeResult.REFUSED, NoticeResult.UNKNOWN


def answer(received: Received) -> bytes:
    path = received.line.split()[1]
    if path.startswith("/status/"):
        return path.removeprefix("/status/").partition("?")[0].encode() + b" Status\r\nlocation: /elsewhere"
    if path.startswith("/cut"):
        raise ConnectionError
    return b"200 OK"


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer nothing for as long as the other side waits."""
    await reader.read()
    writer.close()


async def test_each_message_is_sent_once_to_allowed_addresses_and_its_outcome_is_known() -> None:
    hanging = await asyncio.start_server(hang, "127.0.0.1", 0)
    async with hanging, receiving() as receiver:
        receiver.answer = answer
        here = f"127.0.0.1:{receiver.port}"
        cases = {
            f"json://{here}/taken": SENT,
            # A host by its name, and what would send a message again, or hide that it was refused.
            f"form://localhost:{receiver.port}/named?retry=5&wait=0": SENT,
            f"json://{here}/status/500?retry=3&wait=0&optional=yes": REFUSED,
            f"json://{here}/status/307": REFUSED,
            f"json://{here}/cut": UNKNOWN,
            f"json://127.0.0.1:{hanging.sockets[0].getsockname()[1]}/hangs?rto=60": UNKNOWN,
            "json://127.0.0.1:9/nobody": REFUSED,
            # Nothing but the internet and what is allowed: by address, by name, by another protocol.
            "json://10.1.2.3/": REFUSED,
            "xml://[::1]/": REFUSED,
            "mailto://user:password@example.com?smtp=169.254.169.254": REFUSED,
            "rsyslog://10.1.2.3": REFUSED,
            # No files.
            f"json://{here}/file?:+x=/etc/passwd&template=/etc/passwd": SENT,
            "msteams://abc/x/y/z?template=/etc/passwd": REFUSED,
        }
        messages = [NoticeMessage(url, "tradecore", TEXT) for url in cases]
        outcomes = await AppriseNoticeSender(allowed=LOOPBACK, timeout=25).send(messages)
        assert {url: outcome.result for url, outcome in zip(cases, outcomes, strict=True)} == cases
        errors = dict(zip(cases, (outcome.error for outcome in outcomes), strict=True))
        private = {url for url, error in errors.items() if "TRADECORE_NOTICES_PRIVATE" in error}
        assert private == {url for url in cases if url.startswith(("json://10", "xml", "mailto", "rsyslog"))}
        assert next(error for url, error in errors.items() if "/status/500" in url).endswith("answer is 500.")
        assert not [error for error in errors.values() if "password" in error or "127.0.0.1" in error]
        lines = [received.line.split()[1].partition("?")[0] for received in receiver.received]
        assert sorted(lines) == sorted(["/taken", "/named", "/status/500", "/status/307", "/cut", "/file"])
        [taken] = [received for received in receiver.received if "/taken" in received.line]
        body = json.loads(taken.body)
        assert (body["title"], body["message"]) == ("tradecore", TEXT)


async def test_a_url_names_one_service_with_one_recipient() -> None:
    sender = AppriseNoticeSender(timeout=25)
    service = await sender.describe("tgram://123456789:abcdefg_hijklmnop/12315544/?retry=3")
    assert (service.name, 3000 < service.max_length < 4096) == ("Telegram", True)
    with pytest.raises(Invalid, match="create a channel for each"):
        await sender.describe("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#one/#two")


async def test_without_the_library_or_its_process_notices_are_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, message = AppriseNoticeSender(), NoticeMessage("json://example.com", "tradecore", TEXT)

    def found(name: str, *args: Any) -> Any:
        return None if name == "apprise" else find_spec(name, *args)

    with monkeypatch.context() as patched:
        patched.setattr(apprise, "find_spec", found)
        with pytest.raises(Unavailable, match=r"tradecore\[notify\]"):
            await sender.send([message])
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Unavailable, match="could not be started"):
        await sender.describe("json://example.com")
    monkeypatch.setattr(sys, "executable", "/bin/cat")
    with pytest.raises(Unavailable, match="could not be read in time"):
        await AppriseNoticeSender(timeout=0).describe("json://example.com")
