"""Requests and responses of notices."""

import re
from datetime import time
from typing import Annotated, Literal

from msgspec import UNSET, Struct, UnsetType
from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from tradecore.model.notices import MAX_NAME_LENGTH, Notice, NoticeChannel, NoticeOutcome, QuietHours
from tradecore.use_cases.notice_channels import MAX_URL_LENGTH
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.http.api.alert_schemas import Kind as AlertKindName
from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.requests import CLEAN, RequestBody, unique
from tradecore_adapters.http.api.schemas import PaginationData
from tradecore_adapters.http.responses import utc

NoticeKind = Literal["analysis_complete", "order_filled", "order_cancelled", AlertKindName]
NoticeStateName = Literal["waiting", "sending", "sent", "failed", "unknown"]

_Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH), CLEAN]
_Kinds = Annotated[
    list[NoticeKind],
    Field(
        min_length=1,
        max_length=50,
        description="Kinds of alerts, and what is no alert but may be news; each at most once",
        json_schema_extra={"uniqueItems": True},
    ),
    AfterValidator(unique),
]
_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _check_clock(text: str) -> str:
    if not re.fullmatch(_CLOCK, text):
        raise PydanticCustomError("clock", "A time is written HH:MM, from 00:00 to 23:59.")
    return text


_Clock = Annotated[
    str,
    AfterValidator(_check_clock),
    WithJsonSchema({"type": "string", "pattern": _CLOCK, "examples": ["22:00"]}),
]


class QuietHoursRequest(RequestBody):
    """Hours of each day in which nothing is sent; what happens meanwhile comes in one message when they end."""

    begin: _Clock = Field(description="Hour and minute")
    end: _Clock = Field(description="Hour and minute, of the next day where it is before `begin`")
    time_zone: Annotated[str, Field(min_length=1, max_length=100), CLEAN] = Field(
        description="An IANA name", examples=["Europe/Berlin", "UTC"]
    )

    @property
    def quiet_hours(self) -> QuietHours:
        """The same for the core. Raises Invalid for hours that begin and end at the same time."""
        return QuietHours(time.fromisoformat(self.begin), time.fromisoformat(self.end), self.time_zone)


class UpdateNoticeChannelRequest(RequestBody):
    """What to change of a channel; fields that are left out stay as they are."""

    name: _Name | None = None
    kinds: _Kinds | None = None
    enabled: bool | None = Field(None, description="While it is false, no notices are stored, and those waiting wait")
    quiet_hours: QuietHoursRequest | None = Field(None, description="`null` ends them")


class CreateNoticeChannelRequest(RequestBody):
    """A channel to create."""

    url: Annotated[str, Field(min_length=1, max_length=MAX_URL_LENGTH), CLEAN] = Field(
        description="The URL of a service as Apprise writes it, with one recipient; it is not shown again",
        examples=["tgram://BOT_TOKEN/CHAT_ID"],
    )
    kinds: _Kinds
    name: _Name | None = Field(None, description="What it is called; the name of the service by default")
    quiet_hours: QuietHoursRequest | None = None


class QuietHoursData(Struct, rename="camel"):
    """Hours of each day in which nothing is sent."""

    begin: str
    end: str
    time_zone: str


class NoticeChannelData(Struct, rename="camel"):
    """A service through which notices are sent. Its URL has secrets, and is not shown.

    `nextSendAt` is when what waits is sent; `failingSince` the first failed attempt since the last success.
    """

    id: str
    name: str
    service: str
    kinds: list[NoticeKind]
    enabled: bool
    created_at: Timestamp
    quiet_hours: QuietHoursData | UnsetType = UNSET
    next_send_at: Timestamp | UnsetType = UNSET
    sent_at: Timestamp | UnsetType = UNSET
    failing_since: Timestamp | UnsetType = UNSET


class NoticeChannelsData(Struct, rename="camel"):
    """A page of channels, newest first."""

    channels: list[NoticeChannelData]
    pagination: PaginationData


class NoticeTestData(Struct, rename="camel"):
    """What came of a message; one that is `unknown` may have arrived."""

    result: Literal["sent", "refused", "unknown"]
    error: str | UnsetType = UNSET


class NoticeData(Struct, rename="camel"):
    """One thing that a channel tells. One that is `unknown` may have arrived, and is not sent again."""

    id: str
    kind: NoticeKind
    text: str
    state: NoticeStateName
    created_at: Timestamp
    sent_at: Timestamp | UnsetType = UNSET
    error: str | UnsetType = UNSET


class NoticesData(Struct, rename="camel"):
    """A page of notices, newest first."""

    notices: list[NoticeData]
    pagination: PaginationData


def show_channel(channel: NoticeChannel) -> NoticeChannelData:
    """A channel without its URL."""
    quiet = channel.quiet_hours
    return NoticeChannelData(
        id=channel.id,
        name=channel.name,
        service=channel.service,
        kinds=list(channel.kinds),  # type: ignore[arg-type]  # they were checked when they were chosen
        enabled=channel.enabled,
        created_at=utc(channel.created_at),
        quiet_hours=QuietHoursData(f"{quiet.begin:%H:%M}", f"{quiet.end:%H:%M}", quiet.time_zone) if quiet else UNSET,
        next_send_at=utc(channel.next_send) if channel.next_send else UNSET,
        sent_at=utc(channel.sent_at) if channel.sent_at else UNSET,
        failing_since=utc(channel.failing_since) if channel.failing_since else UNSET,
    )


def show_outcome(outcome: NoticeOutcome) -> NoticeTestData:
    """What came of a message."""
    return NoticeTestData(outcome.result.value, caller_text(outcome.error) or UNSET)


def show_notice(notice: Notice) -> NoticeData:
    """A notice as it was or will be sent."""
    return NoticeData(
        id=notice.id,
        kind=notice.kind,  # type: ignore[arg-type]  # it is one that the channel has
        text=caller_text(notice.text),
        state=notice.state.value,
        created_at=utc(notice.created_at),
        sent_at=utc(notice.sent_at) if notice.sent_at else UNSET,
        error=caller_text(notice.error) or UNSET,
    )
