"""Yahoo Finance as its chart and search APIs answer, made from prices as they were traded."""

import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, field, frozen

from tradecore.model.corporate_actions import Dividend
from tradecore.model.market import Bar
from tradecore.model.price_rows import Split
from vendors.server import Reply, Request, json_reply

# The Saturday after Thanksgiving.
SATURDAY = datetime(2026, 11, 28, 15, tzinfo=UTC)

UNKNOWN = {
    "chart": {
        "result": None,
        "error": {"code": "Not Found", "description": "No data found, symbol may be delisted"},
    }
}


@define
class Instrument:
    """What Yahoo knows of one symbol; `bars` are as traded, oldest first, in the currency as it is quoted."""

    bars: Sequence[Bar]
    splits: Sequence[Split] = ()
    dividends: Sequence[Dividend] = ()
    kind: str = "EQUITY"
    currency: str = "USD"
    zone: str = "America/New_York"
    begin: time = time(9, 30)
    end: time = time(16)
    name: str = "A company"
    # Days whose prices are null, and those of them that have a volume.
    null_days: Sequence[date] = ()
    # A second row of a day, at the end.
    repeated: Bar | None = None

    @property
    def always_open(self) -> bool:
        """Whether it trades around the clock."""
        return self.kind in ("CRYPTOCURRENCY", "CURRENCY")


@define
class Yahoo:
    """The answers of Yahoo at `now`: what has not happened by then is in none of them."""

    instruments: dict[str, Instrument]
    now: datetime
    # Splits that are announced and in effect, but not in the earlier prices yet.
    undivided: set[date] = field(factory=set)

    def __call__(self, request: Request) -> Reply:
        host, _, path = request.path.lstrip("/").partition("/")
        assert host in ("query1.finance.yahoo.com", "query2.finance.yahoo.com"), request.path
        if path == "v1/finance/search":
            return json_reply({"explains": [], "count": 0, "quotes": self._found(request.query["q"]), "news": []})
        symbol = path.removeprefix("v8/finance/chart/")
        if symbol not in self.instruments:
            return json_reply(UNKNOWN, 404)
        return json_reply({"chart": {"result": [self._chart(symbol, request)], "error": None}})

    def _found(self, query: str) -> list[dict[str, Any]]:
        bare = query.upper().replace(".", "").replace("-", "")
        return [
            {
                "exchange": "NMS", "shortname": known.name, "longname": known.name, "quoteType": known.kind,
                "symbol": symbol, "score": 1.0, "typeDisp": known.kind.title(), "exchDisp": "NASDAQ",
            }
            for symbol, known in self.instruments.items()
            if bare in symbol.replace("-", "").replace(".", "") or (len(bare) > 2 and bare[:3] in symbol)
        ]  # fmt: skip

    def _chart(self, symbol: str, request: Request) -> dict[str, Any]:
        known = self.instruments[symbol]
        zone = ZoneInfo(known.zone)
        first, last = (datetime.fromtimestamp(int(request.query[name]), UTC) for name in ("period1", "period2"))
        rows = [bar for bar in known.bars if first <= self._stamp(known, bar.day) <= min(last, self.now)]
        if known.repeated:
            rows.append(known.repeated)
        happened = [split for split in known.splits if self._stamp(known, split.day) <= self.now]
        stamps, columns = [], {name: [] for name in ("open", "high", "low", "close", "volume")}
        for bar in rows:
            stamp = self._stamp(known, bar.day)
            running = bar is rows[-1] and self.now < self._at(known, bar.day, known.end)
            stamps.append(int((self.now if running and not known.always_open else stamp).timestamp()))
            ratio = Decimal(1)
            for split in happened:
                if split.day > bar.day and split.day not in self.undivided:
                    ratio *= split.ratio
            null = bar.day in known.null_days
            for name in ("open", "high", "low", "close"):
                columns[name].append(None if null else single(getattr(bar, name) / ratio))
            columns["volume"].append(None if bar.volume is None else int(bar.volume * ratio))
        today = self.now.astimezone(zone).date()
        meta = {
            "currency": known.currency,
            "symbol": symbol,
            "exchangeName": "NMS",
            "fullExchangeName": "NasdaqGS",
            "instrumentType": known.kind,
            "firstTradeDate": int(self._stamp(known, known.bars[0].day).timestamp()) if known.bars else None,
            "regularMarketTime": stamps[-1] if stamps else None,
            "regularMarketPrice": columns["close"][-1] if stamps else None,
            "gmtoffset": -18000,
            "timezone": "EST",
            "exchangeTimezoneName": known.zone,
            "priceHint": 2,
            "longName": known.name,
            "shortName": known.name,
            "currentTradingPeriod": {
                "regular": {
                    "timezone": "EST",
                    "start": int(self._at(known, today, known.begin).timestamp()),
                    "end": int(self._at(known, today, known.end).timestamp()),
                    "gmtoffset": -18000,
                }
            },
            "dataGranularity": "1d",
            "range": "",
        }
        if not stamps:
            return {"meta": meta, "indicators": {"quote": [{}], "adjclose": [{}]}}
        events: dict[str, dict[str, Any]] = {}
        for split in happened:
            stamp = int(self._stamp(known, split.day).timestamp())
            fraction = split.ratio.as_integer_ratio()
            events.setdefault("splits", {})[str(stamp)] = {
                "date": stamp,
                "numerator": float(fraction[0]),
                "denominator": float(fraction[1]),
                "splitRatio": f"{fraction[0]}:{fraction[1]}",
            }
        for dividend in known.dividends:
            moment = self._stamp(known, dividend.day)
            if first <= moment <= self.now:
                amount = dividend.amount
                for split in happened:
                    if split.day > dividend.day:
                        amount /= split.ratio
                stamp = int(moment.timestamp())
                events.setdefault("dividends", {})[str(stamp)] = {"amount": round(float(amount), 6), "date": stamp}
        # Yahoo adjusts these for dividends; nothing may rest on them.
        adjusted = [None if close is None else close * 0.9 for close in columns["close"]]
        chart = {"meta": meta, "timestamp": stamps}
        if events:
            chart["events"] = events
        return chart | {"indicators": {"quote": [columns], "adjclose": [{"adjclose": adjusted}]}}

    def _stamp(self, known: Instrument, day: date) -> datetime:
        """The time of a row: the open of the session, or midnight."""
        return self._at(known, day, time() if known.always_open else known.begin)

    @staticmethod
    def _at(known: Instrument, day: date, at: time) -> datetime:
        return datetime.combine(day, at, ZoneInfo(known.zone)).astimezone(UTC)


def single(price: Decimal) -> float:
    """A price in single precision, as Yahoo sends it."""
    return float(struct.unpack("f", struct.pack("f", float(price)))[0])


@frozen
class Walk:
    """A rising price in cents on the weekdays, or on all days, from a first day to a last."""

    first: date
    last: date
    price: Decimal = Decimal(100)
    every_day: bool = False

    def bars(self) -> list[Bar]:
        """The bars of the walk."""
        days = [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]
        return [
            Bar(day, price - Decimal("0.5"), price + 1, price - 1, price + Decimal("0.13"), Decimal(1_000_000 + 7 * n))
            for n, day in enumerate(day for day in days if self.every_day or day.weekday() < 5)
            for price in [self.price + Decimal(n % 17 + n // 10) / 4]
        ]
