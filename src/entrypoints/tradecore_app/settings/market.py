"""Settings of prices, company figures and exchange rates."""

from pydantic import Field

from tradecore_app.settings.group import Group


class MarketSettings(Group):
    """Where prices, company figures and exchange rates come from."""

    source: str = Field("sample:", validation_alias="TRADECORE_MARKET", description="sample: or csv:FOLDER")
    fundamentals: str = Field(
        "none:",
        validation_alias="TRADECORE_FUNDAMENTALS",
        description="where company figures come from: sec:, files:FOLDER with documents of the SEC, or none:",
    )
    fx: str = Field(
        "none:",
        validation_alias="TRADECORE_FX",
        description="where exchange rates come from, for positions in other currencies: ecb:, or none:",
    )
    calendar: str = Field(
        "exchange:", validation_alias="TRADECORE_CALENDAR", description="where trading days come from: exchange:"
    )
