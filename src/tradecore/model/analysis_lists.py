"""Lists of analyses in every state."""

from attrs import frozen

from tradecore.model.analyses import Analysis, AnalysisState
from tradecore.model.ids import UserId
from tradecore.model.market import AssetType, Symbol


@frozen
class AnalysisQuery:
    """A query for the analyses of a user that are not hidden. Pages count from 1; no `states` means every state."""

    user: UserId
    states: frozenset[AnalysisState] = frozenset()
    symbol: Symbol | None = None
    asset_type: AssetType | None = None
    engine: str | None = None
    page: int = 1
    page_size: int = 50


@frozen
class AnalysisPage:
    """A page of analyses, newest first, and the number of analyses on all pages."""

    analyses: tuple[Analysis, ...]
    total: int
