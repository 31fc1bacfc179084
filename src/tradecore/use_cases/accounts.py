"""Accounts: people and programs that may come in."""

from attrs import evolve, field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import Invalid, NotFound, NotSignedIn
from tradecore.model.ids import KeyId, UserId
from tradecore.model.users import ApiKey, User, demand_password, email, fingerprint
from tradecore.ports.ambient import NewId, NewSecret, Now
from tradecore.ports.identity import Passwords
from tradecore.ports.store import Store
from tradecore.use_cases.retry import retry_on_conflict

KEY_PREFIX = "tck_"


@frozen
class AddUser:
    """Open an account."""

    store: Store
    passwords: Passwords
    now: Now
    new_id: NewId

    @retry_on_conflict
    async def __call__(self, address: str, password: str, *, name: str = "") -> User:
        """Raises Invalid for an address or password that will not do, IllegalMove if the address is taken."""
        account = email(address)
        hashed = await self.passwords.hash(demand_password(password))
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
    """Give an account another password, and end everything that the old one began."""

    store: Store
    passwords: Passwords
    now: Now

    @retry_on_conflict
    async def __call__(self, address: str, password: str) -> User:
        """Raises Invalid for a password that will not do, NotFound for an address without an account."""
        account = email(address)
        hashed = await self.passwords.hash(demand_password(password))
        async with self.store.unit_of_work() as uow:
            user = await uow.users.by_email(account)
            if user is None:
                raise NotFound("account", account)
            return await uow.users.put(Change(evolve(user, password_hash=hashed, sessions_since=self.now())))


@frozen
class NewKey:
    """A key as it is shown, once."""

    key: ApiKey
    text: str = field(repr=False)


@frozen
class AddKey:
    """Make a key for a program."""

    store: Store
    now: Now
    new_id: NewId
    new_secret: NewSecret

    async def __call__(self, name: str) -> NewKey:
        """The text of the key is `tck_<id>_<secret>`; only its fingerprint is kept. Raises Invalid without a name."""
        if not name.strip():
            raise Invalid.one("name", "A key has a name, to know it by when it is to be revoked.")
        id = KeyId(self.new_id().replace("-", ""))
        secret = self.new_secret()
        key = ApiKey(id=id, name=name.strip(), secret=fingerprint(secret), created_at=self.now())
        async with self.store.unit_of_work() as uow:
            return NewKey(await uow.users.put_key(Change(key)), f"{KEY_PREFIX}{id}_{secret}")


@frozen
class RevokeKey:
    """Make a key worthless."""

    store: Store
    now: Now

    async def __call__(self, id: KeyId) -> ApiKey:
        """Raises NotFound."""
        async with self.store.unit_of_work() as uow:
            key = await uow.users.key(id)
            return await uow.users.put_key(Change(evolve(key, revoked_at=key.revoked_at or self.now())))


@frozen
class ListKeys:
    """Show all keys."""

    store: Store

    async def __call__(self) -> tuple[ApiKey, ...]:
        """Oldest first, revoked ones included."""
        async with self.store.snapshot() as uow:
            return await uow.users.keys()


@frozen
class RecogniseKey:
    """Tell which key a text is."""

    store: Store

    async def __call__(self, text: str) -> ApiKey:
        """Raises NotSignedIn, the same for every text that is no living key."""
        id, _, secret = text.removeprefix(KEY_PREFIX).partition("_")
        async with self.store.snapshot() as uow:
            try:
                key = await uow.users.key(KeyId(id))
            except NotFound as error:
                raise NotSignedIn("The API key is missing or not valid.") from error
        if not text.startswith(KEY_PREFIX) or not key.opens(secret):
            raise NotSignedIn("The API key is missing or not valid.")
        return key
