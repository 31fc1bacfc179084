"""Password resets: another password for a user who has lost the one they had, by a token that works once."""

from datetime import datetime, timedelta

from attrs import field, frozen

from tradecore.model.errors import IllegalMove, NotAuthenticated, NotFound
from tradecore.model.ids import UserId
from tradecore.model.users import PasswordReset, User, fingerprint, normalize_email, validate_password
from tradecore.ports.ambient import NewSecret, Now
from tradecore.ports.store import Store
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.sessions import Login

RESET_LIFETIME = timedelta(hours=1)
_REFUSED = "The token is not valid: it has expired, was used or replaced, or never existed. Ask for another one."


@frozen
class AllowedReset:
    """A reset token as text, which is shown once and not stored, for a user and until a time."""

    user: User
    text: str = field(repr=False)
    expires_at: datetime


@frozen
class AllowPasswordReset:
    """Create a reset token for an account. Whoever has it can set the password, so it goes to the user only."""

    store: Store
    now: Now
    new_secret: NewSecret

    @retry_on_conflict
    async def __call__(self, address: str) -> AllowedReset:
        """The token, valid once and for RESET_LIFETIME; earlier ones of the account are not valid any more.

        Raises Invalid for an unusable address, NotFound without an account, IllegalMove for a disabled one.
        """
        account, secret = normalize_email(address), self.new_secret()
        expires_at = self.now() + RESET_LIFETIME
        async with self.store.unit_of_work() as uow:
            user = await uow.users.by_email(account)
            if user is None:
                raise NotFound("account", account)
            if user.disabled:
                raise IllegalMove(f"The account {account} is disabled; enable it first.")
            changed = await uow.users.put(user.allow_reset(PasswordReset(fingerprint(secret), expires_at)))
        return AllowedReset(changed, f"{user.id}.{secret}", expires_at)


@frozen
class ResetPassword:
    """Set another password with a reset token."""

    store: Store
    login: Login

    @retry_on_conflict
    async def __call__(self, token: str, new: str, *, origin: str) -> User:
        """The changed user, whose sessions have all ended. `origin` is the network address of the request.

        Raises NotAuthenticated, with one message for every token that is not valid, and Invalid for an unusable
        password.
        """
        id, _, secret = token.strip().partition(".")
        async with self.store.read() as uow:
            try:
                user = await uow.users.get(UserId(id))
            except NotFound:
                raise NotAuthenticated(_REFUSED) from None
        if user.reset is None or not user.reset.matches(secret, self.login.now()):
            raise NotAuthenticated(_REFUSED)
        validate_password(new, "new")
        # Hashing takes its time, so only the holder of a token can cause it.
        change = user.change_password(await self.login.passwords.hash(new))
        async with self.store.unit_of_work() as uow:
            # Raises Stale where the account was changed meanwhile: the next try finds the token used.
            changed = await uow.users.put(change)
        await self.login.throttle.record_success(changed.email, origin)
        return changed
