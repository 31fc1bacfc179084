"""The trading calendar port: trading days, known ahead and independent of price sources."""

from datetime import date, datetime
from typing import Protocol

from tradecore.model.market import AssetType


class TradingCalendar(Protocol):
    """Trading days of an asset type: every day for crypto, the sessions of an exchange for equities.

    The result of `ahead` is later than `day`, and never decreases with `day` or `count`.
    """

    async def ahead(self, asset_type: AssetType, day: date, count: int) -> date:
        """The `count`-th trading day after `day`, counted from 1.

        Raises Unavailable, naming the covered days, for days outside of the calendar.
        """
        ...

    async def last_finished(self, asset_type: AssetType, at: datetime) -> date:
        """The newest trading day that is over at a time, which is aware. Raises Unavailable as `ahead` does."""
        ...

    async def next_close(self, asset_type: AssetType, after: datetime) -> datetime:
        """The first end of a trading day after a time; both are aware. Raises Unavailable as `ahead` does."""
        ...
