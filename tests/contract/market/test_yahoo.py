"""Yahoo over a local server of its format: prices as traded, finished days only, and one true sentence a failure."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from tradecore.engines.desk.collect import Sources, collect
from tradecore.engines.desk.lookahead import check_lookahead
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.corporate_actions import Dividend
from tradecore.model.errors import Invalid, Refusal, Unavailable
from tradecore.model.market import AssetType, Bar, Bars, Symbol
from tradecore.model.price_rows import Split
from tradecore.model.steps import Analyst
from tradecore_adapters.market.yahoo import YahooMarket, open_yahoo
from tradecore_adapters.vendors.client import VendorLimits
from vendors.server import FAULTS, Reply, Request, VendorServer, json_reply
from vendors.yahoo import SATURDAY, UNKNOWN, Instrument, Walk, Yahoo

FRIDAY = date(2026, 11, 27)
UNHURRIED = VendorLimits(per_second=1000.0, burst=1000)
EQUITY, CRYPTO = AssetType.EQUITY, AssetType.CRYPTO
Open = Callable[[], AbstractAsyncContextManager[YahooMarket]]


@pytest.fixture
def opened(yahoo: Yahoo, yahoo_server: VendorServer, tmp_path: Path) -> Open:
    """Opens the market as a new process would, on the folder of the test and the clock of the server."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[YahooMarket]:
        async with open_yahoo(
            tmp_path / "yahoo", lambda: yahoo.now, time.monotonic, yahoo_server.base, limits=UNHURRIED
        ) as market:
            yield market

    return opening


@pytest.fixture
async def market(opened: Open) -> AsyncIterator[YahooMarket]:
    async with opened() as opening:
        yield opening


async def bars_of(
    market: YahooMarket, name: str = "NVDA", as_of: date = FRIDAY, count: int = 30, kind: AssetType = EQUITY
) -> Bars:
    return await market.bars(Symbol(name), kind, as_of, count)


def with_meta(yahoo: Yahoo, request: Request, meta: dict[str, object]) -> Reply:
    """The answer of Yahoo with other words about its symbol."""
    document = json.loads(yahoo(request).body)
    document["chart"]["result"][0]["meta"] |= meta
    return json_reply(document)


def one_after(bar: Bar, day: date, **changes: Decimal | None) -> Bar:
    values = {name: getattr(bar, name) for name in ("open", "high", "low", "close", "volume")} | changes
    return Bar(day, **values)  # type: ignore[arg-type]


# Prices as they were traded


async def test_prices_are_those_that_were_traded_and_the_source_is_named(market: YahooMarket, yahoo: Yahoo) -> None:
    bars = await bars_of(market, count=20)
    assert bars.bars == tuple(yahoo.instruments["NVDA"].bars[-20:])
    assert (bars.source.name, bars.source.synthetic, bars.currency) == ("Yahoo Finance", False, "USD")
    assert bars.repaired == ()


async def test_before_a_later_split_a_price_is_the_one_that_was_traded(market: YahooMarket, yahoo: Yahoo) -> None:
    nvda = yahoo.instruments["NVDA"]
    split = Split(date(2026, 6, 10), Decimal(10))
    nvda.bars = [bar if bar.day < split.day else _divided(bar, split.ratio) for bar in nvda.bars]
    nvda.splits = [split]
    before = await bars_of(market, as_of=date(2026, 5, 29))
    assert before.last in nvda.bars
    assert 100 < before.last.close < 300
    over = await bars_of(market, as_of=date(2026, 6, 30), count=60)
    moves = [bar.close / earlier.close for earlier, bar in zip(over.bars, over.bars[1:], strict=False)]
    assert Decimal("0.9") < min(moves) < max(moves) < Decimal("1.1")
    assert over.repaired == ()


def _divided(bar: Bar, ratio: Decimal) -> Bar:
    prices = {name: round(getattr(bar, name) / ratio, 2) for name in ("open", "high", "low", "close")}
    return one_after(bar, bar.day, **prices, volume=(bar.volume or 0) * ratio)


