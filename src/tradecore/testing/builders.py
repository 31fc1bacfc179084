"""Builders of prices, news, orders and prompts."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from attrs import define, field

from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import Invalid
from tradecore.model.ids import RecommendationId, UserId
from tradecore.model.listings import matching
from tradecore.model.market import AssetType, Bar, Bars, Listing, PriceSource, Quote, Symbol
from tradecore.model.money import Asset
from tradecore.model.news import RawItem
from tradecore.model.orders import Order, order_id_for
from tradecore.model.steps import Action
from tradecore.ports.language import Prompt, ResponseFormat

ACME = Asset(Symbol("ACME"), AssetType.EQUITY)
COIN = Asset(Symbol("COIN-USD"), AssetType.CRYPTO)
_SOURCE = PriceSource("prices of a test")


@define
class PriceTable:
    """A market that has one price a symbol, on every day; the test changes `prices`."""

    prices: dict[Asset, Decimal] = field(factory=lambda: {ACME: Decimal(100), COIN: Decimal("0.5")})

    def _price(self, symbol: Symbol, asset_type: AssetType) -> Decimal:
        try:
            return self.prices[Asset(symbol, asset_type)]
        except KeyError:
            raise Invalid.one("symbol", f"The test has no price of {symbol}.") from None

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        """The price of the table."""
        return Quote(symbol, self._price(symbol, asset_type), at.date(), at, _SOURCE)

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """A single bar without movement."""
        price = self._price(symbol, asset_type)
        return Bars(symbol, _SOURCE, (Bar(as_of, price, price, price, price, Decimal(1)),))

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        """None."""
        self._price(symbol, asset_type)
        return CorporateActions(symbol, _SOURCE)

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """None."""
        return None

    async def symbols(self) -> tuple[Symbol, ...]:
        """The symbols of the table, sorted."""
        return tuple(sorted(asset.symbol for asset in self.prices))

    async def search(self, query: str, limit: int) -> tuple[Listing, ...]:
        """The symbols of the table that fit."""
        return matching((Listing(asset.symbol, asset.symbol, asset.asset_type) for asset in self.prices), query, limit)


def make_bars(symbol: str, closes: Sequence[float | str | Decimal], *, last: date) -> Bars:
    """Consistent bars of consecutive calendar days that end on `last`, one for each close."""
    bars = []
    for age, close in enumerate(reversed(closes)):
        price = Decimal(str(close))
        spread = price / 100
        bars.append(Bar(last - timedelta(days=age), price, price + spread, price - spread, price, Decimal(1000)))
    return Bars(Symbol(symbol), _SOURCE, tuple(reversed(bars)))


def make_item(
    title: str,
    *,
    source: str = "test feed",
    summary: str = "",
    url: str | None = None,
    guid: str | None = None,
    at: datetime | None = datetime(2026, 1, 1, tzinfo=UTC),
) -> RawItem:
    """A news item as a source publishes it."""
    return RawItem(source=source, title=title, summary=summary, url=url, guid=guid, published_at=at)


def make_order(
    id: str = "1",
    *,
    asset: Asset = ACME,
    action: Action = Action.BUY,
    quantity: Decimal | int = 1,
    limit: Decimal | str = "110",
    at: datetime = datetime(2026, 1, 1, 15, tzinfo=UTC),
) -> Order:
    """A pending order, which the prices of a `PriceTable` fill as it is. `id` is a number of up to twelve digits."""
    recommendation = RecommendationId(f"00000000-0000-4000-8000-{id:0>12}")
    return Order(
        order_id_for(recommendation),
        UserId("ann"),
        recommendation,
        asset,
        action,
        Decimal(quantity),
        Decimal(limit),
        at,
    )


def make_prompt() -> Prompt:
    """A short prompt that asks for a stance and a score, in a format that every vendor accepts."""
    schema = {
        "type": "object",
        "properties": {"stance": {"type": "string", "enum": ["bullish", "bearish"]}, "score": {"type": "number"}},
        "required": ["stance", "score"],
        "additionalProperties": False,
    }
    return Prompt("Keep to the evidence.", "level.1: 875.4", "What is your stance?", ResponseFormat("stance", schema))
