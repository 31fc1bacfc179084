"""How calls reach a vendor: each try with a deadline and a limit on its answer, and silence about what is in them."""

import asyncio
import importlib
import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from types import ModuleType
from typing import Any

import httpx2
from attrs import define, field, frozen
from pydantic import SecretStr

from tradecore.model.errors import Unavailable

_CONNECT_SECONDS = 5.0
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")


@frozen(kw_only=True)
class Terms:
    """What one call may take."""

    deadline: float = 60.0
    """Of one try, from the connection to the last byte, in seconds."""
    tries: int = 3
    pauses: float = 10.0
    """What pauses between tries may add to their deadlines, in seconds."""
    max_tokens: int = 8_000
    """Of the answer, thinking included; few models write more within the deadline."""
    effort: str | None = None
    """How much a model may think, in the vendor's own word; without it, as much as the vendor lets it."""
    answer_bytes: int = 5 * 1024 * 1024
    """An answer is cut here, and then cannot be understood."""

    @property
    def total(self) -> float:
        """Of the whole call, in seconds."""
        return self.tries * self.deadline + self.pauses

    @property
    def timeout(self) -> httpx2.Timeout:
        """For each step of a try."""
        return httpx2.Timeout(self.deadline, connect=min(_CONNECT_SECONDS, self.deadline))


class WholeAnswers(httpx2.AsyncBaseTransport):
    """Reads each answer to its end, within the deadline of a try and up to the limit, before anyone sees of it.

    Timeouts of an HTTP client are for one read each: a server that sends a byte now and then would outlast them.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, terms: Terms) -> None:
        self._inner = inner
        self._terms = terms

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """See httpx2. Raises ReadTimeout after the deadline."""
        try:
            async with asyncio.timeout(self._terms.deadline):
                answer = await self._inner.handle_async_request(request)
                try:
                    body = await self._body(answer)
                finally:
                    await answer.aclose()
        except TimeoutError as error:
            raise httpx2.ReadTimeout("The deadline of this try has passed.", request=request) from error
        # Nothing is decompressed: a short answer could be a very long one.
        dropped = ("content-encoding", "content-length", "transfer-encoding")
        headers = httpx2.Headers([(name, value) for name, value in answer.headers.items() if name not in dropped])
        pause = headers.get("retry-after", "")
        if _SECONDS.fullmatch(pause) and float(pause) > self._terms.total:
            # The kits would sleep into the end of the call, while somebody else could be asked.
            headers["x-should-retry"] = "false"
        return httpx2.Response(answer.status_code, headers=headers, content=body)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    async def _body(self, answer: httpx2.Response) -> bytes:
        body = bytearray()
        async with aclosing(answer.aiter_raw()) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) > self._terms.answer_bytes:
                    break
        return bytes(body[: self._terms.answer_bytes])


@asynccontextmanager
async def open_wire(terms: Terms) -> AsyncIterator[httpx2.AsyncClient]:
    """Connections that follow no redirect and no proxy of the environment, and let nothing be compressed."""
    # More connections than calls at once: a call never waits for one.
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=100)
    transport = WholeAnswers(httpx2.AsyncHTTPTransport(trust_env=False, limits=limits), terms)
    async with httpx2.AsyncClient(
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        timeout=terms.timeout,
        headers={"Accept-Encoding": "identity"},
    ) as client:
        yield client


@define
class Kit:
    """A vendor's own library, loaded when it is first needed and beside the event loop, and its client."""

    vendor: str
    client_name: str
    parts: tuple[str, ...]
    key: SecretStr
    address: str
    wire: httpx2.AsyncClient
    terms: Terms
    options: Mapping[str, Any] = field(factory=dict)
    _opened: tuple[ModuleType, Any] | None = field(default=None, init=False)

    async def opened(self) -> tuple[ModuleType, Any]:
        """The library and the client. Raises Unavailable."""
        if self._opened is None:
            library = await self._loaded()
            client = getattr(library, self.client_name)(
                api_key=self.key.get_secret_value(),
                base_url=self.address,
                http_client=self.wire,
                timeout=self.terms.timeout,
                max_retries=self.terms.tries - 1,
                **self.options,
            )
            self._opened = library, client
        return self._opened

    async def _loaded(self) -> ModuleType:
        try:
            library = await asyncio.to_thread(importlib.import_module, self.vendor)
            for part in self.parts:
                await asyncio.to_thread(importlib.import_module, f"{self.vendor}.{part}")
        except ImportError as error:
            raise Unavailable(f"This needs more packages; run: pip install 'tradecore[{self.vendor}]'") from error
        # Below this level the kits write down whole requests, prompts included.
        logging.getLogger(self.vendor).setLevel(logging.WARNING)
        return library