EVENTS = [
    ([Split(date(2026, 11, 16), Decimal(10))], []),
    ([Split(date(2026, 11, 16), Decimal(3) / 2), Split(date(2026, 11, 23), Decimal("0.05"))], []),
    ([], [Dividend(date(2026, 11, 20), Decimal("0.82"))]),
    ([Split(date(2026, 11, 16), Decimal(4))], [Dividend(date(2026, 11, 20), Decimal("0.0475"))]),
]


@pytest.mark.parametrize(("splits", "dividends"), EVENTS)
async def test_a_later_split_or_dividend_changes_no_byte_of_an_earlier_answer(
    opened: Open, yahoo: Yahoo, tmp_path: Path, splits: list[Split], dividends: list[Dividend]
) -> None:
    nvda = yahoo.instruments["NVDA"]
    # Earlier events lie within the window of the answer.
    nvda.splits = [Split(date(2026, 3, 2), Decimal(4))]
    nvda.dividends = [Dividend(date(2026, 8, 7), Decimal("0.24")), Dividend(date(2026, 5, 8), Decimal("0.235625"))]
    yahoo.now = datetime(2026, 11, 11, 2, tzinfo=UTC)
    async with opened() as market:
        before = await bars_of(market, as_of=date(2026, 11, 10), count=400)
    nvda.splits = [*nvda.splits, *splits]
    nvda.dividends = [*nvda.dividends, *dividends]
    for path in tmp_path.rglob("*.gz"):
        path.unlink()
    yahoo.now = SATURDAY
    async with opened() as market:
        after = await bars_of(market, as_of=date(2026, 11, 10), count=400)
    if any(split.ratio < 1 for split in splits):
        # Yahoo rounds the smaller volumes after a reverse split to whole shares.
        assert all(
            abs((late.volume or 1) / (early.volume or 1) - 1) < Decimal("0.001")
            for early, late in zip(before.bars, after.bars, strict=True)
        )
        before, after = (
            evolve(bars, bars=tuple(evolve(bar, volume=None) for bar in bars.bars)) for bars in (before, after)
        )
    assert repr(after) == repr(before)
    assert after.digest == before.digest


async def test_a_split_of_today_is_undone_whether_or_not_earlier_prices_are_divided_by_it(
    opened: Open, yahoo: Yahoo, tmp_path: Path
) -> None:
    nvda = yahoo.instruments["NVDA"]
    nvda.splits = [Split(FRIDAY, Decimal(10))]
    nvda.bars = [bar if bar.day < FRIDAY else _divided(bar, Decimal(10)) for bar in nvda.bars]
    yahoo.now = datetime(2026, 11, 27, 16, tzinfo=UTC)
    answers = []
    for yahoo.undivided in (set(), {FRIDAY}):
        async with opened() as market:
            answers.append(await bars_of(market, as_of=FRIDAY))
        for path in tmp_path.rglob("*.gz"):
            path.unlink()
    assert answers[0] == answers[1]
    assert answers[0].last == nvda.bars[-2]


async def test_earlier_prices_are_adjusted_for_dividends_up_to_the_newest_bar(
    market: YahooMarket, yahoo: Yahoo
) -> None:
    nvda = yahoo.instruments["NVDA"]
    paid = Dividend(date(2026, 11, 25), Decimal(2))
    nvda.dividends = [paid]
    bars = await bars_of(market)
    before = next(bar for bar in nvda.bars if bar.day == date(2026, 11, 24))
    adjusted = next(bar for bar in bars.bars if bar.day == before.day)
    assert adjusted.close == (before.close * (before.close - paid.amount) / before.close).quantize(Decimal("0.0001"))
    assert adjusted.volume == before.volume
    assert (await bars_of(market, as_of=date(2026, 11, 24))).last == before


