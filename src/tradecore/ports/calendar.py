"""The promise of the trading calendar: which days are traded, known ahead, whatever a price source happens to have."""

from datetime import date
from typing import Protocol

from tradecore.model.market import AssetType


class TradingCalendar(Protocol):
    """Trading days of a kind of asset: every day for crypto, an exchange's sessions for equities.

    `ahead` only grows with `day` and with `count`, and is later than `day`. For crypto it is `count` days later.
    """

    async def ahead(self, asset_type: AssetType, day: date, count: int) -> date:
        """The `count`-th trading day after `day`, counted from 1.

        Raises Unavailable, naming what is covered, for days outside of what the calendar knows.
        """
        ...
