"""Personal tokens: created, listed and deleted by their users, and what programs authenticate by."""

from contextlib import suppress
from datetime import timedelta

from attrs import evolve, field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid, NotAllowed, NotAuthenticated, NotFound, Stale, Unavailable
from tradecore.model.ids import TokenId
from tradecore.model.users import Caller, PersonalToken, Scope, due_for_recording, fingerprint, in_order
from tradecore.ports.ambient import NewId, NewSecret, Now
from tradecore.ports.store import Store
from tradecore.use_cases.active_session import active_session
from tradecore.use_cases.retry import retry_on_conflict

TOKEN_PREFIX = "tc_"  # noqa: S105  # what every token begins with
MAX_TOKENS = 100
"""How many personal tokens a user may have."""
MAX_LIFETIME_DAYS = 3650

_REFUSED = "The token is not valid: it has expired, was deleted, or never existed."


@frozen
class CreatedToken:
    """A new personal token with its text, which is shown once and not stored."""

    token: PersonalToken
    text: str = field(repr=False)


@frozen
class CreateToken:
    """Create a personal token."""

    store: Store
    now: Now
    new_id: NewId
    new_secret: NewSecret

    @retry_on_conflict
    async def __call__(
        self, name: str, scopes: tuple[Scope, ...], *, by: Caller, lifetime: timedelta | None = None
    ) -> CreatedToken:
        """The new token; its text is `tc_<id>_<secret>`, of which only a fingerprint is stored.

        Without a `lifetime` it does not expire. Raises NotAllowed for a caller that has not logged in and for scopes
        that the caller does not have, NotAuthenticated for a caller whose session has ended, Invalid for an empty name,
        no scope or a lifetime that is not positive, IllegalMove for a user with `MAX_TOKENS` tokens.
        """
        session = by.require_session()
        for scope in scopes:
            if not scope.within(by.scopes):
                raise NotAllowed(f"You do not have the scope `{scope}`, so no token of yours can have it.")
        if not name.strip():
            raise Invalid.one("name", "A token needs a name, by which it can be recognised later.")
        if not scopes:
            raise Invalid.one("scopes", "A token needs at least one scope.")
        if lifetime is not None and not timedelta() < lifetime <= timedelta(days=MAX_LIFETIME_DAYS):
            message = f"A token is valid for at most {MAX_LIFETIME_DAYS} days, or without an end."
            raise Invalid.one("expires_in_days", message)
        now, secret = self.now(), self.new_secret()
        token = PersonalToken(
            id=TokenId(self.new_id().replace("-", "")),
            user=by.user,
            name=name.strip(),
            scopes=in_order(scopes),
            secret=fingerprint(secret),
            created_at=now,
            expires_at=None if lifetime is None else now + lifetime,
        )
        async with self.store.unit_of_work() as uow:
            # Locks the user, so that concurrent calls count one after the other.
            user = await uow.users.get(by.user)
            await active_session(uow, session, user, now)
            if len(await uow.users.tokens(by.user)) >= MAX_TOKENS:
                raise IllegalMove(f"You have {MAX_TOKENS} tokens; delete one that is not used any more.")
            return CreatedToken(await uow.users.put_token(Change(token)), f"{TOKEN_PREFIX}{token.id}_{secret}")


@frozen
class ListTokens:
    """List the personal tokens of the caller."""

    store: Store

    async def __call__(self, *, by: Caller) -> tuple[PersonalToken, ...]:
        """All tokens of the caller, newest first, expired ones included."""
        async with self.store.read() as uow:
            return await uow.users.tokens(by.user)


@frozen
class DeleteToken:
    """Delete a personal token, which is refused from then on."""

    store: Store

    async def __call__(self, id: TokenId, *, by: Caller) -> None:
        """Raises NotFound for an unknown token and one of another user, NotAllowed for a caller that has a token."""
        by.require_session()
        async with self.store.unit_of_work() as uow:
            token = await uow.users.token(id)
            if token.user != by.user:
                raise NotFound("personal token", id)
            await uow.users.delete_token(id)


@frozen
class AuthenticateToken:
    """Authenticate a caller by personal token."""

    store: Store
    now: Now

    async def __call__(self, text: str) -> Caller:
        """The caller, with those scopes of the token that its user still has.

        Raises NotAuthenticated, with one message for every text that is not a valid token of an enabled user.
        """
        id, _, secret = text.removeprefix(TOKEN_PREFIX).partition("_")
        now = self.now()
        async with self.store.read() as uow:
            try:
                token, user = await uow.users.token_and_user(TokenId(id))
            except NotFound as error:
                raise NotAuthenticated(_REFUSED) from error
        if not token.matches(secret, now) or user.disabled:
            raise NotAuthenticated(_REFUSED)
        if due_for_recording(token.last_used_at, now):
            # Another request recorded it, or the token was deleted, which the next request will see, or nothing can be
            # stored at present, which is no reason to refuse reads.
            with suppress(Stale, Unavailable):
                async with self.store.unit_of_work() as uow:
                    await uow.users.put_token(Change(evolve(token, last_used_at=now)))
        return Caller(user.id, token.expires_at, tuple(scope for scope in token.scopes if scope.within(user.scopes)))