async def test_corporate_actions_are_given_as_they_happened(market: YahooMarket, yahoo: Yahoo) -> None:
    nvda = yahoo.instruments["NVDA"]
    nvda.splits = [Split(date(2026, 6, 10), Decimal(10))]
    nvda.dividends = [Dividend(date(2026, 3, 11), Decimal("0.04")), Dividend(date(2026, 9, 11), Decimal("0.01"))]
    actions = await market.corporate_actions(Symbol("NVDA"), EQUITY, date(2026, 1, 1), date(2026, 9, 10))
    assert actions.splits == tuple(nvda.splits)
    assert actions.dividends == (nvda.dividends[0],)
    assert actions.currency == "USD"


# Days


async def test_a_running_session_is_left_out_and_said(market: YahooMarket, yahoo: Yahoo) -> None:
    for at in (datetime(2026, 11, 27, 16, tzinfo=UTC), datetime(2026, 11, 27, 21, 19, tzinfo=UTC)):
        yahoo.now = at
        bars = await bars_of(market)
        assert bars.last.day == date(2026, 11, 26)
        assert bars.repaired == ("2026-11-27: left out, the session is not over.",)
    yahoo.now = datetime(2026, 11, 27, 21, 21, tzinfo=UTC)
    bars = await bars_of(market)
    assert bars.last.day == FRIDAY
    assert bars.repaired == ()


@pytest.mark.parametrize(
    ("instrument", "now", "last"),
    [
        # 7203.T trades from 00:00 to 06:30 UTC; it is Tuesday in Tokyo while it is Monday elsewhere.
        (
            Instrument((), zone="Asia/Tokyo", begin=clock_time(9), end=clock_time(15, 30), currency="JPY"),
            datetime(2026, 11, 23, 22, tzinfo=UTC),
            date(2026, 11, 23),
        ),
        # Midnight of London in summer is 23:00 UTC of the day before.
        (
            Instrument((), kind="CURRENCY", zone="Europe/London"),
            datetime(2026, 7, 22, 12, tzinfo=UTC),
            date(2026, 7, 21),
        ),
        (
            Instrument((), kind="CRYPTOCURRENCY", zone="UTC"),
            datetime(2026, 7, 22, 0, 10, tzinfo=UTC),
            date(2026, 7, 20),
        ),
        (
            Instrument((), kind="CRYPTOCURRENCY", zone="UTC"),
            datetime(2026, 7, 22, 0, 21, tzinfo=UTC),
            date(2026, 7, 21),
        ),
    ],
)
async def test_a_day_is_the_date_in_the_zone_of_the_exchange(
    market: YahooMarket, yahoo: Yahoo, instrument: Instrument, now: datetime, last: date
) -> None:
    instrument.bars = Walk(date(2026, 6, 1), date(2026, 12, 31)).bars()
    kind = CRYPTO if instrument.kind == "CRYPTOCURRENCY" else EQUITY
    name = "COIN-USD" if kind is CRYPTO else "COIN"
    yahoo.instruments[name] = instrument
    yahoo.now = now
    bars = await bars_of(market, name, now.date() + timedelta(days=1), kind=kind)
    expected = [bar.day for bar in instrument.bars if bar.day <= last][-30:]
    assert [bar.day for bar in bars.bars] == expected


async def test_one_day_without_prices_is_left_out_and_said_and_two_are_refused(
    market: YahooMarket, yahoo: Yahoo
) -> None:
    nvda = yahoo.instruments["NVDA"]
    nvda.null_days = [date(2026, 11, 18), FRIDAY]
    bars = await bars_of(market)
    assert bars.last.day == date(2026, 11, 26)
    assert bars.repaired == ("2026-11-27: left out, Yahoo Finance has no prices for it yet.",)
    nvda.null_days = [date(2026, 11, 26), FRIDAY]
    yahoo.now += timedelta(minutes=16)
    with pytest.raises(Unavailable, match=r"^Yahoo Finance has had no prices of NVDA since 2026-11-26; try again"):
        await bars_of(market)
    assert (await bars_of(market, as_of=date(2026, 11, 25))).last.day == date(2026, 11, 25)


