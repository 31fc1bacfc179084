"""Bearer tokens: who a request speaks for, remembered for a short while; keys that are tried out, and by whom."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from attrs import frozen

from tradecore.model.errors import NotSignedIn, TooMany
from tradecore.model.users import Caller
from tradecore.ports.limits import Limiter, Rate
from tradecore_adapters.http.asked import Asked

# A disabled account is noticed within this time; its tokens' own expiry is looked at on every request.
_REMEMBERED = timedelta(seconds=15)
_MOST = 10_000
_LONGEST = 4096

_SENT = re.compile(rb"bearer +([A-Za-z0-9\-._~+/]+=*) *", re.IGNORECASE)
_MISSING = "Sign in, and send the access token as `Authorization: Bearer <token>`."

# Wrong keys from one address. Nobody can guess one; a program that goes on with a wrong one costs its neighbours time.
WRONG_KEYS = Rate(30, timedelta(minutes=1))

audit = structlog.get_logger("tradecore.audit")


@frozen
class KeyGuard:
    """Looks after keys that do not run out by themselves: each use leaves a record, and wrong ones are counted."""

    limiter: Limiter

    async def demand_patience(self, asked: Asked) -> None:
        """Raises TooMany after too many wrong keys from one address."""
        _refuse_within(await self.limiter.full(_bucket(asked), WRONG_KEYS))

    async def wrong(self, asked: Asked) -> None:
        """Count one. Raises TooMany where others were counted meanwhile."""
        audit.warning("key_refused", request=asked.id, address=asked.address)
        _refuse_within(await self.limiter.hit(_bucket(asked), WRONG_KEYS))

    def right(self, asked: Asked, caller: Caller) -> None:
        """Note who used it from where."""
        audit.info("key_used", request=asked.id, address=asked.address, user=caller.user)


def _bucket(asked: Asked) -> str:
    return f"wrong-key:{asked.address}"


def _refuse_within(wait: float) -> None:
    if wait:
        raise TooMany("Too many wrong API keys from this address; try again later.", retry_after=int(wait) + 1)


@frozen
class _Seen:
    caller: Caller
    at: datetime


class Bearer:
    """Tells who sent a header `Authorization: Bearer ...`."""

    def __init__(
        self,
        recognise: Callable[[str], Awaitable[Caller]],
        remembered: timedelta = _REMEMBERED,
        guard: KeyGuard | None = None,
    ) -> None:
        """`recognise` tells who a token speaks for, or raises NotSignedIn; its word counts for `remembered`."""
        self._recognise = recognise
        self._remembered = remembered
        self._guard = guard
        self._seen: dict[bytes, _Seen] = {}

    async def __call__(self, asked: Asked) -> Caller:
        """Raises NotSignedIn, TooMany."""
        header, now = asked.headers.get(b"authorization"), asked.now
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
        # Whoever was right before is not made to wait for what others at the same address try.
        if self._guard and seen is None:
            await self._guard.demand_patience(asked)
        try:
            caller = await self._recognise(sent[1].decode("ascii"))
        except NotSignedIn:
            self._seen.pop(header, None)
            if self._guard:
                await self._guard.wrong(asked)
            raise
        if self._guard:
            self._guard.right(asked, caller)
        if len(self._seen) >= _MOST:
            # Whoever is still there is recognised again at the price of one look at the store.
            self._seen.clear()
        self._seen[header] = _Seen(caller, now)
        return caller
