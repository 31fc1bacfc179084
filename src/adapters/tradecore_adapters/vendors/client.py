"""Requests to one vendor's HTTP API, with a deadline, a size limit and a pace."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2
from attrs import define, field, frozen

from tradecore.model.errors import Unavailable
from tradecore.ports.ambient import Now
from tradecore_adapters.vendors.pace import Pace, Pause
from tradecore_adapters.vendors.shared_state import SharedState

# How long to wait before the one retry of a request that failed, in seconds.
_RETRY_DELAY = 0.3


@frozen(kw_only=True)
class VendorLimits:
    """The limits of requests to a vendor."""

    seconds: float = 8.0
    """For one request from its start to the end of the body, a retry included."""
    body_bytes: int = 16 * 1024 * 1024
    """For one body after decompression."""
    per_second: float = 2.0
    burst: int = 4
    concurrency: int = 2


@frozen
class VendorResponse:
    """A response with its whole body: `document` is the JSON in it, None where an error has another body."""

    status: int
    body: bytes
    document: Any
    fetched_at: datetime


class _Failed(Exception):
    """One attempt failed in a way that a second may not; the message is a sentence."""


@define(eq=False)
class VendorClient:
    """Requests to the API of `vendor`, a name for sentences.

    Every failure raises Unavailable with one sentence. It is not transient: a request that failed is tried a second
    time here, and what still fails does not come back within the seconds that a job would wait. After a 429 no request
    is sent for a while. `hint` is a sentence for that case. Requests to https://HOST/path go to `base`/HOST/path where
    a base is given. All clients of a vendor with the same `folder`, also those of other processes, keep the pace and
    the pauses together.
    """

    vendor: str
    http: httpx2.AsyncClient
    now: Now
    monotonic: Callable[[], float]
    limits: VendorLimits = field(factory=VendorLimits)
    base: str | None = None
    hint: str = ""
    folder: Path | None = None
    _pace: Pace = field(init=False)
    _slots: asyncio.Semaphore = field(init=False)

    def __attrs_post_init__(self) -> None:
        name = quote(self.vendor.lower().replace(" ", "-"), safe="")
        shared = SharedState(self.folder and self.folder / f"{name}.json")
        self._pace = Pace(self.limits.per_second, self.limits.burst, self.now, self.monotonic, shared)
        self._slots = asyncio.Semaphore(self.limits.concurrency)

    async def get_json(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> VendorResponse:
        """The response with a JSON document. Raises Unavailable; see `get`, and for a success that is not JSON."""
        return await self._get(url, params, headers, _with_document)

    async def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> VendorResponse:
        """The response of whatever kind, `document` None.

        Statuses below 500 other than 429 are for the caller to judge. Raises Unavailable where the vendor cannot be
        reached, has an error of its own, allows no more requests, or does not send the whole body in time and size.
        """
        return await self._get(url, params, headers, lambda vendor, response: response)

    async def pause(self, status: int | None, requested: timedelta | None = None) -> Unavailable:
        """Send no request for a while, because the vendor refused one; returns what to raise.

        `status` is that of HTTP, None where it was a success. The pause has the `requested` length where that is longer
        than ours. `get` begins one after a 429.
        """
        return self._refused(await self._pace.begin_pause(status, requested))

    async def _get(
        self,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        read: Callable[[str, VendorResponse], VendorResponse],
    ) -> VendorResponse:
        async with self._slots:
            await self._wait_turn()
            try:
                async with asyncio.timeout(self.limits.seconds):
                    try:
                        return read(self.vendor, await self._attempt(url, params, headers))
                    except _Failed:
                        await asyncio.sleep(_RETRY_DELAY)
                        await self._wait_turn()
                        return read(self.vendor, await self._attempt(url, params, headers))
            except TimeoutError as error:
                raise Unavailable(
                    f"{self.vendor} did not answer within {self.limits.seconds:g} seconds; try again.", transient=False
                ) from error
            except _Failed as error:
                raise Unavailable(str(error), transient=False) from error

    async def _attempt(
        self, url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None
    ) -> VendorResponse:
        try:
            async with self.http.stream("GET", self._address(url), params=params, headers=headers) as response:
                if response.status_code == httpx2.codes.TOO_MANY_REQUESTS:
                    requested = _retry_after(response.headers.get("retry-after", ""), self.now())
                    raise await self.pause(response.status_code, requested)
                if response.is_server_error:
                    raise _Failed(f"{self.vendor} has an error of its own ({response.status_code}); try again later.")
                body = await self._body(response)
        except httpx2.RemoteProtocolError as error:
            raise _Failed(f"{self.vendor} broke off its answer; try again.") from error
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            # Without the error of the library, which may hold the address with a key in it.
            raise _Failed(
                f"{self.vendor} cannot be reached: {_reason(error)}; check the network of this machine."
            ) from error
        await self._pace.answered()
        return VendorResponse(response.status_code, body, None, self.now())

    async def _body(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > self.limits.body_bytes:
                raise Unavailable(
                    f"{self.vendor} sent more than {self.limits.body_bytes // 1024 // 1024} MB for one question, "
                    "which is not read.",
                    transient=False,
                )
        return bytes(body)

    def _address(self, url: str) -> str:
        if self.base is None:
            return url
        parts = urlsplit(url)
        return f"{self.base.rstrip('/')}/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    async def _wait_turn(self) -> None:
        pause = await self._pace.turn()
        if pause is not None:
            raise self._refused(pause)

    def _refused(self, pause: Pause) -> Unavailable:
        # Minutes are rounded up, so that the sentence never names a time that is too early.
        minute = pause.until + timedelta(seconds=-pause.until.timestamp() % 60)
        status = "" if pause.status is None else f" ({pause.status})"
        return Unavailable(
            f"{self.vendor} allows no more requests for now{status}; the next one is sent after {minute:%H:%M} UTC."
            + (f" {self.hint}" if self.hint else ""),
            transient=False,
        )


def _retry_after(header: str, now: datetime) -> timedelta | None:
    """The pause that a vendor asks for, in seconds or as the time of its end; None for anything else."""
    if header.isascii() and header.isdigit() and len(header) < 7:
        return timedelta(seconds=int(header))
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return max(timedelta(), (until if until.tzinfo else until.replace(tzinfo=UTC)) - now)


def _reason(error: Exception) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return "it did not answer in time"
    if isinstance(error, httpx2.ConnectError):
        return "no connection"
    return "the connection failed"


def _with_document(vendor: str, response: VendorResponse) -> VendorResponse:
    success = response.status < httpx2.codes.MULTIPLE_CHOICES
    try:
        return VendorResponse(response.status, response.body, json.loads(response.body), response.fetched_at)
    except (ValueError, RecursionError) as error:
        if not success:
            return response
        if response.body.lstrip()[:1] == b"<":
            raise _Failed(
                f"{vendor} sent a web page in place of data; it may be down, or not answer from here."
            ) from error
        raise _Failed(f"{vendor} broke off its answer, or sent one that is not JSON; try again.") from error
