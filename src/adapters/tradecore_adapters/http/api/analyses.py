"""Single analyses: launch, status, results, cancel."""

import asyncio
import re
from collections.abc import Callable
from contextlib import aclosing, suppress
from typing import Annotated

from attrs import frozen
from litestar import Controller, delete, get, post
from litestar.datastructures import ResponseHeader
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, PathParameter

from tradecore.core import Tradecore
from tradecore.model.errors import NotFound
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.users import Caller, Scope
from tradecore_adapters.http.api import schemas, serializers
from tradecore_adapters.http.api.analysis_list_schemas import StepsData, steps_of
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed, succeed_encoded
from tradecore_adapters.http.api.requests import LaunchAnalysisRequest
from tradecore_adapters.http.cache import ByteCache
from tradecore_adapters.http.dependencies import Core, Dependency
from tradecore_adapters.http.openapi import LINKS, link
from tradecore_adapters.http.parameters import IdempotencyHeader, PreferHeader, idempotency_key_of, wait_seconds
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.responses import (
    BytesResponse,
    cacheable,
    entity_tag,
    json_bytes,
    matches_tag,
)
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_ID = re.compile(r"[0-9a-fA-F-]{36}")

AnalysisIdPath = Annotated[
    str, PathParameter(name="analysisId", description="The `analysisId` from the response to the launch.")
]
_LINKS = {
    "status": link("getAnalysisStatus", "analysisId", "/data/analysisId"),
    "results": link("getAnalysisResults", "analysisId", "/data/analysisId"),
    "events": link("followAnalysis", "analysisId", "/data/analysisId"),
    "cancel": link("cancelAnalysis", "analysisId", "/data/analysisId"),
}
# Results never change, so their encoded form is cached up to this many bytes.
_RESULT_CACHE_BYTES = 16 * 1024 * 1024


@frozen
class EncodedResult:
    """The entity tag of a result, and a call that returns its encoded JSON: a client that has it needs the tag only."""

    tag: bytes
    body: Callable[[], bytes]


class EncodedResults:
    """Results of analyses as encoded JSON, with a cache of those read last."""

    def __init__(self, core: Tradecore) -> None:
        self._core = core
        self._cache: ByteCache[tuple[UserId, AnalysisId]] = ByteCache(_RESULT_CACHE_BYTES)

    async def __call__(self, id: AnalysisId, *, by: Caller) -> EncodedResult:
        """The result of an analysis of this caller. Raises NotFound, NotReady."""
        cached = self._cache.get((by.user, id))
        if cached is not None:
            return EncodedResult(cached.tag, cached.decompress)
        body = json_bytes(serializers.result(await self._core.get_analysis_result(id, by=by)))
        tag = entity_tag(body)
        self._cache.put((by.user, id), body, tag)
        return EncodedResult(tag, lambda: body)


