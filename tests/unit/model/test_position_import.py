"""Positions as people write them down."""

from decimal import Decimal

import pytest

from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.position_import import ImportedPosition, parse_asset, parse_positions

NVDA = ImportedPosition(Asset(Symbol("NVDA"), AssetType.EQUITY), Decimal(15), Decimal("850.00"))
COIN = ImportedPosition(Asset(Symbol("BTC-USD"), AssetType.CRYPTO), Decimal("0.12345678"), Decimal(60000))


@pytest.mark.parametrize(
    "table",
    [
        "symbol,quantity,price\nNVDA,15,850.00\nBTC-USD,0.12345678,60000\n",
        'Ticker,Shares,Avg Price\nnvda,15,$850.00\nbtc-usd,0.12345678,"60,000"\n',
        "Avg. Cost,Note,QTY,Symbol\r\n850.00,old,15,NVDA\r\n\r\n60000,,0.12345678,BTC-USD\r\n",
        "symbol,quantity,average_price,asset type\nNVDA,15,850.00,Equity\nBTC-USD,0.12345678,60000,crypto\n",
    ],
)
def test_the_tables_of_brokers_are_read_by_their_headers(table: str) -> None:
    assert parse_positions(table.splitlines(keepends=True)) == (NVDA, COIN)


@pytest.mark.parametrize(
    "table",
    [
        "\ufeffSymbol;Quantity;Price\nNVDA;15;850,00\nBTC-USD;0,12345678;60.000\n",
        "sep=;\r\nsymbol;quantity;price\r\nNVDA;15;850.00\r\nBTC-USD;0.12345678;60000\r\n",
        "symbol\tquantity\tprice\nNVDA\t15\t850.00\nBTC-USD\t0.12345678\t60,000.00\n",
        'symbol,quantity,price\nNVDA,15,"850,00"\nBTC-USD,"0,12345678","60.000,0"\n',
        "symbol|quantity|price\nNVDA|15|850.00\nBTC-USD|0.12345678|60000\n",
        "Plan name:,ALLIANCE, INC\nDate Range,01/01/2026 - 06/03/2026,,,\n\nSymbol,Quantity,Price\nNVDA,15,850\n"
        "BTC-USD,0.12345678,60000\n",
    ],
)
def test_the_tables_of_spreadsheets_are_read_in_the_manner_of_their_countries(table: str) -> None:
    assert parse_positions(table.splitlines(keepends=True)) == (NVDA, COIN)


def test_a_number_that_can_be_two_is_refused_and_not_guessed() -> None:
    with pytest.raises(Invalid, match="row 2, price: 100,250 can be two numbers"):
        parse_positions(["symbol;quantity;price\n", "NVDA;15;100,250\n"])
    # Another number of the same table decides it.
    [position] = parse_positions(["symbol;quantity;price\n", "NVDA;1,5;100,250\n"])
    assert (position.quantity, position.price) == (Decimal("1.5"), Decimal("100.250"))


def test_numbers_of_two_manners_in_one_table_are_refused() -> None:
    with pytest.raises(Invalid, match=r"row 2, price: 850\.00 has no decimal comma"):
        parse_positions(["symbol;quantity;price\n", "NVDA;1,5;850.00\n"])


def test_a_table_that_no_reader_of_csv_takes_is_refused() -> None:
    with pytest.raises(Invalid, match="The table cannot be read: field larger than field limit"):
        parse_positions(["symbol,quantity,price\n", f'"{"x" * 200_000}",1,1\n'])


def test_a_total_under_the_table_is_named_with_what_it_lacks() -> None:
    with pytest.raises(Invalid, match="row 3, quantity: This is missing"):
        parse_positions(["symbol,quantity,price\n", "NVDA,1,100\n", "Total,,100\n"])


def test_every_row_at_fault_is_named_and_nothing_is_taken_in_by_halves() -> None:
    table = "symbol,quantity,price\nNVDA,15,850\nNVDA,-1,850\n???,1,1\nNVDA,1,x\nNVDA,1\n"
    with pytest.raises(Invalid) as refused:
        parse_positions(table.splitlines(keepends=True))
    assert [each.field for each in refused.value.problems] == [
        "row 3, quantity", "row 4, symbol", "row 5, price", "row 6, price",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "said"), [("", "empty"), ("a,b\n", "'symbol'"), ("symbol,price\nA,1\n", "'quantity'")]
)
def test_a_table_that_is_none_is_refused_with_what_it_needs(table: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        parse_positions(table.splitlines(keepends=True))


def test_a_pair_is_crypto_unless_it_is_said_to_be_something_else() -> None:
    assert parse_asset("eth/usdt") == Asset(Symbol("ETH/USDT"), AssetType.CRYPTO)
    assert parse_asset("BRK-B") == Asset(Symbol("BRK-B"), AssetType.EQUITY)
    assert parse_asset("BTC-USD", "equity").asset_type is AssetType.EQUITY
    with pytest.raises(Invalid, match="no asset type"):
        parse_asset("A", "bond")
