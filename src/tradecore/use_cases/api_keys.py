"""Authentication of callers by API key: that of the installation, or one created for a program."""

from contextlib import suppress
from datetime import timedelta
from hmac import compare_digest

from attrs import evolve, field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import Stale, Unavailable
from tradecore.model.ids import UserId
from tradecore.model.users import ApiKey, Caller, fingerprint
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store
from tradecore.use_cases.accounts import VerifyApiKey

# The time of last use is written at most this often.
_LAST_USE_PRECISION = timedelta(minutes=1)

INSTALLATION = UserId("installation")
"""The caller behind the key of the installation, also after that key is replaced."""


@frozen
class AuthenticateApiKey:
    """Find the caller that an API key belongs to."""

    store: Store
    now: Now
    verify: VerifyApiKey
    installation_key: str | None = field(default=None, repr=False)
    """The fingerprint of the key of the installation; None when it has none."""

    async def __call__(self, text: str) -> Caller:
        """Raises NotAuthenticated, the same for every text that is no living key."""
        if self.installation_key is not None and compare_digest(self.installation_key, fingerprint(text)):
            return Caller(INSTALLATION)
        key = await self.verify(text)
        await self._record_use(key)
        return Caller(UserId(f"key:{key.id}"))

    async def _record_use(self, key: ApiKey) -> None:
        now = self.now()
        if key.last_used_at is not None and now - key.last_used_at < _LAST_USE_PRECISION:
            return
        # Another request recorded it, or the key was revoked, which the next request will see, or nothing can be stored
        # at present, which is no reason to refuse reads.
        with suppress(Stale, Unavailable):
            async with self.store.unit_of_work() as uow:
                await uow.users.put_key(Change(evolve(key, last_used_at=now)))
