"""The request context: what the middleware has established about a request before its handler runs."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from attrs import define, field
from litestar.types import HTTPScope, Receive

from tradecore.model.errors import Invalid, NotAuthenticated, Problem
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.users import Caller
from tradecore_adapters.http.text import require_clean_text

SCOPE_KEY = "tradecore.request"
"""The key of the ASGI scope under which the middleware stores the request context."""


@define
class RequestContext:
    """One request.

    - `path`: without repeated or trailing slashes, as the router reads it.
    - `headers`: the last value of each name, names in lower case.
    - `address`: the client's address or /64 prefix, which rate limits count.
    - `secure`: whether the client used TLS.
    - `id`: the `X-Request-ID` of the response and of log records.
    - `authenticated`: who sends the request, or None on a route without authentication.
    """

    scope: HTTPScope = field(repr=False)
    receive: Receive = field(repr=False)
    path: str
    headers: Mapping[bytes, bytes] = field(repr=False)
    address: str
    secure: bool
    id: str
    now: datetime
    authenticated: Caller | None = None

    @property
    def caller(self) -> Caller:
        """Who sends the request. Raises NotAuthenticated on a route without authentication."""
        if self.authenticated is None:
            raise NotAuthenticated("Sign in, and send the access token as `Authorization: Bearer <token>`.")
        return self.authenticated

    def path_param(self, name: str) -> str:
        """A parameter of the path, as text."""
        value: str = self.scope["path_params"][name]
        return value

    def idempotency_key(self, fingerprint: str) -> IdempotencyKey | None:
        """The `Idempotency-Key` header with a hash of `fingerprint`, or None without the header.

        `fingerprint` is a canonical text of everything the request asks for; the same key with another fingerprint is
        a conflict. Raises Invalid if the header's value is not a valid key.
        """
        key = self.headers.get(b"idempotency-key")
        return None if key is None else IdempotencyKey(key.decode("latin-1"), sha256(fingerprint.encode()).hexdigest())

    def query_params(self, allowed: frozenset[str]) -> dict[str, str]:
        """The query parameters by name. Raises Invalid, naming each one that is not in `allowed` or is repeated."""
        raw: Any = self.scope["query_string"]
        if not raw:
            return {}
        try:
            pairs = parse_qsl(
                raw.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=100
            )
        except ValueError as error:
            raise Invalid("The query is not valid percent-encoded UTF-8, or has more than 100 parameters.") from error
        params: dict[str, str] = {}
        problems = []
        for name, value in pairs:
            require_clean_text(name, "query")
            require_clean_text(value, name)
            if name not in allowed:
                problems.append(Problem(name, "There is no such parameter."))
            elif name in params:
                problems.append(Problem(name, "This parameter is given more than once."))
            params[name] = value
        if problems:
            raise Invalid("The query is not valid.", problems)
        return params
