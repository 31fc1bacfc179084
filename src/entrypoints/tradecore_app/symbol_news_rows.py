"""Rows of news by symbol: services that know what users hold and have analysed."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import TYPE_CHECKING

from tradecore.model.errors import Unavailable
from tradecore.model.news import ItemKind
from tradecore.ports.news import NewsSource
from tradecore.use_cases.followed import FollowedAssets
from tradecore_adapters.broker.alpaca_options import AlpacaOptions
from tradecore_adapters.fundamentals.sec_options import SecOptions
from tradecore_adapters.news.schedule import FetchPolicy
from tradecore_adapters.news.symbol_news import ReadSymbol, SymbolNews
from tradecore_adapters.rows import Context
from tradecore_app import remote_rows
from tradecore_app.news_sources import USER_AGENT

if TYPE_CHECKING:
    from tradecore_adapters.vendors.client import VendorLimits

_Opened = AbstractAsyncContextManager[NewsSource]

# Requests that Reddit answers in a minute without an account.
_REDDIT_A_MINUTE = 10
_REDDIT = "https://www.reddit.com/search.rss?q=%22%24{symbol}%22&sort=new&limit=50"


@asynccontextmanager
async def sec_filings(context: Context, options: SecOptions, rest: str) -> AsyncIterator[NewsSource]:
    """`filings`, or `filings:BASE`: the reports of followed companies. Raises Unavailable without a contact."""
    from tradecore_adapters.fundamentals.sec_filings import SecFilings

    async with remote_rows.sec_fundamentals(context, options, _address(rest, "sec", "filings")) as sec:
        yield _source(context, "SEC filings", SecFilings("SEC filings", sec, context.now))


def alpaca_news(context: Context, options: AlpacaOptions, rest: str) -> _Opened:
    """`news`, or `news:BASE`: articles at Alpaca about followed symbols. Raises Unavailable without a key."""
    from tradecore_adapters.news.symbol_readers import AlpacaNews
    from tradecore_adapters.vendors.client import VendorLimits

    base = _address(rest, "alpaca", "news")
    if options.key is None or options.secret is None:
        raise Unavailable("TRADECORE_NEWS=alpaca:news needs TRADECORE_ALPACA_KEY and TRADECORE_ALPACA_SECRET.")
    headers = {
        "APCA-API-KEY-ID": options.key.get_secret_value(),
        "APCA-API-SECRET-KEY": options.secret.get_secret_value(),
    }
    client = remote_rows.vendor_client(context, "Alpaca", VendorLimits(per_second=3, burst=10), base)
    return nullcontext(_source(context, "Alpaca news", AlpacaNews("Alpaca news", client, headers)))


def stocktwits_posts(context: Context, options: None, base: str) -> _Opened:
    """Posts at StockTwits about followed symbols; requests go to `base`/HOST/path where a base is given."""
    from tradecore_adapters.news.symbol_readers import StockTwitsPosts
    from tradecore_adapters.vendors.client import VendorLimits

    client = remote_rows.vendor_client(context, "StockTwits", VendorLimits(per_second=1, burst=10), base)
    return nullcontext(_source(context, "StockTwits", StockTwitsPosts("StockTwits", client, USER_AGENT)))


def reddit_posts(context: Context, options: None, base: str) -> _Opened:
    """Posts at Reddit that name followed symbols; requests go to `base`/HOST/path where a base is given."""
    from tradecore_adapters.vendors.client import VendorLimits

    limits = VendorLimits(per_second=_REDDIT_A_MINUTE / 60, burst=_REDDIT_A_MINUTE)
    return _feed(context, "Reddit", _REDDIT, base, ItemKind.SOCIAL, limits, per_interval=_REDDIT_A_MINUTE)


def symbol_feed(context: Context, options: None, template: str) -> _Opened:
    """A feed with `{symbol}` or `{name}` in its address, read for each followed asset. Raises Unavailable without."""
    from tradecore_adapters.vendors.client import VendorLimits

    if "{symbol}" not in template and "{name}" not in template:
        raise Unavailable(
            "TRADECORE_NEWS=feed:URL needs {symbol} or {name} in the address; subscribe to other feeds with "
            "`tradecore sources add`."
        )
    host = template.partition("://")[2].partition("/")[0].removeprefix("www.")
    return _feed(context, host, template, "", ItemKind.NEWS, VendorLimits(per_second=1, burst=10))


def _feed(
    context: Context,
    name: str,
    template: str,
    base: str,
    kind: ItemKind,
    limits: "VendorLimits",
    per_interval: int | None = None,
) -> _Opened:
    from tradecore_adapters.news.symbol_readers import SymbolFeed

    client = remote_rows.vendor_client(context, name, limits, base)
    return nullcontext(_source(context, name, SymbolFeed(name, client, template, USER_AGENT, kind), per_interval))


def _source(context: Context, name: str, read: ReadSymbol, per_interval: int | None = None) -> SymbolNews:
    followed, policy = FollowedAssets(context.store, context.now), FetchPolicy(interval=context.news_interval)
    return SymbolNews(name, read, followed, context.chance, policy, per_interval)


def _address(rest: str, row: str, expected: str) -> str:
    what, _, base = rest.partition(":")
    if what != expected:
        raise Unavailable(f"TRADECORE_NEWS={row}:{what} is not known; write {row}:{expected}.")
    return base
