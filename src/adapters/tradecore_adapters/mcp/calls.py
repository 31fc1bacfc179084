"""What the tools do: the calls of the HTTP API that each one makes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import date
from itertools import chain, repeat
from time import monotonic
from typing import TypedDict, TypeVar

from attrs import frozen

from tradecore.model.analysis_briefs import RULES
from tradecore.model.errors import Busy, Unavailable
from tradecore.model.market import symbol as read_symbol
from tradecore.model.traded_volume import usual_asset_type
from tradecore_adapters.client import AsyncClient, models
from tradecore_adapters.client.calls import Call
from tradecore_adapters.client.calls.call import segment
from tradecore_adapters.mcp import answers, arguments

S = TypeVar("S")


@frozen
class Turn:
    """One call of a tool: how to report its progress, and the day at the server.

    `report` takes how much is done, of how much, and what happens now.
    """

    report: Callable[[float, float, str], Awaitable[None]]
    today: date


# How long to wait before the state of what was launched is read again, in seconds; each reading is a request.
_POLL_INTERVALS = (0.2, 0.5, 1.0, 2.0)
_DIGEST_TIMEOUT = 120.0
_ENDED = ("completed", "error", "failed")
_DIGEST_STAGES = ("queued", "running", "completed")


async def analyze(client: AsyncClient, wanted: arguments.Analyze, turn: Turn) -> answers.LaunchedAnalysis:
    """Launch an analysis, and return its decision or how far it is when the time is over."""
    brief = await _brief(client, wanted, turn.today, default_model=wanted.engine is None)
    ticket = await client.launch(**brief, engine=wanted.engine or "")
    id, percent = ticket.analysis_id, 0
    answer = answers.LaunchedAnalysis(id, ticket.status, percent, notice=ticket.notice)
    await turn.report(percent, 100, f"analysis {id}")
    async for status, results in _states(lambda: _analysis(client, id), wanted.wait_seconds):
        if status.progress.overall_percent > percent:
            percent = status.progress.overall_percent
            await turn.report(percent, 100, status.progress.current_agent or status.status)
        decision, engine = (results.decision, results.metadata.engine) if results else (None, None)
        answer = answers.LaunchedAnalysis(id, status.status, percent, decision, engine, status.error, ticket.notice)
        if status.status in _ENDED:
            break
    return answer


async def compare_engines(client: AsyncClient, wanted: arguments.CompareEngines, turn: Turn) -> models.Comparison:
    """Launch a comparison, and return it as it is when all has ended or the time is over.

    Raises Unavailable, with the id, where it was launched and cannot be read.
    """
    brief = await _brief(client, wanted, turn.today)
    ticket = await client.launch_comparison(**brief, engines=wanted.engines, max_cost=wanted.max_cost)
    id, percent, comparison = ticket.comparison_id, 0, None
    await turn.report(percent, 100, f"comparison {id}")
    async for comparison in _states(lambda: client.comparison(id), wanted.wait_seconds):
        if comparison.progress > percent:
            percent = comparison.progress
            await turn.report(percent, 100, comparison.status)
        if comparison.status in _ENDED:
            break
    if comparison is None:
        raise Unavailable(f"The comparison {id} was launched and cannot be read now; read it with get_comparison.")
    return comparison


async def cancel_analysis(client: AsyncClient, wanted: arguments.OneAnalysis, turn: Turn) -> answers.AnalysisReport:
    """Cancel an analysis."""
    status = await client.cancel(wanted.analysis_id)
    return answers.AnalysisReport(
        wanted.analysis_id, status.status, status.progress.overall_percent, error=status.error
    )


async def cancel_comparison(client: AsyncClient, wanted: arguments.OneComparison, turn: Turn) -> models.Comparison:
    """Cancel what of a comparison still runs."""
    return await client.cancel_comparison(wanted.comparison_id)


async def list_engines(client: AsyncClient, wanted: arguments.Nothing, turn: Turn) -> answers.EngineList:
    """What a launch can name."""
    return answers.EngineList((await client.engines()).engines, (await client.language_models()).models)


async def get_comparison(client: AsyncClient, wanted: arguments.OneComparison, turn: Turn) -> models.Comparison:
    """A comparison of engines."""
    return await client.comparison(wanted.comparison_id)


async def get_analysis(client: AsyncClient, wanted: arguments.OneAnalysis, turn: Turn) -> answers.AnalysisReport:
    """How an analysis stands, with its results once it is completed."""
    status, results = await _analysis(client, wanted.analysis_id)
    return answers.AnalysisReport(
        wanted.analysis_id, status.status, status.progress.overall_percent, results, status.error
    )


async def get_evidence(client: AsyncClient, wanted: arguments.Evidence, turn: Turn) -> answers.EvidenceList:
    """The evidence of an analysis, all of it or some."""
    id = wanted.analysis_id
    path = f"/api/analyze/{segment(id)}/results"
    every = (await client.perform(Call(answers.RawResults, "GET", path, resource_id=id))).evidence
    # Sentences have them in brackets.
    ids = [name.strip("[] ") for name in wanted.ids]
    chosen = [item for item in every if not ids or item.id in ids]
    missing = [name for name in ids if name not in {item.id for item in every}]
    return answers.EvidenceList(id, tuple(chosen), tuple(missing))


async def list_analyses(client: AsyncClient, wanted: arguments.ListAnalyses, turn: Turn) -> models.Analyses:
    """A page of analyses."""
    return await client.analyses(symbol=wanted.symbol, status=wanted.status, limit=wanted.limit, page=wanted.page)


async def get_track_record(client: AsyncClient, wanted: arguments.TrackRecord, turn: Turn) -> answers.TrackRecord:
    """Past decisions with their metrics, and the calibration of confidence."""
    history = await client.history(symbol=wanted.symbol, days=wanted.days, limit=wanted.limit)
    return answers.TrackRecord(history, await client.calibration())


async def get_portfolio(client: AsyncClient, wanted: arguments.Nothing, turn: Turn) -> models.Portfolio:
    """The portfolio at the newest prices."""
    return await client.portfolio()


async def list_recommendations(
    client: AsyncClient, wanted: arguments.Recommendations, turn: Turn
) -> answers.RecommendationList:
    """Recommendations of one state."""
    return answers.RecommendationList(await client.recommendations(wanted.status, limit=wanted.limit))


async def news_digest(client: AsyncClient, wanted: arguments.NewsDigest, turn: Turn) -> answers.DigestReport:
    """Make a digest and return it."""
    ticket = await client.launch_digest(wanted.hours, wanted.reader)
    id, stage = ticket.job_id, 0
    answer = answers.DigestReport(id, ticket.status, "")
    await turn.report(stage, len(_DIGEST_STAGES), f"digest {id}")

    async def read() -> answers.DigestReport:
        status = await client.digest_status(id)
        text = (await client.digest_result(id)).report if status.status == "completed" else ""
        return answers.DigestReport(id, status.status, text, status.error)

    async for answer in _states(read, _DIGEST_TIMEOUT):
        if answer.status in _DIGEST_STAGES[stage:]:
            stage = _DIGEST_STAGES.index(answer.status) + 1
            await turn.report(stage, len(_DIGEST_STAGES), answer.status)
        if answer.status in _ENDED:
            break
    return answer


async def list_watchlists(client: AsyncClient, wanted: arguments.Nothing, turn: Turn) -> models.Watchlists:
    """The watchlists of the user."""
    return await client.watchlists()


async def list_schedules(client: AsyncClient, wanted: arguments.Nothing, turn: Turn) -> models.Schedules:
    """The schedules of the user."""
    return await client.schedules()


async def list_sources(client: AsyncClient, wanted: arguments.Nothing, turn: Turn) -> models.Sources:
    """The news sources."""
    return await client.sources(limit=200)


async def get_prices(client: AsyncClient, wanted: arguments.Prices, turn: Turn) -> models.Bars:
    """Daily bars of a symbol."""
    return await client.bars(read_symbol(wanted.symbol), until=wanted.until, count=wanted.count)


async def execute_recommendation(client: AsyncClient, wanted: arguments.Execute, turn: Turn) -> models.Execution:
    """Send the order of a recommendation."""
    return await client.execute(wanted.recommendation_id, confirm=wanted.confirm)


async def reject_recommendation(
    client: AsyncClient, wanted: arguments.OneRecommendation, turn: Turn
) -> models.Rejection:
    """Reject a recommendation."""
    return await client.reject(wanted.recommendation_id)


async def _analysis(client: AsyncClient, id: str) -> tuple[models.Status, models.Results | None]:
    """The status of an analysis, and its results once it is completed."""
    status = await client.status(id)
    return status, await client.results(id) if status.status == "completed" else None


class _Brief(TypedDict):
    """What launches of analyses and of comparisons have in common."""

    symbol: str
    day: date
    asset_type: str
    analysts: Sequence[str]
    depth: int
    risk_rounds: int
    model: str
    provider: str


async def _brief(client: AsyncClient, wanted: arguments.Launch, today: date, *, default_model: bool = True) -> _Brief:
    """What to launch; without a model, with that of the server, or with none."""
    symbol, provider, model = read_symbol(wanted.symbol), wanted.provider or "", wanted.model or RULES
    if wanted.model is None and default_model:
        for row in (await client.language_models()).models:
            if row.default:
                provider, model = row.provider, row.name
    return {
        "symbol": symbol,
        "day": wanted.date or today,
        "asset_type": wanted.asset_type or usual_asset_type(symbol),
        "analysts": wanted.analysts,
        "depth": wanted.depth,
        "risk_rounds": wanted.risk_rounds,
        "model": model,
        "provider": provider,
    }


async def _states(read: Callable[[], Awaitable[S]], seconds: float) -> AsyncIterator[S]:
    """What `read` returns, in growing intervals until so many seconds are over; what is refused for now is left out."""
    until = monotonic() + seconds
    for interval in chain(_POLL_INTERVALS, repeat(_POLL_INTERVALS[-1])):
        with suppress(Busy, Unavailable):
            yield await read()
        if monotonic() >= until:
            return
        await asyncio.sleep(interval)
