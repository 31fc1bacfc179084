"""The limit and the size of orders."""

from decimal import Decimal

import pytest

from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.steps import Action
from tradecore.model.trading_rules import affordable_units, limit_price

ACME, COIN = Asset(Symbol("ACME"), AssetType.EQUITY), Asset(Symbol("COIN-USD"), AssetType.CRYPTO)


@pytest.mark.parametrize(
    ("asset", "action", "market", "worst"),
    [
        (ACME, Action.BUY, "100", "103.00"),
        (ACME, Action.SELL, "100", "97.00"),
        (ACME, Action.BUY, "33.33", "34.32"),
        (ACME, Action.SELL, "33.33", "32.34"),
        (ACME, Action.BUY, "0.5", "0.5150"),
        (COIN, Action.BUY, "0.00001234", "0.0000127102"),
        (COIN, Action.SELL, "0.00001234", "0.0000119698"),
    ],
)
def test_a_limit_is_so_many_percent_beyond_the_market_and_never_rounded_for_the_worse(
    asset: Asset, action: Action, market: str, worst: str
) -> None:
    assert limit_price(asset, action, Decimal(market), Decimal(3)) == Decimal(worst)


def test_shares_are_whole_and_crypto_is_not() -> None:
    assert affordable_units(ACME, Decimal(1000), Decimal(300)) == 3
    assert affordable_units(ACME, Decimal(299), Decimal(300)) == 0
    assert affordable_units(COIN, Decimal(1000), Decimal(300)) == Decimal("3.33333333")
    assert affordable_units(COIN, Decimal(-5), Decimal(300)) == 0
