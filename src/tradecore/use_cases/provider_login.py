"""Sign-in with an identity provider: who may, and which account it opens."""

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, NotAllowed
from tradecore.model.ids import UserId
from tradecore.model.users import LinkedIdentity, User, normalize_email
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.identity import BegunLogin, IdentityProvider, ProviderUser
from tradecore.ports.store import Store
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.sessions import AccessGrant, Login

_NONE = "There is no identity provider here; log in with a password."


@frozen
class ProviderPolicy:
    """Who of the users of an identity provider may sign in.

    - `domains`: those of verified e-mail addresses; `groups`: those of its claim. A user needs one of the domains where
      there are any, and one of the groups where there are any.
    - `link_by_email`: whether a verified address opens the account that exists under it.
    """

    domains: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    link_by_email: bool = False

    def admits(self, user: ProviderUser, email: str) -> bool:
        """Whether the user with this normalized and verified address may sign in."""
        domain = email.rpartition("@")[2]
        in_domain = not self.domains or domain in {name.casefold() for name in self.domains}
        return in_domain and (not self.groups or not set(self.groups).isdisjoint(user.groups))


@frozen
class BeginProviderLogin:
    """Begin a sign-in with the identity provider."""

    provider: IdentityProvider | None
    now: Now

    async def __call__(self, redirect_uri: str) -> BegunLogin:
        """Where to send the browser, and what to finish the sign-in with.

        Raises IllegalMove without an identity provider, Invalid for a redirect URI that is not configured, Unavailable.
        """
        if self.provider is None:
            raise IllegalMove(_NONE)
        return await self.provider.begin(redirect_uri, at=self.now())


@frozen
class FinishProviderLogin:
    """Finish a sign-in with the identity provider, in the account that is linked to its user or in a new one."""

    store: Store
    provider: IdentityProvider | None
    policy: ProviderPolicy
    login: Login
    now: Now
    new_id: NewId

    async def __call__(self, code: str, state: str, login: str, *, rotates: bool = False) -> AccessGrant:
        """The tokens of a new session; `login` is what the begun sign-in was given.

        Raises IllegalMove without an identity provider and where the address belongs to an account that is not linked,
        NotAuthenticated for a sign-in that the provider does not confirm, NotAllowed for a user who may not sign in,
        Unavailable.
        """
        if self.provider is None:
            raise IllegalMove(_NONE)
        user = await self._account(await self.provider.finish(code, state, login, at=self.now()))
        if user.disabled:
            raise NotAllowed("The account is disabled.")
        return await self.login.begin_session(user, rotates=rotates)

    @retry_on_conflict
    async def _account(self, known: ProviderUser) -> User:
        if known.email is None or not known.email_verified:
            raise NotAllowed("The identity provider has not verified an e-mail address of yours.")
        email = normalize_email(known.email)
        if not self.policy.admits(known, email):
            raise NotAllowed("Your address and groups at the identity provider may not sign in here.")
        async with self.store.unit_of_work() as uow:
            linked = await uow.users.by_identity(known.issuer, known.subject)
            if linked is not None:
                return linked
            user = await uow.users.by_email(email)
            if user is not None and not self.policy.link_by_email:
                raise IllegalMove("Another account has your address; log in to it with its password.")
            if user is None:
                user = await uow.users.put(
                    Change(
                        User(
                            id=UserId(self.new_id()),
                            email=email,
                            name=known.name.strip()[:100] or email.partition("@")[0],
                            password_hash="",  # which no password matches
                            created_at=self.now(),
                        )
                    )
                )
            await uow.users.link(LinkedIdentity(known.issuer, known.subject, user.id, self.now()))
            return user
