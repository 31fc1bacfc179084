"""Alpaca's market data API, made from prices as they were traded."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define

from tradecore.model.corporate_actions import Dividend
from tradecore.model.market import Bar
from tradecore.model.price_rows import Split
from vendors.server import Reply, Request, json_reply

NEW_YORK = ZoneInfo("America/New_York")


@define
class Share:
    """What Alpaca knows of one share."""

    bars: Sequence[Bar]
    splits: Sequence[Split] = ()
    dividends: Sequence[Dividend] = ()
    name: str = "A company"


@define
class AlpacaData:
    """The answers at `now`; `page` bars come at once."""

    shares: dict[str, Share]
    now: datetime
    page: int = 500

    def __call__(self, request: Request) -> Reply:
        if request.headers.get("apca-api-key-id") != "key" or request.headers.get("apca-api-secret-key") != "secret":
            return json_reply({"message": "forbidden."}, 403)
        if request.path.startswith("/paper-api.alpaca.markets/v2/assets/"):
            symbol = request.path.rpartition("/")[2]
            if symbol not in self.shares:
                return json_reply({"code": 40410000, "message": f"asset not found for {symbol}"}, 404)
            return json_reply(
                {"class": "us_equity", "exchange": "NASDAQ", "symbol": symbol, "name": self.shares[symbol].name}
            )
        query = request.query
        known = self.shares.get(query["symbols"])
        if request.path == "/data.alpaca.markets/v1/corporate-actions":
            return json_reply({"corporate_actions": self._actions(query["symbols"], known), "next_page_token": None})
        assert request.path == "/data.alpaca.markets/v2/stocks/bars", request.path
        assert (query["timeframe"], query["adjustment"]) == ("1Day", "raw")
        end = datetime.fromisoformat(query["end"].replace("Z", "+00:00"))
        if query["feed"] == "sip" and (self.now - end).total_seconds() < 15 * 60:
            return json_reply({"message": "subscription does not permit querying recent SIP data"}, 403)
        bars = known.bars if known else ()
        rows = [_row(bar) for bar in bars if query["start"] <= str(bar.day) and _stamp(bar) <= end]
        begin = int(query.get("page_token", "0"))
        more = str(begin + self.page) if begin + self.page < len(rows) else None
        page = rows[begin : begin + self.page]
        return json_reply({"bars": {query["symbols"]: page} if page else {}, "next_page_token": more})

    def _actions(self, symbol: str, known: Share | None) -> dict[str, list[dict[str, Any]]]:
        if known is None:
            return {}
        today = self.now.astimezone(NEW_YORK).date()
        actions: dict[str, list[dict[str, Any]]] = {}
        for split in known.splits:
            if split.day <= today:
                new, old = split.ratio.as_integer_ratio()
                kind = "forward_splits" if split.ratio > 1 else "reverse_splits"
                entry = {"symbol": symbol, "new_rate": new, "old_rate": old, "ex_date": str(split.day)}
                actions.setdefault(kind, []).append(entry)
        for paid in known.dividends:
            if paid.day <= today:
                entry = {"symbol": symbol, "rate": float(paid.amount), "special": False, "ex_date": str(paid.day)}
                actions.setdefault("cash_dividends", []).append(entry)
        return actions


def _stamp(bar: Bar) -> datetime:
    return datetime.combine(bar.day, time(), NEW_YORK).astimezone(UTC)


def _row(bar: Bar) -> dict[str, Any]:
    prices = {"o": bar.open, "h": bar.high, "l": bar.low, "c": bar.close, "vw": bar.close}
    numbers = {key: float(price) for key, price in prices.items()}
    return {"t": _stamp(bar).strftime("%Y-%m-%dT%H:%M:%SZ"), **numbers, "v": int(bar.volume or 0), "n": 1}
