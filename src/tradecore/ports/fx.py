"""The port of exchange rates."""

from datetime import date
from typing import Protocol

from tradecore.model.exchange_rates import ReferenceRates


class ExchangeRates(Protocol):
    """Daily rates between currencies, as they were published; a published rate never changes."""

    async def rates(self, since: date, until: date) -> ReferenceRates:
        """The rates of the days from `since` to `until`, of the newest day before as well, and possibly of others.

        Raises Unavailable where they cannot be read.
        """
        ...