async def test_the_last_day_twice_is_one_bar(market: YahooMarket, yahoo: Yahoo) -> None:
    nvda = yahoo.instruments["NVDA"]
    nvda.repeated = one_after(nvda.bars[-1], FRIDAY, volume=Decimal(1_234_567))
    bars = await bars_of(market)
    assert [bar.day for bar in bars.bars[-2:]] == [date(2026, 11, 26), FRIDAY]
    assert bars.last == nvda.repeated


# Units


@pytest.mark.parametrize(("quoted", "currency"), [("GBp", "GBP"), ("ZAc", "ZAR"), ("ILA", "ILS")])
async def test_hundredths_become_the_currency(market: YahooMarket, yahoo: Yahoo, quoted: str, currency: str) -> None:
    known = Instrument(Walk(date(2026, 1, 1), FRIDAY).bars(), currency=quoted)
    known.dividends = [Dividend(date(2026, 11, 2), Decimal("4.5"))]
    yahoo.instruments["VOD.L"] = known
    bars = await bars_of(market, "VOD.L")
    assert bars.currency == currency
    assert bars.last.close == known.bars[-1].close / 100
    quote = await market.quote(Symbol("VOD.L"), EQUITY, SATURDAY)
    assert (quote.price, quote.currency) == (bars.last.close, currency)
    actions = await market.corporate_actions(Symbol("VOD.L"), EQUITY, date(2026, 1, 1), FRIDAY)
    assert actions.dividends[0].amount == Decimal("0.045")


async def test_the_money_volume_of_coins_becomes_coins(market: YahooMarket, yahoo: Yahoo) -> None:
    bars = await bars_of(market, "BTC-USD", kind=CRYPTO)
    last = yahoo.instruments["BTC-USD"].bars[-2]
    assert bars.last.day == last.day == FRIDAY
    assert last.volume
    assert bars.last.volume == (last.volume / last.close).quantize(Decimal("0.0001"))
    assert bars.source.name == "Yahoo Finance (days end at 00:00 UTC)"


async def test_a_coin_is_not_analysed_as_a_share_nor_a_share_as_a_coin(market: YahooMarket, yahoo: Yahoo) -> None:
    with pytest.raises(Invalid, match="BTC-USD is a cryptocurrency at Yahoo Finance; ask for it as asset type crypto"):
        await bars_of(market, "BTC-USD")
    yahoo.instruments["NVDA-USD"] = yahoo.instruments["NVDA"]
    with pytest.raises(Invalid, match="NVDA-USD is no cryptocurrency") as refusal:
        await bars_of(market, "NVDA", kind=CRYPTO)
    assert refusal.value.problems[0].field == "asset_type"


# Quotes


async def test_a_quote_in_a_session_is_the_last_trade_and_at_most_15_minutes_old(
    market: YahooMarket, yahoo: Yahoo, yahoo_server: VendorServer
) -> None:
    yahoo.now = datetime(2026, 11, 27, 16, tzinfo=UTC)
    quote = await market.quote(Symbol("NVDA"), EQUITY, yahoo.now)
    running = yahoo.instruments["NVDA"].bars[-1]
    assert (quote.price, quote.day) == (running.close, FRIDAY)
    yahoo.now += timedelta(minutes=15)
    await market.quote(Symbol("NVDA"), EQUITY, yahoo.now)
    assert len(yahoo_server.requests) == 1
    yahoo.now += timedelta(minutes=1)
    yahoo.instruments["NVDA"].bars[-1] = one_after(running, FRIDAY, close=running.close + 1)
    assert (await market.quote(Symbol("NVDA"), EQUITY, yahoo.now)).price == running.close + 1
    past = await market.quote(Symbol("NVDA"), EQUITY, datetime(2026, 11, 20, 23, tzinfo=UTC))
    assert past.day == date(2026, 11, 20)


# Requests


