"""News digests: request one, poll its status, fetch its result."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, PathParameter

from tradecore.model.digests import DigestId
from tradecore.model.errors import NotFound
from tradecore.model.ids import UserId
from tradecore.model.news import EVERYTHING, DigestBrief
from tradecore.model.users import Scope
from tradecore_adapters.http.analyze import schemas
from tradecore_adapters.http.analyze.error_details import errors_of
from tradecore_adapters.http.analyze.requests import AnalyzeRequest, DigestRequest, InvalidBody
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.digest_ids import digest_id_of
from tradecore_adapters.http.openapi import LINKS, link
from tradecore_adapters.http.parameters import IdempotencyHeader, idempotency_key_of
from tradecore_adapters.http.responses import (
    BytesResponse,
    JsonResponse,
    cacheable,
    entity_tag,
    json_bytes,
    matches_tag,
)
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN, API_KEY

# The Retry-After of a job that has not ended, in seconds.
_POLL_SECONDS = "5"
_MARKDOWN = b"text/markdown"
_ZERO_WEIGHT = re.compile(rb"\bq=0(\.0*)?$")

_LINKS = {
    "status": link("getAnalyzeJob", "job_id", "/job_id"),
    "result": link("getAnalyzeResult", "job_id", "/job_id"),
    "items": link("getAnalyzeItems", "job_id", "/job_id"),
}
_JobIdPath = Annotated[str, PathParameter(name="job_id", description="The `job_id` from the response to the request.")]


def _invalid_body_response(request: Request[Any, Any, Any], error: InvalidBody) -> Response[Any]:
    return JsonResponse(error.details, status_code=422)


class DigestController(Controller):
    """Request and read one news digest."""

    path = "/analyze"
    tags = ("news",)
    security = (API_KEY, ACCESS_TOKEN)
    request_class = DigestRequest
    exception_handlers = {InvalidBody: _invalid_body_response}  # noqa: RUF012  # as Litestar declares them

    @post(
        status_code=202,
        opt={SCOPE: Scope.LAUNCH, LINKS: _LINKS},
        operation_id="createAnalyzeJob",
        summary="Request a digest of the news",
        description=(
            "Queues a job that reports what is new to this user in the last hours, each story once. The optional "
            "fields choose stories; what is left out is as `PUT /api/settings/interests` set it for the account."
        ),
        response_description="Accepted; poll its status.",
        response_headers=(
            ResponseHeader("Location", documentation_only=True, description="Path of its status."),
            ResponseHeader("Retry-After", documentation_only=True, description="Seconds between polls."),
        ),
        responses=errors_of(400, 409, 413, 422),
    )
    async def create(
        self,
        request: DigestRequest,
        core: Core,
        data: JSONBody[AnalyzeRequest],
        idempotency_key: IdempotencyHeader = None,
    ) -> JsonResponse[schemas.AnalyzeJob]:
        """Queue a digest: 202 with its id. Raises Invalid, QueueFull, KeyReused as LaunchDigest does."""
        interests = data.interests
        brief = DigestBrief(user_id=UserId(data.user_id), hours=data.hours, interests=interests)
        fingerprint = f"{data.hours} {data.user_id}"
        if interests != EVERYTHING:
            fingerprint += f" {interests}"
        idempotency = idempotency_key_of(idempotency_key, lambda: fingerprint)
        created = schemas.created(await core.launch_digest(brief, by=request.user, idempotency=idempotency))
        location = f"{request.context.root_path}{created.status_url}"
        return JsonResponse(created, headers={"location": location, "retry-after": _POLL_SECONDS})

    @get(
        "/{job_id:str}",
        operation_id="getAnalyzeJob",
        summary="Get the status of a digest",
        response_description="The status.",
        responses=errors_of(404),
    )
    async def status(
        self, request: DigestRequest, core: Core, job_id: _JobIdPath
    ) -> JsonResponse[schemas.AnalyzeStatus]:
        """The status of a digest. Raises NotFound."""
        with _digest_id(job_id) as id:
            digest = await core.get_digest_status(id, by=request.user)
        return JsonResponse(schemas.status(digest), headers={} if digest.ended else {"retry-after": _POLL_SECONDS})

    @get(
        "/{job_id:str}/result",
        operation_id="getAnalyzeResult",
        summary="Get the report of a digest",
        description="`Accept: text/markdown` returns the bare report of a completed job.",
        responses={
            200: ResponseSpec(
                schemas.AnalyzeResult,
                description="The job in any state; `report` is empty until it has completed.",
                generate_examples=False,
            ),
            304: ResponseSpec(None, description="The client has the result: `If-None-Match` had its `ETag`."),
            **errors_of(404),
        },
    )
    async def result(self, request: DigestRequest, core: Core, job_id: _JobIdPath) -> BytesResponse:
        """The result, as bare Markdown if it is completed and the client accepts that. Raises NotFound."""
        with _digest_id(job_id) as id:
            digest, result = await core.get_digest_result(id, by=request.user)
        if result and _wants_markdown(request.context.headers):
            body, media_type = result.markdown.encode(), _MARKDOWN + b"; charset=utf-8"
        else:
            body, media_type = json_bytes(schemas.result(digest, result)), b"application/json"
        if not digest.ended:
            return BytesResponse(200, body)
        tag = entity_tag(body)
        headers = (*cacheable(tag), (b"vary", b"origin, accept"))
        if matches_tag(request.context.headers, tag):
            return BytesResponse(304, headers=headers)
        return BytesResponse(200, body, headers, media_type)

    @get(
        "/{job_id:str}/items",
        operation_id="getAnalyzeItems",
        summary="List the items of the window of a digest",
        description="What the job considered (`items_processed` of them), and what its Coverage section counts without "
        "considering it, with the reasons `too_old` and `first_reading`.",
        response_description="Every item, with the reason for its use or omission.",
        responses=errors_of(404),
    )
    async def items(self, request: DigestRequest, core: Core, job_id: _JobIdPath) -> schemas.AnalyzeItems:
        """Every item the digest considered or set aside, with the reason. Raises NotFound."""
        with _digest_id(job_id) as id:
            digest, considered = await core.get_digest_items(id, by=request.user)
        return schemas.items(digest, considered)


@contextmanager
def _digest_id(job_id: str) -> Iterator[DigestId]:
    """The digest that the path names. Raises NotFound with the documented id, also for a NotFound of the core."""
    id = digest_id_of(job_id)
    if id is None:
        raise NotFound("job", job_id[:64])
    try:
        yield id
    except NotFound:
        # Without a cause: refusals with one are logged as failures of the outside world.
        raise NotFound("digest", job_id) from None


def _wants_markdown(headers: Mapping[bytes, bytes]) -> bool:
    """Whether the Accept header names Markdown with a weight above 0."""
    for accepted in headers.get(b"accept", b"").lower().split(b","):
        media, _, rest = accepted.replace(b" ", b"").partition(b";")
        if media == _MARKDOWN:
            return not _ZERO_WEIGHT.search(rest)
    return False
