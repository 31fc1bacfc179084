"""Bearer authentication: tokens resolved to callers, a short-lived cache of them, and a throttle on wrong API keys."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import structlog
from attrs import frozen

from tradecore.model.errors import NotAllowed, NotAuthenticated
from tradecore.model.users import Caller, Scope
from tradecore.use_cases.single_flight import SingleFlight
from tradecore.use_cases.throttle import ApiKeyThrottle
from tradecore.use_cases.tokens import TOKEN_PREFIX
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.proxies import rate_limited_as

# A session that ended is noticed within this time. The expiry of a token itself is checked on every request.
_CACHE_TTL = timedelta(seconds=3)
_MAX_CACHED = 10_000
_MAX_HEADER_BYTES = 8192

_AUTHORIZATION = re.compile(rb"bearer +([A-Za-z0-9\-._~+/]+=*) *", re.IGNORECASE)
_MISSING = "Sign in, and send the access token as `Authorization: Bearer <token>`."

audit = structlog.get_logger("tradecore.audit")


@frozen
class ApiKeyGuard:
    """Audits the use of API keys, which do not expire, and limits wrong ones per address."""

    throttle: ApiKeyThrottle

    async def check(self, context: RequestContext) -> None:
        """Raises RateLimited if the address has sent too many wrong keys."""
        await self.throttle.check(rate_limited_as(context.address))

    async def record_failure(self, context: RequestContext) -> None:
        """Audit and count a wrong key. Raises RateLimited if concurrent requests have used up the limit."""
        audit.warning("key_refused", request=context.id, address=context.address)
        await self.throttle.record_failure(rate_limited_as(context.address))

    def record_success(self, context: RequestContext, caller: Caller) -> None:
        """Audit a valid key: who used it, and from which address."""
        audit.info("key_used", request=context.id, address=context.address, user=caller.user)


@frozen
class _CachedCaller:
    caller: Caller
    cached_at: datetime


class BearerAuth:
    """Resolves the header `Authorization: Bearer <token>` to a caller."""

    def __init__(
        self,
        authenticate: Callable[[str], Awaitable[Caller]],
        cache_ttl: timedelta = _CACHE_TTL,
        key_guard: ApiKeyGuard | None = None,
    ) -> None:
        """`authenticate` resolves a token or raises NotAuthenticated; its result is reused for `cache_ttl`."""
        self._authenticate = authenticate
        self._cache_ttl = cache_ttl
        self._key_guard = key_guard
        self._cache: dict[bytes, _CachedCaller] = {}
        self._lookups = SingleFlight[_CachedCaller]()

    async def __call__(self, context: RequestContext) -> Caller:
        """The caller. Raises NotAuthenticated without a valid token, RateLimited from the key guard."""
        return await self._resolve(context.headers.get(b"authorization"), context)

    async def by_query(self, context: RequestContext) -> Caller:
        """The caller by the parameter `token`, for programs that send no headers, such as feed readers.

        Raises NotAuthenticated without a valid token, NotAllowed for one that can do more than read a feed: addresses
        end up in histories and logs.
        """
        query: bytes = context.scope["query_string"]
        token = parse_qs(query).get(b"token", [b""])[-1]
        caller = await self._resolve(b"Bearer " + token if token else None, context)
        if caller.scopes != (Scope.FEED,):
            raise NotAllowed("An address may only have a token with the scope `feed` alone; create one for it.")
        return caller

    async def _resolve(self, header: bytes | None, context: RequestContext) -> Caller:
        now = context.now
        if header is None or len(header) > _MAX_HEADER_BYTES:
            raise NotAuthenticated(_MISSING)
        cached = self._cache.get(header)
        if cached and timedelta() <= now - cached.cached_at < self._cache_ttl:
            if cached.caller.until is None or now < cached.caller.until:
                return cached.caller
            del self._cache[header]
        match = _AUTHORIZATION.fullmatch(header)
        if match is None:
            raise NotAuthenticated(_MISSING)
        # A key that was valid before is not throttled because of wrong keys from the same address.
        if self._key_guard and cached is None:
            await self._key_guard.check(context)
        token = match[1].decode("ascii")

        async def look_up() -> _CachedCaller:
            return _CachedCaller(await self._authenticate(token), now)

        try:
            # A hundred requests at once with one token are one lookup, which leaves the database to what they ask for.
            cached = await self._lookups(header, look_up)
        except NotAuthenticated:
            self._cache.pop(header, None)
            if self._key_guard:
                await self._key_guard.record_failure(context)
            raise
        caller = cached.caller
        if self._key_guard:
            self._key_guard.record_success(context, caller)
        elif token.startswith(TOKEN_PREFIX):
            id = token.removeprefix(TOKEN_PREFIX).partition("_")[0]
            audit.info("token_used", request=context.id, address=context.address, user=caller.user, token=id)
        if len(self._cache) >= _MAX_CACHED:
            # Clearing is simpler than eviction, and costs each active caller one lookup in the store.
            self._cache.clear()
        self._cache[header] = cached
        return caller
