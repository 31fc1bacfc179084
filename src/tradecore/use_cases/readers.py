"""Readers: who may ask for news, by the key they send."""

from contextlib import suppress
from datetime import timedelta
from hmac import compare_digest

from attrs import evolve, field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import Stale
from tradecore.model.ids import UserId
from tradecore.model.users import ApiKey, Caller, fingerprint
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store
from tradecore.use_cases.accounts import RecogniseKey

# When a key was last used is worth a write this often at most.
_NOTED = timedelta(minutes=1)

INSTALLATION = UserId("installation")
"""Who sends the key of the installation itself, whatever that key is at the time."""


@frozen
class RecogniseReader:
    """Tell whose key a text is: the installation's own, or one of those that were made for a program."""

    store: Store
    now: Now
    recognise_key: RecogniseKey
    own: str | None = field(default=None, repr=False)
    """The fingerprint of the installation's key; None when it has none."""

    async def __call__(self, text: str) -> Caller:
        """Raises NotSignedIn, the same for every text that is no living key."""
        if self.own is not None and compare_digest(self.own, fingerprint(text)):
            return Caller(INSTALLATION)
        key = await self.recognise_key(text)
        await self._note(key)
        return Caller(UserId(f"key:{key.id}"))

    async def _note(self, key: ApiKey) -> None:
        now = self.now()
        if key.last_used_at is not None and now - key.last_used_at < _NOTED:
            return
        with suppress(Stale):  # somebody else noted it, or revoked the key: the next request will see
            async with self.store.unit_of_work() as uow:
                await uow.users.put_key(Change(evolve(key, last_used_at=now)))