async def test_twenty_launches_of_a_symbol_make_two_requests(
    opened: Open, yahoo: Yahoo, yahoo_server: VendorServer
) -> None:
    brief = AnalysisBrief(Symbol("NVDA"), EQUITY, FRIDAY, (Analyst.TECHNICAL,), 1, "rules")
    async with opened() as market:
        first = await asyncio.gather(*(collect(Sources(market), brief) for _ in range(20)))
    async with opened() as market:
        second = await asyncio.gather(*(collect(Sources(market), brief) for _ in range(3)))
    assert len(yahoo_server.requests) == 2
    assert len({collected.digest for collected in (*first, *second)}) == 1


async def test_a_finished_day_is_answered_without_a_request_and_a_new_one_with_one(
    market: YahooMarket, yahoo: Yahoo, yahoo_server: VendorServer
) -> None:
    yahoo.now = datetime(2026, 11, 26, 23, tzinfo=UTC)
    await bars_of(market, as_of=date(2026, 11, 26))
    yahoo.now = datetime(2026, 11, 27, 20, tzinfo=UTC)
    await bars_of(market, as_of=FRIDAY)
    await bars_of(market, as_of=date(2026, 8, 3))
    assert len(yahoo_server.requests) == 1
    yahoo.now = datetime(2026, 11, 27, 22, tzinfo=UTC)
    assert (await bars_of(market, as_of=FRIDAY)).last.day == FRIDAY
    assert len(yahoo_server.requests) == 2


async def test_a_holiday_is_not_asked_about_for_ever(
    market: YahooMarket, yahoo: Yahoo, yahoo_server: VendorServer
) -> None:
    nvda = yahoo.instruments["NVDA"]
    nvda.bars = [bar for bar in nvda.bars if bar.day != FRIDAY]
    yahoo.now = datetime(2026, 11, 27, 22, tzinfo=UTC)
    for _ in range(3):
        await bars_of(market)
    assert len(yahoo_server.requests) == 1
    yahoo.now = datetime(2026, 11, 28, 3, tzinfo=UTC)
    for _ in range(3):
        await bars_of(market)
        yahoo.now += timedelta(hours=1)
    assert len(yahoo_server.requests) == 2


async def test_an_old_day_is_answered_by_a_longer_request(
    market: YahooMarket, yahoo: Yahoo, yahoo_server: VendorServer
) -> None:
    yahoo.instruments["NVDA"].bars = Walk(date(2010, 1, 1), FRIDAY).bars()
    await bars_of(market)
    assert (await bars_of(market, as_of=date(2015, 6, 30), count=400)).last.day == date(2015, 6, 30)
    assert len((await bars_of(market, as_of=FRIDAY, count=400)).bars) == 400
    assert len(yahoo_server.requests) == 2


async def test_the_span_of_a_request_does_not_grow_from_day_to_day(
    market: YahooMarket, yahoo: Yahoo, yahoo_server: VendorServer
) -> None:
    yahoo.instruments["NVDA"].bars = Walk(date(2010, 1, 1), date(2026, 12, 31)).bars()
    for _ in range(5):
        await bars_of(market, as_of=yahoo.now.date(), count=400)
        yahoo.now += timedelta(days=1)
    spans = {int(sent.query["period2"]) - int(sent.query["period1"]) for sent in yahoo_server.requests}
    assert len(yahoo_server.requests) >= 3
    assert max(spans) - min(spans) < 86_400


async def test_what_another_process_has_fetched_is_not_fetched_again(
    opened: Open, yahoo: Yahoo, yahoo_server: VendorServer
) -> None:
    yahoo.now = datetime(2026, 11, 26, 23, tzinfo=UTC)
    async with opened() as web, opened() as worker:
        for market in (web, worker):
            await bars_of(market, as_of=date(2026, 11, 26))
        yahoo.now = datetime(2026, 11, 27, 23, tzinfo=UTC)
        for market in (web, worker):
            assert (await bars_of(market)).last.day == FRIDAY
    assert len(yahoo_server.requests) == 2


