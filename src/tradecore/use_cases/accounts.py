"""Accounts: users with passwords, and what they may do."""

from collections.abc import Iterable

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid, NotAuthenticated, NotFound
from tradecore.model.ids import UserId
from tradecore.model.users import (
    ACCOUNT_SCOPES,
    Caller,
    Scope,
    User,
    in_order,
    normalize_email,
    validate_password,
)
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.identity import Passwords
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.active_session import active_session
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.sessions import Login

MAX_PAGE_SIZE = 200


@frozen
class CreateUser:
    """Create a user account."""

    store: Store
    passwords: Passwords
    now: Now
    new_id: NewId

    @retry_on_conflict
    async def __call__(
        self, address: str, password: str, *, name: str = "", scopes: Iterable[Scope] = ACCOUNT_SCOPES
    ) -> User:
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
            scopes=in_order(scopes),
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
class UserPage:
    """A page of users, and how many there are in all."""

    users: tuple[User, ...]
    total: int


@frozen
class ListUsers:
    """List all accounts."""

    store: Store

    async def __call__(self, *, page: int = 1, page_size: int = MAX_PAGE_SIZE) -> UserPage:
        """A page of users by e-mail address, disabled ones included; pages count from 1.

        Raises Invalid for a page below 1 and a size outside 1 to MAX_PAGE_SIZE.
        """
        if page < 1:
            raise Invalid.one("page", "Pages count from 1.")
        if not 1 <= page_size <= MAX_PAGE_SIZE:
            raise Invalid.one("page_size", f"A page has 1 to {MAX_PAGE_SIZE} users.")
        async with self.store.snapshot() as uow:
            users = await uow.users.page(offset=(page - 1) * page_size, limit=page_size)
            return UserPage(users, await uow.users.count())


@frozen
class GetAccount:
    """Return the account of the caller."""

    store: Store

    async def __call__(self, *, by: Caller) -> User:
        """The user. Raises NotFound for a caller without an account, such as a program with an API key."""
        async with self.store.read() as uow:
            return await uow.users.get(by.user)


@frozen
class ChangeOwnPassword:
    """Change the password of the caller, and end all its sessions but the one that asks."""

    store: Store
    login: Login

    async def __call__(self, current: str, new: str, *, by: Caller, origin: str) -> User:
        """The changed user. `origin` is the network address of the request.

        Raises NotAllowed for a caller that has not logged in, NotAuthenticated for one whose session has ended, Invalid
        for a wrong current or an unusable new password, RateLimited after too many wrong ones, Stale when the account
        was changed meanwhile.
        """
        id = by.require_session()
        validate_password(new, "new")
        async with self.store.read() as uow:
            account = (await uow.users.get(by.user)).email
        try:
            user, _ = await self.login.verify(account, current, origin=origin)
        except NotAuthenticated:
            # Without a cause: a wrong password is no failure of ours.
            raise Invalid.one("current", "The current password is wrong.") from None
        change = user.change_password(await self.login.passwords.hash(new))
        async with self.store.unit_of_work() as uow:
            session = await active_session(uow, id, user, self.login.now())
            changed = await uow.users.put(change)
            await uow.users.put_session(session.keep(changed))
            return changed


@frozen
class UpdateUser:
    """Change what an account is called, what it may do, whether it can be used, and its password."""

    store: Store
    passwords: Passwords

    @retry_on_conflict
    async def __call__(
        self,
        id: UserId,
        *,
        by: Caller,
        name: str | None = None,
        scopes: Iterable[Scope] | None = None,
        disabled: bool | None = None,
        password: str | None = None,
    ) -> User:
        """The changed user; what is None stays as it is. Another password or disabling ends all sessions.

        Raises NotFound, Invalid for an empty name or an unusable password, IllegalMove for a caller that would lose
        its own access.
        """
        if by.user == id and (disabled or (scopes is not None and Scope.ADMIN not in scopes)):
            raise IllegalMove("You cannot disable your own account or take its scope `admin`; another admin can.")
        if name is not None and not name.strip():
            raise Invalid.one("name", "A name is not empty.")
        hashed = None if password is None else await self.passwords.hash(validate_password(password))
        async with self.store.unit_of_work() as uow:
            user = await uow.users.get(id)
            if name is not None:
                user = user.rename(name.strip()).entity
            if scopes is not None:
                user = user.allow(scopes).entity
            if disabled is not None and disabled != user.disabled:
                user = (user.disable() if disabled else user.enable()).entity
            if hashed is not None:
                user = user.change_password(hashed).entity
            return await uow.users.put(Change(user))


@frozen
class GrantScopes:
    """Allow an account more than it may do so far."""

    store: Store

    @retry_on_conflict
    async def __call__(self, address: str, scopes: Iterable[Scope]) -> User:
        """The changed user. Raises Invalid for an unusable address, NotFound without an account."""
        async with self.store.unit_of_work() as uow:
            user = await _user_of(uow, normalize_email(address))
            return await uow.users.put(user.allow((*user.scopes, *scopes)))


@frozen
class RevokeScopes:
    """Take scopes from an account. Its sessions and tokens lose them within seconds."""

    store: Store

    @retry_on_conflict
    async def __call__(self, address: str, scopes: Iterable[Scope]) -> User:
        """The changed user. Raises Invalid for an unusable address, NotFound without an account."""
        async with self.store.unit_of_work() as uow:
            user = await _user_of(uow, normalize_email(address))
            revoked = set(scopes)
            return await uow.users.put(user.allow(scope for scope in user.scopes if scope not in revoked))


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


async def _user_of(uow: UnitOfWork, account: str) -> User:
    """The user with a normalized address. Raises NotFound."""
    user = await uow.users.by_email(account)
    if user is None:
        raise NotFound("account", account)
    return user
