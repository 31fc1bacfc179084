"""The arguments of tools, from which their JSON schemas follow."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

Analyst = Literal["technical", "sentiment", "news", "fundamentals"]
ANALYSTS: tuple[Analyst, ...] = ("technical", "sentiment", "news", "fundamentals")
ID_PATTERN = "^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$"
_AnalysisId = Annotated[str, Meta(pattern=ID_PATTERN, description="As analyze and list_analyses return it.")]
_ComparisonId = Annotated[str, Meta(pattern=ID_PATTERN, description="As compare_engines returns it.")]
_RecommendationId = Annotated[str, Meta(pattern=ID_PATTERN, description="As list_recommendations returns it.")]
Name = Annotated[str, Meta(max_length=100)]
Symbol = Annotated[
    str, Meta(min_length=1, max_length=30, description="A ticker such as NVDA, or a pair such as BTC-USD.")
]

# Fields of these types may be called `date`, which hides the type within their class.
_AsOf = Annotated[date | None, Meta(description="The day as of which to analyse; by default today.")]


class Arguments(Struct, frozen=True, forbid_unknown_fields=True):
    """What a tool takes."""


class Nothing(Arguments, frozen=True):
    """No arguments."""


class Launch(Arguments, frozen=True, kw_only=True):
    """What is analysed, and how."""

    symbol: Symbol
    date: _AsOf = None
    asset_type: Annotated[
        Literal["equity", "crypto"] | None, Meta(description="By default crypto for pairs such as BTC-USD.")
    ] = None
    analysts: Annotated[
        tuple[Analyst, ...], Meta(min_length=1, max_length=4, description="Who reports, by default all four.")
    ] = ANALYSTS
    depth: Annotated[int, Meta(ge=1, le=5, description="Rounds of the debate.")] = 1
    risk_rounds: Annotated[int, Meta(ge=0, le=3, description="Rounds of a debate about the risk of the plan.")] = 0
    model: Annotated[
        Name | None,
        Meta(description="A model of list_engines, by default the server's. Engines without models ignore it."),
    ] = None
    provider: Annotated[Name | None, Meta(description="The provider of `model`.")] = None
    wait_seconds: Annotated[
        int, Meta(ge=0, le=600, description="How long to wait for the end. What was launched goes on afterwards.")
    ] = 30


class Analyze(Launch, frozen=True, kw_only=True):
    """An analysis to launch."""

    engine: Annotated[Name | None, Meta(description="An engine of list_engines, by default the server's.")] = None


class CompareEngines(Launch, frozen=True, kw_only=True):
    """A comparison to launch."""

    engines: Annotated[tuple[Name, ...], Meta(min_length=2, max_length=8, description="Names of list_engines.")]
    max_cost: Annotated[
        Annotated[float, Meta(ge=0, le=1e9)] | None,
        Meta(description="US dollars; nothing starts where all may cost more together."),
    ] = None


class OneComparison(Arguments, frozen=True):
    """One comparison."""

    comparison_id: _ComparisonId


class OneAnalysis(Arguments, frozen=True):
    """One analysis."""

    analysis_id: _AnalysisId


class Evidence(Arguments, frozen=True):
    """Evidence of one analysis."""

    analysis_id: _AnalysisId
    ids: Annotated[
        tuple[Annotated[str, Meta(max_length=20)], ...],
        Meta(max_length=200, description="Ids such as E12; by default all."),
    ] = ()


class ListAnalyses(Arguments, frozen=True):
    """A page of analyses."""

    symbol: Symbol | None = None
    status: Annotated[
        tuple[Literal["queued", "running", "completed", "error"], ...], Meta(description="By default every state.")
    ] = ()
    limit: Annotated[int, Meta(ge=1, le=200, description="How many on a page.")] = 20
    page: Annotated[int, Meta(ge=1, description="The number of the page, from 1.")] = 1


class TrackRecord(Arguments, frozen=True):
    """Past decisions."""

    symbol: Symbol | None = None
    days: Annotated[int, Meta(ge=1, le=3650, description="How many days back.")] = 365
    limit: Annotated[int, Meta(ge=1, le=200, description="How many of the newest decisions to list.")] = 20


class Recommendations(Arguments, frozen=True):
    """A page of recommendations."""

    status: Annotated[
        Literal["pending", "executed", "rejected", "expired"], Meta(description="Pending ones can be executed.")
    ] = "pending"
    limit: Annotated[int, Meta(ge=1, le=200, description="How many of the newest.")] = 50


class NewsDigest(Arguments, frozen=True):
    """A digest of the news of the last hours."""

    hours: Annotated[int, Meta(ge=1, le=720, description="How many hours back.")] = 24
    reader: Annotated[
        str, Meta(min_length=1, max_length=64, description="Each reader is told each story once; any name will do.")
    ] = "mcp"


class Prices(Arguments, frozen=True):
    """Daily bars of a symbol."""

    symbol: Symbol
    until: Annotated[date | None, Meta(description="The last day, by default the newest.")] = None
    count: Annotated[int, Meta(ge=1, le=1000, description="How many days with prices.")] = 60


class Execute(Arguments, frozen=True):
    """A recommendation to execute."""

    recommendation_id: _RecommendationId
    confirm: Annotated[bool, Meta(description="Execute what looks like a repetition.")] = False


class OneRecommendation(Arguments, frozen=True):
    """One recommendation."""

    recommendation_id: _RecommendationId
