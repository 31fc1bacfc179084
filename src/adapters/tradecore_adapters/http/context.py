"""The request context: what the middleware has established about a request before its handler runs."""

from collections.abc import Mapping
from datetime import datetime

from attrs import define, field
from litestar.types import HTTPScope

from tradecore.model.users import Caller
from tradecore_adapters.http.responses import Header

SCOPE_KEY = "tradecore.request"
"""The key of the ASGI scope under which the middleware stores the request context."""


@define
class RequestContext:
    """One request.

    - `path`: without repeated or trailing slashes, as the router reads it.
    - `headers`: the last value of each name, names in lower case.
    - `address`: the client's IP address.
    - `secure`: whether the client used TLS.
    - `id`: the `X-Request-ID` of the response and of log records.
    - `root_path`: the prefix of URLs that clients see.
    - `deadline_seconds`: how long the request may take until its response begins; None without a limit.
    - `response_headers`: added to the response, unless it has them already; handlers may append.
    - `authenticated`: who sends the request, or None on a route without authentication.
    """

    scope: HTTPScope = field(repr=False)
    path: str
    headers: Mapping[bytes, bytes] = field(repr=False)
    address: str
    secure: bool
    id: str
    now: datetime
    root_path: str = ""
    deadline_seconds: float | None = None
    response_headers: list[Header] = field(factory=list, repr=False)
    authenticated: Caller | None = None
