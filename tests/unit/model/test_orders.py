"""The life of an order, and what of a broker's word is booked."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import RecommendationId, TopicKind, UserId, topic_of
from tradecore.model.ledger import Book
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset, Costs, Entry
from tradecore.model.orders import MOVES, Order, OrderFilled, OrderState, OverfillRefused, order_id_for
from tradecore.model.steps import Action

AT = datetime(2024, 10, 10, tzinfo=UTC)
LATER = AT + timedelta(seconds=5)
ACME, COIN = Asset(Symbol("ACME"), AssetType.EQUITY), Asset(Symbol("COIN-USD"), AssetType.CRYPTO)
ID = RecommendationId("00000000-0000-4000-8000-000000000001")


def order(action: Action = Action.BUY, quantity: str = "10") -> Order:
    return Order(order_id_for(ID), UserId("ann"), ID, ACME, action, Decimal(quantity), Decimal(103), AT)


def filled(units: str, price: str = "100", fee: str = "0") -> ExecutionReport:
    return ExecutionReport(BrokerStatus.FILLED, Decimal(units), Decimal(price), Decimal(fee))


def accepted(units: str = "0", price: str | None = None) -> ExecutionReport:
    return ExecutionReport(BrokerStatus.ACCEPTED, Decimal(units), Decimal(price) if price else None)


def test_a_recommendation_has_one_order_id_that_brokers_take() -> None:
    assert order_id_for(ID) == f"tradecore-{ID}"
    assert len(order_id_for(ID)) <= 48


def test_a_fill_books_money_units_and_fee() -> None:
    change, entries = order().apply_report(filled("10", "100.5", "1.25"), at=LATER)
    assert (change.entity.state, change.entity.ended_at, change.entity.average_price) == (
        OrderState.FILLED,
        LATER,
        Decimal("100.5"),
    )
    assert [(each.kind, each.cash, each.quantity) for each in entries] == [
        ("fill", Decimal("-1005.0"), Decimal(10)),
        ("fee", Decimal("-1.25"), Decimal(0)),
    ]
    assert all(each.order == change.entity.id for each in entries)


def test_a_sale_brings_money_and_takes_units() -> None:
    _, [entry] = order(Action.SELL).apply_report(filled("10"), at=LATER)
    assert (entry.cash, entry.quantity) == (Decimal(1000), Decimal(-10))


def test_a_report_that_comes_twice_books_once() -> None:
    once, entries = order().apply_report(accepted("4", "100"), at=LATER)
    again, none = once.entity.apply_report(accepted("4", "100"), at=LATER)
    assert (len(entries), none) == (1, ())
    assert again.entity.filled == 4


def test_parts_are_booked_by_what_is_new_in_each() -> None:
    step, first = order().apply_report(accepted("4", "100"), at=LATER)
    change, second = step.entity.apply_report(filled("10", "101"), at=LATER)
    assert [(each.quantity, each.cash) for each in (*first, *second)] == [
        (Decimal(4), Decimal(-400)),
        (Decimal(6), Decimal(-610)),
    ]
    assert change.entity.turnover == 1010
    assert first[0].id != second[0].id


def test_a_late_report_of_less_takes_nothing_back() -> None:
    step, _ = order().apply_report(accepted("6", "100"), at=LATER)
    change, entries = step.entity.apply_report(accepted("4", "100"), at=LATER)
    assert (change.entity.filled, entries) == (6, ())


def test_more_than_was_ordered_is_not_booked_and_is_said_once() -> None:
    change, [entry] = order().apply_report(filled("12"), at=LATER)
    assert entry.quantity == 10
    topic = topic_of(TopicKind.ORDER, change.entity.id)
    assert change.facts == (
        OverfillRefused(topic, LATER, Decimal(2)),
        OrderFilled(topic, LATER, Decimal(10), Decimal(100)),
    )
    step, _ = order().apply_report(accepted("12", "100"), at=LATER)
    again, _ = step.entity.apply_report(accepted("12", "100"), at=LATER)
    assert again.facts == ()


def test_an_order_that_ends_with_a_part_counts_as_filled_and_with_none_as_refused() -> None:
    step, _ = order().apply_report(accepted("4", "100"), at=LATER)
    refused = ExecutionReport(BrokerStatus.REFUSED, reason="expired")
    assert step.entity.apply_report(refused, at=LATER)[0].entity.state is OrderState.FILLED
    nothing, entries = order().apply_report(refused, at=LATER)
    assert (nothing.entity.state, nothing.entity.reason, entries) == (OrderState.REFUSED, "expired", ())


def test_nothing_is_booked_after_the_end() -> None:
    done = order().apply_report(filled("10"), at=LATER)[0].entity
    assert done.apply_report(filled("10", "200"), at=LATER) == (done.apply_report(filled("10"), at=LATER)[0], ())


def test_an_ambiguous_report_decides_nothing() -> None:
    with pytest.raises(IllegalMove, match="look the order up"):
        order().apply_report(ExecutionReport(BrokerStatus.AMBIGUOUS), at=LATER)


@pytest.mark.parametrize(
    ("units", "price"),
    [("-1", "100"), ("NaN", "100"), ("1e400", "1"), ("1", "0"), ("1", "-5"), ("1", "NaN"), ("1", None)],
)
def test_a_report_of_impossible_numbers_cannot_be_made(units: str, price: str | None) -> None:
    with pytest.raises(Invalid):
        ExecutionReport(BrokerStatus.FILLED, Decimal(units), Decimal(price) if price else None)


def test_a_report_of_a_fill_without_units_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="number of units"):
        ExecutionReport(BrokerStatus.FILLED)


@pytest.mark.parametrize("state", OrderState)
def test_an_order_only_moves_as_the_table_says(state: OrderState) -> None:
    moves: dict[str, Callable[[Order], Order]] = {
        "accept": lambda order: order.apply_report(accepted(), at=LATER)[0].entity,
        "fill": lambda order: order.apply_report(filled("10"), at=LATER)[0].entity,
        "refuse": lambda order: order.apply_report(ExecutionReport(BrokerStatus.REFUSED), at=LATER)[0].entity,
        "lose": lambda order: order.mark_unknown(at=LATER).entity,
        "resubmit": lambda order: order.resubmit(evolve(order, quantity=Decimal(1), limit=Decimal(1)), at=LATER).entity,
        "cancel": lambda order: order.request_cancellation(at=LATER).entity,
    }
    paths = {
        OrderState.PENDING: (),
        OrderState.ACCEPTED: ("accept",),
        OrderState.CANCELLING: ("accept", "cancel"),
        OrderState.CANCELLED: ("accept", "cancel", "refuse"),
        OrderState.FILLED: ("fill",),
        OrderState.REFUSED: ("refuse",),
        OrderState.UNKNOWN: ("lose",),
    }
    begun = order()
    for step in paths[state]:
        begun = moves[step](begun)
    assert begun.state is state
    reached = set()
    for move in moves.values():
        with suppress(IllegalMove):
            reached.add(move(begun).state)
    assert MOVES[state] <= reached <= MOVES[state] | {state}


def test_what_a_cancelling_order_reserves_comes_back_when_the_broker_has_ended_it() -> None:
    open_order = order().apply_report(accepted("4", "100"), at=AT)[0].entity
    cancelling = open_order.request_cancellation(at=LATER).entity
    assert cancelling.reserved_cash(Costs()) == open_order.reserved_cash(Costs()) == 618
    late = cancelling.apply_report(accepted("5", "100"), at=LATER)[0].entity
    assert (late.state, late.filled, late.reserved_cash(Costs())) == (OrderState.CANCELLING, 5, 515)
    ended, entries = late.apply_report(ExecutionReport(BrokerStatus.REFUSED), at=LATER)
    assert (ended.entity.state, ended.entity.filled, ended.entity.reserved_cash(Costs())) == (OrderState.FILLED, 5, 0)
    assert (ended.entity.reason, entries) == ("cancelled by its owner", ())


@given(
    st.lists(
        st.tuples(st.integers(0, 15), st.decimals("0.01", "1000", places=2), st.integers(0, 500)),
        min_size=1,
        max_size=8,
    ),
    st.booleans(),
)
def test_whatever_is_reported_entries_are_the_order(reports: list[tuple[int, Decimal, int]], ends: bool) -> None:
    now, entries = order(), list[Entry]()
    for units, price, fee in reports:
        report = ExecutionReport(
            BrokerStatus.ACCEPTED, Decimal(units), price if units else None, Decimal(fee).scaleb(-2)
        )
        change, new = now.apply_report(report, at=LATER)
        now = change.entity
        entries += new
    if ends:
        now = now.apply_report(ExecutionReport(BrokerStatus.REFUSED), at=LATER)[0].entity
    total = Book()
    for entry in entries:
        total = total.add(entry)
    assert now.filled <= now.quantity
    assert total.held(ACME) == now.filled
    assert total.cash == -now.turnover - now.fee
    assert all(entry.cash < 0 for entry in entries)
    assert len({entry.id for entry in entries}) == len(entries)


def test_an_open_purchase_reserves_its_worst_price_and_fee_and_a_sale_its_units() -> None:
    costs = Costs(Decimal(1), Decimal(2))
    assert order().reserved_cash(costs) == Decimal("1042.30")
    assert order().reserved_units() == 0
    part = order().apply_report(accepted("4", "100"), at=LATER)[0].entity
    assert part.reserved_cash(Costs()) == 6 * 103
    assert order(Action.SELL).reserved_cash(costs) == 0
    assert order(Action.SELL).reserved_units() == 10
    for ended in (order().mark_unknown(at=LATER).entity, order().apply_report(filled("10"), at=LATER)[0].entity):
        assert ended.reserved_cash(costs) == 0
