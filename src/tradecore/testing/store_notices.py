"""The contract of the notices of a store: subclass `NoticeStoreSuite` and give a store."""

from datetime import UTC, datetime, time, timedelta

import pytest

from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.ids import NoticeChannelId, UserId
from tradecore.model.notices import Notice, NoticeChannel, NoticeState, QuietHours
from tradecore.ports.store_notices import NoticeRepositories
from tradecore.ports.store_transactions import Transactions

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
Store = Transactions[NoticeRepositories]


def channel(id: str, user: UserId = ANN, minutes: int = 0, *, due: bool = False) -> Change[NoticeChannel]:
    """A new channel, made and, if it is `due`, to send so many minutes after AT."""
    at = AT + timedelta(minutes=minutes)
    return Change(
        NoticeChannel(
            id=NoticeChannelId(id),
            user=user,
            name="Phone",
            service="Chat",
            max_length=500,
            url="encrypted",
            kinds=("digest_ready",),
            created_at=at,
            quiet_hours=QuietHours(time(22), time(7, 30), "Europe/Berlin"),
            next_send=at if due else None,
        )
    )


async def add(store: Store, *changes: Change[NoticeChannel]) -> list[NoticeChannel]:
    """Store new channels."""
    async with store.unit_of_work() as uow:
        added = [await uow.notice_channels.add(change, limit=20) for change in changes]
    return [stored for stored in added if stored is not None]


async def tell(store: Store, target: NoticeChannel, *positions: int, minutes: int = 0) -> None:
    """Store notices of events at these positions."""
    async with store.unit_of_work() as uow:
        for position in positions:
            at = AT + timedelta(minutes=minutes)
            await uow.notices.add(Notice.of(target, position, "digest_ready", "Ready.", at=at))


class NoticeStoreSuite:
    """What every store of notices promises. Give `store`."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_channels_are_listed_by_user_newest_first(self, store: Store) -> None:
        older, newer, foreign = await add(store, channel("a"), channel("b", minutes=1), channel("c", BEN))
        async with store.snapshot() as uow:
            assert await uow.notice_channels.of(ANN) == (newer, older)
            assert await uow.notice_channels.all() == (older, newer, foreign)
            assert await uow.notice_channels.get(foreign.id, owner=BEN) == foreign
            for id, owner in ((foreign.id, ANN), (NoticeChannelId("none"), None)):
                with pytest.raises(NotFound):
                    await uow.notice_channels.get(id, owner=owner)

    async def test_a_user_has_no_more_channels_than_the_limit(self, store: Store) -> None:
        await add(store, channel("a"), channel("b", BEN))
        async with store.unit_of_work() as uow:
            assert await uow.notice_channels.add(channel("c"), limit=1) is None
            assert await uow.notice_channels.add(channel("d"), limit=2) is not None

    async def test_of_two_writers_the_slower_one_is_stale(self, store: Store) -> None:
        [stored] = await add(store, channel("a"))
        async with store.unit_of_work() as uow:
            off = await uow.notice_channels.put(Change(stored.change(enabled=False)))
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.notice_channels.put(Change(stored.change(name="Other")))
        async with store.snapshot() as uow:
            assert await uow.notice_channels.get(stored.id) == off

    async def test_enabled_channels_are_due_in_order_and_shared_among_users(self, store: Store) -> None:
        made = await add(
            store,
            *(channel(f"ann-{n}", minutes=n, due=True) for n in range(3)),
            channel("ben", BEN, minutes=5, due=True),
            channel("idle", BEN),
        )
        async with store.unit_of_work() as uow:
            await uow.notice_channels.put(Change(made[0].change(enabled=False)))
        for minutes, limit, per_user, expected in (
            (0, 10, 10, []),
            (5, 10, 10, ["ann-1", "ann-2", "ben"]),
            (5, 10, 1, ["ann-1", "ben"]),
            (5, 1, 10, ["ann-1"]),
        ):
            async with store.unit_of_work() as uow:
                at = AT + timedelta(minutes=minutes)
                due = await uow.notice_channels.due(at, limit=limit, per_user=per_user)
                assert [found.id for found in due] == expected

    async def test_a_notice_is_stored_once(self, store: Store) -> None:
        [target] = await add(store, channel("a"))
        change = Notice.of(target, 7, "digest_ready", "Ready.", at=AT)
        async with store.unit_of_work() as uow:
            assert await uow.notices.add(change)
        async with store.unit_of_work() as uow:
            [stored] = await uow.notices.oldest(target.id, NoticeState.WAITING, 10)
            taken = await uow.notices.put(stored.take())
        async with store.unit_of_work() as uow:
            assert not await uow.notices.add(change)
            assert await uow.notices.of(target.id, limit=10) == (taken,)
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.notices.put(stored.take())

    async def test_notices_are_listed_and_counted_by_state(self, store: Store) -> None:
        target, other = await add(store, channel("a"), channel("b"))
        await tell(store, target, 1, 2)
        await tell(store, target, 3, minutes=1)
        await tell(store, other, 1)
        async with store.unit_of_work() as uow:
            first, second, third = await uow.notices.oldest(target.id, NoticeState.WAITING, 10)
            sending = await uow.notices.put(second.take())
        async with store.snapshot() as uow:
            assert await uow.notices.oldest(target.id, NoticeState.WAITING, 1) == (first,)
            assert await uow.notices.oldest(target.id, NoticeState.SENDING, 10) == (sending,)
            assert await uow.notices.of(target.id, limit=2) == (third, sending)
            assert await uow.notices.of(target.id, limit=2, offset=2) == (first,)
            assert await uow.notices.of(target.id, state=NoticeState.WAITING, limit=10) == (third, first)
            assert await uow.notices.count(target.id) == 3
            assert await uow.notices.count(target.id, state=NoticeState.SENDING) == 1

    async def test_old_notices_and_those_of_a_deleted_channel_are_gone(self, store: Store) -> None:
        target, other = await add(store, channel("a"), channel("b"))
        await tell(store, target, 1, 2)
        await tell(store, other, 1)
        await tell(store, other, 2, minutes=1)
        async with store.unit_of_work() as uow:
            await uow.notice_channels.delete(target.id)
            assert await uow.notices.count(target.id) == 0
            assert await uow.notices.delete_before(AT + timedelta(seconds=1), 10) == 1
            assert await uow.notices.count(other.id) == 1
