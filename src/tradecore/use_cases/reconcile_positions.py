"""Reconciling positions: accounts at brokers are compared with the ledgers of their users."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from attrs import frozen

from tradecore.model.alerts import Alert, AlertKind, Severity
from tradecore.model.change import Change
from tradecore.model.decimals import plain
from tradecore.model.errors import Unavailable
from tradecore.model.ids import TopicKind, UserId, topic_of
from tradecore.model.ledger import book
from tradecore.model.money import ZERO, Asset, Entry
from tradecore.model.orders import Order
from tradecore.ports.ambient import Now
from tradecore.ports.broker import AccountBroker, Broker
from tradecore.ports.store import Store
from tradecore.use_cases.alerts import raise_new
from tradecore.use_cases.broker_accounts import UserBroker


@frozen
class ReconcilePositions:
    """A scheduled task that compares the positions of users' accounts at brokers with their ledgers."""

    store: Store
    now: Now
    broker: UserBroker

    async def __call__(self) -> int:
        """The number of new alerts. Raises Unavailable when an account cannot be read, after the others were."""
        async with self.store.read() as uow:
            accounts = await uow.broker_accounts.all()
        raised, failure = 0, None
        for account in accounts:
            try:
                raised += await self._compare(account.id, account.setting, await self.broker.open_broker(account))
            except Unavailable as unavailable:
                failure = failure or unavailable
        owned = await self.broker.account_of_owner()
        if owned is not None:
            user, broker = owned
            raised += await self._compare(user, broker.name, broker)
        if failure is not None:
            raise failure
        return raised

    async def _compare(self, user: UserId, name: str, broker: Broker) -> int:
        if not isinstance(broker, AccountBroker):
            return 0
        before, _ = await self._read(user)
        positions = await broker.positions()
        entries, open_orders = await self._read(user)
        if len(entries) != len(before):
            # Something was booked meanwhile; the next comparison is as good.
            return 0
        held = {asset: position.quantity for asset, position in book(entries).positions.items()}
        traded = {order.asset for order in open_orders if order.purchase is None or order.filled}
        differing = [
            asset
            for asset in sorted(held.keys() | positions.keys(), key=lambda asset: asset.symbol)
            if asset not in traded and held.get(asset, ZERO) != positions.get(asset, ZERO)
        ]
        return await raise_new(self.store, [self._alert(user, name, asset, held, positions) for asset in differing])

    async def _read(self, user: UserId) -> tuple[Sequence[Entry], Sequence[Order]]:
        async with self.store.snapshot() as uow:
            return await uow.ledger.entries(user), await uow.orders.unsettled(unknown_since=self.now(), user=user)

    def _alert(
        self,
        user: UserId,
        name: str,
        asset: Asset,
        held: Mapping[Asset, Decimal],
        positions: Mapping[Asset, Decimal],
    ) -> Change[Alert]:
        """The alert of a difference, the same for as long as it is the same."""
        there, here = (plain(units.get(asset, ZERO)) for units in (positions, held))
        message = (
            f"The account at {name} holds {there} {asset.symbol}, and the portfolio {here}. Trades that were not made "
            "here are not booked; book them with `tradecore portfolio book`, or trade the difference. After a backup "
            "was restored, execute the recommendations of that time again first: an order that is there is booked and "
            "not sent a second time."
        )
        return Alert.raise_once(
            f"position {user} {name} {asset.asset_type} {asset.symbol} {there} {here}",
            user,
            AlertKind.POSITION_DIFFERS,
            Severity.WARNING,
            message,
            topic_of(TopicKind.POSITION, asset.symbol),
            at=self.now(),
        )
