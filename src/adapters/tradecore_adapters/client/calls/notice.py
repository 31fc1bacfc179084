"""Requests about notices."""

from collections.abc import Sequence
from typing import Any

from tradecore_adapters.client import models
from tradecore_adapters.client.calls.call import Call, segment


def create_notice_channel(
    url: str,
    kinds: Sequence[str],
    *,
    name: str | None = None,
    quiet_hours: models.QuietHours | None = None,
) -> Call[models.NoticeChannel]:
    """Have what happens, of these kinds, sent through the service of an Apprise URL.

    Raises Invalid for a URL, kinds, a name or quiet hours that are not possible, IllegalMove for one channel too many,
    Unavailable where the server cannot send notices.
    """
    body: dict[str, Any] = {"url": url, "kinds": list(kinds)}
    if name is not None:
        body["name"] = name
    if quiet_hours is not None:
        body["quietHours"] = _quiet_hours(quiet_hours)
    return Call(models.NoticeChannel, "POST", "/api/notice-channels", body)


def notice_channels(*, limit: int = 10, page: int = 1) -> Call[models.NoticeChannels]:
    """A page of the caller's channels, newest first; `limit` is the size of a page."""
    query: dict[str, str | list[str]] = {"limit": str(limit), "page": str(page)}
    return Call(models.NoticeChannels, "GET", "/api/notice-channels", query=query)


def update_notice_channel(
    id: str,
    *,
    name: str | None = None,
    kinds: Sequence[str] | None = None,
    enabled: bool | None = None,
    quiet_hours: models.QuietHours | None = None,
    end_quiet_hours: bool = False,
) -> Call[models.NoticeChannel]:
    """Change a channel; None leaves something as it is. With `end_quiet_hours` it has none any more.

    Raises NotFound, and Invalid as `create_notice_channel` does.
    """
    changes: dict[str, Any] = {"name": name, "kinds": None if kinds is None else list(kinds), "enabled": enabled}
    body = {field: value for field, value in changes.items() if value is not None}
    if end_quiet_hours or quiet_hours is not None:
        body["quietHours"] = None if quiet_hours is None else _quiet_hours(quiet_hours)
    return Call(models.NoticeChannel, "PATCH", _path(id), body, resource_id=id, resource="notice channel")


def delete_notice_channel(id: str) -> Call[None]:
    """Delete a channel with its notices. Raises NotFound."""
    return Call(type(None), "DELETE", _path(id), resource_id=id, resource="notice channel")


def try_notice_channel(id: str) -> Call[models.NoticeTest]:
    """Send a message through a channel now. Raises NotFound, Unavailable where the server cannot send notices."""
    return Call(models.NoticeTest, "POST", f"{_path(id)}/test", resource_id=id, resource="notice channel")


def notices(id: str, *, state: str | None = None, limit: int = 50, page: int = 1) -> Call[models.Notices]:
    """A page of the notices of a channel, newest first, in one `state` only if given. Raises NotFound."""
    query: dict[str, str | list[str]] = {"limit": str(limit), "page": str(page)}
    if state is not None:
        query["state"] = state
    path = f"{_path(id)}/notices"
    return Call(models.Notices, "GET", path, query=query, resource_id=id, resource="notice channel")


def _path(id: str) -> str:
    return f"/api/notice-channels/{segment(id)}"


def _quiet_hours(quiet_hours: models.QuietHours) -> dict[str, str]:
    return {"begin": quiet_hours.begin, "end": quiet_hours.end, "timeZone": quiet_hours.time_zone}
