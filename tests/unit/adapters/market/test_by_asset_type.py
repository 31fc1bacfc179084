"""One market for each asset type, as TRADECORE_MARKET lists them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.testing import PriceTable
from tradecore_adapters.market.by_asset_type import MarketByAssetType
from tradecore_app.settings import market_rows

EQUITY, CRYPTO = AssetType.EQUITY, AssetType.CRYPTO
DAY = date(2026, 11, 27)


def table(name: str, asset_type: AssetType, price: int) -> PriceTable:
    return PriceTable({Asset(Symbol(name), asset_type): Decimal(price)})


async def test_each_question_goes_to_the_market_of_its_type() -> None:
    market = MarketByAssetType({EQUITY: table("BTC", EQUITY, 40), CRYPTO: table("BTC", CRYPTO, 90_000)})
    assert (await market.bars(Symbol("BTC"), EQUITY, DAY, 1)).last.close == 40
    assert (await market.quote(Symbol("BTC"), CRYPTO, datetime(2026, 11, 27, 12))).price == 90_000  # noqa: DTZ001
    assert await market.symbols() == ("BTC",)
    assert [listing.asset_type for listing in await market.search("btc", 5)] == [EQUITY, CRYPTO]
    assert len(await market.search("btc", 1)) == 1


async def test_a_symbol_of_one_market_is_not_answered_by_the_other() -> None:
    market = MarketByAssetType({EQUITY: table("NVDA", EQUITY, 100), CRYPTO: table("BTC", CRYPTO, 90_000)})
    with pytest.raises(Invalid, match="no price of NVDA"):
        await market.bars(Symbol("NVDA"), CRYPTO, DAY, 1)


async def test_a_type_without_a_market_is_refused_with_what_to_add() -> None:
    market = MarketByAssetType({EQUITY: table("NVDA", EQUITY, 100)})
    with pytest.raises(Invalid, match=r"no source of crypto prices here; docs/markets\.md tells how to add one"):
        await market.corporate_actions(Symbol("BTC"), CRYPTO, DAY, DAY)
    assert await market.benchmark(CRYPTO) is None


@pytest.mark.parametrize(
    ("setting", "equity", "crypto"),
    [
        ("yahoo:", "yahoo:", "yahoo:"),
        ("live:", "yahoo:", "ccxt:kraken"),
        ("live:http://127.0.0.1:1", "yahoo:http://127.0.0.1:1", "ccxt:kraken@http://127.0.0.1:1"),
        ("equity=alpaca:,crypto=ccxt:coinbase", "alpaca:", "ccxt:coinbase"),
        ("crypto=yahoo:, equity=csv:/a,b", "csv:/a,b", "yahoo:"),
        ("equity=yahoo:", "yahoo:", None),
    ],
)
def test_a_setting_names_a_row_for_each_type(setting: str, equity: str, crypto: str | None) -> None:
    assert market_rows(setting) == {EQUITY: equity, **({CRYPTO: crypto} if crypto else {})}


def test_a_type_that_is_named_twice_is_refused() -> None:
    with pytest.raises(Invalid, match="names equity twice"):
        market_rows("equity=yahoo:,equity=alpaca:")
