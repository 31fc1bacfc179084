"""What open orders leave free of the cash and the units of a book."""

from datetime import UTC, datetime
from decimal import Decimal

from attrs import evolve

from tradecore.model.ids import EntryId, OrderId, RecommendationId, UserId
from tradecore.model.ledger import book
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset, Costs, Entry
from tradecore.model.orders import Order, OrderState
from tradecore.model.reservations import free_cash, free_units
from tradecore.model.steps import Action

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
ANN = UserId("ann")
ACME, GLOBEX = Asset(Symbol("ACME"), AssetType.EQUITY), Asset(Symbol("GLOBEX"), AssetType.EQUITY)
HELD = book(
    [
        Entry.deposit(EntryId("1"), ANN, Decimal(1000), at=NOW),
        Entry.adjustment(EntryId("2"), ANN, ACME, Decimal(30), Decimal(10), at=NOW),
    ]
)


def order(action: Action, asset: Asset, units: int) -> Order:
    return Order(
        id=OrderId(f"{action} {asset.symbol} {units}"),
        user=ANN,
        recommendation=RecommendationId("r"),
        asset=asset,
        action=action,
        quantity=Decimal(units),
        limit=Decimal(20),
        at=NOW,
        placed_at=NOW,
    )


def test_purchases_reserve_cash_with_their_fees_and_sales_do_not() -> None:
    orders = [order(Action.BUY, ACME, 10), order(Action.BUY, GLOBEX, 5), order(Action.SELL, ACME, 30)]
    assert free_cash(HELD, orders, Costs()) == 700
    assert free_cash(HELD, orders, Costs(fee_fixed=Decimal(2))) == 696
    assert free_cash(HELD, [], Costs(fee_fixed=Decimal(2))) == 1000


def test_sales_reserve_units_of_their_own_asset() -> None:
    orders = [order(Action.SELL, ACME, 12), order(Action.SELL, GLOBEX, 7), order(Action.BUY, ACME, 10)]
    assert free_units(HELD, ACME, orders) == 18
    assert free_units(HELD, ACME, []) == 30
    assert free_units(HELD, GLOBEX, []) == 0


def test_an_order_that_has_ended_reserves_nothing() -> None:
    ended = [
        evolve(order(action, ACME, 10), state=OrderState.CANCELLED, ended_at=NOW)
        for action in (Action.BUY, Action.SELL)
    ]
    assert free_cash(HELD, ended, Costs()) == 1000
    assert free_units(HELD, ACME, ended) == 30
