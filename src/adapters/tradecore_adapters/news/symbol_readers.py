"""What services know about one symbol: news at Alpaca, posts at StockTwits, and feeds."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from attrs import frozen

from tradecore.engines.desk.search_terms import search_terms
from tradecore.engines.digest.text import plain_text
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType
from tradecore.model.money import Asset
from tradecore.model.news import ItemKind, RawItem
from tradecore_adapters.news.feed_limits import FeedRefused
from tradecore_adapters.news.feeds import read_feed
from tradecore_adapters.vendors.client import VendorClient


@frozen
class AlpacaNews:
    """News at Alpaca, with the symbols that each article names."""

    source: str
    client: VendorClient
    headers: Mapping[str, str]

    async def __call__(self, asset: Asset) -> Sequence[RawItem]:
        """The newest fifty articles. Raises Unavailable."""
        symbol = (
            asset.symbol.replace("-", "").replace("/", "") if asset.asset_type is AssetType.CRYPTO else asset.symbol
        )
        response = await self.client.get_json(
            "https://data.alpaca.markets/v1beta1/news",
            params={"symbols": symbol, "limit": "50", "sort": "desc"},
            headers=self.headers,
        )
        if response.status != 200:
            raise _refused("Alpaca", response.status)
        try:
            return [
                RawItem(
                    source=self.source,
                    title=plain_text(article["headline"]),
                    summary=plain_text(article.get("summary") or ""),
                    url=article.get("url") or None,
                    guid=str(article["id"]),
                    published_at=_moment(article["created_at"]),
                    # The symbol as it is spelled here, beside those of the article.
                    symbols=frozenset({asset.symbol, *map(str.upper, article["symbols"])}),
                )
                for article in response.document["news"]
            ]
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise _unknown("Alpaca") from error


@frozen
class StockTwitsPosts:
    """Posts at StockTwits; the mood that an author may add is not read, only the words."""

    source: str
    client: VendorClient
    user_agent: str

    async def __call__(self, asset: Asset) -> Sequence[RawItem]:
        """The newest thirty posts. Raises Invalid for an unknown symbol, Unavailable."""
        crypto = asset.asset_type is AssetType.CRYPTO
        symbol = f"{asset.symbol.replace('/', '-').partition('-')[0]}.X" if crypto else asset.symbol.replace("-", ".")
        response = await self.client.get_json(
            f"https://api.stocktwits.com/api/2/streams/symbol/{quote(symbol)}.json",
            headers={"User-Agent": self.user_agent},
        )
        if response.status == 404:
            raise Invalid.one("symbol", f"StockTwits has no {symbol}.")
        if response.status != 200:
            raise _refused("StockTwits", response.status)
        try:
            return [
                RawItem(
                    source=self.source,
                    title=plain_text(post["body"]),
                    guid=str(post["id"]),
                    published_at=_moment(post["created_at"]),
                    symbols=frozenset({asset.symbol}),
                    kind=ItemKind.SOCIAL,
                )
                for post in response.document["messages"]
            ]
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise _unknown("StockTwits") from error


@frozen
class SymbolFeed:
    """A feed with one address for each symbol: `{symbol}` and `{name}` in `template` stand for those of an asset."""

    source: str
    client: VendorClient
    template: str
    user_agent: str
    kind: ItemKind = ItemKind.NEWS

    async def __call__(self, asset: Asset) -> Sequence[RawItem]:
        """The entries of the feed. Raises Unavailable for a feed that cannot be read."""
        name = next((term for term in search_terms(asset.symbol) if not term.startswith("$")), asset.symbol)
        url = self.template.replace("{symbol}", quote(asset.symbol, safe="")).replace("{name}", quote(name, safe=""))
        response = await self.client.get(url, headers={"User-Agent": self.user_agent})
        if response.status != 200:
            raise _refused(self.source, response.status)
        try:
            entries = read_feed(response.body, source=self.source, url=url).items
        except FeedRefused as error:
            raise Unavailable(f"{self.source} sent no feed: {error}.", transient=False) from error
        symbols = frozenset({str(asset.symbol)})
        return [
            RawItem(
                source=self.source,
                title=entry.title,
                summary=entry.summary,
                url=entry.url,
                guid=entry.guid,
                published_at=entry.published_at,
                shared_url=entry.shared_url,
                symbols=symbols,
                kind=self.kind,
            )
            for entry in entries
        ]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _refused(service: str, status: int) -> Unavailable:
    reason = "refuses the key" if status in (401, 403) else "refuses the request"
    return Unavailable(f"{service} {reason} ({status}).", transient=False)


def _unknown(service: str) -> Unavailable:
    return Unavailable(f"{service} answered in a form that this version does not know.", transient=False)
