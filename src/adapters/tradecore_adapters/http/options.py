"""Options of the HTTP API."""

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Network, IPv6Address, IPv6Network, ip_network

from attrs import field, frozen
from attrs.validators import ge, gt

from tradecore_adapters.origins import AllowedOrigins, allowed_origins

# No segment is . or .., which clients and proxies remove.
_ROOT_PATH = re.compile(r"(/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)+")
_HOST = re.compile(r"([a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII)


def root_path(value: str) -> str:
    """A root path without its final slash. Raises ValueError for anything but segments such as /apps/trading."""
    path = value.strip().rstrip("/")
    if path and not _ROOT_PATH.fullmatch(path):
        raise ValueError(f"A root path is written such as /trading or /apps/trading, not {value!r}.")
    return path


def host_names(values: Iterable[str]) -> tuple[str, ...]:
    """Host names as `Host` headers have them: in lower case, IPv6 addresses in brackets, each with a port or without.

    Raises ValueError for anything else, such as an address with a scheme or a wildcard, which no request would match.
    """
    return tuple(map(_host_name, values))


def _host_name(value: str) -> str:
    name = value.strip().lower()
    try:
        name = f"[{IPv6Address(name)}]"
    except AddressValueError:
        if not _HOST.fullmatch(name):
            raise ValueError(f"A host name is written such as app.example.com, not {value!r}.") from None
    return name


def networks(values: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of addresses and networks in text. Raises ValueError for anything else."""
    try:
        return tuple(ip_network(value) for value in values)
    except ValueError as error:
        raise ValueError(f"A trusted proxy is an address or a network such as 10.0.0.0/8: {error}.") from error


@frozen
class HttpOptions:
    """Options of the HTTP API. Creating one raises ValueError for an option that is not valid.

    - `cors_origins`: origins whose scripts may send requests with credentials, in full or as AllowedOrigins.
    - `requests_per_minute`: per user, or per client address where nobody is signed in; 0 turns the limit off.
    - `trusted_proxies`: addresses or networks whose X-Forwarded-For and X-Forwarded-Proto headers are used.
    - `hosts`: accepted `Host` headers; empty accepts any.
    - `request_seconds`: how long a request may take until its response begins; 0 turns the deadline off.
    - `body_limit`: the largest request body, in bytes; `body_seconds`: how long one may take to arrive.
    - `version`, `engine`, `data`, `go_live` and `identity_provider`: shown at /health if `details` is true. They are
      where prices come from, a command that starts a server with live ones, and the host of the provider by which
      people can sign in; empty leaves them out.
    - `docs`: whether /docs and /openapi.json are served.
    - `root_path`: the prefix under which a proxy serves the API, such as `/trading`; the proxy removes it.
    """

    cors_origins: AllowedOrigins = field(factory=AllowedOrigins, converter=allowed_origins)
    requests_per_minute: int = field(default=100, validator=ge(0))
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = field(default=(), converter=networks)
    hosts: tuple[str, ...] = field(default=(), converter=host_names)
    request_seconds: float = field(default=10, validator=ge(0))
    body_limit: int = field(default=64 * 1024, validator=ge(1))
    body_seconds: float = field(default=10, validator=gt(0))
    version: str = "0"
    engine: str = ""
    data: str = ""
    go_live: str = ""
    identity_provider: str = ""
    details: bool = True
    docs: bool = True
    root_path: str = field(default="", converter=root_path)
