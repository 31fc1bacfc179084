"""The digests of the caller: listed, read, and as a feed for feed readers."""

from typing import Annotated

from litestar import Controller, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from tradecore.model.errors import NotFound
from tradecore.model.users import Scope
from tradecore.use_cases.digest import MAX_PAGE_SIZE
from tradecore_adapters.http.api import digest_schemas as schemas
from tradecore_adapters.http.api.digest_feed import write_rss
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.digest_ids import digest_id_of
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.responses import BytesResponse, cacheable, entity_tag, matches_tag
from tradecore_adapters.http.scopes import QUERY_TOKEN, SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN, FEED_TOKEN

_MAX_PAGE, _MAX_ID_LENGTH = 1_000_000, 64
_EXAMPLE = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>News digests</title>'
    "<link>https://tradecore.example/</link><description>What is new, each story once.</description><item>"
    "<title>2026-03-28 12:00 UTC, me: 4 new stories</title><description>&lt;h1&gt;...&lt;/h1&gt;</description>"
    '<guid isPermaLink="false">analyze_job_00000000000040008000000000000001</guid></item></channel></rss>'
)


class DigestListController(Controller):
    """The digests of the caller."""

    path = "/api/digests"
    tags = ("news",)
    security = (ACCESS_TOKEN,)

    @get(
        before_request=require_strict_query,
        operation_id="getDigests",
        summary="List digests, newest first",
        description="What the caller requested with `POST /analyze`, for all its readers and in every state.",
        response_description="One page of digests.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(401, 429),
    )
    async def digests(
        self,
        request: JsonRequest,
        core: Core,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="Digests on a page.")] = 50,
    ) -> Succeeded[schemas.DigestsData]:
        """A page of digests, newest first."""
        listed = await core.list_digests(by=request.user, page=page, page_size=limit)
        pagination = paginate(request.context, listed.total, page, limit)
        shown = [schemas.shown_digest(digest) for digest in listed.digests]
        return succeed(request.context, schemas.DigestsData(shown, pagination))

    @get(
        "/{digestId:str}",
        operation_id="getDigest",
        summary="Get a digest with its report",
        description="`report` is Markdown, and there once the digest is completed.",
        response_description="The digest in any state.",
        responses=errors_of(401, 404, 429),
    )
    async def digest(
        self,
        request: JsonRequest,
        core: Core,
        digest_id: Annotated[
            str,
            PathParameter(
                name="digestId", description="The `id` from the list of digests, or the `digestId` of an event."
            ),
        ],
    ) -> Succeeded[schemas.DigestReportData]:
        """A digest of the caller. Raises NotFound."""
        id = digest_id_of(digest_id)
        if id is None:
            raise NotFound("digest", digest_id[:_MAX_ID_LENGTH])
        digest, result = await core.get_digest_result(id, by=request.user)
        return succeed(request.context, schemas.shown_report(digest, result))


class DigestFeedController(Controller):
    """The reports of the caller as RSS."""

    path = "/api/digests.rss"
    tags = ("news",)
    security = (ACCESS_TOKEN, FEED_TOKEN)

    @get(
        opt={SCOPE: Scope.FEED, QUERY_TOKEN: True},
        operation_id="getDigestsFeed",
        summary="Read the newest reports as RSS",
        description=(
            "For feed readers: `?token=` takes a personal token whose only scope is `feed`. With an `Authorization` "
            "header, every token that may read does."
        ),
        responses={
            200: ResponseSpec(
                str,
                description="RSS 2.0 with the newest reports as HTML.",
                media_type="text/xml",
                examples=[Example(value=_EXAMPLE)],
                generate_examples=False,
            ),
            304: ResponseSpec(None, description="The client has the feed: `If-None-Match` had its `ETag`."),
            **errors_of(401, 429),
        },
    )
    async def feed(
        self,
        request: JsonRequest,
        core: Core,
        token: Annotated[str | None, QueryParameter(description="A personal token with the scope `feed`.")] = None,
    ) -> BytesResponse:
        """The newest reports of the caller as RSS 2.0."""
        context = request.context
        host = context.headers.get(b"host", b"localhost").decode("latin-1")
        site = f"{'https' if context.secure else 'http'}://{host}{context.root_path}/"
        body = write_rss(await core.list_reports(by=request.user), site)
        tag = entity_tag(body)
        if matches_tag(context.headers, tag):
            return BytesResponse(304, headers=cacheable(tag))
        return BytesResponse(200, body, cacheable(tag), b"text/xml; charset=utf-8")
