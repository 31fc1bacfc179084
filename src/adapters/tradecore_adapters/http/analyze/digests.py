"""Routes of news digests: request one, poll its status, fetch its result."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from tradecore.core import Tradecore
from tradecore.model.digests import DigestId
from tradecore.model.errors import NotFound
from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief
from tradecore_adapters.http.analyze import schemas
from tradecore_adapters.http.analyze.error_details import responses
from tradecore_adapters.http.analyze.requests import AnalyzeRequest, InvalidBody, read_request
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.responses import BytesResponse, json_bytes
from tradecore_adapters.http.routes import API_KEY, IDEMPOTENCY_KEY, Parameter, Route

# The Retry-After of a job that has not ended, in seconds.
_POLL_SECONDS = b"5"
_MARKDOWN = b"text/markdown"
_ZERO_WEIGHT = re.compile(rb"\bq=0(\.0*)?$")

EXAMPLE: Any = {"hours": 1, "user_id": "my_agent_01"}
JOB_ID = Parameter("job_id", "path", {"type": "string"}, "The id that the request was answered with", required=True)


@frozen
class DigestRoutes:
    """Request and read one news digest."""

    core: Tradecore
    body_limit: int

    async def create(self, context: RequestContext) -> BytesResponse:
        """Queue a digest: 202 with its id. Raises Invalid, QueueFull, KeyReused as LaunchDigest does."""
        caller = context.caller
        try:
            body = await read_request(context, self.body_limit)
        except InvalidBody as invalid:
            return BytesResponse(422, invalid.details)
        brief = DigestBrief(user_id=UserId(body.user_id), hours=body.hours)
        idempotency = context.idempotency_key(f"{body.hours} {body.user_id}")
        ticket = await self.core.launch_digest(brief, by=caller, idempotency=idempotency)
        created = schemas.created(ticket)
        headers = ((b"location", created.status_url.encode()), (b"retry-after", _POLL_SECONDS))
        return BytesResponse(202, json_bytes(created), headers)

    async def status(self, context: RequestContext) -> BytesResponse:
        """The status of a digest. Raises NotFound."""
        with _digest_id(context) as id:
            digest = await self.core.get_digest_status(id, by=context.caller)
        headers = () if digest.ended else ((b"retry-after", _POLL_SECONDS),)
        return BytesResponse(200, json_bytes(schemas.status(digest)), headers)

    async def result(self, context: RequestContext) -> BytesResponse:
        """The result, as bare Markdown if it is completed and the client accepts that. Raises NotFound."""
        with _digest_id(context) as id:
            digest, result = await self.core.get_digest_result(id, by=context.caller)
        if result and _wants_markdown(context):
            return BytesResponse(200, result.markdown.encode(), media_type=_MARKDOWN + b"; charset=utf-8")
        return BytesResponse(200, json_bytes(schemas.result(digest, result)))

    async def items(self, context: RequestContext) -> BytesResponse:
        """Every item the digest considered, with the reason. Raises NotFound."""
        with _digest_id(context) as id:
            digest, result = await self.core.get_digest_result(id, by=context.caller)
        return BytesResponse(200, json_bytes(schemas.items(digest, result)))

    def routes(self) -> tuple[Route, ...]:
        """The routes of this resource."""
        return (
            Route(
                "POST",
                "/analyze",
                "createAnalyzeJob",
                "Ask for a digest of the news",
                self.create,
                responses(
                    schemas.AnalyzeJob,
                    400, 409, 413, 422,
                    status=202,
                    description="Accepted; poll its status.",
                    Location="Path of its status.",
                    Retry_After="Seconds between polls.",
                ),
                description="What is new to this user in the last hours, each thing told once, as a job.",
                tag="news",
                credential=API_KEY,
                body=AnalyzeRequest,
                example=EXAMPLE,
                parameters=(IDEMPOTENCY_KEY,),
            ),
            Route(
                "GET",
                "/analyze/{job_id}",
                "getAnalyzeJob",
                "How a digest stands",
                self.status,
                responses(schemas.AnalyzeStatus, 404, description="How it stands; `status` is what counts."),
                tag="news",
                credential=API_KEY,
                parameters=(JOB_ID,),
            ),
            Route(
                "GET",
                "/analyze/{job_id}/result",
                "getAnalyzeResult",
                "The report",
                self.result,
                responses(schemas.AnalyzeResult, 404, description="In every state; `report` is empty until completed."),
                description="`Accept: text/markdown` gets the bare report of a completed job.",
                tag="news",
                credential=API_KEY,
                parameters=(JOB_ID,),
            ),
            Route(
                "GET",
                "/analyze/{job_id}/items",
                "getAnalyzeItems",
                "What became of every item",
                self.items,
                responses(schemas.AnalyzeItems, 404, description="Every item that was looked at, with the reason."),
                tag="news",
                credential=API_KEY,
                parameters=(JOB_ID,),
            ),
        )  # fmt: skip


@contextmanager
def _digest_id(context: RequestContext) -> Iterator[DigestId]:
    """The digest that the path names. Raises NotFound with the documented id, also for a NotFound of the core."""
    job_id = context.path_param("job_id")
    id = schemas.digest_id_of(job_id)
    if id is None:
        raise NotFound("job", job_id[:64])
    try:
        yield id
    except NotFound:
        # Without a cause: refusals with one are logged as failures of the outside world.
        raise NotFound("digest", job_id) from None


def _wants_markdown(context: RequestContext) -> bool:
    """Whether the Accept header names Markdown with a weight above 0."""
    for accepted in context.headers.get(b"accept", b"").lower().split(b","):
        media, _, rest = accepted.replace(b" ", b"").partition(b";")
        if media == _MARKDOWN:
            return not _ZERO_WEIGHT.search(rest)
    return False
