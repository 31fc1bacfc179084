"""Notices: stored by a durable listener, sent in groups at times that suit the user, and listed."""

from collections.abc import Callable, Collection, Mapping, Sequence

from attrs import frozen

from tradecore.model.alerts import Alert, AlertKind, AlertRaised, Severity
from tradecore.model.analyses import AnalysisCompleted
from tradecore.model.change import Change, Event, Fact
from tradecore.model.decimals import plain
from tradecore.model.errors import NotFound, Unavailable
from tradecore.model.ids import AnalysisId, NoticeChannelId, OrderId, TopicKind, UserId, topic_of
from tradecore.model.notices import (
    ANALYSIS_COMPLETE,
    ORDER_CANCELLED,
    ORDER_FILLED,
    Notice,
    NoticeChannel,
    NoticeOutcome,
    NoticeResult,
    NoticeState,
    message_text,
)
from tradecore.model.orders import OrderCancelled, OrderFilled
from tradecore.model.steps import Action
from tradecore.model.users import Caller
from tradecore.ports.ambient import Now
from tradecore.ports.cron import CronTimes
from tradecore.ports.notices import NoticeMessage, NoticeSender
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.alerts import put_once
from tradecore.use_cases.concurrently import all_of
from tradecore.use_cases.listeners import position_of
from tradecore.use_cases.notice_channels import TITLE
from tradecore.use_cases.paging import check_page
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.take_due import work_off

MAX_PAGE_SIZE = 200
# Channels that are sent to together, how many of them may be of one user, and what one message may tell.
_BATCH_SIZE, _PER_USER, _PER_MESSAGE = 32, 4, 50
_DISABLED = NoticeOutcome(NoticeResult.REFUSED, "The account is disabled.")
_INTERRUPTED = NoticeOutcome(
    NoticeResult.UNKNOWN, "The server was stopped while it sent this notice; it may have arrived."
)


@frozen
class StoreNotices:
    """A durable listener that stores a notice for every channel that wants an event. It sends nothing."""

    store: Store
    now: Now
    clocks: CronTimes
    name: str = "notices"
    kinds: Collection[type[Fact]] = (AlertRaised, AnalysisCompleted, OrderFilled, OrderCancelled)

    async def handle(self, events: Sequence[Event]) -> None:
        """Store the notices of these events in one transaction. An event that comes again adds none."""
        wanted = await self._wanted(events)
        if wanted:
            await self._store(wanted)

    async def _wanted(self, events: Sequence[Event]) -> Mapping[NoticeChannelId, Sequence[Change[Notice]]]:
        wanted = dict[NoticeChannelId, list[Change[Notice]]]()
        async with self.store.read() as uow:
            users = {event.user for event in events if event.user is not None}
            channels = {user: of_user for user in users if (of_user := await uow.notice_channels.of(user))}
            for event in events:
                if event.user in channels and (described := await _describe(uow, event)):
                    kind, text = described
                    for channel in channels[event.user]:
                        if channel.wants(kind) and not _is_about(event.fact, channel):
                            notice = Notice.of(channel, position_of(event), kind, text, at=self.now())
                            wanted.setdefault(channel.id, []).append(notice)
        return wanted

    @retry_on_conflict
    async def _store(self, wanted: Mapping[NoticeChannelId, Sequence[Change[Notice]]]) -> None:
        async with self.store.unit_of_work() as uow:
            # In order, so that two writers do not wait for each other.
            for id, notices in sorted(wanted.items()):
                try:
                    channel = await uow.notice_channels.get(id)
                except NotFound:
                    continue
                added = [await uow.notices.add(notice) for notice in notices]
                expecting = channel.expect(self.clocks, at=self.now())
                if any(added) and expecting != channel:
                    await uow.notice_channels.put(Change(expecting))


@frozen
class _Group:
    """What is sent in one message: the channel, held by this process, and its notices."""

    channel: NoticeChannel
    notices: Sequence[Notice]


