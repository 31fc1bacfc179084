"""The client's address and scheme, behind proxies that are trusted to report them."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from attrs import frozen
from litestar.types import HTTPScope, WebSocketScope

# A host is usually given a /64 of IPv6 addresses, so rate limits count that network as one client.
_PREFIX_BITS = 64
_NO_ADDRESS = "local"


@frozen
class TrustedProxies:
    """Reads X-Forwarded-For and X-Forwarded-Proto from connections of these networks, and ignores them elsewhere."""

    networks: tuple[IPv4Network | IPv6Network, ...]

    def client_address(self, scope: HTTPScope | WebSocketScope) -> str:
        """The last hop that is not a trusted proxy, IPv4 addresses in IPv6 form as IPv4."""
        client = scope.get("client")
        address = client[0] if client else _NO_ADDRESS
        if not self.networks or not self._trusts(address):
            return _canonical(address)
        forwarded = dict(scope["headers"]).get(b"x-forwarded-for", b"")
        for hop in reversed(forwarded.decode("latin-1").split(",")):
            try:
                address = str(ip_address(hop.strip()))
            except ValueError:
                break
            if not self._trusts(address):
                break
        return _canonical(address)

    def is_secure(self, scope: HTTPScope | WebSocketScope, headers: Mapping[bytes, bytes]) -> bool:
        """Whether the client used TLS, to this process or to a trusted proxy."""
        if scope.get("scheme") in ("https", "wss"):
            return True
        return headers.get(b"x-forwarded-proto") in (b"https", b"wss") and self.sent(scope)

    def sent(self, scope: HTTPScope | WebSocketScope) -> bool:
        """Whether a request came from a trusted proxy."""
        client = scope.get("client")
        return client is not None and self._trusts(client[0])

    def _trusts(self, text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        return any(address in network for network in self.networks)


def rate_limited_as(address: str) -> str:
    """What rate limits count for the client with an address: the address itself, or its /64 network for IPv6."""
    if ":" not in address:
        return address
    try:
        return str(ip_network((ip_address(address), _PREFIX_BITS), strict=False))
    except ValueError:
        return address


def _canonical(text: str) -> str:
    if ":" not in text:
        return text
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)
