"""HTTP transport of the vendors' SDKs: a deadline per try, a size limit on answers, and no logging of content."""

import asyncio
import importlib
import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from types import ModuleType
from typing import Any

import httpx2
from attrs import define, field, frozen
from pydantic import SecretStr

from tradecore.model.errors import Unavailable
from tradecore_adapters.language.refusals import hidden_status, is_no_credit

_CONNECT_SECONDS = 5.0
# Connections of one pool.
_POOL_SIZE = 16
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")


@frozen(kw_only=True)
class CallLimits:
    """Limits of one call."""

    deadline: float = 60.0
    """Seconds for one try, from the connection to the last byte."""
    tries: int = 3
    pauses: float = 10.0
    """Seconds that the pauses between tries may add, as far as they are fewer than those of one try."""
    max_tokens: int = 8_000
    """Tokens of the answer, thinking included; few models write more within the deadline."""
    effort: str | None = None
    """The reasoning effort in the vendor's own words; None for the vendor's default."""
    answer_bytes: int = 5 * 1024 * 1024
    """A longer answer is not read to its end, and refused."""

    @property
    def total(self) -> float:
        """Seconds for the whole call: with three tries at most four times those of one."""
        return self.tries * self.deadline + min(self.pauses, self.deadline)

    @property
    def timeout(self) -> httpx2.Timeout:
        """Timeouts for each read and write of a try."""
        return httpx2.Timeout(self.deadline, connect=min(_CONNECT_SECONDS, self.deadline))


class PooledTransport(httpx2.AsyncBaseTransport):
    """Spreads requests over pools of few connections each: a pool looks at all of its connections for every request.

    The first pool with room takes a request, so that a single caller keeps using the same connection.
    """

    def __init__(self, make: Callable[[], httpx2.AsyncBaseTransport]) -> None:
        self._make = make
        self._pools: list[httpx2.AsyncBaseTransport] = []
        self._under_way: list[int] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The response of a pool, whose stream is still to be read. Raises the errors of the pool."""
        place = next((place for place, count in enumerate(self._under_way) if count < _POOL_SIZE), len(self._pools))
        if place == len(self._pools):
            self._pools.append(self._make())
            self._under_way.append(0)
        self._under_way[place] += 1
        try:
            return await self._pools[place].handle_async_request(request)
        finally:
            self._under_way[place] -= 1

    async def aclose(self) -> None:
        """Close the connections."""
        for pool in self._pools:
            await pool.aclose()


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Reads each answer completely before it returns, within the deadline of a try and the size limit.

    The timeouts of an HTTP client apply to single reads: a server that sends a byte now and then outlasts them.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, limits: CallLimits) -> None:
        self._inner = inner
        self._limits = limits

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The response with its whole body.

        Raises: httpx2.ReadTimeout after the deadline; the errors of the inner transport.
        """
        try:
            async with asyncio.timeout(self._limits.deadline):
                response = await self._inner.handle_async_request(request)
                try:
                    body = await self._body(response)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise httpx2.ReadTimeout("The deadline of this try has passed.", request=request) from error
        # Nothing is decompressed: a small answer could expand to a huge one.
        dropped = ("content-encoding", "content-length", "transfer-encoding")
        headers = httpx2.Headers([(name, value) for name, value in response.headers.items() if name not in dropped])
        status = response.status_code
        if status == 200 and (hidden := hidden_status(body)):
            # Some gateways send the error of the server behind them as a success; the SDKs retry by the status.
            status = hidden
        if status >= 400 and is_no_credit(body):
            headers["x-should-retry"] = "false"
        pause = headers.get("retry-after", "")
        if _SECONDS.fullmatch(pause) and float(pause) > self._limits.total:
            # The SDKs would sleep until the call times out, while a fallback model could already answer.
            headers["x-should-retry"] = "false"
        return httpx2.Response(status, headers=headers, content=body)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    async def _body(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        async with aclosing(response.aiter_raw()) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) > self._limits.answer_bytes:
                    break
        return bytes(body[: self._limits.answer_bytes + 1])


@asynccontextmanager
async def open_http_client(limits: CallLimits) -> AsyncIterator[httpx2.AsyncClient]:
    """An HTTP client that follows no redirects, uses no proxy of the environment and accepts no compression."""
    # Calls are limited elsewhere, so that none of them ever waits for a connection.
    connections = httpx2.Limits(max_connections=None, max_keepalive_connections=_POOL_SIZE)
    context = httpx2.create_ssl_context(trust_env=False)
    pools = PooledTransport(lambda: httpx2.AsyncHTTPTransport(verify=context, trust_env=False, limits=connections))
    transport = BoundedTransport(pools, limits)
    async with httpx2.AsyncClient(
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        timeout=limits.timeout,
        headers={"Accept-Encoding": "identity"},
    ) as client:
        yield client


async def import_sdk(package: str, modules: Sequence[str]) -> ModuleType:
    """Import a package and its `modules` in a thread, and return the package. Raises ImportError."""
    sdk = await asyncio.to_thread(importlib.import_module, package)
    for module in modules:
        await asyncio.to_thread(importlib.import_module, f"{package}.{module}")
    return sdk


@define
class SdkClient:
    """The client of a vendor's SDK. The package is imported at the first call, in a thread: that takes up to seconds.

    `package` is the name of the package and of the extra that installs it; `modules` are its submodules to import.
    """

    package: str
    class_name: str
    modules: tuple[str, ...]
    key: SecretStr
    address: str
    http_client: httpx2.AsyncClient
    limits: CallLimits
    options: Mapping[str, Any] = field(factory=dict)
    _loaded: tuple[ModuleType, Any] | None = field(default=None, init=False)
    # Calls that begin together also go on together, so that they find the first one of them under way.
    _loading: asyncio.Lock = field(factory=asyncio.Lock, init=False)

    async def load(self) -> tuple[ModuleType, Any]:
        """The package and the client.

        Raises: Unavailable when the package is not installed.
        """
        async with self._loading:
            if self._loaded is None:
                package = await self._import()
                client = getattr(package, self.class_name)(
                    api_key=self.key.get_secret_value(),
                    base_url=self.address,
                    http_client=self.http_client,
                    timeout=self.limits.timeout,
                    max_retries=self.limits.tries - 1,
                    **self.options,
                )
                self._loaded = package, client
            return self._loaded

    async def _import(self) -> ModuleType:
        try:
            package = await import_sdk(self.package, self.modules)
        except ImportError as error:
            raise Unavailable(f"This needs more packages; run: pip install 'tradecore[{self.package}]'") from error
        # Below this level the SDKs log whole requests, prompts included.
        logging.getLogger(self.package).setLevel(logging.WARNING)
        return package
