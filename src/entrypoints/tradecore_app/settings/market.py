"""Settings of market data."""

from pydantic import Field

from tradecore_app.settings.group import Group


class MarketSettings(Group):
    """Where prices come from."""

    source: str = Field("sample:", validation_alias="TRADECORE_MARKET", description="sample: or csv:FOLDER")
    calendar: str = Field(
        "exchange:", validation_alias="TRADECORE_CALENDAR", description="where trading days come from: exchange:"
    )
