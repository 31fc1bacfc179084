"""Accounts at brokers: each belongs to the user it was given to, and its positions are compared with the ledger."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from attrs import evolve, frozen

from tradecore.model.broker_accounts import BrokerAccount
from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, NotFound
from tradecore.model.execution_reports import ExecutionReport
from tradecore.model.ids import OrderId, UserId
from tradecore.model.orders import Order
from tradecore.model.users import User, normalize_email
from tradecore.ports.ambient import Now
from tradecore.ports.broker import AccountBroker, Broker
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.settle import LATE_FILL_WINDOW

OpenBroker = Callable[[BrokerAccount], Awaitable[Broker]]
"""Opens the account of a user, or returns it where it is open. Raises Unavailable."""


@frozen
class UserBroker:
    """The broker of all users: each order goes to the account of its user, or else to the common broker.

    `of_owner` is the account at a venue that the installation is set up with. It belongs to `owner`, who is named by an
    e-mail address or a user id, and to nobody else.
    """

    store: Store
    common: Broker
    open_broker: OpenBroker
    of_owner: Broker | None = None
    owner: str = ""

    @property
    def name(self) -> str:
        """The name of the broker that the installation is set up with."""
        return (self.of_owner or self.common).name

    async def exits_objection(self, order: Order) -> str:
        """See `Broker`."""
        return await (await self._of(order.user)).exits_objection(order)

    async def submit(self, order: Order) -> ExecutionReport:
        """See `Broker`. Raises Unavailable, with nothing submitted, when the account cannot be opened."""
        return await (await self._of(order.user)).submit(order)

    async def find(self, id: OrderId) -> ExecutionReport | None:
        """See `Broker`."""
        return await (await self._holding(id)).find(id)

    async def cancel(self, id: OrderId) -> ExecutionReport | None:
        """See `Broker`."""
        return await (await self._holding(id)).cancel(id)

    async def account_of_owner(self) -> "tuple[UserId, Broker] | None":
        """The user whose orders go to `of_owner`, and that broker; None without them."""
        if self.of_owner is None:
            return None
        async with self.store.snapshot() as uow:
            owner = await self._owner(uow)
            if owner is None or await uow.broker_accounts.find(owner) is not None:
                return None
        return owner, self.of_owner

    async def _holding(self, id: OrderId) -> Broker:
        async with self.store.read() as uow:
            order = await uow.orders.find(id)
        return self.of_owner or self.common if order is None else await self._of(order.user)

    async def _of(self, user: UserId) -> Broker:
        async with self.store.snapshot() as uow:
            account = await uow.broker_accounts.find(user)
            if account is None and self.of_owner is not None and user == await self._owner(uow):
                return self.of_owner
        return self.common if account is None else await self.open_broker(account)

    async def _owner(self, uow: UnitOfWork) -> UserId | None:
        if "@" not in self.owner:
            return UserId(self.owner)
        owner = await uow.users.by_email(normalize_email(self.owner))
        return None if owner is None else owner.id


@frozen
class GiveBrokerAccount:
    """Give an account at a broker to a user."""

    store: Store
    now: Now
    open_broker: OpenBroker
    encrypt: Callable[[str, UserId], str]

    async def __call__(self, address: str, setting: str, credentials: str) -> User:
        """The user, whose orders go to the account from now on; one that the user had before is given back.

        The account is read once before. The account that the user has may be given again at any time, with other
        credentials. Raises Invalid for an unusable address or setting, NotFound without a user, Unavailable when the
        account cannot be read, IllegalMove for another account while an order of the user is open.
        """
        async with self.store.read() as uow:
            user = await _user_of(uow, address)
        account = BrokerAccount(user.id, setting, self.encrypt(credentials, user.id), self.now())
        broker = await self.open_broker(account)
        if isinstance(broker, AccountBroker):
            account = evolve(account, number=await broker.account_number())
        return await self._store(user, account)

    @retry_on_conflict
    async def _store(self, user: User, account: BrokerAccount) -> User:
        async with self.store.unit_of_work() as uow:
            known = await uow.broker_accounts.find(user.id)
            same = known is not None and (known.setting, known.number) == (account.setting, account.number)
            if not same or not account.number:
                await _require_no_open_order(uow, user, account.created_at)
            await uow.broker_accounts.delete(user.id)
            await uow.broker_accounts.put(Change(account))
        return user


@frozen
class TakeBrokerAccount:
    """Take the account at a broker from a user, whose orders go to the common broker from now on."""

    store: Store
    now: Now

    async def __call__(self, address: str) -> User:
        """The user, also one without such an account.

        Raises Invalid for an unusable address, NotFound without a user, IllegalMove while an order of the user is open.
        """
        async with self.store.unit_of_work() as uow:
            user = await _user_of(uow, address)
            await _require_no_open_order(uow, user, self.now())
            await uow.broker_accounts.delete(user.id)
        return user


@frozen
class FindBrokerAccount:
    """Find the account at a broker that a user was given."""

    store: Store

    async def __call__(self, address: str) -> BrokerAccount | None:
        """The account; None without one. Raises Invalid for an unusable address, NotFound without a user."""
        async with self.store.snapshot() as uow:
            return await uow.broker_accounts.find((await _user_of(uow, address)).id)


@frozen
class ReencryptCredentials:
    """Encrypt stored credentials with the current secret of the installation, so that former ones can be forgotten.

    Those are the credentials of accounts at brokers, the secrets of webhooks and the URLs of channels for notices.
    `reencrypt` gives the new text of credentials; None where they have the current secret already.
    """

    store: Store
    reencrypt: Callable[[str, UserId], str | None]

    @retry_on_conflict
    async def __call__(self) -> int:
        """The number of accounts, webhooks and channels whose credentials were encrypted anew.

        Raises Unavailable, with nothing changed, when the secret of some is not known.
        """
        changed = 0
        async with self.store.unit_of_work() as uow:
            for account in await uow.broker_accounts.all():
                credentials = self.reencrypt(account.credentials, account.id)
                if credentials is not None:
                    await uow.broker_accounts.put(Change(evolve(account, credentials=credentials)))
                    changed += 1
            for webhook in await uow.webhooks.all():
                secret = self.reencrypt(webhook.secret, webhook.user)
                previous = webhook.previous_secret and self.reencrypt(webhook.previous_secret, webhook.user)
                if secret or previous:
                    await uow.webhooks.put(
                        Change(
                            evolve(
                                webhook,
                                secret=secret or webhook.secret,
                                previous_secret=previous or webhook.previous_secret,
                            )
                        )
                    )
                    changed += 1
            for channel in await uow.notice_channels.all():
                url = self.reencrypt(channel.url, channel.user)
                if url is not None:
                    await uow.notice_channels.put(Change(evolve(channel, url=url)))
                    changed += 1
        return changed


async def _user_of(uow: UnitOfWork, address: str) -> User:
    account = normalize_email(address)
    user = await uow.users.by_email(account)
    if user is None:
        raise NotFound("account", account)
    return user


async def _require_no_open_order(uow: UnitOfWork, user: User, at: datetime) -> None:
    open_orders = await uow.orders.unsettled(unknown_since=at - LATE_FILL_WINDOW, user=user.id)
    if open_orders or await uow.orders.guarded(user.id):
        raise IllegalMove(
            f"{user.email} has open orders at the broker; cancel them (`tradecore portfolio orders`), then repeat this."
        )
