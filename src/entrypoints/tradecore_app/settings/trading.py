"""Settings of trading and the broker."""

from decimal import Decimal

from pydantic import Field

from tradecore.model.exits import ExitPolicy
from tradecore_app.settings.group import Group


class TradingSettings(Group):
    """Whether and where orders are placed, and what trading costs on paper."""

    enabled: bool = Field(
        True, validation_alias="TRADECORE_TRADING", description="false refuses every execution: the kill switch"
    )
    broker: str = Field("paper:", validation_alias="TRADECORE_BROKER", description="paper: or alpaca:[live|URL]")
    broker_user: str | None = Field(
        None,
        validation_alias="TRADECORE_BROKER_USER",
        description="whose account TRADECORE_BROKER is, by e-mail address, or `local` for that of the command line; "
        "everybody else trades on paper. * where all users share it",
    )
    live: bool = Field(
        False,
        validation_alias="TRADECORE_LIVE_TRADING",
        description="true allows trading with real money, together with TRADECORE_BROKER",
    )
    paper_cash: Decimal = Field(
        Decimal(100_000),
        ge=0,
        lt=10**12,
        decimal_places=2,
        validation_alias="TRADECORE_PAPER_CASH",
        description="cash of a new account",
    )
    fee_percent: Decimal = Field(
        Decimal(0),
        ge=0,
        le=10,
        validation_alias="TRADECORE_FEE_PERCENT",
        description="fee of an order, in percent of its turnover",
    )
    fee_fixed: Decimal = Field(
        Decimal(0), ge=0, le=1000, validation_alias="TRADECORE_FEE_FIXED", description="fixed fee of an order"
    )
    slippage_percent: Decimal = Field(
        Decimal("0.05"),
        ge=0,
        le=10,
        validation_alias="TRADECORE_SLIPPAGE_PERCENT",
        description="how much worse than the market's price the paper broker fills, in percent",
    )
    max_drift_percent: Decimal = Field(
        Decimal(3),
        gt=0,
        lt=100,
        validation_alias="TRADECORE_MAX_DRIFT_PERCENT",
        description="largest move, in percent, between the price of the analysis, the price at execution and the fill",
    )
    exits: ExitPolicy = Field(
        ExitPolicy.WATCH,
        validation_alias="TRADECORE_EXITS",
        description="what becomes of the stop and the target of a purchase: bracket places them with the order, where "
        "the broker can; watch raises an alert when one is reached",
    )
    review_days: int = Field(
        7,
        ge=1,
        le=3660,
        validation_alias="TRADECORE_REVIEW_DAYS",
        description="days after which a position is due for review",
    )