class AnalysisController(Controller):
    """Launch, follow, read and cancel one analysis.

    Launch, status and results are the busiest routes, so they return encoded bytes: docs/decisions has the figures.
    """

    path = "/api/analyze"
    tags = ("analysis",)
    security = (ACCESS_TOKEN,)

    @post(
        status_code=202,
        opt={SCOPE: Scope.LAUNCH, LINKS: _LINKS},
        operation_id="launchAnalysis",
        summary="Launch an analysis",
        description="Queues an analysis of a symbol as of a day; a worker starts it when one is free.",
        response_headers=(ResponseHeader("Location", documentation_only=True, description="Path of its status."),),
        responses={
            202: ResponseSpec(Succeeded[schemas.TicketData], description="Queued.", generate_examples=False),
            **errors_of(401, 409, 413, 415, 422, 429),
        },
    )
    async def launch(
        self,
        request: JsonRequest,
        core: Core,
        data: JSONBody[LaunchAnalysisRequest],
        idempotency_key: IdempotencyHeader = None,
    ) -> BytesResponse:
        """Queue an analysis. Raises Invalid, QueueFull, KeyReused, StillRunning as LaunchAnalysis does."""
        idempotency = idempotency_key_of(idempotency_key, data.fingerprint)
        ticket = await core.launch_analysis(data.brief, by=request.user, idempotency=idempotency)
        location = f"{request.context.root_path}/api/analyze/{ticket.analysis}/status"
        headers = ((b"location", location.encode()),)
        return succeed_encoded(request.context, serializers.ticket(ticket), headers, status=202)

    @get(
        "/{analysisId:str}/status",
        operation_id="getAnalysisStatus",
        summary="Get the progress of an analysis",
        responses={
            200: ResponseSpec(Succeeded[schemas.StatusData], description="The progress.", generate_examples=False),
            **errors_of(401, 404, 429),
        },
    )
    async def status(
        self, request: JsonRequest, core: Core, analysis_id: AnalysisIdPath, prefer: PreferHeader = None
    ) -> BytesResponse:
        """The progress of an analysis, at its next change if the client prefers to wait. Raises NotFound."""
        id, caller, context = read_id(analysis_id), request.user, request.context
        if prefer and (seconds := wait_seconds(prefer, context.deadline_seconds)):
            await _wait_for_change(core, id, by=caller, seconds=seconds)
            context.response_headers.append((b"preference-applied", b"wait=%d" % seconds))
        return succeed_encoded(context, serializers.status(await core.get_analysis_status(id, by=caller)))

    @get(
        "/{analysisId:str}/results",
        operation_id="getAnalysisResults",
        summary="Get the result of an analysis",
        description="Available once the analysis has completed; 425 before, and for good when it failed.",
        responses={
            200: ResponseSpec(Succeeded[schemas.ResultData], description="The result.", generate_examples=False),
            304: ResponseSpec(None, description="The client has the result: `If-None-Match` had its `ETag`."),
            **errors_of(401, 404, 425, 429),
        },
    )
    async def results(
        self,
        request: JsonRequest,
        encoded_results: Dependency[EncodedResults],
        analysis_id: AnalysisIdPath,
    ) -> BytesResponse:
        """The result of a completed analysis. Raises NotFound, NotReady."""
        context = request.context
        result = await encoded_results(read_id(analysis_id), by=request.user)
        headers = cacheable(result.tag)
        if matches_tag(context.headers, result.tag):
            return BytesResponse(304, headers=headers)
        return succeed_encoded(context, result.body(), headers)

    @get(
        "/{analysisId:str}/steps",
        operation_id="getAnalysisSteps",
        summary="Get what the agents have said so far",
        description="Available in every state: reports, arguments, rulings, plan, risk and decision, as soon as each "
        "is settled.",
        response_description="The steps so far, in order.",
        responses=errors_of(401, 404, 429),
    )
    async def steps(self, request: JsonRequest, core: Core, analysis_id: AnalysisIdPath) -> Succeeded[StepsData]:
        """What the agents have said so far. Raises NotFound."""
        return succeed(request.context, steps_of(await core.list_steps(read_id(analysis_id), by=request.user)))

    @delete(
        "/{analysisId:str}",
        status_code=200,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="cancelAnalysis",
        summary="Cancel an analysis",
        description="Its status becomes `error`, with a text that says it was cancelled. 409 once it has ended.",
        response_description="The status after the cancellation.",
        responses=errors_of(401, 404, 409, 429),
    )
    async def cancel(
        self, request: JsonRequest, core: Core, analysis_id: AnalysisIdPath
    ) -> Succeeded[schemas.StatusData]:
        """Cancel an analysis; the response is its status afterwards. Raises NotFound, IllegalMove."""
        id, caller = read_id(analysis_id), request.user
        await core.cancel_analysis(id, by=caller)
        return succeed(request.context, serializers.status(await core.get_analysis_status(id, by=caller)))


async def _wait_for_change(core: Tradecore, id: AnalysisId, *, by: Caller, seconds: float) -> None:
    """Return at the next event of an analysis, at once if it has ended, and after `seconds` at the latest."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds), core.watch_analysis(id, by=by) as watch:
            if not watch.snapshot.ended:
                async with aclosing(watch.events()) as events:
                    await anext(events)


def read_id(text: str) -> AnalysisId:
    """The analysis id of a path, in lower case. Raises NotFound for text that is not a UUID."""
    if not _ID.fullmatch(text):
        raise NotFound("analysis", text[:64])
    return AnalysisId(text.lower())