@frozen
class SendNotices:
    """Send what is due. Any number of processes may do so: each channel is taken by one of them.

    What a process had begun to send when it died counts as unknown, and is not sent again.
    """

    store: Store
    now: Now
    clocks: CronTimes
    sender: NoticeSender
    decrypt: Callable[[str, UserId], str]

    async def __call__(self) -> int:
        """The number of messages, once nothing is due. Raises Unavailable when the store cannot be reached."""
        return await work_off(self.store, self._is_due, self._take, self._send, batch_size=_BATCH_SIZE)

    async def _is_due(self, uow: UnitOfWork) -> bool:
        return bool(await uow.notice_channels.due(self.now(), limit=1, per_user=1))

    async def _take(self, uow: UnitOfWork, limit: int) -> Sequence[_Group]:
        channels = await uow.notice_channels.due(self.now(), limit=limit, per_user=_PER_USER)
        groups = [await self._take_channel(uow, channel) for channel in channels]
        return [group for group in groups if group is not None]

    async def _take_channel(self, uow: UnitOfWork, channel: NoticeChannel) -> _Group | None:
        """What a channel sends now; None where it has nothing to send, or may not."""
        now = self.now()
        interrupted = await uow.notices.oldest(channel.id, NoticeState.SENDING, _PER_MESSAGE)
        for notice in interrupted:
            await uow.notices.put(notice.finish(_INTERRUPTED, at=now))
        if interrupted:
            await self._alert(uow, channel, f"interrupted at {channel.sending_until}")
        waiting = await uow.notices.oldest(channel.id, NoticeState.WAITING, _PER_MESSAGE)
        quiet_until = None if channel.quiet_hours is None else channel.quiet_hours.end_of(now, self.clocks)
        if not waiting or quiet_until is not None:
            await uow.notice_channels.put(Change(channel.postpone(quiet_until if waiting else None)))
            return None
        taken = await uow.notice_channels.put(Change(channel.take(at=now)))
        return _Group(taken, [await uow.notices.put(notice.take()) for notice in channel.fits(waiting)])

    async def _send(self, groups: Sequence[_Group]) -> None:
        async with self.store.snapshot() as uow:
            disabled = [await _is_disabled(uow, group.channel.user) for group in groups]
        outcomes = [_DISABLED] * len(groups)
        messages = dict[int, NoticeMessage]()
        for index, (group, is_disabled) in enumerate(zip(groups, disabled, strict=True)):
            try:
                if not is_disabled:
                    url = self.decrypt(group.channel.url, group.channel.user)
                    messages[index] = NoticeMessage(url, TITLE, message_text(group.notices))
            except Unavailable as error:
                outcomes[index] = NoticeOutcome(NoticeResult.REFUSED, str(error))
        if messages:
            for index, outcome in zip(messages, await self._outcomes(list(messages.values())), strict=True):
                outcomes[index] = outcome
        await all_of(self._finish(*pair) for pair in zip(groups, outcomes, strict=True))

    async def _outcomes(self, messages: Sequence[NoticeMessage]) -> Sequence[NoticeOutcome]:
        try:
            return await self.sender.send(messages)
        except Unavailable as error:
            return [NoticeOutcome(NoticeResult.REFUSED, str(error))] * len(messages)

    @retry_on_conflict
    async def _finish(self, group: _Group, outcome: NoticeOutcome) -> None:
        """Record an attempt, unless the channel was deleted or another process has taken it since."""
        now = self.now()
        async with self.store.unit_of_work() as uow:
            try:
                channel = await uow.notice_channels.get(group.channel.id)
            except NotFound:
                return
            if channel.sending_until != group.channel.sending_until:
                return
            notices = [await uow.notices.put(notice.finish(outcome, at=now)) for notice in group.notices]
            waiting = await uow.notices.oldest(channel.id, NoticeState.WAITING, 1)
            finished = channel.finish(outcome.result, self.clocks, waiting=bool(waiting), at=now)
            await uow.notice_channels.put(Change(finished))
            if {notice.state for notice in notices} & {NoticeState.FAILED, NoticeState.UNKNOWN}:
                await self._alert(uow, finished, f"failing since {finished.failing_since}")

    async def _alert(self, uow: UnitOfWork, channel: NoticeChannel, cause: str) -> None:
        """Tell the user that notices may be missing, once for a cause."""
        alert = Alert.raise_once(
            f"notice channel {channel.id} {cause}",
            channel.user,
            AlertKind.NOTICE_FAILED,
            Severity.WARNING,
            f"Notices through {channel.name} may not have arrived; they are listed with the reasons.",
            topic_of(TopicKind.NOTICE_CHANNEL, channel.id),
            at=self.now(),
        )
        await put_once(uow, alert)


@frozen
class NoticePage:
    """A page of notices, and the number of all."""

    notices: tuple[Notice, ...]
    total: int


@frozen
class ListNotices:
    """List what was and will be sent through a channel of the caller."""

    store: Store

    async def __call__(
        self,
        id: NoticeChannelId,
        *,
        by: Caller,
        state: NoticeState | None = None,
        page: int = 1,
        page_size: int = 50,
    ) -> NoticePage:
        """A page, newest first, of one state only if given.

        Raises NotFound, Invalid for a page below 1 or a page size out of 1..MAX_PAGE_SIZE.
        """
        check_page(page, page_size, max_size=MAX_PAGE_SIZE)
        async with self.store.snapshot() as uow:
            await uow.notice_channels.get(id, owner=by.user)
            notices = await uow.notices.of(id, state=state, limit=page_size, offset=(page - 1) * page_size)
            return NoticePage(notices, await uow.notices.count(id, state=state))


async def _describe(uow: UnitOfWork, event: Event) -> tuple[str, str] | None:
    """The kind and the text of the notice of an event; None where an alert tells it, or what it is about is deleted."""
    fact, id = event.fact, event.fact.topic.partition(":")[2]
    match fact:
        case AlertRaised():
            return fact.kind, fact.message
        case AnalysisCompleted():
            try:
                brief = (await uow.analyses.get(AnalysisId(id))).brief
            except NotFound:
                return None
            return ANALYSIS_COMPLETE, f"The analysis of {brief.symbol} as of {brief.as_of} is complete: {fact.action}."
    order = await uow.orders.find(OrderId(id))
    # The exits of a purchase have alerts.
    if order is None or order.purchase is not None:
        return None
    if isinstance(fact, OrderFilled):
        traded = "bought" if order.action is Action.BUY else "sold"
        text = f"{plain(fact.filled)} {order.asset.symbol} were {traded} at {plain(fact.average_price)}."
        return ORDER_FILLED, text
    return ORDER_CANCELLED, f"The order to {order.action} {order.asset.symbol} was cancelled."


def _is_about(fact: Fact, channel: NoticeChannel) -> bool:
    """Whether a fact says that this very channel fails."""
    return isinstance(fact, AlertRaised) and fact.subject == topic_of(TopicKind.NOTICE_CHANNEL, channel.id)


async def _is_disabled(uow: UnitOfWork, user: UserId) -> bool:
    try:
        return (await uow.users.get(user)).disabled
    except NotFound:
        # Users of the command line have no account.
        return False
