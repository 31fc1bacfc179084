"""Settings: read once, from the environment; every part of tradecore is chosen here and nowhere else."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from tradecore.model.analyses import RULES
from tradecore.model.errors import Invalid, Problem

# How a model is named wherever there is no field for its provider.
MODEL = re.compile(r"([a-z]+):(\S+)")
_FORM = "PROVIDER:MODEL such as openai:gpt-5.4-mini"


def thinker(named: str) -> tuple[str, str]:
    """The provider and the model that `provider:model` or `rules` name. Raises Invalid for anything else."""
    if named == RULES:
        return RULES, RULES
    if match := MODEL.fullmatch(named):
        return match[1], match[2]
    raise Invalid.one("model", f"{named!r} names nobody who thinks; write rules, or {_FORM}.")


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
    lease_seconds: int = Field(
        10,
        ge=2,
        le=3600,
        validation_alias=_named("lease_seconds"),
        description="after which the jobs of a worker that died run elsewhere",
    )
    concurrency: int = Field(
        64, ge=1, le=1000, validation_alias=_named("concurrency"), description="jobs of one worker"
    )

    openai_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("openai_api_key", "OPENAI_API_KEY"),
        description="lets OpenAI's models think",
    )
    openai_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("openai_base_url", "OPENAI_BASE_URL"),
        description="another server that speaks OpenAI's API, such as http://127.0.0.1:11434/v1",
    )
    anthropic_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("anthropic_api_key", "ANTHROPIC_API_KEY"),
        description="lets Anthropic's models think",
    )
    anthropic_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("anthropic_base_url", "ANTHROPIC_BASE_URL"),
        description="another server that speaks Anthropic's API",
    )
    model: str = Field(
        "rules",
        validation_alias=_named("model"),
        description="who thinks where nobody says: rules, or PROVIDER:MODEL such as openai:gpt-5.4-mini",
    )
    models: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        validation_alias=_named("models"),
        description="the only ones that may be asked, as PROVIDER:MODEL, comma separated; without it, any",
    )
    model_fallback: str | None = Field(
        None,
        validation_alias=_named("model_fallback"),
        description="PROVIDER:MODEL that is asked while the one that was chosen cannot be had",
    )
    model_seconds: float = Field(
        60, gt=0, le=600, validation_alias=_named("model_seconds"), description="for one try of one call of a model"
    )
    model_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = Field(
        None,
        validation_alias=_named("model_effort"),
        description="how much models that think may think: low, medium, high, or what else their vendor takes; without "
        "it, what the vendor holds usual",
    )
    model_concurrency: int = Field(
        256, ge=1, le=10_000, validation_alias=_named("model_concurrency"), description="calls of models of one process"
    )
    model_prices: str = Field(
        "",
        validation_alias=_named("model_prices"),
        description="of models that tradecore has no price of: NAME=INPUT/CACHED/OUTPUT, in US dollars for a million "
        "tokens, comma separated",
    )
    model_record: Path | None = Field(
        None, validation_alias=_named("model_record"), description="folder that all answers of models are kept in"
    )
    model_replay: Path | None = Field(
        None,
        validation_alias=_named("model_replay"),
        description="folder of kept answers that are given instead of asking anyone",
    )
    analysis_dollars: Decimal | None = Field(
        None,
        gt=0,
        le=10_000,
        validation_alias=_named("analysis_dollars"),
        description="what models may cost for one analysis; without it, whatever they cost",
    )
    day_dollars: Decimal | None = Field(
        None,
        gt=0,
        le=1_000_000,
        validation_alias=_named("day_dollars"),
        description="what models may cost for one user in a day (UTC); needs TRADECORE_ANALYSIS_DOLLARS",
    )
    analysis_seconds: int = Field(
        900, ge=1, validation_alias=_named("analysis_seconds"), description="after which an analysis is given up"
    )

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

    @field_validator("model", "model_fallback")
    @classmethod
    def _name_of_a_model(cls, value: str | None, asked: ValidationInfo) -> str | None:
        if value is None or MODEL.fullmatch(value) or (value == RULES and asked.field_name == "model"):
            return value
        raise ValueError(f"name a model as {_FORM}")

    @field_validator("day_dollars")
    @classmethod
    def _day_in_analyses(cls, value: Decimal | None, asked: ValidationInfo) -> Decimal | None:
        if value is None:
            return None
        each = asked.data.get("analysis_dollars")
        if each is None:
            raise ValueError("TRADECORE_ANALYSIS_DOLLARS is needed as well: so much is set aside at each launch")
        if value < each:
            raise ValueError(f"give at least the ${each:f} of TRADECORE_ANALYSIS_DOLLARS, or nothing can be launched")
        return value

    @field_validator("cors_origins", "trusted_proxies", "news_private", "models", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _variable(field: str) -> str:
    """The environment variable that a field is read from."""
    own = field.upper()
    return own if field.isupper() or own.endswith(("API_KEY", "BASE_URL")) else f"TRADECORE_{own}"


def read_settings(**given: Any) -> Settings:
    """The settings of the environment, with those given here before them. Raises Invalid, naming each that is wrong."""
    try:
        return Settings(**given)
    except ValidationError as error:
        # Values are not repeated: a setting may hold a password.
        problems = [
            Problem(_variable(str(problem["loc"][0])), problem["msg"].removeprefix("Value error, "))
            for problem in error.errors(include_url=False, include_input=False)
        ]
        raise Invalid("; ".join(f"{each.field}: {each.message}" for each in problems), problems) from None
