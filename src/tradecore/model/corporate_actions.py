"""Corporate actions: the splits and dividends of a symbol."""

from datetime import date
from decimal import Decimal

from attrs import frozen

from tradecore.model.market import PriceSource, Symbol
from tradecore.model.price_rows import Split


@frozen
class Dividend:
    """A cash payment of `amount` per share, as it was paid, to those who held the share before the ex-date `day`."""

    day: date
    amount: Decimal


@frozen
class CorporateActions:
    """The splits and dividends of a symbol within a range of ex-dates, each oldest first.

    Amounts are in `currency`, an ISO 4217 code; None where the source does not state it.
    """

    symbol: Symbol
    source: PriceSource
    splits: tuple[Split, ...] = ()
    dividends: tuple[Dividend, ...] = ()
    currency: str | None = None

    def between(self, since: date, until: date) -> "CorporateActions":
        """Those with an ex-date from `since` to `until`, both included."""
        return CorporateActions(
            self.symbol,
            self.source,
            tuple(split for split in self.splits if since <= split.day <= until),
            tuple(dividend for dividend in self.dividends if since <= dividend.day <= until),
            self.currency,
        )
