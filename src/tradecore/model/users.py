"""Who uses tradecore: people with passwords, their sign-ins, and the keys of programs."""

import re
import unicodedata
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from attrs import evolve, field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import Invalid
from tradecore.model.ids import KeyId, SessionId, UserId

PASSWORD_LENGTHS = range(8, 257)
# A client that lost the answer to its refresh and asks again within this time is unlucky, not a thief.
ROTATION_GRACE = timedelta(seconds=10)

_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,255}")
# The head of every published list of leaked passwords; the tail is out of reach of the login throttle.
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


def email(text: str) -> str:
    """One spelling for one address: trimmed, NFKC, case folded. Raises Invalid when it cannot be an address."""
    tidy = unicodedata.normalize("NFKC", text).strip().casefold()
    if not _EMAIL.fullmatch(tidy):
        raise Invalid.one("email", "An e-mail address has the form name@example.com.")
    return tidy


def demand_password(text: str) -> str:
    """The password as given, if it may be one: 8 to 256 characters, not among the most common. Raises Invalid."""
    if len(text) not in PASSWORD_LENGTHS:
        raise Invalid.one("password", "A password has 8 to 256 characters.")
    if text.casefold() in _COMMON:
        raise Invalid.one("password", "This password is among the first that an attacker tries; choose another.")
    return text


def fingerprint(secret: str) -> str:
    """How a random secret is stored: SHA-256 in hex. Only for secrets of 128 random bits or more."""
    return sha256(secret.encode()).hexdigest()


@frozen
class Caller:
    """Who asks, once that is settled, and until when what proved it holds (None: for as long as it is not revoked)."""

    user: UserId
    until: datetime | None = None


@frozen
class User:
    """A person with an account. `password_hash` never leaves the store's side of the house."""

    id: UserId
    email: str
    name: str
    password_hash: str = field(repr=False)
    created_at: datetime
    disabled: bool = False
    # Sign-ins from before this moment are over: the password was changed.
    sessions_since: datetime | None = None
    version: int = 0


@frozen
class Session:
    """One sign-in: the family of refresh tokens that follow from it. It ends at `expires_at`, used or not.

    Only fingerprints are kept. With `rotates`, each refresh replaces the token and remembers the one it replaced.
    """

    id: SessionId
    user: UserId
    current: str = field(repr=False)
    rotates: bool
    created_at: datetime
    expires_at: datetime
    rotated_at: datetime | None = None
    spent: tuple[str, ...] = field(default=(), repr=False)
    revoked_at: datetime | None = None
    version: int = 0

    def alive(self, user: User, now: datetime) -> bool:
        """Whether its user may still refresh it."""
        overtaken = user.disabled or (user.sessions_since is not None and self.created_at < user.sessions_since)
        return self.revoked_at is None and now < self.expires_at and not overtaken

    def recognises(self, secret: str) -> bool:
        """Whether this is the living token."""
        return compare_digest(self.current, fingerprint(secret))

    def betrayed_by(self, secret: str, now: datetime) -> bool:
        """Whether a token that was replaced is being used again, by someone who is not merely repeating a request."""
        known = fingerprint(secret)
        if known not in self.spent:
            return False
        just_replaced = known == self.spent[-1] and self.rotated_at is not None
        return not (just_replaced and self.rotated_at is not None and now - self.rotated_at <= ROTATION_GRACE)

    def rotate(self, secret: str, *, at: datetime) -> Change["Session"]:
        """Replace the living token."""
        return Change(evolve(self, current=fingerprint(secret), spent=(*self.spent, self.current), rotated_at=at))

    def revoke(self, *, at: datetime) -> Change["Session"]:
        """End it."""
        return Change(evolve(self, revoked_at=self.revoked_at or at))


@frozen
class ApiKey:
    """A program's key to the news API: named, revocable, only its fingerprint kept."""

    id: KeyId
    name: str
    secret: str = field(repr=False)
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    version: int = 0

    def opens(self, secret: str) -> bool:
        """Whether this secret is this key's, and the key still counts."""
        return compare_digest(self.secret, fingerprint(secret)) and self.revoked_at is None
