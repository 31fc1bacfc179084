"""Store port, account records: everything about one user, whatever it is, for export and deletion."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tradecore.model.account_records import AccountRecord, RecordKind
from tradecore.model.ids import UserId


class AccountRecords(Protocol):
    """Records by their user."""

    async def page(self, user: UserId, kind: RecordKind, *, after: str, limit: int) -> tuple[AccountRecord, ...]:
        """Records of one kind with keys greater than `after`, by key, at most `limit`."""
        ...

    async def mark_removed(self, user: UserId, *, at: datetime) -> None:
        """Remember that the records of a removed user are to be deleted. No effect if that is remembered already."""
        ...

    async def removed(self, limit: int) -> Sequence[UserId]:
        """Removed users whose records are not all deleted, those removed first before the others, at most `limit`."""
        ...

    async def delete(self, user: UserId, limit: int) -> int:
        """Delete some records of a removed user, some `limit` of them, and return how many; 0 when none are left.

        The ledger, orders and executed recommendations stay. So does work that has not ended, for a later call; the
        user is forgotten once there is none.
        """
        ...


class AccountRecordRepositories(Protocol):
    """Everything about one user."""

    @property
    def account_records(self) -> AccountRecords: ...
