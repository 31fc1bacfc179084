"""Throttles: how many wrong passwords and wrong API keys are accepted before further attempts are refused."""

from datetime import timedelta

from attrs import frozen

from tradecore.model.errors import RateLimited
from tradecore.ports.limits import Limiter, Rate

# Counted per account and origin: wrong passwords sent from elsewhere never lock the owner of an account out.
WRONG_PASSWORDS_PER_ACCOUNT = Rate(5, timedelta(minutes=15))
# Counted per origin over all accounts: one origin that goes through a list of accounts.
WRONG_PASSWORDS_PER_ORIGIN = Rate(100, timedelta(minutes=15))
# Counted per origin. Keys cannot be guessed; the limit bounds the work that a misconfigured client causes.
WRONG_API_KEYS = Rate(30, timedelta(minutes=1))


@frozen
class PasswordThrottle:
    """Limits wrong passwords per account and origin, and per origin."""

    limiter: Limiter

    async def check(self, account: str, origin: str) -> None:
        """Raises RateLimited, with the seconds to wait, when either limit is used up."""
        for key, rate in _password_limits(account, origin):
            _raise_if_limited(await self.limiter.peek(key, rate), "Too many wrong passwords; try again later.")

    async def record_failure(self, account: str, origin: str) -> None:
        """Count a wrong password against both limits."""
        for key, rate in _password_limits(account, origin):
            await self.limiter.hit(key, rate)


@frozen
class ApiKeyThrottle:
    """Limits wrong API keys per origin."""

    limiter: Limiter

    async def check(self, origin: str) -> None:
        """Raises RateLimited, with the seconds to wait, when the limit is used up."""
        _raise_if_limited(await self.limiter.peek(f"wrong-key:{origin}", WRONG_API_KEYS), _TOO_MANY_KEYS)

    async def record_failure(self, origin: str) -> None:
        """Count a wrong key. Raises RateLimited when concurrent requests have used up the limit meanwhile."""
        _raise_if_limited(await self.limiter.hit(f"wrong-key:{origin}", WRONG_API_KEYS), _TOO_MANY_KEYS)


_TOO_MANY_KEYS = "Too many wrong API keys from this address; try again later."


def _password_limits(account: str, origin: str) -> tuple[tuple[str, Rate], ...]:
    return (
        (f"login:{account}:{origin}", WRONG_PASSWORDS_PER_ACCOUNT),
        (f"login::{origin}", WRONG_PASSWORDS_PER_ORIGIN),
    )


def _raise_if_limited(wait_seconds: float, message: str) -> None:
    if wait_seconds:
        raise RateLimited(message, retry_after=int(wait_seconds) + 1)
