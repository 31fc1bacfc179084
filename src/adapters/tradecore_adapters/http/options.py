"""What an installation may choose about its HTTP door."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from attrs import field, frozen
from attrs.validators import ge


def _origins(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value.rstrip("/") for value in values)


def _networks(values: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(value) for value in values)
    except ValueError as error:
        raise ValueError(f"A trusted proxy is an address or a network such as 10.0.0.0/8: {error}.") from error


@frozen
class HttpOptions:
    """Origins of browsers, limits, and what the door tells about itself.

    - `cors_origins`: exactly these origins may call with credentials; `*` is refused, because every site could then act
      for whoever is signed in.
    - `requests_per_minute`: per user, and per address where nobody is signed in; 0 turns it off.
    - `trusted_proxies`: addresses or networks whose X-Forwarded-For and X-Forwarded-Proto are believed.
    - `hosts`: names this server answers to; empty for any.
    - `body_limit`: bytes of a request body.
    - `engine`: what thinks behind this door, for /health; `details` shows it and the version there.
    - `docs`: whether /docs and /openapi.json are served.
    """

    cors_origins: tuple[str, ...] = field(default=(), converter=_origins)
    requests_per_minute: int = field(default=100, validator=ge(0))
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = field(default=(), converter=_networks)
    hosts: tuple[str, ...] = ()
    body_limit: int = field(default=64 * 1024, validator=ge(1))
    version: str = "0"
    engine: str = ""
    details: bool = True
    docs: bool = True

    @cors_origins.validator
    def _no_open_door(self, _: object, values: tuple[str, ...]) -> None:
        for value in values:
            if "*" in value or "://" not in value or "," in value:
                raise ValueError(f"A CORS origin is written in full, such as https://app.example.com, not {value!r}.")
