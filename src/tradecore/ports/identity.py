"""The promises of identity: passwords that are slow to guess, tokens that cannot be forged."""

from datetime import datetime, timedelta
from typing import Protocol

from attrs import frozen

from tradecore.model.ids import UserId


@frozen
class Checked:
    """What checking a password found: whether it matches, and whether its hash is weaker than today's."""

    matches: bool
    outdated: bool = False


class Passwords(Protocol):
    """Password hashes of a memory-hard function; checking takes the same time whether or not there is a hash."""

    async def hash(self, password: str) -> str:
        """A salted hash that holds its own parameters. Does not block the event loop."""
        ...

    async def check(self, password: str, against: str | None) -> Checked:
        """Compare with a hash, or with none (an unknown user): as slow, and never a match. Does not block."""
        ...


@frozen
class Claims:
    """What an access token says, once believed."""

    user: UserId
    expires_at: datetime


class AccessTokens(Protocol):
    """Signed statements of who is asking."""

    def issue(self, user: UserId, *, at: datetime, lifetime: timedelta) -> str:
        """A token that says who, from when and until when."""
        ...

    def read(self, token: str, *, at: datetime) -> Claims:
        """Believe a token of ours that is in force; raises NotSignedIn for anything else, whatever is wrong with it."""
        ...
