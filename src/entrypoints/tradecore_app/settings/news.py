"""Settings of news and digests."""

from pydantic import Field

from tradecore_app.settings.group import CommaSeparated, Group


class NewsSettings(Group):
    """Where news comes from, and what a digest looks back on."""

    sources: CommaSeparated = Field(
        ("sample:",),
        validation_alias="TRADECORE_NEWS",
        description="sample:, file:PATH, and by symbol sec:filings, alpaca:news, stocktwits:, reddit: and feed:URL "
        "with {symbol}; comma separated, besides the feeds of `tradecore sources`; none: for no others",
    )
    min_hours: int = Field(
        1, ge=1, validation_alias="TRADECORE_NEWS_MIN_HOURS", description="fewest hours that a digest may ask for"
    )
    max_hours: int = Field(
        24, ge=1, validation_alias="TRADECORE_NEWS_MAX_HOURS", description="hours to which longer requests are capped"
    )
    memory_days: int = Field(
        14,
        ge=1,
        validation_alias="TRADECORE_NEWS_MEMORY_DAYS",
        description="days in which no story is reported to the same user twice",
    )
    interval_seconds: int = Field(
        900,
        ge=1,
        validation_alias="TRADECORE_NEWS_INTERVAL_SECONDS",
        description="seconds between two visits to a feed",
    )
    private_networks: CommaSeparated = Field(
        (),
        validation_alias="TRADECORE_NEWS_PRIVATE",
        description="private networks that feeds may be read from, comma separated",
    )
    sentiment: str = Field(
        "vader:", validation_alias="TRADECORE_SENTIMENT", description="what scores the tone of news: vader:"
    )
