"""Store port, notices: the channels of users, and what was and will be sent through them."""

from datetime import datetime
from typing import Protocol

from tradecore.model.change import Change
from tradecore.model.ids import NoticeChannelId, UserId
from tradecore.model.notices import Notice, NoticeChannel, NoticeState


class NoticeChannels(Protocol):
    """Channels of users."""

    async def get(self, id: NoticeChannelId, *, owner: UserId | None = None) -> NoticeChannel:
        """The channel. Raises NotFound, with `owner` also for one of another user."""
        ...

    async def add(self, change: Change[NoticeChannel], *, limit: int) -> NoticeChannel | None:
        """Store a new channel; None, and nothing stored, where its user has `limit` already."""
        ...

    async def put(self, change: Change[NoticeChannel]) -> NoticeChannel:
        """Store the new state. Raises Stale if it was written since it was read."""
        ...

    async def of(self, user: UserId) -> tuple[NoticeChannel, ...]:
        """The channels of a user, newest first."""
        ...

    async def all(self) -> tuple[NoticeChannel, ...]:
        """The channels of all users, by id."""
        ...

    async def delete(self, id: NoticeChannelId) -> None:
        """Delete a channel with its notices; no effect if there is none."""
        ...

    async def due(self, at: datetime, *, limit: int, per_user: int) -> tuple[NoticeChannel, ...]:
        """Enabled channels that are to send at a time, those due first before the others, at most `limit`.

        There are at most `per_user` of each user. They are held against other writers; those that another unit of work
        holds are left out.
        """
        ...


class Notices(Protocol):
    """What was and will be sent through channels."""

    async def add(self, change: Change[Notice]) -> bool:
        """Store a new notice, and whether it is new: one with its id is left as it is."""
        ...

    async def put(self, change: Change[Notice]) -> Notice:
        """Store the new state. Raises Stale if it was written since it was read."""
        ...

    async def oldest(self, channel: NoticeChannelId, state: NoticeState, limit: int) -> tuple[Notice, ...]:
        """The oldest notices of a channel in one state, oldest first, at most `limit`."""
        ...

    async def of(
        self, channel: NoticeChannelId, *, state: NoticeState | None = None, limit: int, offset: int = 0
    ) -> tuple[Notice, ...]:
        """Notices of a channel, of one state only if given, newest first, at most `limit` after `offset`."""
        ...

    async def count(self, channel: NoticeChannelId, *, state: NoticeState | None = None) -> int:
        """The number of notices of a channel, of one state only if given."""
        ...

    async def delete_before(self, before: datetime, limit: int) -> int:
        """Delete the oldest notices from before a time, up to `limit`, and return their number."""
        ...


class NoticeRepositories(Protocol):
    """What users are told outside of this product."""

    @property
    def notice_channels(self) -> NoticeChannels: ...
    @property
    def notices(self) -> Notices: ...
