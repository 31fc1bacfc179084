"""Settings of language models."""

import os
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Literal

from attrs import frozen
from pydantic import Field, SecretStr, ValidationInfo, field_validator

from tradecore.model.analysis_briefs import RULES
from tradecore.model.errors import Invalid
from tradecore_app.settings.group import CommaSeparated, Group

# How a model is written where there is no separate field for its provider.
MODEL = re.compile(r"([a-z][a-z0-9_-]*):(\S+)")
_FORM = "PROVIDER:MODEL such as openai:gpt-5.4-mini"
_SERVER = re.compile(
    r"(?P<name>[a-z][a-z0-9_-]*)=(?P<address>https?://[^|\s]+)(?:\|(?P<variable>[A-Za-z_][A-Za-z0-9_]*))?"
)
_SUBSTITUTE = re.compile(rf"(?P<name>[^=\s]+)=(?P<model>{MODEL.pattern})")
# Providers that have settings of their own.
_VENDORS = (RULES, "openai", "anthropic")


def parse_model(text: str) -> tuple[str, str]:
    """Split `provider:model` into its two parts; `rules` stands for both. Raises Invalid for anything else."""
    if text == RULES:
        return RULES, RULES
    if match := MODEL.fullmatch(text):
        return match[1], match[2]
    raise Invalid.one("model", f"{text!r} is not the name of a model; write rules, or {_FORM}.")


@frozen
class ModelServer:
    """A server with OpenAI's API: its address, its key, and the environment variable that holds the key."""

    address: str
    key: SecretStr | None = None
    key_variable: str = ""


class OpenAiOptions(Group):
    """Where OpenAI's models are, or a server with its API."""

    openai_api_key: SecretStr | None = Field(
        None, validation_alias="OPENAI_API_KEY", description="makes OpenAI's models available"
    )
    openai_base_url: str | None = Field(
        None,
        validation_alias="OPENAI_BASE_URL",
        description="another server with OpenAI's API, such as http://127.0.0.1:11434/v1",
    )


