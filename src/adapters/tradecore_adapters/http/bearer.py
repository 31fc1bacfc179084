"""Bearer tokens: who a request speaks for, remembered for a short while."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from attrs import frozen

from tradecore.model.errors import NotSignedIn
from tradecore.model.users import Caller

# A disabled account is noticed within this time; its tokens' own expiry is looked at on every request.
_REMEMBERED = timedelta(seconds=15)
_MOST = 10_000
_LONGEST = 4096

_SENT = re.compile(rb"bearer +([A-Za-z0-9\-._~+/]+=*) *", re.IGNORECASE)
_MISSING = "Sign in, and send the access token as `Authorization: Bearer <token>`."


@frozen
class _Seen:
    caller: Caller
    at: datetime


class Bearer:
    """Tells who sent a header `Authorization: Bearer ...`."""

    def __init__(self, recognise: Callable[[str], Awaitable[Caller]], remembered: timedelta = _REMEMBERED) -> None:
        """`recognise` tells who a token speaks for, or raises NotSignedIn; its word counts for `remembered`."""
        self._remembered = remembered
        self._recognise = recognise
        self._seen: dict[bytes, _Seen] = {}

    async def __call__(self, header: bytes | None, now: datetime) -> Caller:
        """Raises NotSignedIn."""
        if header is None or len(header) > _LONGEST:
            raise NotSignedIn(_MISSING)
        seen = self._seen.get(header)
        if seen and timedelta() <= now - seen.at < self._remembered:
            if seen.caller.until is None or now < seen.caller.until:
                return seen.caller
            del self._seen[header]
        sent = _SENT.fullmatch(header)
        if sent is None:
            raise NotSignedIn(_MISSING)
        caller = await self._recognise(sent[1].decode("ascii"))
        if len(self._seen) >= _MOST:
            # Whoever is still there is recognised again at the price of one look at the store.
            self._seen.clear()
        self._seen[header] = _Seen(caller, now)
        return caller
