"""Options of the HTTP API."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network

from attrs import field, frozen
from attrs.validators import ge, gt

from tradecore_adapters.origins import AllowedOrigins, allowed_origins

_ROOT_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")


def _root_path(value: str) -> str:
    path = value.strip().rstrip("/")
    if path and not _ROOT_PATH.fullmatch(path):
        raise ValueError(f"A root path is written such as /trading or /apps/trading, not {value!r}.")
    return path


def _networks(values: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(value) for value in values)
    except ValueError as error:
        raise ValueError(f"A trusted proxy is an address or a network such as 10.0.0.0/8: {error}.") from error


@frozen
class HttpOptions:
    """Options of the HTTP API. Creating one raises ValueError for an origin, a network or a limit that is not valid.

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
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = field(default=(), converter=_networks)
    hosts: tuple[str, ...] = ()
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
    root_path: str = field(default="", converter=_root_path)
