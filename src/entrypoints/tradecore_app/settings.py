"""Settings: read once, from the environment; every part of tradecore is chosen here and nowhere else."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from tradecore.model.errors import Invalid, Problem


def _named(name: str, *also: str) -> Any:
    """Read a field from TRADECORE_<NAME>, or from what its own world calls it."""
    return AliasChoices(name, f"TRADECORE_{name.upper()}", *also)


class Settings(BaseSettings):
    """Everything that can be chosen. Without any of it: SQLite, in-process workers, sample data, no key, no network."""

    model_config = SettingsConfigDict(extra="forbid", populate_by_name=True, env_ignore_empty=True)

    data: Path = Field(Path("data"), validation_alias=_named("data"), description="folder for the store and secrets")
    store: str = Field(
        "sqlite:",
        validation_alias=_named("store", "DATABASE_URL"),
        description="sqlite:[FILE], memory:, postgresql://ROLE:PASSWORD@HOST/DATABASE",
    )
    queue: str = Field(
        "memory:",
        validation_alias=_named("queue", "REDIS_URL"),
        description="memory:, redis://HOST, dramatiq+redis://HOST",
    )
    stream: str = Field("memory:", validation_alias=_named("stream", "REDIS_URL"), description="memory:, redis://HOST")
    limits: str = Field(
        "memory:", validation_alias=_named("limits", "REDIS_URL"), description="where requests are counted, as above"
    )
    market: str = Field("sample:", validation_alias=_named("market"), description="sample:, csv:FOLDER")
    news: str = Field("sample:", validation_alias=_named("news"), description="sample:, file:PATH, several; none:")

    secret: SecretStr | None = Field(
        None,
        validation_alias=_named("secret"),
        description="signs access tokens; two, comma separated, to exchange them",
    )
    api_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("api_key", "API_KEY"), description="a key to the news API"
    )
    access_seconds: int = Field(
        3600, ge=1, validation_alias=_named("access_seconds"), description="how long an access token holds"
    )
    refresh_seconds: int = Field(
        7 * 86400,
        ge=1,
        validation_alias=_named("refresh_seconds"),
        description="how long one may refresh after a sign-in, however often",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        ("http://localhost:3000",),
        validation_alias=_named("cors_origins"),
        description="sites whose pages may call the API, comma separated",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), validation_alias=_named("trusted_proxies"), description="addresses whose X-Forwarded-* is believed"
    )

    rate_per_minute: int = Field(
        100, ge=0, validation_alias=_named("rate_per_minute"), description="requests of one user; 0 is off"
    )
    queue_limit: int = Field(1000, ge=1, validation_alias=_named("queue_limit"), description="jobs that may wait")
    at_once: int = Field(64, ge=1, le=1000, validation_alias=_named("at_once"), description="jobs of one worker")

    recommendation_seconds: int = Field(
        6 * 3600,
        ge=1,
        validation_alias=_named("recommendation_seconds"),
        description="how long a recommendation may be acted on",
    )
    min_confidence: Decimal = Field(
        Decimal(5),
        ge=0,
        le=10,
        validation_alias=_named("min_confidence"),
        description="from which confidence on an analysis issues a recommendation",
    )
    trading: bool = Field(
        True, validation_alias=_named("trading"), description="false refuses every execution: the kill switch"
    )
    broker: str = Field("paper:", validation_alias=_named("broker"), description="paper:, alpaca:[live|URL]")
    live_trading: bool = Field(
        False, validation_alias=_named("live_trading"), description="needed for real money, besides TRADECORE_BROKER"
    )
    alpaca_key: SecretStr | None = Field(
        None, validation_alias=_named("alpaca_key", "APCA_API_KEY_ID"), description="the id of an Alpaca key"
    )
    alpaca_secret: SecretStr | None = Field(
        None, validation_alias=_named("alpaca_secret", "APCA_API_SECRET_KEY"), description="its secret"
    )
    paper_cash: Decimal = Field(
        Decimal(100_000),
        ge=0,
        lt=10**12,
        decimal_places=2,
        validation_alias=_named("paper_cash"),
        description="what a new account begins with",
    )
    fee_percent: Decimal = Field(
        Decimal(0), ge=0, le=10, validation_alias=_named("fee_percent"), description="of an order's turnover"
    )
    fee_fixed: Decimal = Field(
        Decimal(0), ge=0, le=1000, validation_alias=_named("fee_fixed"), description="of each order"
    )
    slippage_percent: Decimal = Field(
        Decimal("0.05"),
        ge=0,
        le=10,
        validation_alias=_named("slippage_percent"),
        description="how much worse than the market the paper broker fills",
    )
    max_drift_percent: Decimal = Field(
        Decimal(3),
        gt=0,
        lt=100,
        validation_alias=_named("max_drift_percent"),
        description="between the price of the analysis, the price at execution and the fill",
    )
    review_days: int = Field(
        7, ge=1, validation_alias=_named("review_days"), description="after which a position is to be analysed anew"
    )

    horizon_weeks: int = Field(
        1, ge=1, le=52, validation_alias=_named("horizon_weeks"), description="weeks after which a decision is scored"
    )
    score_fee_percent: Decimal = Field(
        Decimal("0.1"),
        ge=0,
        le=10,
        validation_alias=_named("score_fee_percent"),
        description="what trading costs on each side when decisions are scored, in percent",
    )
    news_min_hours: int = Field(
        1, ge=1, validation_alias=_named("news_min_hours"), description="fewer hours are refused"
    )
    news_max_hours: int = Field(
        24, ge=1, validation_alias=_named("news_max_hours"), description="more hours are capped to these"
    )
    news_memory_days: int = Field(
        14, ge=1, validation_alias=_named("news_memory_days"), description="for how long nobody is told a thing again"
    )
    news_interval_seconds: int = Field(
        900, ge=1, validation_alias=_named("news_interval_seconds"), description="between two visits to a source"
    )
    news_private: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        validation_alias=_named("news_private"),
        description="private networks that feeds may be read from, comma separated",
    )

    @field_validator("cors_origins", "trusted_proxies", "news_private", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _variable(field: str) -> str:
    """The environment variable that a field is read from."""
    return field if field.isupper() else "API_KEY" if field == "api_key" else f"TRADECORE_{field.upper()}"


def read_settings(**given: Any) -> Settings:
    """The settings of the environment, with those given here before them. Raises Invalid, naming each that is wrong."""
    try:
        return Settings(**given)
    except ValidationError as error:
        # Values are not repeated: a setting may hold a password.
        problems = [
            Problem(_variable(str(problem["loc"][0])), problem["msg"])
            for problem in error.errors(include_url=False, include_input=False)
        ]
        raise Invalid("; ".join(f"{each.field}: {each.message}" for each in problems), problems) from None
