"""API keys of programs, and authentication of callers of the news API: by such a key, or as a user."""

from contextlib import suppress
from hmac import compare_digest

from attrs import evolve, field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import Invalid, NotAuthenticated, NotFound, Stale, Unavailable
from tradecore.model.ids import KeyId, UserId
from tradecore.model.users import ApiKey, Caller, Scope, due_for_recording, fingerprint
from tradecore.ports.ambient import NewId, NewSecret, Now
from tradecore.ports.store import Store
from tradecore.use_cases.sessions import Authenticate

KEY_PREFIX = "tck_"
_REFUSED = "The API key is missing or not valid."
# What a key opens: requesting and reading digests.
_SCOPES = (Scope.READ, Scope.LAUNCH)

INSTALLATION = UserId("installation")
"""The caller behind the key of the installation, also after that key is replaced."""


@frozen
class CreatedApiKey:
    """A new API key with its text, which is shown once and not stored."""

    key: ApiKey
    text: str = field(repr=False)


@frozen
class CreateApiKey:
    """Create an API key for a program."""

    store: Store
    now: Now
    new_id: NewId
    new_secret: NewSecret

    async def __call__(self, name: str) -> CreatedApiKey:
        """The new key; its text is `tck_<id>_<secret>`, of which only a fingerprint is stored.

        Raises Invalid for an empty name.
        """
        if not name.strip():
            raise Invalid.one("name", "A key needs a name, by which it can be recognised later.")
        id = KeyId(self.new_id().replace("-", ""))
        secret = self.new_secret()
        key = ApiKey(id=id, name=name.strip(), secret=fingerprint(secret), created_at=self.now())
        async with self.store.unit_of_work() as uow:
            return CreatedApiKey(await uow.users.put_key(Change(key)), f"{KEY_PREFIX}{id}_{secret}")


@frozen
class RevokeApiKey:
    """Revoke an API key."""

    store: Store
    now: Now

    async def __call__(self, id: KeyId) -> ApiKey:
        """The revoked key; a key that is revoked already stays as it is. Raises NotFound."""
        async with self.store.unit_of_work() as uow:
            key = await uow.users.key(id)
            return await uow.users.put_key(Change(evolve(key, revoked_at=key.revoked_at or self.now())))


@frozen
class ListApiKeys:
    """List all API keys."""

    store: Store

    async def __call__(self) -> tuple[ApiKey, ...]:
        """All keys, oldest first, revoked ones included."""
        async with self.store.read() as uow:
            return await uow.users.keys()


@frozen
class VerifyApiKey:
    """Find the API key that a text belongs to."""

    store: Store

    async def __call__(self, text: str) -> ApiKey:
        """The key. Raises NotAuthenticated, with one message for every text that is not a valid key."""
        id, _, secret = text.removeprefix(KEY_PREFIX).partition("_")
        async with self.store.read() as uow:
            try:
                key = await uow.users.key(KeyId(id))
            except NotFound as error:
                raise NotAuthenticated(_REFUSED) from error
        if not text.startswith(KEY_PREFIX) or not key.matches(secret):
            raise NotAuthenticated(_REFUSED)
        return key


@frozen
class AuthenticateApiKey:
    """Authenticate a caller of the news API: a program with an API key, or a user with an access or personal token."""

    store: Store
    now: Now
    verify: VerifyApiKey
    authenticate: Authenticate
    installation_key: str | None = field(default=None, repr=False)
    """The fingerprint of the key of the installation; None when it has none."""

    async def __call__(self, text: str) -> Caller:
        """The caller. Raises NotAuthenticated, with one message for every text that is not a valid credential."""
        if self.installation_key is not None and compare_digest(self.installation_key, fingerprint(text)):
            return Caller(INSTALLATION, scopes=_SCOPES)
        if not text.startswith(KEY_PREFIX):
            try:
                return await self.authenticate(text)
            except NotAuthenticated as error:
                raise NotAuthenticated(_REFUSED) from error
        key = await self.verify(text)
        await self._record_use(key)
        return Caller(UserId(f"key:{key.id}"), scopes=_SCOPES)

    async def _record_use(self, key: ApiKey) -> None:
        now = self.now()
        if not due_for_recording(key.last_used_at, now):
            return
        # Another request recorded it, or the key was revoked, which the next request will see, or nothing can be stored
        # at present, which is no reason to refuse reads.
        with suppress(Stale, Unavailable):
            async with self.store.unit_of_work() as uow:
                await uow.users.put_key(Change(evolve(key, last_used_at=now)))
