"""Prices in the currency of accounts: what positions are valued and orders are placed at."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from attrs import evolve, frozen

from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import Invalid
from tradecore.model.exchange_rates import REACH, ReferenceRates
from tradecore.model.market import AssetType, Bar, Bars, Quote, Symbol
from tradecore.model.money import ACCOUNT_CURRENCY, EXACT, rounded_price
from tradecore.ports.fx import ExchangeRates
from tradecore.ports.market import QuotingMarket

# Coins that stand for a dollar. Central banks publish no rate of them.
STABLE_COINS = frozenset({"USDT", "USDC", "DAI", "FDUSD", "BUSD", "TUSD", "PYUSD"})


@frozen
class AccountPrices:
    """A market whose prices and dividends are in the currency of accounts, each by the rate of its day.

    A price without a currency counts as one in that of accounts. A price in a stable coin such as USDT is converted by
    the price of that coin in the same market, since a coin that stands for a dollar need not be worth one. For a price
    in another currency without a rate, and for all of them where there is no source of rates (None), methods raise
    Invalid about `currency`; dividends keep their currency then.
    """

    market: QuotingMarket
    exchange_rates: ExchangeRates | None

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        """See `QuotingMarket`; `traded_price` keeps the price in its own currency."""
        quote = await self.market.quote(symbol, asset_type, at)
        if _is_accounts(quote.currency):
            return quote
        if quote.currency in STABLE_COINS:
            rate = await self._coin_price(symbol, quote.currency, at)
        else:
            rates = await self._rates(symbol, quote.currency, quote.day, quote.day)
            rate = _rate(rates, symbol, quote.currency, quote.day)
        price = _converted(quote.price, rate)
        return evolve(quote, price=price, currency=ACCOUNT_CURRENCY, traded_price=quote.price)

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """See `Market`."""
        bars = await self.market.bars(symbol, asset_type, as_of, count)
        if _is_accounts(bars.currency):
            return bars
        if bars.currency in STABLE_COINS:
            closes = await self._coin_closes(symbol, bars.currency, as_of, count)
            converted = tuple(
                _converted_bar(bar, _coin_rate(closes, symbol, bars.currency, bar.day)) for bar in bars.bars
            )
        else:
            rates = await self._rates(symbol, bars.currency, bars.bars[0].day, bars.last.day)
            converted = tuple(_converted_bar(bar, _rate(rates, symbol, bars.currency, bar.day)) for bar in bars.bars)
        return evolve(bars, bars=converted, currency=ACCOUNT_CURRENCY)

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        """See `Market`."""
        actions = await self.market.corporate_actions(symbol, asset_type, since, until)
        if _is_accounts(actions.currency) or not actions.dividends or self.exchange_rates is None:
            return actions
        rates = await self._rates(symbol, actions.currency, actions.dividends[0].day, until)
        try:
            dividends = tuple(
                evolve(paid, amount=_converted(paid.amount, _rate(rates, symbol, actions.currency, paid.day)))
                for paid in actions.dividends
            )
        except Invalid:
            # Splits count all the same.
            return actions
        return evolve(actions, dividends=dividends, currency=ACCOUNT_CURRENCY)

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """See `Market`."""
        return await self.market.benchmark(asset_type)

    async def symbols(self) -> tuple[Symbol, ...]:
        """See `Market`."""
        return await self.market.symbols()

    async def _coin_price(self, symbol: Symbol, coin: str, at: datetime) -> Decimal:
        """The newest price of a stable coin in the currency of accounts, as old as a rate may be at most."""
        try:
            quote = await self.market.quote(_pair(coin), AssetType.CRYPTO, at)
        except Invalid as error:
            raise _without_coin(symbol, coin) from error
        if not _is_accounts(quote.currency) or at.date() - quote.day > REACH:
            raise _without_coin(symbol, coin)
        return quote.price

    async def _coin_closes(self, symbol: Symbol, coin: str, as_of: date, count: int) -> Mapping[date, Decimal]:
        try:
            bars = await self.market.bars(_pair(coin), AssetType.CRYPTO, as_of, count)
        except Invalid as error:
            raise _without_coin(symbol, coin) from error
        return {bar.day: bar.close for bar in bars.bars} if _is_accounts(bars.currency) else {}

    async def _rates(self, symbol: Symbol, currency: str | None, since: date, until: date) -> ReferenceRates:
        if self.exchange_rates is None:
            raise Invalid.one(
                "currency",
                f"{symbol} is quoted in {currency} and accounts are in {ACCOUNT_CURRENCY}; without a source of "
                "exchange rates it can be neither valued nor traded.",
            )
        return await self.exchange_rates.rates(since, until)


def _is_accounts(currency: str | None) -> bool:
    return currency in (None, ACCOUNT_CURRENCY)


def _rate(rates: ReferenceRates, symbol: Symbol, currency: str | None, day: date) -> Decimal:
    rate = rates.rate(currency or ACCOUNT_CURRENCY, ACCOUNT_CURRENCY, day)
    if rate is None:
        raise Invalid.one(
            "currency",
            f"{symbol} is quoted in {currency}, and {rates.source} have no rate of it to {ACCOUNT_CURRENCY} for {day}.",
        )
    return rate


def _pair(coin: str) -> Symbol:
    return Symbol(f"{coin}-{ACCOUNT_CURRENCY}")


def _coin_rate(closes: Mapping[date, Decimal], symbol: Symbol, coin: str, day: date) -> Decimal:
    rate = closes.get(day)
    if rate is None:
        raise _without_coin(symbol, coin)
    return rate


def _without_coin(symbol: Symbol, coin: str) -> Invalid:
    return Invalid.one(
        "currency",
        f"{symbol} is quoted in {coin}, a coin and not {ACCOUNT_CURRENCY}, and the source of prices has no price of "
        f"{coin} in {ACCOUNT_CURRENCY} for that day; it can be neither valued nor traded.",
    )


def _converted(price: Decimal, rate: Decimal) -> Decimal:
    return rounded_price(EXACT.multiply(price, rate))


def _converted_bar(bar: Bar, rate: Decimal) -> Bar:
    return evolve(
        bar,
        open=_converted(bar.open, rate),
        high=_converted(bar.high, rate),
        low=_converted(bar.low, rate),
        close=_converted(bar.close, rate),
    )
