"""The tools: what each one takes and returns, which scope it needs, and what it does."""

from collections.abc import Awaitable, Callable
from typing import Any

from attrs import frozen
from msgspec import Struct

from tradecore_adapters.client import AsyncClient, models
from tradecore_adapters.mcp import answers, arguments, calls


@frozen
class Tool:
    """A tool with its texts; `scope` is what a token needs to see and call it.

    `untrusted` says that its answer has text of news sources, models or users, `destructive` that it moves money.
    """

    name: str
    title: str
    description: str
    arguments: type[arguments.Arguments]
    returns: type[Struct]
    call: Callable[[AsyncClient, Any, calls.Turn], Awaitable[Struct]]
    scope: str = "read"
    untrusted: bool = False
    destructive: bool = False


TOOLS = (
    Tool(
        "analyze",
        "Analyse a symbol",
        "Launch an analysis of a share or crypto pair by analysts, a debate, a trader and a risk manager, as of a day. "
        "Returns the decision if it ends within wait_seconds, else the id for get_analysis. Each call launches another "
        "one: where a call was interrupted, its analysis goes on, and list_analyses has it.",
        arguments.Analyze,
        answers.LaunchedAnalysis,
        calls.analyze,
        scope="launch",
        untrusted=True,
    ),
    Tool(
        "get_analysis",
        "Read an analysis",
        "How an analysis stands; once it is completed its decision with price levels, reports, debate and risk.",
        arguments.OneAnalysis,
        answers.AnalysisReport,
        calls.get_analysis,
        untrusted=True,
    ),
    Tool(
        "get_evidence",
        "Read evidence",
        "The statements that sentences of an analysis cite as [E12], each with value, unit, source and day.",
        arguments.Evidence,
        answers.EvidenceList,
        calls.get_evidence,
        untrusted=True,
    ),
    Tool(
        "list_analyses",
        "List analyses",
        "Analyses of the user, newest first, in every state or in some.",
        arguments.ListAnalyses,
        models.Analyses,
        calls.list_analyses,
        untrusted=True,
    ),
    Tool(
        "compare_engines",
        "Compare engines",
        "Launch the same analysis by several engines over one snapshot of evidence. Returns the answers side by side, "
        "where they disagree and on which evidence, or how far it is after wait_seconds. Recommends nothing.",
        arguments.CompareEngines,
        models.Comparison,
        calls.compare_engines,
        scope="launch",
        untrusted=True,
    ),
    Tool(
        "cancel_analysis",
        "Cancel an analysis",
        "Stop a queued or running analysis of the user. What it has cost until then is spent.",
        arguments.OneAnalysis,
        answers.AnalysisReport,
        calls.cancel_analysis,
        scope="launch",
        untrusted=True,
    ),
    Tool(
        "cancel_comparison",
        "Cancel a comparison",
        "Stop what of a comparison is queued or running. Answers that it has stay.",
        arguments.OneComparison,
        models.Comparison,
        calls.cancel_comparison,
        scope="launch",
        untrusted=True,
    ),
    Tool(
        "list_engines",
        "List engines and models",
        "The engines and language models that analyze and compare_engines can name, whether each is available and "
        "why not, what models cost in US dollars per million tokens, and the record of each engine.",
        arguments.Nothing,
        answers.EngineList,
        calls.list_engines,
    ),
    Tool(
        "get_comparison",
        "Read a comparison",
        "How a comparison of engines stands, with the answers that there are so far.",
        arguments.OneComparison,
        models.Comparison,
        calls.get_comparison,
        untrusted=True,
    ),
    Tool(
        "get_track_record",
        "Read the track record",
        "What became of past decisions: returns, hit rate, Sharpe ratio, and whether confidence held.",
        arguments.TrackRecord,
        answers.TrackRecord,
        calls.get_track_record,
    ),
    Tool(
        "get_portfolio",
        "Read the portfolio",
        "Cash, positions and performance at the newest prices. Positions without a price are in no total.",
        arguments.Nothing,
        models.Portfolio,
        calls.get_portfolio,
    ),
    Tool(
        "list_recommendations",
        "List recommendations",
        "What completed analyses recommend: pending ones can be executed or rejected by the user.",
        arguments.Recommendations,
        answers.RecommendationList,
        calls.list_recommendations,
        untrusted=True,
    ),
    Tool(
        "news_digest",
        "Read the news",
        "A digest of the crypto and market news of the last hours. Each reader is told each story once.",
        arguments.NewsDigest,
        answers.DigestReport,
        calls.news_digest,
        scope="launch",
        untrusted=True,
    ),
    Tool(
        "list_sources",
        "List news sources",
        "The news sources with their health.",
        arguments.Nothing,
        models.Sources,
        calls.list_sources,
        untrusted=True,
    ),
    Tool(
        "list_watchlists",
        "List watchlists",
        "The lists of symbols that the user follows; that with the id positions has what the user holds.",
        arguments.Nothing,
        models.Watchlists,
        calls.list_watchlists,
        untrusted=True,
    ),
    Tool(
        "list_schedules",
        "List schedules",
        "What is analysed or read for the user at certain times, and when each runs next.",
        arguments.Nothing,
        models.Schedules,
        calls.list_schedules,
        untrusted=True,
    ),
    Tool(
        "get_prices",
        "Read prices",
        "Daily bars of a symbol, oldest first, with their source. Synthetic ones are marked.",
        arguments.Prices,
        models.Bars,
        calls.get_prices,
    ),
    Tool(
        "execute_recommendation",
        "Execute a recommendation",
        "Send the order of a pending recommendation to the user's broker, at most once. Ask the user before.",
        arguments.Execute,
        models.Execution,
        calls.execute_recommendation,
        scope="trade",
        destructive=True,
    ),
    Tool(
        "reject_recommendation",
        "Reject a recommendation",
        "Reject a pending recommendation for good. Ask the user before.",
        arguments.OneRecommendation,
        models.Rejection,
        calls.reject_recommendation,
        scope="trade",
        destructive=True,
    ),
)
