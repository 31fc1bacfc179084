"""Accounts: users with passwords, and API keys of programs."""

from attrs import evolve, field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import Invalid, NotAuthenticated, NotFound
from tradecore.model.ids import KeyId, UserId
from tradecore.model.users import ApiKey, User, fingerprint, normalize_email, validate_password
from tradecore.ports.ambient import NewId, NewSecret, Now
from tradecore.ports.identity import Passwords
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.retry import retry_on_conflict

KEY_PREFIX = "tck_"


@frozen
class CreateUser:
    """Create a user account."""

    store: Store
    passwords: Passwords
    now: Now
    new_id: NewId

    @retry_on_conflict
    async def __call__(self, address: str, password: str, *, name: str = "") -> User:
        """The new user; the name defaults to the local part of the address.

        Raises Invalid for an unusable address or password, IllegalMove when another account has the address.
        """
        account = normalize_email(address)
        hashed = await self.passwords.hash(validate_password(password))
        user = User(
            id=UserId(self.new_id()),
            email=account,
            name=name.strip() or account.partition("@")[0],
            password_hash=hashed,
            created_at=self.now(),
        )
        async with self.store.unit_of_work() as uow:
            return await uow.users.put(Change(user))


@frozen
class ChangePassword:
    """Change the password of an account, and end all its sessions."""

    store: Store
    passwords: Passwords

    @retry_on_conflict
    async def __call__(self, address: str, password: str) -> User:
        """The changed user. Raises Invalid for an unusable address or password, NotFound without an account."""
        account = normalize_email(address)
        hashed = await self.passwords.hash(validate_password(password))
        async with self.store.unit_of_work() as uow:
            user = await _user_of(uow, account)
            return await uow.users.put(user.change_password(hashed))


@frozen
class ListUsers:
    """List all accounts."""

    store: Store

    async def __call__(self) -> tuple[User, ...]:
        """All users by e-mail address, disabled ones included."""
        async with self.store.snapshot() as uow:
            return await uow.users.all()


@frozen
class DisableUser:
    """Disable an account: its sessions end and it can not be logged in to, until it is enabled."""

    store: Store

    @retry_on_conflict
    async def __call__(self, address: str) -> User:
        """The disabled user. Raises Invalid for an unusable address, NotFound without an account."""
        async with self.store.unit_of_work() as uow:
            user = await _user_of(uow, normalize_email(address))
            return await uow.users.put(user.disable())


@frozen
class EnableUser:
    """Enable an account. Sessions that ended when it was disabled stay ended."""

    store: Store

    @retry_on_conflict
    async def __call__(self, address: str) -> User:
        """The enabled user. Raises Invalid for an unusable address, NotFound without an account."""
        async with self.store.unit_of_work() as uow:
            user = await _user_of(uow, normalize_email(address))
            return await uow.users.put(user.enable())


@frozen
class RemoveUser:
    """Remove an account: its name, address, password and sessions. Analyses and the ledger keep the id of the user."""

    store: Store

    @retry_on_conflict
    async def __call__(self, address: str) -> User:
        """The removed user. Raises Invalid for an unusable address, NotFound without an account."""
        async with self.store.unit_of_work() as uow:
            user = await _user_of(uow, normalize_email(address))
            await uow.users.remove(user.id)
            return user


async def _user_of(uow: UnitOfWork, account: str) -> User:
    """The user with a normalized address. Raises NotFound."""
    user = await uow.users.by_email(account)
    if user is None:
        raise NotFound("account", account)
    return user


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
        async with self.store.snapshot() as uow:
            return await uow.users.keys()


@frozen
class VerifyApiKey:
    """Find the API key that a text belongs to."""

    store: Store

    async def __call__(self, text: str) -> ApiKey:
        """The key. Raises NotAuthenticated, with one message for every text that is not a valid key."""
        id, _, secret = text.removeprefix(KEY_PREFIX).partition("_")
        async with self.store.snapshot() as uow:
            try:
                key = await uow.users.key(KeyId(id))
            except NotFound as error:
                raise NotAuthenticated("The API key is missing or not valid.") from error
        if not text.startswith(KEY_PREFIX) or not key.matches(secret):
            raise NotAuthenticated("The API key is missing or not valid.")
        return key
