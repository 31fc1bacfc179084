"""The tools: what each one takes and returns, which scope it needs, and the calls of the API that it makes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import chain, repeat
from time import monotonic
from typing import Any, TypeVar

from attrs import frozen
from msgspec import Struct

from tradecore.model.analyses import RULES
from tradecore.model.market import symbol as read_symbol
from tradecore.model.traded_volume import usual_asset_type
from tradecore_adapters import ambient
from tradecore_adapters.client import AsyncClient, models
from tradecore_adapters.client.calls import Call
from tradecore_adapters.client.calls.call import segment
from tradecore_adapters.mcp import answers, arguments

A = TypeVar("A", bound=arguments.Arguments)
# Reports progress: percent, and what happens now.
Report = Callable[[float, str], Awaitable[None]]

# How long to wait before the state of an analysis or digest is read again, in seconds; each reading is a request.
_POLL_INTERVALS = (0.2, 0.5, 1.0, 2.0)
_DIGEST_TIMEOUT = 120.0


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
    call: Callable[[AsyncClient, Any, Report], Awaitable[Struct]]
    scope: str = "read"
    untrusted: bool = False
    destructive: bool = False


def _pauses() -> Iterator[float]:
    return chain(_POLL_INTERVALS, repeat(_POLL_INTERVALS[-1]))


async def _analyze(client: AsyncClient, wanted: arguments.Analyze, report: Report) -> answers.LaunchedAnalysis:
    provider, model = wanted.provider or "", wanted.model
    if model is None and wanted.engine is None:
        default = next((row for row in (await client.language_models()).models if row.default), None)
        provider, model = (default.provider, default.name) if default else ("", None)
    symbol = read_symbol(wanted.symbol)
    ticket = await client.launch(
        symbol,
        wanted.date or ambient.now().date(),
        asset_type=wanted.asset_type or usual_asset_type(symbol),
        analysts=wanted.analysts,
        depth=wanted.depth,
        model=model or RULES,
        provider=provider,
        engine=wanted.engine or "",
    )
    until, last = monotonic() + wanted.wait_seconds, -1
    for pause in _pauses():
        status = await client.status(ticket.analysis_id)
        percent = status.progress.overall_percent
        if percent > last:
            await report(percent, status.progress.current_agent or status.status)
            last = percent
        if status.status in ("completed", "error") or monotonic() >= until:
            break
        await asyncio.sleep(pause)
    decision = (await client.results(ticket.analysis_id)).decision if status.status == "completed" else None
    return answers.LaunchedAnalysis(ticket.analysis_id, status.status, percent, decision, status.error, ticket.notice)


async def _get_analysis(client: AsyncClient, wanted: arguments.OneAnalysis, report: Report) -> answers.AnalysisReport:
    status = await client.status(wanted.analysis_id)
    results = await client.results(wanted.analysis_id) if status.status == "completed" else None
    return answers.AnalysisReport(
        wanted.analysis_id, status.status, status.progress.overall_percent, results, status.error
    )


async def _get_evidence(client: AsyncClient, wanted: arguments.Evidence, report: Report) -> answers.EvidenceList:
    id = wanted.analysis_id
    path = f"/api/analyze/{segment(id)}/results"
    every = (await client.perform(Call(answers.RawResults, "GET", path, resource_id=id))).evidence
    chosen = [item for item in every if not wanted.ids or item.id in wanted.ids]
    missing = [name for name in wanted.ids if name not in {item.id for item in every}]
    return answers.EvidenceList(id, tuple(chosen), tuple(missing))


async def _list_analyses(client: AsyncClient, wanted: arguments.ListAnalyses, report: Report) -> models.Analyses:
    return await client.analyses(symbol=wanted.symbol, status=wanted.status, limit=wanted.limit, page=wanted.page)


async def _get_track_record(client: AsyncClient, wanted: arguments.TrackRecord, report: Report) -> answers.TrackRecord:
    history = await client.history(symbol=wanted.symbol, days=wanted.days, limit=wanted.limit)
    return answers.TrackRecord(history, await client.calibration())


async def _get_portfolio(client: AsyncClient, wanted: arguments.Nothing, report: Report) -> models.Portfolio:
    return await client.portfolio()


async def _list_recommendations(
    client: AsyncClient, wanted: arguments.Recommendations, report: Report
) -> answers.RecommendationList:
    return answers.RecommendationList(await client.recommendations(wanted.status, limit=wanted.limit))


async def _news_digest(client: AsyncClient, wanted: arguments.NewsDigest, report: Report) -> answers.DigestReport:
    ticket = await client.launch_digest(wanted.hours, wanted.reader)
    until = monotonic() + _DIGEST_TIMEOUT
    for pause in _pauses():
        status = await client.digest_status(ticket.job_id)
        if status.status in ("completed", "failed") or monotonic() >= until:
            break
        await report(0, status.status)
        await asyncio.sleep(pause)
    text = (await client.digest_result(ticket.job_id)).report if status.status == "completed" else ""
    return answers.DigestReport(ticket.job_id, status.status, text, status.error)


async def _list_watchlists(client: AsyncClient, wanted: arguments.Nothing, report: Report) -> models.Watchlists:
    return await client.watchlists()


async def _list_schedules(client: AsyncClient, wanted: arguments.Nothing, report: Report) -> models.Schedules:
    return await client.schedules()


async def _list_sources(client: AsyncClient, wanted: arguments.Nothing, report: Report) -> models.Sources:
    return await client.sources(limit=200)


async def _get_prices(client: AsyncClient, wanted: arguments.Prices, report: Report) -> models.Bars:
    return await client.bars(wanted.symbol, until=wanted.until, count=wanted.count)


async def _execute(client: AsyncClient, wanted: arguments.Execute, report: Report) -> models.Execution:
    return await client.execute(wanted.recommendation_id, confirm=wanted.confirm)


async def _reject(client: AsyncClient, wanted: arguments.OneRecommendation, report: Report) -> models.Rejection:
    return await client.reject(wanted.recommendation_id)


TOOLS = (
    Tool(
        "analyze",
        "Analyse a symbol",
        "Launch an analysis of a share or crypto pair by analysts, a debate, a trader and a risk manager, as of a day. "
        "Returns the decision if it ends within wait_seconds, else the id for get_analysis.",
        arguments.Analyze,
        answers.LaunchedAnalysis,
        _analyze,
        scope="launch",
        untrusted=True,
    ),
    Tool(
        "get_analysis",
        "Read an analysis",
        "How an analysis stands; once it is completed its decision with price levels, reports, debate and risk.",
        arguments.OneAnalysis,
        answers.AnalysisReport,
        _get_analysis,
        untrusted=True,
    ),
    Tool(
        "get_evidence",
        "Read evidence",
        "The statements that sentences of an analysis cite as [E12], each with value, unit, source and day.",
        arguments.Evidence,
        answers.EvidenceList,
        _get_evidence,
        untrusted=True,
    ),
    Tool(
        "list_analyses",
        "List analyses",
        "Analyses of the user, newest first, in every state or in some.",
        arguments.ListAnalyses,
        models.Analyses,
        _list_analyses,
        untrusted=True,
    ),
    Tool(
        "get_track_record",
        "Read the track record",
        "What became of past decisions: returns, hit rate, Sharpe ratio, and whether confidence held.",
        arguments.TrackRecord,
        answers.TrackRecord,
        _get_track_record,
    ),
    Tool(
        "get_portfolio",
        "Read the portfolio",
        "Cash, positions and performance at the newest prices. Positions without a price are in no total.",
        arguments.Nothing,
        models.Portfolio,
        _get_portfolio,
    ),
    Tool(
        "list_recommendations",
        "List recommendations",
        "What completed analyses recommend: pending ones can be executed or rejected by the user.",
        arguments.Recommendations,
        answers.RecommendationList,
        _list_recommendations,
        untrusted=True,
    ),
    Tool(
        "news_digest",
        "Read the news",
        "A digest of the crypto and market news of the last hours. Each reader is told each story once.",
        arguments.NewsDigest,
        answers.DigestReport,
        _news_digest,
        scope="launch",
        untrusted=True,
    ),
    Tool(
        "list_sources",
        "List news sources",
        "The news sources with their health.",
        arguments.Nothing,
        models.Sources,
        _list_sources,
        untrusted=True,
    ),
    Tool(
        "list_watchlists",
        "List watchlists",
        "The lists of symbols that the user follows; that with the id positions has what the user holds.",
        arguments.Nothing,
        models.Watchlists,
        _list_watchlists,
        untrusted=True,
    ),
    Tool(
        "list_schedules",
        "List schedules",
        "What is analysed or read for the user at certain times, and when each runs next.",
        arguments.Nothing,
        models.Schedules,
        _list_schedules,
        untrusted=True,
    ),
    Tool(
        "get_prices",
        "Read prices",
        "Daily bars of a symbol, oldest first, with their source. Synthetic ones are marked.",
        arguments.Prices,
        models.Bars,
        _get_prices,
    ),
    Tool(
        "execute_recommendation",
        "Execute a recommendation",
        "Send the order of a pending recommendation to the user's broker, at most once. Ask the user before.",
        arguments.Execute,
        models.Execution,
        _execute,
        scope="trade",
        destructive=True,
    ),
    Tool(
        "reject_recommendation",
        "Reject a recommendation",
        "Reject a pending recommendation for good. Ask the user before.",
        arguments.OneRecommendation,
        models.Rejection,
        _reject,
        scope="trade",
        destructive=True,
    ),
)
