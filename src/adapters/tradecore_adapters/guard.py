"""Connections to public addresses only. The address that is checked is the address that is connected to."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence

import httpx2

from tradecore_adapters.addresses import Address, Network, is_allowed

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a host and port to the addresses of the host, as text."""

EVERYWHERE: tuple[Network, ...] = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
"""All networks, for installations that may read private addresses."""


class Refused(httpx2.TransportError):
    """Connecting to the address is not allowed."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a host, from the resolver of the system. Raises OSError when there are none."""
    resolved = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in resolved))


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Resolves the host of each request, refuses it if any of its addresses is not allowed, and connects to the first.

    The Host header and the TLS handshake carry the name, so certificates are checked against it. Connections are not
    kept alive, so that none is shared between names. Proxy settings of the environment are ignored.
    """

    def __init__(self, allowed: Sequence[Network] = (), resolve: Resolve = resolve) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve
        self._inner = httpx2.AsyncHTTPTransport(trust_env=False, limits=httpx2.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send `request` to the checked address of its host.

        Raises Refused for a scheme or address that is not allowed, httpx2.ConnectError for a host without an address.
        """
        if request.url.scheme not in ("http", "https"):
            raise Refused(f"{request.url.scheme}: addresses are not read; use http or https")
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = await self._checked(host, port)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=str(address))
        return await self._inner.handle_async_request(request)

    async def _checked(self, host: str, port: int) -> Address:
        try:
            names = await self._resolve(host, port)
            addresses = [ipaddress.ip_address(name.partition("%")[0]) for name in names]
        except (OSError, UnicodeError, ValueError) as error:
            raise httpx2.ConnectError(f"the host {host!r} cannot be resolved") from error
        if not addresses:
            raise httpx2.ConnectError(f"the host {host!r} has no address")
        for address in addresses:
            if not is_allowed(address, self._allowed):
                raise Refused(
                    f"the host {host!r} is at the private address {address}; TRADECORE_NEWS_PRIVATE names the networks "
                    "that may be read"
                )
        return addresses[0]

    async def aclose(self) -> None:
        """Close the open connections."""
        await self._inner.aclose()