@pytest.mark.parametrize("fault", sorted({*FAULTS} - {"slow"}))
async def test_each_failure_is_a_sentence_and_never_an_answer(
    market: YahooMarket, yahoo_server: VendorServer, tmp_path: Path, fault: str
) -> None:
    yahoo_server.fault = FAULTS[fault]
    begun = time.monotonic()
    with pytest.raises(Unavailable, match=r"^Yahoo Finance .*\.$") as failure:
        await bars_of(market)
    assert time.monotonic() - begun < 5
    assert not failure.value.transient
    assert not list(tmp_path.rglob("*.gz"))
    yahoo_server.fault = None
    if fault != "429":
        assert (await bars_of(market)).last.day == FRIDAY


async def test_a_day_that_is_kept_is_answered_while_yahoo_refuses(
    market: YahooMarket, yahoo: Yahoo, yahoo_server: VendorServer
) -> None:
    before = await bars_of(market, as_of=date(2026, 11, 20))
    yahoo_server.fault = FAULTS["429"]
    with pytest.raises(Unavailable, match=r"\(429\); the next one is sent after 15:01 UTC\. TRADECORE_MARKET=alpaca:"):
        await bars_of(market, "SPY")
    assert await bars_of(market, as_of=date(2026, 11, 20)) == before
    assert len(yahoo_server.requests) == 2


async def test_an_answer_with_fewer_days_does_not_replace_a_longer_one(
    market: YahooMarket, yahoo: Yahoo, yahoo_server: VendorServer
) -> None:
    nvda = yahoo.instruments["NVDA"]
    whole = nvda.bars
    before = await bars_of(market)
    yahoo.now += timedelta(days=3)
    for nvda.bars in (whole[-20:], []):
        with pytest.raises(Unavailable, match=r"left out .* days of NVDA that it had before"):
            await bars_of(market, as_of=date(2026, 11, 30))
    assert await bars_of(market) == before


async def test_a_close_that_is_revised_is_said(market: YahooMarket, yahoo: Yahoo) -> None:
    nvda = yahoo.instruments["NVDA"]
    old = nvda.bars[-1]
    await bars_of(market)
    nvda.bars = [*nvda.bars[:-1], one_after(old, FRIDAY, close=old.close + Decimal("0.5"))]
    nvda.bars.append(one_after(old, date(2026, 11, 30)))
    yahoo.now = datetime(2026, 12, 1, 2, tzinfo=UTC)
    bars = await bars_of(market, as_of=date(2026, 11, 30))
    change = f"gave a close of {old.close} at first, and later {old.close + Decimal('0.5')}"
    assert bars.repaired == (f"2026-11-27: Yahoo Finance {change}.",)


async def test_a_revision_is_said_after_further_requests_and_to_other_processes_until_it_is_taken_back(
    opened: Open, yahoo: Yahoo
) -> None:
    nvda = yahoo.instruments["NVDA"]
    old = nvda.bars[-1]
    notes = []
    for hours, change in ((0, "0"), (25, "0.5"), (49, "0.5"), (73, "0.7"), (97, "0"), (121, "0")):
        nvda.bars = [*nvda.bars[:-1], one_after(old, FRIDAY, close=old.close + Decimal(change))]
        yahoo.now = SATURDAY + timedelta(hours=72 + hours)
        async with opened() as market:
            bars = await bars_of(market, as_of=yahoo.now.date())
        notes.append([note for note in bars.repaired if note.startswith("2026-11-27")])
    said = f"2026-11-27: Yahoo Finance gave a close of {old.close} at first, and later "
    half, more = ([f"{said}{old.close + Decimal(change)}."] for change in ("0.5", "0.7"))
    assert notes == [[], half, half, more, [], []]


