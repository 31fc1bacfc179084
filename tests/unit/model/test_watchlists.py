"""Watchlists: which names and symbols are possible, and how a file of symbols is read."""

from datetime import UTC, datetime

import pytest

from tradecore.model.errors import Invalid
from tradecore.model.ids import UserId, WatchlistId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.watchlists import MAX_ASSETS, MAX_NAME_LENGTH, POSITIONS, Watchlist, parse_assets

EQUITY, CRYPTO = AssetType.EQUITY, AssetType.CRYPTO


def watchlist(*symbols: str, name: str = "Chips", id: str = "w") -> Watchlist:
    assets = tuple(Asset(Symbol(symbol), EQUITY) for symbol in symbols)
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Watchlist(id=WatchlistId(id), user=UserId("ann"), name=name, assets=assets, created_at=at)


def test_a_list_has_a_name_and_each_symbol_once() -> None:
    listed = watchlist("NVDA", "AMD")
    assert listed.change(name="Cards") == watchlist("NVDA", "AMD", name="Cards")
    assert listed.change(assets=watchlist("AMD").assets) == watchlist("AMD")
    for field, symbols, name in (
        ("assets", (), "Chips"),
        ("assets", ("NVDA", "AMD", "NVDA"), "Chips"),
        ("assets", tuple(f"A{n}" for n in range(MAX_ASSETS + 1)), "Chips"),
        ("name", ("NVDA",), " "),
        ("name", ("NVDA",), "x" * (MAX_NAME_LENGTH + 1)),
    ):
        with pytest.raises(Invalid) as refused:
            watchlist(*symbols, name=name)
        assert [problem.field for problem in refused.value.problems] == [field]
    assert watchlist(id=POSITIONS).assets == (), "a user may hold nothing"


def test_a_file_has_one_symbol_a_line_with_or_without_titles_and_further_columns() -> None:
    lines = ["Ticker;Name", "", "# chips", "nvda;NVIDIA Corp.", '"AMD","Advanced, Micro"', "BTC-USD\t1", "NVDA"]
    assets = (Asset(Symbol("NVDA"), EQUITY), Asset(Symbol("AMD"), EQUITY), Asset(Symbol("BTC-USD"), CRYPTO))
    assert parse_assets(lines) == assets
    assert parse_assets(["NVDA"]) == assets[:1]
    assert parse_assets([]) == ()


def test_a_line_without_a_symbol_is_named() -> None:
    with pytest.raises(Invalid, match="line 2") as refused:
        parse_assets(["NVDA", "<script>", "AMD", "not a symbol at all"])
    assert [problem.field for problem in refused.value.problems] == ["line 2", "line 4"]
