"""Connections to public addresses only: the address that was checked is the address that is connected."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence

import httpx2

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to the addresses of the host, as text."""

EVERYWHERE: tuple[Network, ...] = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
"""What to allow when private addresses may be read too."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Refused(httpx2.TransportError):
    """The address may not be connected to."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a host, by the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, also when it wraps an address of the older kind."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.teredo is not None or address.is_site_local:
            return False
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Resolves a host once per request, refuses it if any of its addresses is not allowed, connects to the first.

    The name still goes into the Host header and into the TLS handshake, so certificates are checked against
    it. No connection is kept, so none is shared between names. Proxies of the environment are not used.
    """

    def __init__(self, allowed: Sequence[Network] = (), resolve: Resolve = resolve) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve
        self._inner = httpx2.AsyncHTTPTransport(trust_env=False, limits=httpx2.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send `request` to the checked address of its host; raises Refused when there is none."""
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
            if not is_public(address) and not any(address in network for network in self._allowed):
                raise Refused(f"the host {host!r} is at the private address {address}; allow it explicitly to read it")
        return addresses[0]

    async def aclose(self) -> None:
        """Close what is still open."""
        await self._inner.aclose()