class ModelSettings(OpenAiOptions):
    """Which language models are available, and what they may cost."""

    anthropic_api_key: SecretStr | None = Field(
        None, validation_alias="ANTHROPIC_API_KEY", description="makes Anthropic's models available"
    )
    anthropic_base_url: str | None = Field(
        None, validation_alias="ANTHROPIC_BASE_URL", description="another server with Anthropic's API"
    )
    default: str = Field(
        RULES,
        validation_alias="TRADECORE_MODEL",
        description="the model of analyses that name none: rules, or PROVIDER:MODEL such as openai:gpt-5.4-mini",
    )
    allowed: CommaSeparated = Field(
        (),
        validation_alias="TRADECORE_MODELS",
        description="the only models that may be used, as PROVIDER:MODEL, comma separated; unset means any",
    )
    deep: str | None = Field(
        None,
        validation_alias="TRADECORE_DEEP_MODEL",
        description="PROVIDER:MODEL that judge, trader and risk manager use in place of the chosen model",
    )
    providers: CommaSeparated = Field(
        (),
        validation_alias="TRADECORE_PROVIDERS",
        description="further servers with OpenAI's API, as NAME=URL or NAME=URL|KEY_VARIABLE, comma separated: "
        "ollama=http://127.0.0.1:11434/v1",
    )
    model_map: CommaSeparated = Field(
        (),
        validation_alias="TRADECORE_MODEL_MAP",
        description="models that stand for others, as NAME=PROVIDER:MODEL, comma separated: "
        "gpt-4o-mini=anthropic:claude-haiku-4-5",
    )
    language: str = Field(
        "en",
        validation_alias="TRADECORE_LANGUAGE",
        description="the language of the texts of language models, as a code such as de or zh",
    )
    fallback: str | None = Field(
        None,
        validation_alias="TRADECORE_MODEL_FALLBACK",
        description="PROVIDER:MODEL that is used while the chosen model is unavailable",
    )
    call_seconds: float = Field(
        60, gt=0, le=600, validation_alias="TRADECORE_MODEL_SECONDS", description="seconds for one attempt of one call"
    )
    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = Field(
        None,
        validation_alias="TRADECORE_MODEL_EFFORT",
        description="reasoning effort: low, medium, high, or what else the vendor accepts; unset means the vendor's "
        "default",
    )
    concurrency: int = Field(
        256,
        ge=1,
        le=10_000,
        validation_alias="TRADECORE_MODEL_CONCURRENCY",
        description="calls that one process has under way at a time",
    )
    prices: str = Field(
        "",
        validation_alias="TRADECORE_MODEL_PRICES",
        description="prices of models that tradecore does not know: NAME=INPUT/CACHED/OUTPUT, in US dollars per "
        "million tokens, comma separated",
    )
    cutoffs: str = Field(
        "",
        validation_alias="TRADECORE_MODEL_CUTOFFS",
        description="last days that models have read about, which mark earlier decisions as in sample: NAME=DAY, comma "
        "separated, such as my-model=2025-06-30",
    )
    record: Path | None = Field(
        None, validation_alias="TRADECORE_MODEL_RECORD", description="folder in which all replies are recorded"
    )
    replay: Path | None = Field(
        None,
        validation_alias="TRADECORE_MODEL_REPLAY",
        description="folder of recorded replies that are returned instead of calling a model",
    )
    analysis_dollars: Decimal | None = Field(
        None,
        gt=0,
        le=10_000,
        validation_alias="TRADECORE_ANALYSIS_DOLLARS",
        description="most that models may cost for one analysis, in US dollars; unset means no limit",
    )
    daily_budget: Decimal | None = Field(
        None,
        gt=0,
        le=1_000_000,
        validation_alias="TRADECORE_DAY_DOLLARS",
        description="most that models may cost for one user in a day (UTC), in US dollars; needs "
        "TRADECORE_ANALYSIS_DOLLARS",
    )

    @property
    def servers(self) -> Mapping[str, ModelServer]:
        """The further servers by the name of their provider."""
        return dict(map(_server, self.providers))

    @property
    def substitutes(self) -> Mapping[str, tuple[str, str]]:
        """Provider and name of the model that stands for another one, by the name of that one."""
        return dict(map(_substitute, self.model_map))

    @field_validator("providers")
    @classmethod
    def _are_servers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        names = [_server(entry)[0] for entry in value]
        for name in names:
            if name in _VENDORS or names.count(name) > 1:
                raise ValueError(f"the name {name} is taken; choose another one")
        return value

    @field_validator("model_map")
    @classmethod
    def _are_substitutes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for entry in value:
            _substitute(entry)
        return value

    @field_validator("prices", "cutoffs")
    @classmethod
    def _can_be_read(cls, value: str, info: ValidationInfo) -> str:
        if value:
            # The tables are read where a setting adds to them, and not by processes that call no model.
            from tradecore_adapters.language.cutoffs import read_cutoffs
            from tradecore_adapters.language.prices import read_prices

            if info.field_name == "prices":
                read_prices(value)
            else:
                read_cutoffs(value)
        return value

    @field_validator("default", "deep", "fallback")
    @classmethod
    def _is_a_model(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None or MODEL.fullmatch(value) or (value == RULES and info.field_name == "default"):
            return value
        raise ValueError(f"name a model as {_FORM}")

    @field_validator("daily_budget")
    @classmethod
    def _covers_an_analysis(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if value is None:
            return None
        # An analysis reserves its maximum when it is launched.
        analysis = info.data.get("analysis_dollars")
        if analysis is None:
            raise ValueError("TRADECORE_ANALYSIS_DOLLARS is needed as well: so much is set aside at each launch")
        if value < analysis:
            raise ValueError(
                f"give at least the ${analysis:f} of TRADECORE_ANALYSIS_DOLLARS, or nothing can be launched"
            )
        return value


def _server(entry: str) -> tuple[str, ModelServer]:
    """The name and the server of `NAME=URL|KEY_VARIABLE`. Raises ValueError for anything else and for a missing key."""
    match = _SERVER.fullmatch(entry)
    if match is None:
        raise ValueError("write NAME=URL or NAME=URL|KEY_VARIABLE, such as ollama=http://127.0.0.1:11434/v1")
    variable = match["variable"] or ""
    key = os.environ.get(variable) if variable else None
    if variable and not key:
        raise ValueError(f"the key of {match['name']} is expected in {variable}, which is not set")
    return match["name"], ModelServer(match["address"], SecretStr(key) if key else None, variable)


def _substitute(entry: str) -> tuple[str, tuple[str, str]]:
    """The name and the model of `NAME=PROVIDER:MODEL`. Raises ValueError for anything else."""
    match = _SUBSTITUTE.fullmatch(entry)
    if match is None:
        raise ValueError("write NAME=PROVIDER:MODEL, such as gpt-4o-mini=anthropic:claude-haiku-4-5")
    return match["name"], parse_model(match["model"])
