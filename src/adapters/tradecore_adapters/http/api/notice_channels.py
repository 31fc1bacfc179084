"""The channels through which the caller gets notices, and what was sent through them."""

from typing import Annotated

from litestar import Controller, delete, get, patch, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from tradecore.model.ids import NoticeChannelId
from tradecore.model.notices import NoticeState
from tradecore.model.users import Scope
from tradecore.use_cases.notice_channels import MAX_CHANNELS, UNCHANGED
from tradecore.use_cases.notices import MAX_PAGE_SIZE
from tradecore_adapters.http.api import notice_schemas as schemas
from tradecore_adapters.http.api.audit import audit
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest, OptionalJsonRequest
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_PAGE, _MAX_ID_LENGTH = 1_000_000, 64
_ChannelIdPath = Annotated[str, PathParameter(name="channelId", description="The `id` from the list of channels.")]
# Litestar keeps the name `state` of a parameter for itself.
_StateQuery = Annotated[NoticeState | None, QueryParameter(name="state", description="Notices in this state only.")]


class NoticeChannelController(Controller):
    """Chat, mail and push services through which the caller gets notices."""

    path = "/api/notice-channels"
    tags = ("notices",)
    security = (ACCESS_TOKEN,)

    @post(
        status_code=201,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="createNoticeChannel",
        summary="Create a channel for notices",
        description=(
            "What happens from now on, of these kinds, is sent there in short messages. The URL names the service and "
            f"has its secrets; it is stored encrypted and not shown again. A user has at most {MAX_CHANNELS} channels. "
            "A request that is sent again creates a second channel."
        ),
        response_description="Created.",
        responses=errors_of(409, 413, 415),
    )
    async def create(
        self, request: JsonRequest, core: Core, data: JSONBody[schemas.CreateNoticeChannelRequest]
    ) -> Succeeded[schemas.NoticeChannelData]:
        """Create a channel. Raises Invalid, IllegalMove and Unavailable as CreateNoticeChannel does."""
        created = await core.create_notice_channel(
            data.url,
            data.kinds,
            by=request.user,
            name=data.name,
            quiet_hours=None if data.quiet_hours is None else data.quiet_hours.quiet_hours,
        )
        audit("notice_channel_created", request, channel=created.id)
        return succeed(request.context, schemas.show_channel(created))

    @get(
        before_request=require_strict_query,
        operation_id="listNoticeChannels",
        summary="List the channels for notices, newest first",
        response_description="One page of channels, without their URLs.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(),
    )
    async def channels(
        self,
        request: JsonRequest,
        core: Core,
        page: Annotated[int, QueryParameter(ge=1, le=MAX_CHANNELS, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_CHANNELS, description="Channels on a page.")] = MAX_CHANNELS,
    ) -> Succeeded[schemas.NoticeChannelsData]:
        """A page of the caller's channels."""
        channels = await core.list_notice_channels(by=request.user)
        shown = [schemas.show_channel(channel) for channel in channels[(page - 1) * limit : page * limit]]
        pagination = paginate(request.context, len(channels), page, limit)
        return succeed(request.context, schemas.NoticeChannelsData(shown, pagination))

    @patch(
        "/{channelId:str}",
        request_class=OptionalJsonRequest,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="updateNoticeChannel",
        summary="Change a channel for notices",
        description=(
            "`enabled: true` also sends what waits at once, as does a change of the quiet hours that ends them. For "
            "another URL, create another channel."
        ),
        response_description="The channel after the change.",
        responses=errors_of(404, 409, 413, 415),
    )
    async def update(
        self,
        request: OptionalJsonRequest,
        core: Core,
        data: JSONBody[schemas.UpdateNoticeChannelRequest],
        channel_id: _ChannelIdPath,
    ) -> Succeeded[schemas.NoticeChannelData]:
        """Change a channel of the caller. Raises NotFound, Invalid as UpdateNoticeChannel does."""
        quiet_hours = None if data.quiet_hours is None else data.quiet_hours.quiet_hours
        updated = await core.update_notice_channel(
            NoticeChannelId(channel_id[:_MAX_ID_LENGTH]),
            by=request.user,
            name=data.name,
            kinds=data.kinds,
            enabled=data.enabled,
            quiet_hours=quiet_hours if "quiet_hours" in data.model_fields_set else UNCHANGED,
        )
        audit("notice_channel_changed", request, channel=updated.id)
        return succeed(request.context, schemas.show_channel(updated))

    @delete(
        "/{channelId:str}",
        status_code=204,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="deleteNoticeChannel",
        summary="Delete a channel with its notices",
        response_description="Deleted.",
        responses=errors_of(404),
    )
    async def delete(self, request: JsonRequest, core: Core, channel_id: _ChannelIdPath) -> None:
        """Delete a channel of the caller. Raises NotFound."""
        id = NoticeChannelId(channel_id[:_MAX_ID_LENGTH])
        await core.delete_notice_channel(id, by=request.user)
        audit("notice_channel_deleted", request, channel=id)

    @post(
        "/{channelId:str}/test",
        status_code=200,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="tryNoticeChannel",
        summary="Send a message through a channel now",
        description="Also in quiet hours, and through one that is disabled; it takes some seconds.",
        response_description="What came of the message.",
        responses=errors_of(404),
    )
    async def try_channel(
        self, request: JsonRequest, core: Core, channel_id: _ChannelIdPath
    ) -> Succeeded[schemas.NoticeTestData]:
        """Send a message through a channel of the caller. Raises NotFound, and Unavailable as TryNoticeChannel does."""
        outcome = await core.try_notice_channel(NoticeChannelId(channel_id[:_MAX_ID_LENGTH]), by=request.user)
        return succeed(request.context, schemas.show_outcome(outcome))

    @get(
        "/{channelId:str}/notices",
        before_request=require_strict_query,
        operation_id="listNotices",
        summary="List the notices of a channel, newest first",
        description="Kept for 30 days. Those whose `state` is `failed` or `unknown` are not sent again.",
        response_description="One page of notices.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(404),
    )
    async def notices(
        self,
        request: JsonRequest,
        core: Core,
        channel_id: _ChannelIdPath,
        notice_state: _StateQuery = None,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="Notices on a page.")] = 50,
    ) -> Succeeded[schemas.NoticesData]:
        """A page of the notices of a channel of the caller. Raises NotFound."""
        id = NoticeChannelId(channel_id[:_MAX_ID_LENGTH])
        listed = await core.list_notices(id, by=request.user, state=notice_state, page=page, page_size=limit)
        pagination = paginate(request.context, listed.total, page, limit)
        shown = [schemas.show_notice(notice) for notice in listed.notices]
        return succeed(request.context, schemas.NoticesData(shown, pagination))
