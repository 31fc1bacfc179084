"""Exchange rates: what one currency was worth in another on a day."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from attrs import field, frozen

# Rates are published on working days; an older one is not that of the day.
REACH = timedelta(days=10)
_EURO = "EUR"


@frozen
class ReferenceRates:
    """Rates by day: `table` gives the units of a currency (ISO 4217) for one euro. `source` names the publisher."""

    source: str
    table: Mapping[date, Mapping[str, Decimal]]
    _days: tuple[date, ...] = field(init=False, repr=False, eq=False)

    @_days.default
    def _days_of_table(self) -> tuple[date, ...]:
        return tuple(sorted(self.table))

    def rate(self, base: str, quote: str, day: date) -> Decimal | None:
        """What one unit of `base` is worth in `quote`, by the newest rates of the ten days up to `day`; or None."""
        at = bisect_right(self._days, day)
        if not at or day - self._days[at - 1] > REACH:
            return None
        rates = {_EURO: Decimal(1), **self.table[self._days[at - 1]]}
        return rates[quote] / rates[base] if base in rates and quote in rates else None
