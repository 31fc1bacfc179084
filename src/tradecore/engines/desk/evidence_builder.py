"""Building evidence: findings of the desk before they have an id, and the series of prices that they come from."""

from datetime import date
from decimal import Decimal
from hashlib import sha256

from attrs import frozen

from tradecore.model.market import AssetType, Bars


@frozen(kw_only=True)
class EvidenceDraft:
    """One finding; the fields are those of `Evidence`, and `measure` is a name in `measures.MEASURES`."""

    measure: str
    statement: str
    as_of: date
    source: str
    digest: str
    value: Decimal | None
    detail: str = ""


@frozen
class PriceSeries:
    """Daily bars as lists of floats of one length, oldest first, and what evidence says about its origin.

    Prices are in the quote currency, volumes in units traded. `volumes` is empty where the volume of one of the newest
    50 days is unknown; no evidence is then built from volume. `as_of` is the day of the last bar, `source` the names of
    all sources, `digest` the SHA-256 of the data in hex.
    """

    closes: list[float]
    highs: list[float]
    lows: list[float]
    volumes: list[float]
    as_of: date
    source: str
    digest: str

    @classmethod
    def of(cls, bars: Bars, *others: Bars) -> "PriceSeries":
        """The series of `bars`, of which there is at least one.

        `others` are series that a finding depends on as well: source and digest cover them.
        """
        every = (bars, *others)
        sources = dict.fromkeys(str(run.source) for run in every)
        return cls(
            closes=[float(bar.close) for bar in bars.bars],
            highs=[float(bar.high) for bar in bars.bars],
            lows=[float(bar.low) for bar in bars.bars],
            volumes=_volumes(bars),
            as_of=bars.last.day,
            source=", ".join(sources),
            digest=sha256("".join(run.digest for run in every).encode()).hexdigest() if others else bars.digest,
        )

    def draft(self, measure: str, statement: str, value: Decimal) -> EvidenceDraft:
        """A finding from this series; `value` is in the unit of the measure."""
        return EvidenceDraft(
            measure=measure,
            statement=statement,
            as_of=self.as_of,
            source=self.source,
            digest=self.digest,
            value=value,
        )


def _volumes(bars: Bars) -> list[float]:
    if any(bar.volume is None for bar in bars.bars[-50:]):
        return []
    return [float(bar.volume or 0) for bar in bars.bars]


def trading_days(asset_type: AssetType) -> dict[str, int]:
    """The trading days of a `week`, a `month`, a `quarter` and a `year`."""
    if asset_type is AssetType.CRYPTO:
        return {"week": 7, "month": 30, "quarter": 91, "year": 365}
    return {"week": 5, "month": 21, "quarter": 63, "year": 252}


def days_per_year(asset_type: AssetType) -> int:
    """The trading days of a year, by which daily figures are annualised."""
    return trading_days(asset_type)["year"]


def common_closes(bars: Bars, benchmark: Bars) -> tuple[list[float], list[float]]:
    """The closes of both series on the days that both have, oldest first: two lists of one length."""
    market = {bar.day: bar.close for bar in benchmark.bars}
    pairs = [(float(bar.close), float(market[bar.day])) for bar in bars.bars if bar.day in market]
    return [own for own, _ in pairs], [other for _, other in pairs]
