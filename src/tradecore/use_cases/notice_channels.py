"""Channels for notices of users: create, list, change, delete and try them."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from attrs import evolve, frozen

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.ids import NoticeChannelId, UserId
from tradecore.model.notices import NOTICE_KINDS, NoticeChannel, NoticeOutcome, QuietHours
from tradecore.model.users import Caller
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.cron import CronTimes
from tradecore.ports.notices import NoticeMessage, NoticeSender
from tradecore.ports.store import Store
from tradecore.use_cases.retry import retry_on_conflict

MAX_CHANNELS = 10
"""How many channels a user may have."""
MAX_URL_LENGTH = 2000
TITLE: Final = "tradecore"
"""The title of every message."""


class Unchanged:
    """What is left as it is, where None means something."""


UNCHANGED: Final = Unchanged()


@frozen
class CreateNoticeChannel:
    """Create a channel."""

    store: Store
    now: Now
    new_id: NewId
    sender: NoticeSender
    encrypt: Callable[[str, UserId], str]
    clocks: CronTimes

    async def __call__(
        self,
        url: str,
        kinds: Collection[str],
        *,
        by: Caller,
        name: str | None = None,
        quiet_hours: QuietHours | None = None,
    ) -> NoticeChannel:
        """The new channel, named after its service unless it has a name.

        Raises Invalid for a URL that names no service, kinds, a name or quiet hours that are not possible, IllegalMove
        at the limit, and Unavailable where this installation cannot send notices.
        """
        _check_kinds(kinds)
        if len(url) > MAX_URL_LENGTH or not url.isprintable():
            raise Invalid.one("url", f"The URL of a service has at most {MAX_URL_LENGTH} printable characters.")
        now = self.now()
        _check_zone(quiet_hours, self.clocks, now)
        service = await self.sender.describe(url)
        channel = NoticeChannel(
            id=NoticeChannelId(self.new_id()),
            user=by.user,
            name=service.name if name is None else name,
            service=service.name,
            max_length=service.max_length,
            url=self.encrypt(url, by.user),
            kinds=tuple(dict.fromkeys(kinds)),
            quiet_hours=quiet_hours,
            created_at=now,
        )
        return await self._add(channel)

    @retry_on_conflict
    async def _add(self, channel: NoticeChannel) -> NoticeChannel:
        async with self.store.unit_of_work() as uow:
            stored = await uow.notice_channels.add(Change(channel), limit=MAX_CHANNELS)
        if stored is None:
            raise IllegalMove(f"You have {MAX_CHANNELS} channels; delete one that is not used any more.")
        return stored


@frozen
class ListNoticeChannels:
    """List the channels of the caller."""

    store: Store

    async def __call__(self, *, by: Caller) -> tuple[NoticeChannel, ...]:
        """All of them, newest first."""
        async with self.store.read() as uow:
            return await uow.notice_channels.of(by.user)


@frozen
class UpdateNoticeChannel:
    """Change a channel: its name, its kinds, its quiet hours, whether it is enabled."""

    store: Store
    now: Now
    clocks: CronTimes

    @retry_on_conflict
    async def __call__(
        self,
        id: NoticeChannelId,
        *,
        by: Caller,
        name: str | None = None,
        kinds: Collection[str] | None = None,
        enabled: bool | None = None,
        quiet_hours: QuietHours | Unchanged | None = UNCHANGED,
    ) -> NoticeChannel:
        """The channel after the change; None leaves something as it is, and ends quiet hours.

        What waits is sent at once where the change allows it. Raises NotFound, and Invalid as CreateNoticeChannel does.
        """
        now = self.now()
        if kinds is not None:
            _check_kinds(kinds)
            kinds = tuple(dict.fromkeys(kinds))
        async with self.store.unit_of_work() as uow:
            channel = await uow.notice_channels.get(id, owner=by.user)
            changed = channel.change(name=name, kinds=kinds, enabled=enabled)
            if not isinstance(quiet_hours, Unchanged):
                _check_zone(quiet_hours, self.clocks, now)
                changed = evolve(changed, quiet_hours=quiet_hours)
            if enabled or not isinstance(quiet_hours, Unchanged):
                changed = changed.send_soon(self.clocks, at=now)
            return await uow.notice_channels.put(Change(changed))


@frozen
class DeleteNoticeChannel:
    """Delete a channel with its notices."""

    store: Store

    @retry_on_conflict
    async def __call__(self, id: NoticeChannelId, *, by: Caller) -> None:
        """Raises NotFound, also for a channel of another user."""
        async with self.store.unit_of_work() as uow:
            await uow.notice_channels.get(id, owner=by.user)
            await uow.notice_channels.delete(id)


@frozen
class TryNoticeChannel:
    """Send a message through a channel at once, to see whether it arrives."""

    store: Store
    sender: NoticeSender
    decrypt: Callable[[str, UserId], str]

    async def __call__(self, id: NoticeChannelId, *, by: Caller) -> NoticeOutcome:
        """What came of it. Raises NotFound, and Unavailable where this installation cannot send notices."""
        async with self.store.read() as uow:
            channel = await uow.notice_channels.get(id, owner=by.user)
        text = "Notices of tradecore arrive here."
        message = NoticeMessage(self.decrypt(channel.url, channel.user), TITLE, text)
        [outcome] = await self.sender.send([message])
        return outcome


def _check_kinds(kinds: Collection[str]) -> None:
    if not kinds:
        raise Invalid.one("kinds", "A channel needs at least one kind of notices.")
    for kind in kinds:
        if kind not in NOTICE_KINDS:
            raise Invalid.one("kinds", f"There are no notices of the kind {kind!r}; use {', '.join(NOTICE_KINDS)}.")


def _check_zone(quiet_hours: QuietHours | None, clocks: CronTimes, now: datetime) -> None:
    """Raises Invalid about `quiet_hours.time_zone` for one that there is not."""
    if quiet_hours is None:
        return
    try:
        quiet_hours.end_of(now, clocks)
    except Invalid as error:
        raise Invalid.one("quiet_hours.time_zone", str(error)) from error
