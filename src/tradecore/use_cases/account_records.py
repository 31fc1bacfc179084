"""Everything of an account: as an export, and deleted after the account is removed."""

from collections.abc import AsyncIterator

from attrs import evolve, frozen

from tradecore.model.account_records import AccountRecord, RecordKind
from tradecore.model.errors import NotFound
from tradecore.model.ids import UserId
from tradecore.model.notices import NoticeChannel
from tradecore.model.users import PersonalToken, User, normalize_email
from tradecore.model.webhooks import Webhook
from tradecore.ports.store import Store

_PAGE_SIZE = 200
# Rows per unit of work. On SQLite other writers wait for it.
_BATCH_SIZE = 50
_MAX_REMOVED = 100


@frozen
class AccountExport:
    """An account with what belongs to it. Secrets are left out: they are empty texts, and the reset is None."""

    store: Store
    user: User
    tokens: tuple[PersonalToken, ...]
    webhooks: tuple[Webhook, ...]
    notice_channels: tuple[NoticeChannel, ...]

    async def records(self, kind: RecordKind) -> AsyncIterator[AccountRecord]:
        """All records of one kind, by key. What is written meanwhile may be missing."""
        after = ""
        while True:
            async with self.store.snapshot() as uow:
                page = await uow.account_records.page(self.user.id, kind, after=after, limit=_PAGE_SIZE)
            for record in page:
                yield record
            if len(page) < _PAGE_SIZE:
                return
            after = page[-1].key


@frozen
class ExportAccount:
    """Read everything that belongs to an account."""

    store: Store

    async def __call__(self, account: str) -> AccountExport:
        """The account, whose records are read while they are iterated; `account` is an e-mail address or a user's id.

        Raises Invalid for an unusable address, NotFound without an account.
        """
        async with self.store.snapshot() as uow:
            if "@" in account:
                user = await uow.users.by_email(normalize_email(account))
            else:
                user = await uow.users.get(UserId(account))
            if user is None:
                raise NotFound("account", account)
            tokens = await uow.users.tokens(user.id)
            webhooks = await uow.webhooks.of(user.id)
            channels = await uow.notice_channels.of(user.id)
        known = tuple(evolve(token, secret="") for token in tokens)
        targets = tuple(evolve(webhook, secret="", previous_secret="") for webhook in webhooks)
        services = tuple(evolve(channel, url="") for channel in channels)
        return AccountExport(self.store, evolve(user, password_hash="", reset=None), known, targets, services)


@frozen
class DeleteRemovedAccounts:
    """A scheduled task that deletes the records of removed accounts, in small batches; it goes on where it stopped."""

    store: Store

    async def __call__(self) -> int:
        """The number of deleted rows."""
        total = 0
        async with self.store.snapshot() as uow:
            removed = await uow.account_records.removed(_MAX_REMOVED)
        for user in removed:
            deleted = 1
            while deleted:
                async with self.store.unit_of_work() as uow:
                    deleted = await uow.account_records.delete(user, _BATCH_SIZE)
                total += deleted
        return total
