"""The shipped sample: what is real, what is generated, and that it always says so."""

import asyncio
import gzip
from datetime import date, timedelta
from hashlib import sha256
from importlib.resources import files

import pytest

from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Bars, Symbol
from tradecore_adapters.market import generated
from tradecore_adapters.market.price_table import read_prices
from tradecore_adapters.market.sample import _REAL_SOURCE, REAL, SampleMarket, _real

# Every symbol that an example of the trading API names, with the days that someone who follows it will ask for.
EXAMPLES = [
    ("NVDA", AssetType.EQUITY),
    ("GOOGL", AssetType.EQUITY),
    ("AAPL", AssetType.EQUITY),
    ("BTC-USD", AssetType.CRYPTO),
]


async def ask(name: str, day: date, count: int = 5) -> Bars:
    kind = AssetType.CRYPTO if "-" in name else AssetType.EQUITY
    return await SampleMarket().bars(Symbol(name), kind, day, count)


@pytest.mark.parametrize(("name", "kind"), EXAMPLES)
@pytest.mark.parametrize("day", [date(2024, 10, 10), date(2025, 10, 10), date(2026, 12, 31)])
async def test_what_the_examples_ask_for_is_there(name: str, kind: AssetType, day: date) -> None:
    found = await ask(name, day, 300)
    assert len(found.bars) == 300
    assert found.source.synthetic


async def test_real_bars_are_as_they_were_traded() -> None:
    found = await ask("AAPL", date(2013, 3, 1))
    assert (str(found.last.close), found.last.volume) == ("430.47", 19730300)
    assert not found.source.synthetic
    assert "synthetic" not in str(found.source)
    assert "public domain" in str(found.source)


async def test_a_split_is_no_crash() -> None:
    # Two shares for one on 2005-02-28: the table falls from 88.99 to 44.86.
    before = await ask("AAPL", date(2005, 2, 25), 10)
    after = await ask("AAPL", date(2005, 2, 28), 11)
    assert 80 < before.last.close < 95
    moves = [b.close / a.close for a, b in zip(after.bars, after.bars[1:], strict=False)]
    assert all(0.9 < move < 1.1 for move in moves)
    assert 40 < after.last.close < 50


async def test_an_answer_is_real_or_generated_as_a_whole() -> None:
    last = date(2013, 3, 1)
    for ahead in (0, 10, 11, 30):
        found = await ask("AAPL", last + timedelta(days=ahead), 300)
        assert found.source.synthetic is (ahead > 10)
        assert (found.last.day == last) is (ahead <= 10)


@pytest.mark.parametrize("name", REAL)
async def test_each_real_series_reaches_back_to_its_beginning(name: str) -> None:
    found = await ask(name, date(2013, 3, 1), 5000)
    assert not found.source.synthetic
    assert len(found.bars) == {"FB": 196, "GOOG": 2148}.get(name, 3270)


@pytest.mark.parametrize("name", sorted(generated.WALKS))
def test_a_generated_series_stays_within_an_order_of_magnitude(name: str) -> None:
    closes = [float(bar.close) for bar in generated.bars_until(name, date(2026, 12, 31))]
    level = generated.WALKS[name].level
    assert level / 10 < min(closes) <= max(closes) < level * 10


def test_generated_equities_rest_at_weekends_and_crypto_never() -> None:
    assert {bar.day.weekday() for bar in generated.bars_until("SPY", date(2013, 1, 1))} == set(range(5))
    days = [bar.day for bar in generated.bars_until("BTC-USD", date(2013, 1, 1))]
    assert days == [generated.BEGIN + timedelta(days=at) for at in range(len(days))]


def test_a_generated_day_does_not_depend_on_how_far_the_series_was_made() -> None:
    short = generated._Path("NVDA")
    short.extend_to(date(2014, 6, 2))
    long = generated._Path("NVDA")
    long.extend_to(date(2020, 6, 2))
    assert long.bars[: len(short.bars)] == short.bars


async def test_generated_prices_are_the_same_on_every_machine() -> None:
    found = [await ask(name, date(2024, 10, 10), 250) for name in ("NVDA", "ETH-USD")]
    digests = [bars.digest for bars in found]
    assert sha256("".join(digests).encode()).hexdigest() == (
        "bfa63f632f8ead42827ba5cc78f66cf475bdd667a2581f86276060029b5061fc"
    )


@pytest.mark.parametrize("name", REAL)
def test_a_real_series_is_what_any_file_of_prices_would_be_read_as(name: str) -> None:
    packed = files("tradecore_adapters.market").joinpath("sample_bars", f"{name}.csv.gz").read_bytes()
    assert _real(Symbol(name)) == read_prices(Symbol(name), gzip.decompress(packed).decode(), name)


async def test_many_may_ask_at_once_while_a_series_is_made() -> None:
    generated._path.cache_clear()
    days = [date(2024, 10, 10) + timedelta(days=at) for at in range(12)]
    found = await asyncio.gather(*(ask(name, day, 50) for name in ("TSLA", "SPY", "AMD") for day in days))
    assert all(len(bars.bars) == 50 for bars in found)
    assert found[0] == await ask("TSLA", days[0], 50)


async def test_a_pair_is_not_an_equity() -> None:
    with pytest.raises(Invalid, match="BTC-USD is of asset type crypto") as refused:
        await SampleMarket().bars(Symbol("BTC-USD"), AssetType.EQUITY, date(2024, 10, 10), 5)
    assert refused.value.problems[0].field == "asset_type"


async def test_a_refusal_says_how_to_bring_ones_own_prices() -> None:
    with pytest.raises(Invalid, match=r"docs/prices\.md tells how to use prices of your own") as refused:
        await ask("ZZZZ", date(2024, 10, 10))
    assert "TRADECORE_" not in str(refused.value), "callers of the API have no settings"


async def test_a_refusal_covers_the_generated_years_of_a_real_symbol_too() -> None:
    with pytest.raises(Invalid, match=f"AAPL from 2000-03-01 to {generated.END}, not for 1990-01-01"):
        await ask("AAPL", date(1990, 1, 1))


@pytest.mark.parametrize("symbol", REAL)
async def test_the_newest_bar_alone_is_that_of_the_whole_series(symbol: str) -> None:
    whole = _real(Symbol(symbol))
    last = whole.days[-1]
    days = [whole.days[0], *whole.days[1::97], *(last + timedelta(days=number) for number in range(-6, 11))]
    for day in days:
        assert await ask(symbol, day, 1) == whole.window(day, 1, _REAL_SOURCE)
