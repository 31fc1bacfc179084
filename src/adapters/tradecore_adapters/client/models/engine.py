"""Responses about engines and language models, and what these took."""

from datetime import date
from decimal import Decimal

import msgspec


class Record(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The record of an engine: hit rate in percent with its 95 % interval, cost in US dollars; None is not known."""

    analyses: int
    scored: int
    hit_rate: Decimal | None
    hit_rate_low: Decimal | None
    hit_rate_high: Decimal | None
    average_return: Decimal | None
    brier_score: Decimal | None
    cost_per_analysis: Decimal | None


class Group(Record, frozen=True, rename="camel", kw_only=True):
    """The record of one engine with one version and model, its `label`."""

    engine: str
    label: str


class Engine(msgspec.Struct, frozen=True, rename="camel"):
    """What makes analyses; `reason` says why it is not available on this server.

    `paid` is None where that is not known, since the server cannot open the engine.
    """

    name: str
    version: str
    available: bool
    paid: bool | None
    agents: tuple[str, ...]
    reason: str | None = None
    record: Record | None = None


class Engines(msgspec.Struct, frozen=True, rename="camel"):
    """The engines of a server."""

    engines: tuple[Engine, ...]


class TokenPrice(msgspec.Struct, frozen=True, rename="camel"):
    """US dollars per million tokens."""

    input: Decimal
    cached_input: Decimal
    output: Decimal


class Model(msgspec.Struct, frozen=True, rename="camel"):
    """A language model; `reason` says why it is not available, `cutoff` is the last day that it has read about."""

    name: str
    provider: str
    available: bool
    default: bool
    reason: str | None = None
    price: TokenPrice | None = None
    cutoff: date | None = None


class Models(msgspec.Struct, frozen=True, rename="camel"):
    """The language models of a server."""

    models: tuple[Model, ...]


class UsageShare(msgspec.Struct, frozen=True, rename="camel"):
    """What one model or agent took; `dollars` is None where a price is not known."""

    name: str
    calls: int
    input_tokens: int
    output_tokens: int
    dollars: Decimal | None


class UsageDay(msgspec.Struct, frozen=True, rename="camel"):
    """What the analyses of a day (UTC) took; `dollars` is None where a price is not known."""

    date: date
    calls: int
    input_tokens: int
    output_tokens: int
    dollars: Decimal | None
    by_model: tuple[UsageShare, ...]
    by_agent: tuple[UsageShare, ...]


class Budget(msgspec.Struct, frozen=True, rename="camel"):
    """The budget of today in US dollars; `limit` is None for no limit."""

    spent: Decimal
    reserved: Decimal
    limit: Decimal | None = None


class Usage(msgspec.Struct, frozen=True, rename="camel"):
    """Days with calls of language models, newest first, and the budget of today."""

    days: tuple[UsageDay, ...]
    today: Budget
