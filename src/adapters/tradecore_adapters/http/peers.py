"""Where a request comes from: the connection's other end, or what a trusted proxy says about it."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from attrs import frozen
from litestar.types import HTTPScope

# A household or a host gets 64 bits of IPv6 addresses: limits count them as one.
_HOUSEHOLD = 64
_NOWHERE = "local"


@frozen
class Peers:
    """Believes X-Forwarded-For and X-Forwarded-Proto from these networks, and from nobody else."""

    trusted: tuple[IPv4Network | IPv6Network, ...]

    def address(self, scope: HTTPScope, headers: Mapping[bytes, bytes]) -> str:
        """The address that limits count: the last hop that is no trusted proxy."""
        client = scope.get("client")
        peer = client[0] if client else _NOWHERE
        if not self.trusted or not self._trusts(peer):
            return _household(peer)
        for hop in reversed(headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")):
            try:
                peer = str(ip_address(hop.strip()))
            except ValueError:
                break
            if not self._trusts(peer):
                break
        return _household(peer)

    def secure(self, scope: HTTPScope, headers: Mapping[bytes, bytes]) -> bool:
        """Whether the client spoke TLS."""
        if scope.get("scheme") == "https":
            return True
        said = headers.get(b"x-forwarded-proto")
        client = scope.get("client")
        return said == b"https" and client is not None and self._trusts(client[0])

    def _trusts(self, peer: str) -> bool:
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self.trusted)


def _household(peer: str) -> str:
    if ":" not in peer:
        return peer
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _HOUSEHOLD), strict=False))
