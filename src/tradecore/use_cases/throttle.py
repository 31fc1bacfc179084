"""Throttles: how many wrong passwords and wrong API keys are accepted before further attempts are refused."""

from datetime import timedelta
from ipaddress import ip_address, ip_network

from attrs import frozen

from tradecore.model.errors import RateLimited
from tradecore.ports.limits import Limiter, Quota, Rate

_WINDOW = timedelta(minutes=15)
# For one account, counted per address, and per network that one attacker may have to choose addresses from. Nothing is
# counted per account alone, so wrong passwords sent from elsewhere never lock the owner of an account out.
WRONG_PASSWORDS_PER_ACCOUNT = Rate(5, _WINDOW)
WRONG_PASSWORDS_PER_ACCOUNT_AND_SITE = Rate(10, _WINDOW)
WRONG_PASSWORDS_PER_ACCOUNT_AND_NETWORK = Rate(25, _WINDOW)
# Over all accounts, for an origin that goes through a list of accounts: per address or IPv6 site, and per network.
WRONG_PASSWORDS_PER_ORIGIN = Rate(100, _WINDOW)
WRONG_PASSWORDS_PER_NETWORK = Rate(500, _WINDOW)
# An address from which the right password was sent counts as known to the account for this long.
KNOWN_ADDRESS = Rate(1, timedelta(days=30))
# An IPv6 site is usually given a /64 and a customer a /48; a /24 is the smallest IPv4 network that is routed.
_SITE_BITS = 64
_NETWORK_BITS = {4: 24, 6: 48}
# Counted per origin. Keys cannot be guessed; the limit bounds the work that a misconfigured client causes.
WRONG_API_KEYS = Rate(30, timedelta(minutes=1))


@frozen
class PasswordThrottle:
    """Limits wrong passwords for one account and over all accounts, per address and per network around it.

    An origin is the text of an IP address; another text counts as an address without a network. From an address that is
    known to the account, only the limit of that address for that account holds, so that neighbours in the same network
    do not lock the owner out.
    """

    limiter: Limiter

    async def check(self, account: str, origin: str) -> None:
        """Raises RateLimited, with the seconds to wait, when a limit is used up."""
        address_limit, *network_limits = _password_limits(account, origin)
        await self._check_limit(*address_limit)
        known = await self.limiter.peek(_known_address(account, origin), KNOWN_ADDRESS)
        if not known.wait:
            for key, rate in network_limits:
                await self._check_limit(key, rate)

    async def record_failure(self, account: str, origin: str) -> None:
        """Count a wrong password against all limits."""
        for key, rate in _password_limits(account, origin):
            await self.limiter.hit(key, rate)

    async def record_success(self, account: str, origin: str) -> None:
        """Remember the address as known to the account."""
        await self.limiter.hit(_known_address(account, origin), KNOWN_ADDRESS)

    async def _check_limit(self, key: str, rate: Rate) -> None:
        _raise_if_limited(await self.limiter.peek(key, rate), "Too many wrong passwords; try again later.")


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
    """The limits that a wrong password counts against, that of the address for the account first."""
    address_limit = (f"login:{account}:{origin}", WRONG_PASSWORDS_PER_ACCOUNT)
    try:
        address = ip_address(origin)
    except ValueError:
        return address_limit, (f"login::{origin}", WRONG_PASSWORDS_PER_ORIGIN)
    network = ip_network((address, _NETWORK_BITS[address.version]), strict=False)
    limits = (
        address_limit,
        (f"login:{account}:{network}", WRONG_PASSWORDS_PER_ACCOUNT_AND_NETWORK),
        (f"login::{network}", WRONG_PASSWORDS_PER_NETWORK),
    )
    if address.version == 4:
        return *limits, (f"login::{address}", WRONG_PASSWORDS_PER_ORIGIN)
    site = ip_network((address, _SITE_BITS), strict=False)
    return (
        *limits,
        (f"login:{account}:{site}", WRONG_PASSWORDS_PER_ACCOUNT_AND_SITE),
        (f"login::{site}", WRONG_PASSWORDS_PER_ORIGIN),
    )


def _known_address(account: str, origin: str) -> str:
    return f"known-address:{account}:{origin}"


def _raise_if_limited(quota: Quota, message: str) -> None:
    if quota.wait:
        raise RateLimited(message, retry_after=int(quota.wait) + 1)
