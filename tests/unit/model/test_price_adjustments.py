"""Adjustments for dividends can be undone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tradecore.model.corporate_actions import CorporateActions, Dividend
from tradecore.model.market import Bar, Bars, PriceSource, Symbol
from tradecore.model.price_adjustments import traded_rows, undo_dividends
from tradecore.model.price_history import PriceHistory
from tradecore.model.price_rows import Split

SOURCE, ACME = PriceSource("test"), Symbol("ACME")


def day(number: int) -> date:
    return date(2024, 1, 1) + timedelta(days=number)


def traded(closes: list[int]) -> list[Bar]:
    return [Bar(day(at), *[Decimal(close)] * 4, volume=Decimal(1000)) for at, close in enumerate(closes)]


def adjusted(bars: list[Bar], splits: list[Split], dividends: list[Dividend]) -> Bars:
    """The bars as the shipped markets show them."""
    history = PriceHistory(ACME, tuple(traded_rows(bars, splits, dividends)))
    return history.window(bars[-1].day, len(bars), SOURCE)


def test_bars_without_the_adjustment_for_dividends_are_as_traded() -> None:
    bars = traded([100, 104, 90, 95, 99, 97])
    dividends = [Dividend(day(2), Decimal(5)), Dividend(day(4), Decimal(3)), Dividend(day(4), Decimal(1))]
    shown = adjusted(bars, [], dividends)
    assert shown.bars[0].close < 92
    undone = undo_dividends(shown, CorporateActions(ACME, SOURCE, (), tuple(dividends)))
    assert [round(bar.close, 3) for bar in undone] == [100, 104, 90, 95, 99, 97]


def test_a_dividend_from_before_a_split_is_undone_in_the_prices_of_after_it() -> None:
    bars = traded([100, 104, 90, 9, 9])
    dividends, splits = [Dividend(day(2), Decimal(5))], [Split(day(3), Decimal(10))]
    undone = undo_dividends(
        adjusted(bars, splits, dividends), CorporateActions(ACME, SOURCE, tuple(splits), tuple(dividends))
    )
    assert [round(bar.close, 3) for bar in undone] == [10, Decimal("10.4"), 9, 9, 9]


@pytest.mark.parametrize(("ex", "currency"), [(0, None), (9, None), (2, "EUR")])
def test_a_dividend_that_is_not_in_the_bars_leaves_them_alone(ex: int, currency: str | None) -> None:
    shown = Bars(ACME, SOURCE, tuple(traded([100, 104, 90])), currency="USD")
    actions = CorporateActions(ACME, SOURCE, (), (Dividend(day(ex), Decimal(5)),), currency)
    assert undo_dividends(shown, actions) == list(shown.bars)