async def test_unsorted_and_repeated_rows_and_a_missing_volume_are_read(
    market: YahooMarket, yahoo: Yahoo, yahoo_server: VendorServer
) -> None:
    expected = await bars_of(market)

    def disordered(request: Request) -> Reply:
        document = json.loads(yahoo(request).body)
        chart = document["chart"]["result"][0]
        quotes = chart["indicators"]["quote"][0]
        del quotes["volume"], chart["indicators"]["adjclose"]
        order = [*range(5, len(chart["timestamp"])), *range(7), 9]
        chart["timestamp"] = [chart["timestamp"][at] for at in order]
        for name, column in quotes.items():
            quotes[name] = [column[at] for at in order]
        return json_reply(document)

    yahoo_server.answer = disordered
    yahoo.instruments["AMD"] = yahoo.instruments["NVDA"]
    bars = await bars_of(market, "AMD")
    assert bars.bars == tuple(evolve(bar, volume=None) for bar in expected.bars)
    assert bars.repaired == ("The volume of every day is unknown.",)


@pytest.mark.parametrize(
    ("meta", "sentence"),
    [
        ({"symbol": "META"}, r"answered about META instead of NVDA; write META\."),
        ({"exchangeTimezoneName": None}, "cannot be understood"),
        (
            {"exchangeTimezoneName": "Mars/Olympus"},
            "names the time zone 'Mars/Olympus', which this machine does not know",
        ),
    ],
)
async def test_an_answer_about_something_else_is_no_answer(
    market: YahooMarket, yahoo: Yahoo, yahoo_server: VendorServer, meta: dict[str, object], sentence: str
) -> None:
    yahoo_server.answer = lambda request: with_meta(yahoo, request, meta)
    with pytest.raises(Refusal, match=sentence):
        await bars_of(market)


async def test_a_price_without_a_currency_is_analysed_and_not_quoted(
    market: YahooMarket, yahoo: Yahoo, yahoo_server: VendorServer
) -> None:
    yahoo_server.answer = lambda request: with_meta(yahoo, request, {"currency": None})
    assert (await bars_of(market)).currency is None
    with pytest.raises(Unavailable, match="does not say in which currency NVDA is quoted"):
        await market.quote(Symbol("NVDA"), EQUITY, SATURDAY)


@pytest.mark.parametrize(
    ("times", "currency", "sentence"),
    [
        (1, "EUR", "gives prices of NVDA in EUR, and in USD before; this looks like another unit"),
        (100, "USD", "gives prices of NVDA 100 times as high as before"),
    ],
)
async def test_another_unit_than_before_is_refused_for_days_and_then_named(
    market: YahooMarket, yahoo: Yahoo, times: int, currency: str, sentence: str
) -> None:
    nvda = yahoo.instruments["NVDA"]
    await bars_of(market)
    nvda.currency = currency
    nvda.bars = [
        evolve(bar, open=bar.open * times, high=bar.high * times, low=bar.low * times, close=bar.close * times)
        for bar in nvda.bars
    ]
    nvda.bars.append(one_after(nvda.bars[-1], date(2026, 11, 30)))
    yahoo.now = datetime(2026, 12, 1, 2, tzinfo=UTC)
    with pytest.raises(Unavailable, match=sentence):
        await bars_of(market, as_of=date(2026, 11, 30))
    assert (await bars_of(market)).last.day == FRIDAY
    yahoo.now += timedelta(days=1)
    bars = await bars_of(market, as_of=date(2026, 11, 30))
    assert bars.currency == currency
    revised = [note for note in bars.repaired if "closes up to it" in note or "at first" in note]
    assert len(revised) == (6 if times > 1 else 0)


async def test_a_delisted_share_is_told_from_an_api_that_has_changed(
    market: YahooMarket, yahoo_server: VendorServer
) -> None:
    sentence = "Data doesn't exist for startDate = 1727740800, endDate = 1795824000"
    error = {"chart": {"result": None, "error": {"code": "Bad Request", "description": sentence}}}
    yahoo_server.fault = json_reply(error, 400)
    with pytest.raises(Invalid, match=r"has no prices of NVDA since .*; it may be delisted\.") as refusal:
        await bars_of(market)
    assert refusal.value.problems[0].field == "symbol"
    # Of a success as well.
    yahoo_server.fault = json_reply(UNKNOWN)
    with pytest.raises(Invalid, match="has no SPY; it may be delisted or spelled otherwise"):
        await bars_of(market, "SPY")


