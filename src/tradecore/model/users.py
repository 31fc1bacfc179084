"""Users with passwords, their sessions and personal tokens, what these may do, and the API keys of programs."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest

from attrs import evolve, field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import Invalid, NotAllowed
from tradecore.model.ids import KeyId, SessionId, TokenId, UserId

PASSWORD_LENGTHS = range(8, 257)
# A replaced refresh token may be sent again within this time: the client may have lost the response.
ROTATION_GRACE = timedelta(seconds=10)
# The time of the last use of a token or key is recorded at most this often.
_LAST_USE_PRECISION = timedelta(minutes=1)

_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,255}")
# The most common leaked passwords; the login throttle keeps less common ones from being tried.
_COMMON = frozenset(
    """12345678 123456789 1234567890 87654321 11111111 00000000 88888888 12341234 123123123 987654321 password password1
    password12 password123 password1234 passw0rd p@ssw0rd p@ssword qwertyui qwertyuiop qwerty123 qwerty12 qwerty1234
    1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4 zaq12wsx asdfghjk asdfghjkl zxcvbnm1 abcd1234 abc12345 a1234567 a12345678
    aa123456 iloveyou iloveyou1 letmein1 letmein123 welcome1 welcome123 admin123 admin1234 administrator
    changeme changeme123 trustno1 sunshine princess football baseball superman batman123 dragon123 monkey123
    master123 shadow123 michael1 starwars whatever computer internet samsung1 liverpool chelsea1 arsenal1
    bitcoin1 bitcoin123 tradecore trading123 test1234 testtest secret123 default1 computer1 superstar pokemon1
    mustang1 jordan23 jennifer access14 corvette""".split()
)


def normalize_email(text: str) -> str:
    """An e-mail address trimmed, in NFKC and case folded. Raises Invalid when it cannot be an address."""
    address = unicodedata.normalize("NFKC", text).strip().casefold()
    if not _EMAIL.fullmatch(address):
        raise Invalid.one("email", "An e-mail address has the form name@example.com.")
    return address


def validate_password(text: str, field: str = "password") -> str:
    """The password unchanged. Raises Invalid, about `field`, unless it has 8 to 256 characters and is not common."""
    if len(text) not in PASSWORD_LENGTHS:
        raise Invalid.one(field, "A password has 8 to 256 characters.")
    if text.casefold() in _COMMON:
        raise Invalid.one(field, "This password is among the first that an attacker tries; choose another.")
    return text


def fingerprint(secret: str) -> str:
    """The SHA-256 of a secret in hex, as it is stored. Only for secrets of 128 random bits or more."""
    return sha256(secret.encode()).hexdigest()


def due_for_recording(last_used_at: datetime | None, now: datetime) -> bool:
    """Whether a use at `now` is to be recorded: the last recorded one is a minute old or more."""
    return last_used_at is None or now - last_used_at >= _LAST_USE_PRECISION


class Scope(StrEnum):
    """What a credential may do.

    - `READ`: everything that changes nothing.
    - `LAUNCH`: start work, and manage what belongs to it.
    - `TRADE`: move money.
    - `ADMIN`: manage accounts and what all users share.
    - `FEED`: read the own digests as a feed, and nothing else. Whoever may read may do that as well.
    """

    READ = "read"
    LAUNCH = "launch"
    TRADE = "trade"
    ADMIN = "admin"
    FEED = "feed"

    def within(self, held: Iterable["Scope"]) -> bool:
        """Whether those who hold these scopes may do it."""
        held = set(held)
        return self in held or (self is Scope.FEED and Scope.READ in held)


ACCOUNT_SCOPES = (Scope.READ, Scope.LAUNCH, Scope.TRADE)
"""The scopes of a new account."""


def in_order(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """The distinct scopes, in the order of `Scope`."""
    given = set(scopes)
    return tuple(scope for scope in Scope if scope in given)


@frozen
class Caller:
    """An authenticated caller.

    - `until`: when the credential expires; None if not before it is revoked.
    - `scopes`: what the credential may do.
    - `session`: the login that the credential comes from; None for tokens and keys.
    """

    user: UserId
    until: datetime | None = None
    scopes: tuple[Scope, ...] = ACCOUNT_SCOPES
    session: SessionId | None = None

    def require(self, scope: Scope) -> None:
        """Raises NotAllowed without the scope."""
        if not scope.within(self.scopes):
            raise NotAllowed(f"This needs the scope `{scope}`, which the credential does not have.")

    def require_session(self) -> SessionId:
        """The session of the caller. Raises NotAllowed for a caller that has not logged in, but has a token."""
        if self.session is None:
            raise NotAllowed("This needs a login; a personal token is not enough.")
        return self.session


@frozen
class PasswordReset:
    """Permission to set another password, once and until `expires_at`. `secret` is the fingerprint of its secret."""

    secret: str = field(repr=False)
    expires_at: datetime

    def matches(self, secret: str, now: datetime) -> bool:
        """Whether `secret` belongs to this reset and the reset has not expired."""
        return compare_digest(self.secret, fingerprint(secret)) and now < self.expires_at


@frozen
class User:
    """A person with an account.

    - `reset` is the password reset that can be used; a password change and disabling end it.
    - `session_generation` rises when all sessions end at once; sessions of an earlier generation are over.
    - `scopes` bounds what the sessions and personal tokens of the user may do.
    """

    id: UserId
    email: str
    name: str
    password_hash: str = field(repr=False)
    created_at: datetime
    disabled: bool = False
    session_generation: int = 1
    scopes: tuple[Scope, ...] = ACCOUNT_SCOPES
    reset: PasswordReset | None = None
    version: int = 0

    def rename(self, name: str) -> Change["User"]:
        """Give the account another name."""
        return Change(evolve(self, name=name))

    def allow(self, scopes: Iterable[Scope]) -> Change["User"]:
        """Replace the scopes; sessions and tokens that exist lose the others as well."""
        return Change(evolve(self, scopes=in_order(scopes)))

    def change_password(self, password_hash: str) -> Change["User"]:
        """Replace the password, and end all sessions."""
        generation = self.session_generation + 1
        return Change(evolve(self, password_hash=password_hash, session_generation=generation, reset=None))

    def allow_reset(self, reset: PasswordReset) -> Change["User"]:
        """Let the password be replaced by `reset`, and by no earlier one."""
        return Change(evolve(self, reset=reset))

    def disable(self) -> Change["User"]:
        """Refuse logins, and end all sessions; `enable` does not bring them back."""
        return Change(evolve(self, disabled=True, session_generation=self.session_generation + 1, reset=None))

    def enable(self) -> Change["User"]:
        """Accept logins again."""
        return Change(evolve(self, disabled=False))


@frozen
class Session:
    """One login and the tokens that follow from it, until `expires_at` at the latest.

    Only fingerprints of tokens are stored. With `rotates`, each refresh replaces the token and keeps the fingerprint of
    the replaced one in `used_tokens`.
    """

    id: SessionId
    user: UserId
    current: str = field(repr=False)
    rotates: bool
    created_at: datetime
    expires_at: datetime
    rotated_at: datetime | None = None
    used_tokens: tuple[str, ...] = field(default=(), repr=False)
    revoked_at: datetime | None = None
    # That of the user when the password was checked. Sessions stored before there were generations have none.
    generation: int = 0
    version: int = 0

    def is_active(self, user: User, now: datetime) -> bool:
        """Whether its tokens are valid: not expired, revoked or ended with all sessions, and its user enabled."""
        ended = user.disabled or self.generation != user.session_generation
        return self.revoked_at is None and now < self.expires_at and not ended

    def is_current(self, secret: str) -> bool:
        """Whether `secret` is the current refresh token."""
        return compare_digest(self.current, fingerprint(secret))

    def is_reused(self, secret: str, now: datetime) -> bool:
        """Whether `secret` is a replaced token that comes back, and not within ROTATION_GRACE of its replacement."""
        known = fingerprint(secret)
        if known not in self.used_tokens:
            return False
        just_replaced = known == self.used_tokens[-1] and self.rotated_at is not None
        return not (just_replaced and self.rotated_at is not None and now - self.rotated_at <= ROTATION_GRACE)

    def rotate(self, secret: str, *, at: datetime) -> Change["Session"]:
        """Replace the current token by `secret`."""
        return Change(
            evolve(self, current=fingerprint(secret), used_tokens=(*self.used_tokens, self.current), rotated_at=at)
        )

    def keep(self, user: User) -> Change["Session"]:
        """Carry the session over to the present generation of its user, in which the others end."""
        return Change(evolve(self, generation=user.session_generation))

    def revoke(self, *, at: datetime) -> Change["Session"]:
        """End the session."""
        return Change(evolve(self, revoked_at=self.revoked_at or at))


@frozen
class LinkedIdentity:
    """A user at an identity provider, by issuer and subject, and the user here that signs in with it."""

    issuer: str
    subject: str
    user: UserId
    created_at: datetime


@frozen
class PersonalToken:
    """A credential that a user has created for a program of theirs. `secret` is the fingerprint of its secret part."""

    id: TokenId
    user: UserId
    name: str
    scopes: tuple[Scope, ...]
    secret: str = field(repr=False)
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    version: int = 0

    def matches(self, secret: str, now: datetime) -> bool:
        """Whether `secret` belongs to this token and the token has not expired."""
        alive = self.expires_at is None or now < self.expires_at
        return compare_digest(self.secret, fingerprint(secret)) and alive


@frozen
class ApiKey:
    """An API key of a program. `secret` is the fingerprint of its secret part."""

    id: KeyId
    name: str
    secret: str = field(repr=False)
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    version: int = 0

    def matches(self, secret: str) -> bool:
        """Whether `secret` belongs to this key and the key is not revoked."""
        return compare_digest(self.secret, fingerprint(secret)) and self.revoked_at is None
