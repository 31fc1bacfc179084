"""Exhibits: evidence before it has a number."""

from datetime import date
from decimal import Decimal
from hashlib import sha256

from attrs import frozen

from tradecore.model.evidence import Topic
from tradecore.model.market import AssetType, Bars


@frozen(kw_only=True)
class Exhibit:
    """One finding; the fields are those of `Evidence`."""

    topic: Topic
    measure: str
    statement: str
    as_of: date
    source: str
    digest: str
    value: Decimal | None = None
    unit: str = ""


@frozen
class Series:
    """A run of bars as floats, with what an exhibit says about its origin."""

    closes: list[float]
    highs: list[float]
    lows: list[float]
    volumes: list[float]
    as_of: date
    source: str
    digest: str

    @classmethod
    def of(cls, bars: Bars, *others: Bars) -> "Series":
        """Take the bars apart; the digest and the source cover the `others` that a finding also leans on."""
        every = (bars, *others)
        sources = dict.fromkeys(str(one.source) for one in every)
        return cls(
            closes=[float(bar.close) for bar in bars.bars],
            highs=[float(bar.high) for bar in bars.bars],
            lows=[float(bar.low) for bar in bars.bars],
            volumes=[float(bar.volume) for bar in bars.bars],
            as_of=bars.last.day,
            source=", ".join(sources),
            digest=sha256("".join(one.digest for one in every).encode()).hexdigest() if others else bars.digest,
        )

    def exhibit(self, topic: Topic, measure: str, statement: str, value: Decimal, unit: str = "") -> Exhibit:
        """A finding from this series."""
        return Exhibit(
            topic=topic,
            measure=measure,
            statement=statement,
            as_of=self.as_of,
            source=self.source,
            digest=self.digest,
            value=value,
            unit=unit,
        )


def days_per_year(asset_type: AssetType) -> int:
    """The trading days of a year, for annualising."""
    return spans(asset_type)["year"]


def spans(asset_type: AssetType) -> dict[str, int]:
    """How many trading days a week, a month, a quarter and a year have."""
    if asset_type is AssetType.CRYPTO:
        return {"week": 7, "month": 30, "quarter": 91, "year": 365}
    return {"week": 5, "month": 21, "quarter": 63, "year": 252}


def days_in(count: int) -> str:
    """`1 trading day`, `21 trading days`."""
    return f"{count} trading day{'' if count == 1 else 's'}"


def common_closes(bars: Bars, benchmark: Bars) -> tuple[list[float], list[float]]:
    """The closes of both on the days that both traded."""
    market = {bar.day: bar.close for bar in benchmark.bars}
    pairs = [(float(bar.close), float(market[bar.day])) for bar in bars.bars if bar.day in market]
    return [own for own, _ in pairs], [other for _, other in pairs]
