"""Settings of analyses and of the decisions they come to."""

from datetime import date
from decimal import Decimal

from pydantic import Field

from tradecore.model.recommendations import Issue
from tradecore_app.settings.group import Group


class AnalysisSettings(Group):
    """How long an analysis may take, what it recommends, and how its decision is scored."""

    engine: str | None = Field(
        None,
        validation_alias="TRADECORE_ENGINE",
        description="the engine of analyses that name none: desk (with a language model), rules, or that of a plug-in; "
        "unset means desk where a model is configured, else rules",
    )
    today: date | None = Field(
        None,
        ge=date(1970, 1, 1),
        le=date(2999, 12, 31),
        validation_alias="TRADECORE_TODAY",
        description="the day that it is, such as 2024-10-10, for a sandbox or a test: quotes, expiry and sessions "
        "follow it, at the real time of day; unset means the real day",
    )
    demo_pace: float = Field(
        20,
        ge=0,
        le=45,
        validation_alias="TRADECORE_DEMO_PACE",
        description="seconds that an analysis by rules takes with serve --demo, so that it can be watched; 0 for no "
        "pauses",
    )
    timeout_seconds: int = Field(
        900,
        ge=1,
        le=7 * 86_400,
        validation_alias="TRADECORE_ANALYSIS_SECONDS",
        description="seconds after which an analysis fails",
    )
    recommendation_seconds: int = Field(
        6 * 3600,
        ge=1,
        le=366 * 86_400,
        validation_alias="TRADECORE_RECOMMENDATION_SECONDS",
        description="seconds after which a pending recommendation expires",
    )
    min_confidence: Decimal = Field(
        Decimal(5),
        ge=0,
        le=10,
        validation_alias="TRADECORE_MIN_CONFIDENCE",
        description="lowest confidence, of 10, with which an analysis issues a recommendation",
    )
    issue: Issue = Field(
        Issue.ANY,
        validation_alias="TRADECORE_ISSUE",
        description="which decisions issue recommendations: any, or measured, those of engines with a measured edge",
    )
    horizon_weeks: int = Field(
        4,
        ge=1,
        le=52,
        validation_alias="TRADECORE_HORIZON_WEEKS",
        description="weeks after which a decision is scored, unless stop or target is touched before",
    )
    score_fee_percent: Decimal = Field(
        Decimal("0.1"),
        ge=0,
        le=10,
        validation_alias="TRADECORE_SCORE_FEE_PERCENT",
        description="cost of each side of a trade, in percent, when decisions are scored",
    )
