"""The track record: past decisions, how to look through them, and what they amount to."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action

# Decisions per year, to annualise: each holds for a week or so of trading, see docs/reference.
PERIODS_PER_YEAR = 52
# Below this many scored decisions a ratio says more about luck than about the desk.
ENOUGH = 5


class SortBy(StrEnum):
    """What history is sorted by."""

    DATE = "date"
    CONFIDENCE = "confidence"
    RETURN = "return"


@frozen
class HistoryQuery:
    """Which completed analyses of a user to show: created at or after `since`; pages count from 1."""

    user: UserId
    since: datetime
    symbol: Symbol | None = None
    asset_type: AssetType | None = None
    sort_by: SortBy = SortBy.DATE
    descending: bool = True
    page: int = 1
    page_size: int = 50


@frozen
class PastDecision:
    """One row of history; `actual_return` in percent, direction-aware, None until its horizon has passed."""

    id: AnalysisId
    symbol: Symbol
    asset_type: AssetType
    action: Action
    confidence: Decimal
    as_of: date
    created_at: datetime
    actual_return: Decimal | None


@frozen
class Tally:
    """Sums over all decisions that a query covers, from which every metric follows. Returns in percent."""

    total: int = 0
    confidence: float = 0.0
    scored: int = 0
    wins: int = 0
    returns: float = 0.0
    squares: float = 0.0

    @property
    def average_confidence(self) -> float | None:
        """Mean confidence, 0..10."""
        return self.confidence / self.total if self.total else None

    @property
    def win_rate(self) -> float | None:
        """Percent of scored decisions that gained; None with fewer than ENOUGH."""
        return 100 * self.wins / self.scored if self.scored >= ENOUGH else None

    @property
    def average_return(self) -> float | None:
        """Mean return of scored decisions in percent; None with fewer than ENOUGH."""
        return self.returns / self.scored if self.scored >= ENOUGH else None

    @property
    def sharpe_ratio(self) -> float | None:
        """Mean over sample standard deviation of returns, times the square root of PERIODS_PER_YEAR; no risk-free rate.

        None with fewer than ENOUGH scored decisions, or when they are all the same.
        """
        if self.scored < ENOUGH:
            return None
        mean = self.returns / self.scored
        variance = (self.squares - self.scored * mean * mean) / (self.scored - 1)
        # Sums of squares of equal returns may differ from zero by rounding alone.
        if variance <= 1e-12 * max(1.0, self.squares):
            return None
        return float(mean / variance**0.5 * PERIODS_PER_YEAR**0.5)


@frozen
class History:
    """One page of past decisions, and the tally of all that the query covers."""

    rows: tuple[PastDecision, ...]
    tally: Tally
