"""Crypto exchanges as their public APIs answer: Kraken, Binance and Coinbase."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from attrs import define

from tradecore.model.market import Bar
from vendors.server import Reply, Request, json_reply

_KRAKEN_MOST, _COINBASE_MOST = 720, 300


@define
class Exchanges:
    """The three exchanges with the same candles of BTC/USD, or BTC/USDT at Binance; the last one is running."""

    bars: Sequence[Bar]
    now: datetime

    def __call__(self, request: Request) -> Reply:
        host, _, path = request.path.lstrip("/").partition("/")
        answers = {"api.kraken.com": self._kraken, "api.binance.com": self._binance, "api.coinbase.com": self._coinbase}
        document = answers[host](path, request.query)
        return json_reply({"error": "no such path"}, 404) if document is None else json_reply(document)

    def _known(self) -> list[Bar]:
        return [bar for bar in self.bars if _begin(bar) <= self.now]

    def _kraken(self, path: str, query: Any) -> Any:
        if path == "0/public/Assets":
            names = {"XXBT": "XBT", "ZUSD": "USD", "USDT": "USDT", "ADA": "ADA"}
            assets = {
                key: {"aclass": "currency", "altname": name, "decimals": 10, "display_decimals": 5, "status": "enabled"}
                for key, name in names.items()
            }
            return {"error": [], "result": assets}
        if path == "0/public/AssetPairs":
            pairs = {
                "XXBTZUSD": _kraken_pair("XBTUSD", "XBT/USD", "XXBT", "ZUSD"),
                "XBTUSDT": _kraken_pair("XBTUSDT", "XBT/USDT", "XXBT", "USDT"),
                "ADAUSD": _kraken_pair("ADAUSD", "ADA/USD", "ADA", "ZUSD"),
            }
            return {"error": [], "result": pairs}
        if path != "0/public/OHLC":
            return None
        since = int(query.get("since", 0))
        rows = [
            [_seconds(bar), *map(str, (bar.open, bar.high, bar.low, bar.close, bar.close, bar.volume)), 9]
            for bar in self._known()[-_KRAKEN_MOST:]
            if _seconds(bar) >= since
        ]
        return {"error": [], "result": {query["pair"]: rows, "last": rows[-1][0] if rows else since}}

    def _binance(self, path: str, query: Any) -> Any:
        if path == "api/v3/exchangeInfo":
            return {"timezone": "UTC", "symbols": [_binance_pair("BTC", "USDT")], "rateLimits": []}
        if path != "api/v3/klines":
            return None
        assert query["interval"] == "1d"
        rows = [
            [
                _seconds(bar) * 1000, str(bar.open), str(bar.high), str(bar.low), str(bar.close), str(bar.volume),
                _seconds(bar) * 1000 + 86_399_999, "1.0", 1, "1.0", "1.0", "0",
            ]
            for bar in self._known()
            if _seconds(bar) * 1000 >= int(query.get("startTime", 0))
        ]  # fmt: skip
        return rows[: min(int(query.get("limit", 500)), 1000)]

    def _coinbase(self, path: str, query: Any) -> Any:
        if path in ("v2/currencies", "v2/currencies/crypto"):
            return {"data": []}
        if path == "v2/exchange-rates":
            return {"data": {"currency": "USD", "rates": {"BTC": "0.00001"}}}
        if path == "api/v3/brokerage/market/products":
            products = [_coinbase_product("BTC", "USD")] if query.get("product_type") != "FUTURE" else []
            return {"products": products, "num_products": len(products)}
        if path != "api/v3/brokerage/market/products/BTC-USD/candles":
            return None
        begin, end = int(query["start"]), int(query["end"])
        chosen = [bar for bar in self._known() if begin <= _seconds(bar) <= end][:_COINBASE_MOST]
        candles = [
            {
                "start": str(_seconds(bar)), "low": str(bar.low), "high": str(bar.high), "open": str(bar.open),
                "close": str(bar.close), "volume": str(bar.volume),
            }
            for bar in reversed(chosen)
        ]  # fmt: skip
        return {"candles": candles}


def _begin(bar: Bar) -> datetime:
    return datetime.combine(bar.day, time(), UTC)


def _seconds(bar: Bar) -> int:
    return int(_begin(bar).timestamp())


def _kraken_pair(altname: str, wsname: str, base: str, quote: str) -> dict[str, Any]:
    return {
        "altname": altname, "wsname": wsname, "aclass_base": "currency", "base": base, "aclass_quote": "currency",
        "quote": quote, "lot": "unit", "cost_decimals": 5, "pair_decimals": 1, "lot_decimals": 8, "lot_multiplier": 1,
        "leverage_buy": [], "leverage_sell": [], "fees": [[0, 0.4]], "fees_maker": [[0, 0.25]],
        "fee_volume_currency": "ZUSD", "margin_call": 80, "margin_stop": 40, "ordermin": "0.00005", "costmin": "0.5",
        "tick_size": "0.1", "status": "online",
    }  # fmt: skip


def _binance_pair(base: str, quote: str) -> dict[str, Any]:
    return {
        "symbol": base + quote, "status": "TRADING", "baseAsset": base, "baseAssetPrecision": 8, "quoteAsset": quote,
        "quotePrecision": 8, "quoteAssetPrecision": 8, "orderTypes": ["LIMIT"], "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False, "filters": [], "permissions": ["SPOT"], "permissionSets": [["SPOT"]],
    }  # fmt: skip


def _coinbase_product(base: str, quote: str) -> dict[str, Any]:
    return {
        "product_id": f"{base}-{quote}", "price": "1", "base_increment": "0.00000001", "quote_increment": "0.01",
        "quote_min_size": "1", "quote_max_size": "150000000", "base_min_size": "0.00000001", "base_max_size": "3400",
        "base_name": "Bitcoin", "quote_name": "US Dollar", "status": "online", "trading_disabled": False,
        "is_disabled": False, "product_type": "SPOT", "quote_currency_id": quote, "base_currency_id": base,
        "base_display_symbol": base, "quote_display_symbol": quote, "price_increment": "0.01",
    }  # fmt: skip
