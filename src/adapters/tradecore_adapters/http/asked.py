"""What a handler is given: one request, with everything the door has settled about it already."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from attrs import define, field
from litestar.types import HTTPScope, Receive

from tradecore.model.errors import Invalid, NotSignedIn, Problem
from tradecore.model.receipts import Once
from tradecore.model.users import Caller
from tradecore_adapters.http.text import demand_clean

# Where the door leaves it for the routes.
KEY = "tradecore.asked"


@define
class Asked:
    """One request. `headers` holds the last value of each name, `address` is whom limits are counted against."""

    scope: HTTPScope = field(repr=False)
    receive: Receive = field(repr=False)
    path: str
    headers: Mapping[bytes, bytes] = field(repr=False)
    address: str
    secure: bool
    id: str
    now: datetime
    known: Caller | None = None

    @property
    def caller(self) -> Caller:
        """Who asks. Raises NotSignedIn on a route that lets anybody in."""
        if self.known is None:
            raise NotSignedIn("Sign in, and send the access token as `Authorization: Bearer <token>`.")
        return self.known

    def part(self, name: str) -> str:
        """A variable part of the path."""
        value: str = self.scope["path_params"][name]
        return value

    def once(self, everything: str) -> Once | None:
        """The request as one that may be repeated, if it has an idempotency key; `everything` is all that it asks.

        Raises Invalid for what cannot be a key.
        """
        key = self.headers.get(b"idempotency-key")
        return None if key is None else Once(key.decode("latin-1"), sha256(everything.encode()).hexdigest())

    def query(self, known: frozenset[str]) -> dict[str, str]:
        """The parameters behind the `?`. Raises Invalid for unknown and repeated ones."""
        raw: Any = self.scope["query_string"]
        if not raw:
            return {}
        try:
            pairs = parse_qsl(
                raw.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=100
            )
        except ValueError as error:
            raise Invalid("The query is not valid percent-encoded UTF-8, or has more than 100 parameters.") from error
        found: dict[str, str] = {}
        problems = []
        for name, value in pairs:
            demand_clean(name, "query")
            demand_clean(value, name)
            if name not in known:
                problems.append(Problem(name, "There is no such parameter."))
            elif name in found:
                problems.append(Problem(name, "This parameter is given more than once."))
            found[name] = value
        if problems:
            raise Invalid("The query is not valid.", problems)
        return found
