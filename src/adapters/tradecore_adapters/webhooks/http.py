"""Standard Webhooks over HTTP: signed posts to addresses that are allowed, within limits of time."""

import asyncio
import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from tradecore.model.errors import Unavailable
from tradecore.model.webhooks import WebhookAnswer
from tradecore.ports.webhooks import WebhookMessage

if TYPE_CHECKING:
    import httpx2

    from tradecore_adapters.addresses import Network

# For the whole request, until the status of the answer, in seconds.
TIMEOUT = 10.0
_PREFIX = "whsec_"


def signature(message: WebhookMessage, secret: str) -> str:
    """The signature of a message by one secret, as the header has it: `v1,` and Base64 of its HMAC-SHA256."""
    signed = f"{message.id}.{int(message.at.timestamp())}.{message.body}".encode()
    digest = hmac.new(b64decode(secret.removeprefix(_PREFIX)), signed, sha256).digest()
    return f"v1,{b64encode(digest).decode()}"


class HttpWebhookSender:
    """Posts each message over a connection of its own.

    The HTTP client is loaded with the first message: a process that sends none does not need it.
    """

    def __init__(self, *, user_agent: str, allowed: "Sequence[Network]" = (), timeout: float = TIMEOUT) -> None:
        """`allowed` are networks beside the public internet; `timeout` is in seconds."""
        self._user_agent = user_agent
        self._allowed = allowed
        self._timeout = timeout
        self._opened: httpx2.AsyncClient | None = None

    async def send(self, url: str, message: WebhookMessage) -> WebhookAnswer:
        """Post a message and return the status of the answer, whose body is not read. Raises Unavailable."""
        import httpx2

        from tradecore_adapters.guard import Refused

        headers = {
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(message.at.timestamp())),
            "webhook-signature": " ".join(signature(message, secret) for secret in message.secrets),
        }
        # The first one takes a while to load, which is not the time of the receiver.
        client = self._client()
        try:
            async with (
                asyncio.timeout(self._timeout),
                client.stream("POST", url, content=message.body.encode(), headers=headers) as response,
            ):
                return WebhookAnswer(response.status_code, _retry_after(response.headers.get("retry-after", "")))
        except TimeoutError as error:
            raise Unavailable(f"The receiver did not answer within {self._timeout:g} seconds.") from error
        except Refused as error:
            # Which private address a name has is no business of whoever chose the name.
            raise Unavailable(
                "The address is not on the public internet. An operator can allow its network with "
                "TRADECORE_WEBHOOKS_PRIVATE."
            ) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, UnicodeError, ValueError) as error:
            raise Unavailable(f"The receiver cannot be reached: {type(error).__name__}.") from error

    async def aclose(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            await self._opened.aclose()

    def _client(self) -> "httpx2.AsyncClient":
        import httpx2

        from tradecore_adapters.guard import GuardedTransport

        if self._opened is None:
            self._opened = httpx2.AsyncClient(
                transport=GuardedTransport(self._allowed),
                trust_env=False,
                follow_redirects=False,
                timeout=self._timeout,
                headers={"User-Agent": self._user_agent},
            )
        return self._opened


def _retry_after(text: str) -> int | None:
    """The seconds of a Retry-After header; None for a date, which is rare and not worth its clocks."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
