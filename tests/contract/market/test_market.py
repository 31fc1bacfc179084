"""The promises of market prices, asked of every row of the table."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Symbol
from tradecore_app.registry import rows

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_every_row_of_the_table_is_asked() -> None:
    assert set(rows("market")) == {"sample", "csv"}


@SLOW
@given(chance=st.data())
async def test_bars_are_ordered_consistent_and_never_later_than_asked(opened: Any, chance: st.DataObject) -> None:
    day = chance.draw(st.dates(opened.first, opened.last))
    count = chance.draw(st.integers(1, 300))
    found = await opened.market.bars(opened.symbol, opened.asset_type, day, count)
    days = [bar.day for bar in found.bars]
    assert found.symbol == opened.symbol
    assert 1 <= len(days) <= count
    assert days == sorted(set(days))
    assert days[-1] <= day
    assert day - days[-1] <= timedelta(days=10)
    for bar in found.bars:
        assert 0 < bar.low <= min(bar.open, bar.close)
        assert max(bar.open, bar.close) <= bar.high
        assert bar.volume >= 0


@SLOW
@given(chance=st.data())
async def test_fewer_bars_are_the_newest_of_more(opened: Any, chance: st.DataObject) -> None:
    day = chance.draw(st.dates(opened.first + timedelta(days=40), opened.last))
    few = await opened.market.bars(opened.symbol, opened.asset_type, day, 5)
    many = await opened.market.bars(opened.symbol, opened.asset_type, day, 20)
    assert many.bars[-5:] == few.bars


@SLOW
@given(chance=st.data())
async def test_a_later_question_does_not_change_an_earlier_day(opened: Any, chance: st.DataObject) -> None:
    day = chance.draw(st.dates(opened.first, opened.last - timedelta(days=60)))
    ahead = chance.draw(st.integers(1, 60))
    then = await opened.market.bars(opened.symbol, opened.asset_type, day, 30)
    await opened.market.bars(opened.symbol, opened.asset_type, day + timedelta(days=ahead), 90)
    again = await opened.market.bars(opened.symbol, opened.asset_type, day, 30)
    assert again == then


async def test_a_day_without_trade_gets_the_newest_bar_before_it(opened: Any) -> None:
    sunday = date(2012, 10, 7) if opened.first.year < 2023 else date(2023, 10, 8)
    found = await opened.market.bars(opened.symbol, opened.asset_type, sunday, 3)
    assert found.last.day <= sunday
    assert sunday - found.last.day <= timedelta(days=2)


async def test_a_symbol_that_is_not_there_is_refused_with_what_there_is(opened: Any) -> None:
    with pytest.raises(Invalid, match="ZZZZ") as refused:
        await opened.market.bars(Symbol("ZZZZ"), opened.asset_type, opened.last, 5)
    assert "BTC-USD" in str(refused.value)
    assert refused.value.problems[0].field == "symbol"


async def test_a_day_before_the_first_is_refused_with_the_range(opened: Any) -> None:
    with pytest.raises(Invalid, match=str(opened.first)) as refused:
        await opened.market.bars(opened.symbol, opened.asset_type, date(1999, 1, 4), 5)
    assert refused.value.problems[0].field == "as_of"


async def test_a_day_far_after_the_last_is_refused(opened: Any) -> None:
    with pytest.raises(Invalid, match="2099-01-01"):
        await opened.market.bars(opened.symbol, opened.asset_type, date(2099, 1, 1), 5)


async def test_every_symbol_that_is_listed_can_be_asked_for(opened: Any) -> None:
    names = await opened.market.symbols()
    assert list(names) == sorted(set(names))
    assert opened.symbol in names
    day = date(2024, 1, 15)
    for name in names:
        kind = AssetType.CRYPTO if "-" in name else AssetType.EQUITY
        assert (await opened.market.bars(name, kind, day, 2)).bars


async def test_the_benchmark_can_be_asked_for(opened: Any) -> None:
    for asset_type, expected in ((AssetType.EQUITY, "SPY"), (AssetType.CRYPTO, "BTC-USD")):
        name = await opened.market.benchmark(asset_type)
        assert name == expected
        assert (await opened.market.bars(name, asset_type, date(2024, 1, 15), 2)).bars


async def test_a_quote_is_the_newest_close_however_old(opened: Any) -> None:
    at = datetime(2012, 10, 7, 12, tzinfo=UTC) if opened.first.year < 2023 else datetime(2023, 10, 8, 12, tzinfo=UTC)
    quote = await opened.market.quote(opened.symbol, opened.asset_type, at)
    newest = (await opened.market.bars(opened.symbol, opened.asset_type, at.date(), 1)).last
    assert (quote.price, quote.day, quote.at) == (newest.close, newest.day, at)
    assert quote.symbol == opened.symbol
