"""Routes of single analyses: launch, status, results, cancel."""

import json
import re
from typing import Any

from attrs import frozen

from tradecore.core import Tradecore
from tradecore.model.analyses import AnalysisBrief
from tradecore.model.errors import NotFound
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType
from tradecore.model.steps import Analyst
from tradecore_adapters.http.api import schemas, serializers
from tradecore_adapters.http.api.envelope import responses, succeed
from tradecore_adapters.http.api.requests import LaunchAnalysisRequest, read_body
from tradecore_adapters.http.cache import ByteCache
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.responses import BytesResponse, json_bytes
from tradecore_adapters.http.routes import IDEMPOTENCY_KEY, Parameter, Route

_ID = re.compile(r"[0-9a-fA-F-]{36}")
# Results never change, so their encoded form is cached up to this many bytes.
_RESULT_CACHE_BYTES = 16 * 1024 * 1024

EXAMPLE: Any = {
    "symbol": "NVDA",
    "assetType": "equity",
    "date": "2024-10-10",
    "analysts": ["technical", "sentiment", "news", "fundamentals"],
    "config": {"researchDepth": 3, "llmModel": "gpt-4o-mini", "llmProvider": "openai"},
}
ANALYSIS_ID = Parameter(
    "analysisId", "path", {"type": "string"}, "The id that the launch was answered with", required=True
)


@frozen
class AnalysisRoutes:
    """Launch, follow, read and cancel one analysis."""

    core: Tradecore
    body_limit: int
    result_cache: ByteCache[tuple[UserId, AnalysisId]]

    @classmethod
    def of(cls, core: Tradecore, body_limit: int) -> "AnalysisRoutes":
        """The routes with an empty result cache."""
        return cls(core, body_limit, ByteCache(_RESULT_CACHE_BYTES))

    async def launch(self, context: RequestContext) -> BytesResponse:
        """Queue an analysis."""
        caller = context.caller
        body = await read_body(context, LaunchAnalysisRequest, self.body_limit)
        brief = AnalysisBrief(
            symbol=body.symbol,
            asset_type=AssetType(body.asset_type),
            as_of=body.date,
            analysts=tuple(Analyst(name) for name in body.analysts),
            depth=body.config.research_depth,
            model=body.config.llm_model,
            provider=body.config.llm_provider,
            engine=body.config.engine,
        )
        fingerprint = json.dumps(body.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        ticket = await self.core.launch_analysis(brief, by=caller, idempotency=context.idempotency_key(fingerprint))
        location = f"/api/analyze/{ticket.analysis}/status".encode()
        return succeed(context, serializers.ticket(ticket), status=202, headers=((b"location", location),))

    async def engines(self, context: RequestContext) -> BytesResponse:
        """The engines that a launch can name."""
        return succeed(context, serializers.engines(await self.core.list_engines()))

    async def status(self, context: RequestContext) -> BytesResponse:
        """The progress of an analysis."""
        return succeed(
            context, serializers.status(await self.core.get_analysis_status(read_id(context), by=context.caller))
        )

    async def results(self, context: RequestContext) -> BytesResponse:
        """The result of a completed analysis, from the cache if it was read before."""
        id, caller = read_id(context), context.caller
        encoded = self.result_cache.get((caller.user, id))
        if encoded is None:
            encoded = json_bytes(serializers.result(await self.core.get_analysis_result(id, by=caller)))
            self.result_cache.put((caller.user, id), encoded)
        return succeed(context, encoded)

    async def cancel(self, context: RequestContext) -> BytesResponse:
        """Cancel an analysis; the response is its status afterwards."""
        id, caller = read_id(context), context.caller
        await self.core.cancel_analysis(id, by=caller)
        return succeed(context, serializers.status(await self.core.get_analysis_status(id, by=caller)))

    def routes(self) -> tuple[Route, ...]:
        """The routes of this resource."""
        return (
            Route(
                "POST",
                "/api/analyze",
                "launchAnalysis",
                "Launch an analysis",
                self.launch,
                responses(
                    schemas.TicketData,
                    401, 409, 413, 415, 422, 429,
                    status=202,
                    description="Admitted.",
                    Location="Path of its status.",
                ),
                description="An analysis of a symbol as of a day, in the queue until a worker takes it up.",
                tag="analysis",
                body=LaunchAnalysisRequest,
                example=EXAMPLE,
                parameters=(IDEMPOTENCY_KEY,),
            ),
            Route(
                "GET",
                "/api/engines",
                "listEngines",
                "List the engines",
                self.engines,
                responses(schemas.EnginesData, 401, 429),
                description="What makes analyses here; `config.engine` of a launch takes one of the names.",
                tag="analysis",
            ),
            Route(
                "GET",
                "/api/analyze/{analysisId}/status",
                "getAnalysisStatus",
                "How far an analysis is",
                self.status,
                responses(schemas.StatusData, 401, 404, 429),
                tag="analysis",
                parameters=(ANALYSIS_ID,),
            ),
            Route(
                "GET",
                "/api/analyze/{analysisId}/results",
                "getAnalysisResults",
                "What an analysis found",
                self.results,
                responses(schemas.ResultData, 401, 404, 425, 429),
                description="Only once it is completed; 425 before, and for good when it failed.",
                tag="analysis",
                parameters=(ANALYSIS_ID,),
            ),
            Route(
                "DELETE",
                "/api/analyze/{analysisId}",
                "cancelAnalysis",
                "Cancel an analysis",
                self.cancel,
                responses(schemas.StatusData, 401, 404, 409, 429),
                description="It shows as `error` with a text that says so. 409 once it has ended.",
                tag="analysis",
                parameters=(ANALYSIS_ID,),
            ),
        )  # fmt: skip


def read_id(context: RequestContext) -> AnalysisId:
    """The analysis id of the path, in lower case. Raises NotFound for text that is not a UUID."""
    text = context.path_param("analysisId")
    if not _ID.fullmatch(text):
        raise NotFound("analysis", text[:64])
    return AnalysisId(text.lower())
