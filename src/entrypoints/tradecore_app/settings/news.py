"""Settings of news and digests."""

from decimal import Decimal

from pydantic import Field, field_validator

from tradecore.model.news import LANGUAGES
from tradecore_app.settings.group import CommaSeparated, Group
from tradecore_app.settings.models import MODEL


class NewsSettings(Group):
    """Where news comes from, and what a digest looks back on."""

    sources: CommaSeparated = Field(
        ("sample:",),
        validation_alias="TRADECORE_NEWS",
        description="sample:, file:PATH, and by symbol sec:filings, alpaca:news, stocktwits:, reddit: and feed:URL "
        "with {symbol}; comma separated, besides the feeds of `tradecore sources`; none: for no others",
    )
    min_hours: int = Field(
        1,
        ge=1,
        le=366 * 24,
        validation_alias="TRADECORE_NEWS_MIN_HOURS",
        description="fewest hours that a digest may ask for",
    )
    max_hours: int = Field(
        24,
        ge=1,
        le=366 * 24,
        validation_alias="TRADECORE_NEWS_MAX_HOURS",
        description="hours to which longer requests are capped",
    )
    memory_days: int = Field(
        14,
        ge=1,
        le=3660,
        validation_alias="TRADECORE_NEWS_MEMORY_DAYS",
        description="days in which no story is reported to the same user twice",
    )
    interval_seconds: int = Field(
        900,
        ge=1,
        le=366 * 86_400,
        validation_alias="TRADECORE_NEWS_INTERVAL_SECONDS",
        description="seconds between two visits to a feed that publishes less often, and to other sources",
    )
    shortest_interval_seconds: int = Field(
        60,
        ge=1,
        le=366 * 86_400,
        validation_alias="TRADECORE_NEWS_SHORTEST_INTERVAL_SECONDS",
        description="least seconds between two visits to a feed that publishes more often; at most the interval",
    )
    private_networks: CommaSeparated = Field(
        (),
        validation_alias="TRADECORE_NEWS_PRIVATE",
        description="private networks that feeds may be read from, comma separated",
    )
    digest_model: str | None = Field(
        None,
        validation_alias="TRADECORE_DIGEST_MODEL",
        description="PROVIDER:MODEL that edits digests: a sentence of what happened and one of why it matters, held to "
        "the items; unset means extracts",
    )
    digest_dollars: Decimal | None = Field(
        None,
        gt=0,
        le=1000,
        validation_alias="TRADECORE_DIGEST_DOLLARS",
        description="most that the model may cost for one digest, in US dollars; unset means no limit",
    )
    digest_language: str = Field(
        "en",
        validation_alias="TRADECORE_DIGEST_LANGUAGE",
        description=f"the language that the model edits digests in: {', '.join(LANGUAGES)}",
    )
    embeddings: str = Field(
        "none:",
        validation_alias="TRADECORE_EMBEDDINGS",
        description="what finds reports of one event by meaning: openai:MODEL at OpenAI or at OPENAI_BASE_URL, "
        "such as openai:text-embedding-3-small; none: compares words only",
    )
    sentiment: str = Field(
        "vader:", validation_alias="TRADECORE_SENTIMENT", description="what scores the tone of news: vader:"
    )

    @field_validator("digest_model")
    @classmethod
    def _is_a_model(cls, value: str | None) -> str | None:
        if value is None or MODEL.fullmatch(value):
            return value
        raise ValueError("name a model as PROVIDER:MODEL such as openai:gpt-5.4-mini")

    @field_validator("digest_language")
    @classmethod
    def _is_a_language(cls, value: str) -> str:
        if value not in LANGUAGES:
            raise ValueError(f"use one of {', '.join(LANGUAGES)}")
        return value
