"""Notices in SQL."""

from datetime import datetime

from attrs import evolve, frozen

from tradecore.model.change import Change
from tradecore.model.errors import NotFound
from tradecore.model.ids import NoticeChannelId, UserId
from tradecore.model.notices import Notice, NoticeChannel, NoticeState
from tradecore_adapters.store.connection import Connection, micros, scalar
from tradecore_adapters.store.documents import encode
from tradecore_adapters.store.entities import delete_oldest, find_all, get, insert, put

# Channels that are to send, numbered for each user. Rows of a window function cannot be locked: they are locked by id.
_DUE = (
    "SELECT id, next_send, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY next_send, id) AS place "
    "FROM notice_channels WHERE next_send <= ? AND enabled = 1"
)


@frozen
class SqlNoticeChannels:
    """The table `notice_channels`."""

    connection: Connection

    async def get(self, id: NoticeChannelId, *, owner: UserId | None = None) -> NoticeChannel:
        channel = await get(self.connection, NoticeChannel, "notice_channels", id)
        if owner not in (None, channel.user):
            raise NotFound("notice channel", id)
        return channel

    async def add(self, change: Change[NoticeChannel], *, limit: int) -> NoticeChannel | None:
        user = change.entity.user
        # Two that are added at the same time count one after the other.
        await self.connection.lock(f"notice channels of {user}")
        count = await scalar(self.connection, "SELECT COUNT(*) FROM notice_channels WHERE user_id = ?", user)
        return await self.put(change) if count < limit else None

    async def put(self, change: Change[NoticeChannel]) -> NoticeChannel:
        channel = change.entity
        columns: dict[str, object] = {
            "user_id": channel.user,
            "created_at": micros(channel.created_at),
            "enabled": int(channel.enabled),
            "next_send": None if channel.next_send is None else micros(channel.next_send),
        }
        return await put(self.connection, "notice_channels", change, columns, owner=channel.user)

    async def of(self, user: UserId) -> tuple[NoticeChannel, ...]:
        sql = "SELECT doc FROM notice_channels WHERE user_id = ? ORDER BY created_at DESC, id DESC"
        return await find_all(self.connection, NoticeChannel, sql, user)

    async def all(self) -> tuple[NoticeChannel, ...]:
        return await find_all(self.connection, NoticeChannel, "SELECT doc FROM notice_channels ORDER BY id")

    async def delete(self, id: NoticeChannelId) -> None:
        await self.connection.execute("DELETE FROM notice_channels WHERE id = ?", id)
        await self.connection.execute("DELETE FROM notices WHERE channel_id = ?", id)

    async def due(self, at: datetime, *, limit: int, per_user: int) -> tuple[NoticeChannel, ...]:
        lock = self.connection.skip_locked("notice_channels")
        return await find_all(
            self.connection,
            NoticeChannel,
            f"SELECT doc FROM notice_channels WHERE next_send <= ? AND id IN "  # noqa: S608  # constants
            f"(SELECT id FROM ({_DUE}) AS due WHERE place <= ? ORDER BY next_send, id LIMIT ?) "
            f"ORDER BY next_send, id {lock}",
            micros(at), micros(at), per_user, limit,
        )  # fmt: skip


@frozen
class SqlNotices:
    """The table `notices`."""

    connection: Connection

    async def add(self, change: Change[Notice]) -> bool:
        notice = evolve(change.entity, version=1)
        row = {"id": notice.id, **_columns(notice), "version": 1, "doc": encode(notice)}
        return await insert(self.connection, "notices", row, key=("id",)) == 1

    async def put(self, change: Change[Notice]) -> Notice:
        return await put(self.connection, "notices", change, _columns(change.entity), owner=change.entity.user)

    async def oldest(self, channel: NoticeChannelId, state: NoticeState, limit: int) -> tuple[Notice, ...]:
        sql = "SELECT doc FROM notices WHERE channel_id = ? AND state = ? ORDER BY created_at, id LIMIT ?"
        return await find_all(self.connection, Notice, sql, channel, state, limit)

    async def of(
        self, channel: NoticeChannelId, *, state: NoticeState | None = None, limit: int, offset: int = 0
    ) -> tuple[Notice, ...]:
        condition, args = _of_channel(channel, state)
        return await find_all(
            self.connection,
            Notice,
            f"SELECT doc FROM notices WHERE {condition} "  # noqa: S608  # constants
            "ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
            *args, limit, offset,
        )  # fmt: skip

    async def count(self, channel: NoticeChannelId, *, state: NoticeState | None = None) -> int:
        condition, args = _of_channel(channel, state)
        return await scalar(self.connection, f"SELECT COUNT(*) FROM notices WHERE {condition}", *args)  # noqa: S608

    async def delete_before(self, before: datetime, limit: int) -> int:
        return await delete_oldest(self.connection, "notices", ("id",), "created_at", before, limit)


def _columns(notice: Notice) -> dict[str, object]:
    return {
        "channel_id": notice.channel,
        "user_id": notice.user,
        "created_at": micros(notice.created_at),
        "state": notice.state,
    }


def _of_channel(channel: NoticeChannelId, state: NoticeState | None) -> tuple[str, tuple[object, ...]]:
    return ("channel_id = ?", (channel,)) if state is None else ("channel_id = ? AND state = ?", (channel, state))
