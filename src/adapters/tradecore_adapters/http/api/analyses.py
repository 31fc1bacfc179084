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
from tradecore_adapters.http.answers import Answer, json_bytes
from tradecore_adapters.http.api import present, wire
from tradecore_adapters.http.api.envelope import promises, succeed
from tradecore_adapters.http.api.reading import LaunchAnalysisRequest, read_body
from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.keepsakes import Keepsakes
from tradecore_adapters.http.routes import IDEMPOTENCY_KEY, Parameter, Route

_ID = re.compile(r"[0-9a-fA-F-]{36}")
# Results are written once; this many bytes of them are kept ready to be sent again.
_KEPT = 16 * 1024 * 1024

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
class Analyses:
    """One analysis at a time."""

    core: Tradecore
    body_limit: int
    results_kept: Keepsakes[tuple[UserId, AnalysisId]]

    @classmethod
    def of(cls, core: Tradecore, body_limit: int) -> "Analyses":
        """With nothing kept yet."""
        return cls(core, body_limit, Keepsakes(_KEPT))

    async def launch(self, asked: Asked) -> Answer:
        """Admit an analysis."""
        caller = asked.caller
        body = await read_body(asked, LaunchAnalysisRequest, self.body_limit)
        brief = AnalysisBrief(
            symbol=body.symbol,
            asset_type=AssetType(body.asset_type),
            as_of=body.date,
            analysts=tuple(Analyst(name) for name in body.analysts),
            depth=body.config.research_depth,
            model=body.config.llm_model,
            provider=body.config.llm_provider,
        )
        canonical = json.dumps(body.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        ticket = await self.core.launch_analysis(brief, by=caller, once=asked.once(canonical))
        location = f"/api/analyze/{ticket.analysis}/status".encode()
        return succeed(asked, present.ticket(ticket), status=202, headers=((b"location", location),))

    async def status(self, asked: Asked) -> Answer:
        """Tell how far it is."""
        return succeed(asked, present.status(await self.core.status_of(read_id(asked), by=asked.caller)))

    async def results(self, asked: Asked) -> Answer:
        """Hand it over."""
        id, caller = read_id(asked), asked.caller
        kept = self.results_kept.get((caller.user, id))
        if kept is None:
            kept = json_bytes(present.result(await self.core.result_of(id, by=caller)))
            self.results_kept.keep((caller.user, id), kept)
        return succeed(asked, kept)

    async def cancel(self, asked: Asked) -> Answer:
        """Stop it, and tell how it stands then."""
        id, caller = read_id(asked), asked.caller
        await self.core.cancel_analysis(id, by=caller)
        return succeed(asked, present.status(await self.core.status_of(id, by=caller)))

    def routes(self) -> tuple[Route, ...]:
        """What may be asked."""
        return (
            Route(
                "POST",
                "/api/analyze",
                "launchAnalysis",
                "Launch an analysis",
                self.launch,
                promises(
                    wire.TicketData,
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
                "/api/analyze/{analysisId}/status",
                "getAnalysisStatus",
                "How far an analysis is",
                self.status,
                promises(wire.StatusData, 401, 404, 429),
                tag="analysis",
                parameters=(ANALYSIS_ID,),
            ),
            Route(
                "GET",
                "/api/analyze/{analysisId}/results",
                "getAnalysisResults",
                "What an analysis found",
                self.results,
                promises(wire.ResultData, 401, 404, 425, 429),
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
                promises(wire.StatusData, 401, 404, 409, 429),
                description="It shows as `error` with a text that says so. 409 once it has ended.",
                tag="analysis",
                parameters=(ANALYSIS_ID,),
            ),
        )  # fmt: skip


def read_id(asked: Asked) -> AnalysisId:
    """The id in the path; raises NotFound for what no id looks like."""
    text = asked.part("analysisId")
    if not _ID.fullmatch(text):
        raise NotFound("analysis", text[:64])
    return AnalysisId(text.lower())
