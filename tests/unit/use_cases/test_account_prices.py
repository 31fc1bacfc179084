"""Positions in other currencies are valued and executed in dollars, or not at all."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import define, evolve, frozen

from tradecore.model.corporate_actions import Dividend
from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.exchange_rates import ReferenceRates
from tradecore.model.market import AssetType, Bar, Bars, PriceSource, Quote, Symbol
from tradecore.model.position_import import ImportedPosition
from tradecore.use_cases.account_prices import AccountPrices
from tradecore.use_cases.portfolio import GetPortfolio, ImportPositions
from tradecore_adapters.broker.paper import PaperBroker
from trading_floor import ACME, ANN, FakeMarket, Floor, open_paper_floor

CASH = Decimal(100_000)


@define
class Abroad(FakeMarket):
    """A market that quotes in the currency of the fake_market."""

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        return evolve(await FakeMarket.quote(self, symbol, asset_type, at), currency=self.currency)

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        return evolve(await FakeMarket.bars(self, symbol, asset_type, as_of, count), currency=self.currency)


@frozen
class Given:
    """One rate on every day: a euro is 1.10 dollars."""

    async def rates(self, since: date, until: date) -> ReferenceRates:
        days = [since + timedelta(days=n) for n in range(-1, (until - since).days + 1)]
        return ReferenceRates("rates of the test", {day: {"USD": Decimal("1.10")} for day in days})


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    async with open_paper_floor() as made:
        yield made


def abroad(floor: Floor, currency: str = "EUR", *, rates: bool = True) -> None:
    """Everything is quoted in another currency from now on."""
    prices = AccountPrices(Abroad(currency=currency), Given() if rates else None)
    floor.market = prices  # type: ignore[assignment]
    assert isinstance(floor.broker, PaperBroker)
    floor.broker = evolve(floor.broker, market=prices)


def portfolio(floor: Floor) -> GetPortfolio:
    return GetPortfolio(floor.store, floor.market, floor.now, CASH, timedelta(days=7), floor.settle)


async def test_a_position_in_euros_is_worth_dollars(floor: Floor) -> None:
    abroad(floor)
    take = ImportPositions(floor.store, floor.now, CASH)
    await take([ImportedPosition(ACME, Decimal(15), Decimal(85))], by=ANN)
    held = (await portfolio(floor)(by=ANN)).holdings[0]
    assert held.quote is not None
    assert (held.quote.price, held.quote.currency, held.quote.local_price) == (110, "USD", 100)
    assert held.value == 1650


async def test_a_price_of_many_decimals_is_converted_without_losing_its_digits(floor: Floor) -> None:
    fake_market = Abroad(currency="EUR", prices={ACME: Decimal("0.0000000764")})
    quote = await AccountPrices(fake_market, Given()).quote(ACME.symbol, ACME.asset_type, floor.time)
    assert quote.price == Decimal("0.0000000764") * Decimal("1.1")


async def test_an_order_in_euros_is_sized_reserved_and_booked_in_dollars(floor: Floor) -> None:
    recommendation = await floor.recommend()
    abroad(floor)
    order = await floor.execute(recommendation.id, by=ANN)
    assert order.quantity == int(CASH * recommendation.position_size / 100 / 110)
    found = await portfolio(floor)(by=ANN)
    assert found.book.positions[ACME].cost == order.quantity * 110
    assert found.total_value == CASH


async def test_without_rates_a_foreign_position_has_no_value_and_cannot_be_bought(floor: Floor) -> None:
    recommendation = await floor.recommend()
    abroad(floor, rates=False)
    take = ImportPositions(floor.store, floor.now, CASH)
    await take([ImportedPosition(ACME, Decimal(15), Decimal(85))], by=ANN)
    found = await portfolio(floor)(by=ANN)
    assert [held.position.asset for held in found.unpriced] == [ACME]
    with pytest.raises(
        IllegalMove, match="ACME is quoted in EUR and accounts are in USD; without a source of exchange"
    ):
        await floor.execute(recommendation.id, by=ANN)


async def test_a_currency_without_a_rate_is_refused_by_name(floor: Floor) -> None:
    abroad(floor, "XXX")
    with pytest.raises(Invalid, match="no rate of it to USD") as refusal:
        await floor.market.quote(ACME.symbol, ACME.asset_type, floor.now())
    assert refusal.value.problems[0].field == "currency"


@pytest.mark.parametrize("currency", ["USD", None])
async def test_prices_in_dollars_and_of_unknown_currency_stay_as_they_are(floor: Floor, currency: str | None) -> None:
    market = Abroad(currency=currency)
    prices = AccountPrices(market, None)
    at, day = floor.now(), floor.now().date()
    assert await prices.quote(*_acme(), at) == await market.quote(*_acme(), at)
    assert await prices.bars(*_acme(), day, 5) == await market.bars(*_acme(), day, 5)
    assert await prices.symbols() == await market.symbols()
    assert await prices.benchmark(ACME.asset_type) is None


async def test_bars_and_dividends_are_converted_by_the_rate_of_their_day(floor: Floor) -> None:
    day = floor.now().date()
    market = Abroad(currency="EUR", dividends=[Dividend(day, Decimal("0.5"))])
    prices = AccountPrices(market, Given())
    bars = await prices.bars(*_acme(), day, 5)
    assert (bars.last.close, bars.currency) == (110, "USD")
    actions = await prices.corporate_actions(*_acme(), day, day)
    assert (actions.dividends[0].amount, actions.currency) == (Decimal("0.55"), "USD")
    without = await AccountPrices(market, None).corporate_actions(*_acme(), day, day)
    assert without.currency == "EUR"
    unknown = await AccountPrices(evolve(market, currency="XXX"), Given()).corporate_actions(*_acme(), day, day)
    assert unknown.currency == "XXX"


BITCOIN, TETHER = Symbol("BTC/USDT"), Symbol("USDT-USD")


@define
class Exchange(FakeMarket):
    """An exchange with bitcoin in USDT at 100, and USDT at `tether` dollars or not at all, `age` days old."""

    tether: Decimal | None = Decimal("0.98")
    age: int = 0

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        day = at.date() - timedelta(days=self.age if symbol == TETHER else 0)
        if symbol == TETHER and self.tether is None:
            raise Invalid.one("symbol", "The exchange has no USDT-USD.")
        price = self.tether if symbol == TETHER and self.tether else Decimal(100)
        return Quote(symbol, price, day, at, PriceSource("an exchange"), "USD" if symbol == TETHER else "USDT")

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        quote = await self.quote(symbol, asset_type, datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC))
        bar = Bar(quote.day, quote.price, quote.price, quote.price, quote.price, None)
        return Bars(symbol, PriceSource("an exchange"), (bar,), currency=quote.currency)


async def test_a_price_in_a_stable_coin_is_converted_by_the_price_of_that_coin(floor: Floor) -> None:
    prices = AccountPrices(Exchange(), None)
    quote = await prices.quote(BITCOIN, AssetType.CRYPTO, floor.now())
    assert (quote.price, quote.currency, quote.local_price) == (98, "USD", 100)
    bars = await prices.bars(BITCOIN, AssetType.CRYPTO, floor.now().date(), 5)
    assert (bars.last.close, bars.currency) == (98, "USD")


@pytest.mark.parametrize(("tether", "age"), [(None, 0), (Decimal(1), 11)])
async def test_a_stable_coin_without_a_price_is_not_taken_for_a_dollar(
    floor: Floor, tether: Decimal | None, age: int
) -> None:
    prices = AccountPrices(Exchange(tether=tether, age=age), Given())
    sentence = "BTC/USDT is quoted in USDT, a coin and not USD, and the source of prices has no price of USDT in USD"
    with pytest.raises(Invalid, match=sentence) as refusal:
        await prices.quote(BITCOIN, AssetType.CRYPTO, floor.now())
    assert refusal.value.problems[0].field == "currency"
    with pytest.raises(Invalid, match=sentence):
        await prices.bars(BITCOIN, AssetType.CRYPTO, floor.now().date(), 5)


def _acme() -> tuple[Symbol, AssetType]:
    return ACME.symbol, ACME.asset_type
