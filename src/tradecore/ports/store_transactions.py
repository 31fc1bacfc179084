"""Store port, transactions: what every part of the store promises, whatever it keeps."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

R_co = TypeVar("R_co", covariant=True)


class Transactions(Protocol[R_co]):
    """Transactions over some repositories: those of one part of the store, such as `MoneyRepositories`, or all.

    - `unit_of_work` commits on a clean exit and rolls back on an exception; there is no other way to commit.
    - Every entity has a `version`. `put` raises Stale unless it is the stored one, and returns the next one.
    """

    def unit_of_work(self) -> AbstractAsyncContextManager[R_co]:
        """A transaction that reads and writes. Raises Unavailable when the store cannot be reached or is full."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[R_co]:
        """A read-only transaction on one consistent state. It never waits for writers."""
        ...

    def read(self) -> AbstractAsyncContextManager[R_co]:
        """Read-only access without a transaction: each query sees the newest state. Cheaper than `snapshot`."""
        ...