async def test_half_a_row_is_left_out_and_named(market: YahooMarket, yahoo: Yahoo, yahoo_server: VendorServer) -> None:
    def halved(request: Request) -> Reply:
        document = json.loads(yahoo(request).body)
        quotes = document["chart"]["result"][0]["indicators"]["quote"][0]
        quotes["open"][-3], quotes["low"][-2], quotes["close"][-6] = None, -1, None
        return json_reply(document)

    yahoo_server.answer = halved
    bars = await bars_of(market)
    assert bars.repaired == (
        "2026-11-25: left out, its open, high or low is missing.",
        "2026-11-26: left out, one of its prices is not above zero.",
    )
    assert date(2026, 11, 20) not in {bar.day for bar in bars.bars}


async def test_an_answer_of_another_form_is_named(market: YahooMarket, yahoo_server: VendorServer) -> None:
    for document in ({}, [], {"chart": None}, {"chart": {"result": []}}, {"chart": {"result": [{"meta": {}}]}}):
        yahoo_server.fault = json_reply(document)
        with pytest.raises(Refusal, match=r"Yahoo Finance's answer about .* cannot be understood"):
            await bars_of(market)


# Symbols


async def test_an_unknown_symbol_is_refused_with_suggestions_and_once_an_hour(
    market: YahooMarket, yahoo: Yahoo, yahoo_server: VendorServer
) -> None:
    for _ in range(3):
        with pytest.raises(Invalid, match=r"^Yahoo Finance has no NVDX; it may be .* Did you mean NVDA\?$"):
            await bars_of(market, "NVDX")
    assert len(yahoo_server.requests) == 2
    yahoo.instruments["NVDX"] = yahoo.instruments["NVDA"]
    yahoo.now += timedelta(hours=1)
    assert (await bars_of(market, "NVDX")).symbol == "NVDX"


async def test_a_day_before_the_first_trade_names_it(market: YahooMarket) -> None:
    with pytest.raises(Invalid, match=r"^Yahoo Finance has NVDA from 2024-01-01 on, not for 2020-01-02\.$"):
        await bars_of(market, as_of=date(2020, 1, 2))


@pytest.mark.parametrize(("typed", "name"), [("BRK.B", "BRK-B"), ("BRK-B", "BRK-B")])
async def test_the_answer_names_the_symbol_that_was_meant(market: YahooMarket, typed: str, name: str) -> None:
    assert (await bars_of(market, typed)).symbol == name


@pytest.mark.parametrize("typed", ["BTC", "BTCUSD", "BTC/USD", "BTC-USD", "XBT/USD", "BTC-USDT", "BTC/USDT:USDT"])
async def test_a_coin_is_found_in_every_spelling(market: YahooMarket, typed: str) -> None:
    bars = await bars_of(market, typed, kind=CRYPTO)
    assert bars.symbol == "BTC-USD"
    assert ("no prices in USDT" in "".join(bars.repaired)) == ("USDT" in typed)


# The future


async def test_nothing_later_than_the_day_enters_the_evidence(opened: Open, yahoo: Yahoo) -> None:
    nvda = yahoo.instruments["NVDA"]
    nvda.splits = [Split(date(2026, 9, 1), Decimal(10))]
    nvda.dividends = [Dividend(date(2026, 8, 3), Decimal(1))]
    brief = AnalysisBrief(Symbol("NVDA"), EQUITY, date(2026, 8, 20), (Analyst.TECHNICAL,), 1, "rules")
    async with opened() as market:
        report = await check_lookahead(Sources(market), brief)
    assert report.passed
