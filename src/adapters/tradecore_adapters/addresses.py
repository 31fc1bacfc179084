"""Addresses on the internet: which ones are public, and may be connected to on behalf of users."""

import ipaddress
from collections.abc import Iterable, Sequence

from tradecore.model.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# What `is_global` of some versions of Python calls public and is not, by the IANA registries of special-purpose
# addresses: protocol assignments (also the metadata of Oracle Cloud), relays of 6to4, documentation, segment routing.
# The last one is the platform of Azure, which answers every machine there at a public address.
_NOT_PUBLIC: tuple[Network, ...] = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "5f00::/16", "168.63.129.16/32"))
)


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet; an IPv6 address that embeds an IPv4 address is judged by that."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.teredo is not None or address.is_site_local:
            return False
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    if any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


def is_allowed(address: Address, networks: Sequence[Network]) -> bool:
    """Whether an address is public, or in one of these networks."""
    return is_public(address) or any(address in network for network in networks)


def read_networks(texts: Iterable[str], setting: str) -> tuple[Network, ...]:
    """The networks that a setting lists. Raises Invalid, naming the setting, for what is not one."""
    try:
        return tuple(ipaddress.ip_network(text) for text in texts)
    except ValueError as error:
        raise Invalid(f"{setting} lists networks such as 10.1.0.0/16: {error}.") from error
