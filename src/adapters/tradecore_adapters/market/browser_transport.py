"""Requests as a browser makes them, for vendors that answer nobody else: curl-cffi behind the interface of httpx."""

from collections.abc import AsyncIterator

import httpx2
from curl_cffi import CurlError
from curl_cffi.requests import AsyncSession, Response

# Headers that the imitated browser sets itself, or that describe the connection of httpx.
_OWN_HEADERS = frozenset({"user-agent", "accept-encoding", "connection", "host", "accept"})
# What curl has undone by the time the body is read.
_UNDONE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class _Body(httpx2.AsyncByteStream):
    def __init__(self, response: Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.aiter_content():  # type: ignore[no-untyped-call]
                yield chunk
        except CurlError as error:
            raise httpx2.RemoteProtocolError("the answer broke off") from error

    async def aclose(self) -> None:
        await self._response.aclose()  # type: ignore[no-untyped-call]


class BrowserTransport(httpx2.AsyncBaseTransport):
    """Sends each request with the TLS handshake and the headers of a current Chrome."""

    def __init__(self) -> None:
        self._session: AsyncSession[Response] = AsyncSession(impersonate="chrome", allow_redirects=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a GET request; raises httpx2.ConnectError where there is no connection."""
        headers = {name: value for name, value in request.headers.items() if name not in _OWN_HEADERS}
        seconds = request.extensions.get("timeout", {}).get("read") or 30.0
        try:
            response = await self._session.request(
                "GET", str(request.url), headers=headers, stream=True, timeout=seconds
            )
        except CurlError as error:
            raise httpx2.ConnectError("no connection", request=request) from error
        kept = [(name, value or "") for name, value in response.headers.multi_items() if name.lower() not in _UNDONE]
        return httpx2.Response(response.status_code, headers=kept, stream=_Body(response), request=request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.close()
