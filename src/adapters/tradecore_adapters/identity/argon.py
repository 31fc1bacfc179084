"""Password hashes with argon2id, computed in as many threads as there are cores."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tradecore.ports.identity import PasswordCheck

# OWASP's minimum for argon2id with p=1: 19 MiB and two passes, some 30 ms on a small machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class ArgonPasswords:
    """Hashes and checks passwords."""

    def __init__(self) -> None:
        """Start no thread and hash nothing yet: most commands check no password."""
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="argon2")

    async def hash(self, password: str) -> str:
        """The salted hash of a password, as `$argon2id$...`."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, _HASHER.hash, password)

    async def check(self, password: str, against: str | None) -> PasswordCheck:
        """Compare a password with a hash. Without a hash (unknown user) the check takes as long and does not match."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._check, password, against)

    @cached_property
    def _dummy_hash(self) -> str:
        """What passwords of unknown users are checked against."""
        return _HASHER.hash("")

    def _check(self, password: str, against: str | None) -> PasswordCheck:
        # Also for a known user: the first check takes longer, whomever it is about.
        dummy = self._dummy_hash
        try:
            _HASHER.verify(dummy if against is None else against, password)
        except (VerificationError, InvalidHashError):
            return PasswordCheck(matches=False)
        if against is None:
            return PasswordCheck(matches=False)
        return PasswordCheck(matches=True, outdated=_HASHER.check_needs_rehash(against))
