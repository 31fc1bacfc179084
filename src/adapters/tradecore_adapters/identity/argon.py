"""Passwords under argon2id, off the event loop, no more at a time than there are cores."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tradecore.ports.identity import Checked

# OWASP's minimum for argon2id with p=1: 19 MiB and two passes, some 30 ms on a small machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class ArgonPasswords:
    """Hashes that take time and memory to guess."""

    def __init__(self) -> None:
        """Prepare a hash of nothing, to check unknown users against."""
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="argon2")
        self._nobody = _HASHER.hash("")

    async def hash(self, password: str) -> str:
        """A hash with its own salt, as `$argon2id$...`."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, _HASHER.hash, password)

    async def check(self, password: str, against: str | None) -> Checked:
        """As slow for no hash as for a wrong one."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._check, password, against)

    def _check(self, password: str, against: str | None) -> Checked:
        try:
            _HASHER.verify(self._nobody if against is None else against, password)
        except (VerificationError, InvalidHashError):
            return Checked(matches=False)
        if against is None:
            return Checked(matches=False)
        return Checked(matches=True, outdated=_HASHER.check_needs_rehash(against))
