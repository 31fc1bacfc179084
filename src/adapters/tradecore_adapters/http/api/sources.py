"""The news sources of the installation."""

import asyncio
from typing import Annotated

from litestar import Controller, delete, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from tradecore.core import Tradecore
from tradecore.model.errors import Invalid
from tradecore.model.subscriptions import FieldMapping
from tradecore.model.users import Scope
from tradecore.ports.news import Discovery
from tradecore_adapters.http.api import source_schemas as schemas
from tradecore_adapters.http.api.audit import audit
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.api.source_requests import AddSourceRequest
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_PAGE, _MAX_PAGE_SIZE, _MAX_ID_LENGTH = 1_000_000, 200, 64
# What is left of the time of a request for the rest of it, in seconds.
_RESERVE = 1.0


class SourceController(Controller):
    """List, add and remove news sources, which all users share."""

    path = "/api/sources"
    tags = ("news",)
    security = (ACCESS_TOKEN,)

    @get(
        before_request=require_strict_query,
        operation_id="listSources",
        summary="List the news sources with their health, by name",
        description="Only administrators see the query of an address, which may hold a key.",
        response_description="One page of sources.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(),
    )
    async def sources(
        self,
        request: JsonRequest,
        core: Core,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE_SIZE, description="Sources on a page.")] = 50,
    ) -> Succeeded[schemas.SourcesData]:
        """A page of sources."""
        whole = Scope.ADMIN in request.user.scopes
        listed = await core.list_sources()
        shown = listed[(page - 1) * limit : page * limit]
        pagination = paginate(request.context, len(listed), page, limit)
        sources = [schemas.shown_source(source, request.context.now, whole_address=whole) for source in shown]
        return succeed(request.context, schemas.SourcesData(sources, pagination))

    @post(
        status_code=201,
        opt={SCOPE: Scope.ADMIN},
        operation_id="addSource",
        summary="Read a news source from now on",
        description=(
            "The address is read once: it is a feed (RSS, Atom, JSON Feed, other JSON), a page that names one, or a "
            "public Telegram channel (`https://t.me/NAME`). 400 says why nothing can be read there, 409 that it is "
            "read already."
        ),
        response_description="Added, and what was found.",
        responses=errors_of(409, 413, 415),
    )
    async def add(
        self, request: JsonRequest, core: Core, data: JSONBody[AddSourceRequest]
    ) -> Succeeded[schemas.AddedSourceData]:
        """Add a source. Raises Invalid where it cannot be read, IllegalMove where its name or address is taken."""
        mapping = None if data.mapping is None else FieldMapping(**data.mapping.model_dump())
        found = await _discover(core, data.url, mapping, request.context.deadline_seconds)
        added = await core.add_source(found.url, data.name or "", title=found.title, mapping=found.mapping)
        audit("source_added", request, source=added.id)
        shown = schemas.shown_source(added, request.context.now, whole_address=True)
        return succeed(request.context, schemas.AddedSourceData(shown, schemas.shown_discovery(found)))

    @delete(
        "/{sourceId:str}",
        status_code=204,
        opt={SCOPE: Scope.ADMIN},
        operation_id="removeSource",
        summary="Stop reading a news source",
        description="What it has published stays. 409 for a source that the installation defines.",
        response_description="Removed.",
        responses=errors_of(404, 409),
    )
    async def remove(
        self,
        request: JsonRequest,
        core: Core,
        source_id: Annotated[str, PathParameter(name="sourceId", description="The `id` from the list of sources.")],
    ) -> None:
        """Remove a source. Raises NotFound, IllegalMove for one that the installation defines."""
        removed = await core.remove_source(source_id[:_MAX_ID_LENGTH])
        audit("source_removed", request, source=removed.id)


async def _discover(core: Tradecore, url: str, mapping: FieldMapping | None, deadline: float | None) -> Discovery:
    """What is at an address, found within the time of the request. Raises Invalid."""
    try:
        async with asyncio.timeout(None if deadline is None else max(_RESERVE, deadline - _RESERVE)):
            return await core.discover_source(url, mapping=mapping)
    except TimeoutError:
        raise Invalid.one("url", "No feed was found there in time; give the address of the feed itself.") from None
