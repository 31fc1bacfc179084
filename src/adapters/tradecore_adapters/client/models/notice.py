"""Responses about notices."""

from datetime import datetime
from typing import Literal

import msgspec

from tradecore_adapters.client.models.shared import Pagination


class QuietHours(msgspec.Struct, frozen=True, rename="camel"):
    """Hours of each day in which nothing is sent, such as 22:00 to 07:00 in Europe/Berlin."""

    begin: str
    end: str
    time_zone: str


class NoticeChannel(msgspec.Struct, frozen=True, rename="camel"):
    """A service through which notices are sent, without its URL."""

    id: str
    name: str
    service: str
    kinds: tuple[str, ...]
    enabled: bool
    created_at: datetime
    quiet_hours: QuietHours | None = None
    next_send_at: datetime | None = None
    sent_at: datetime | None = None
    failing_since: datetime | None = None


class NoticeChannels(msgspec.Struct, frozen=True, rename="camel"):
    """A page of channels, newest first."""

    channels: tuple[NoticeChannel, ...]
    pagination: Pagination


class NoticeTest(msgspec.Struct, frozen=True, rename="camel"):
    """What came of a message, and why it was not sent; one that is `unknown` may have arrived."""

    result: Literal["sent", "refused", "unknown"]
    error: str | None = None


class Notice(msgspec.Struct, frozen=True, rename="camel"):
    """One thing that a channel tells; one that is `unknown` may have arrived, and is not sent again."""

    id: str
    kind: str
    text: str
    state: Literal["waiting", "sending", "sent", "failed", "unknown"]
    created_at: datetime
    sent_at: datetime | None = None
    error: str | None = None


class Notices(msgspec.Struct, frozen=True, rename="camel"):
    """A page of notices, newest first."""

    notices: tuple[Notice, ...]
    pagination: Pagination
