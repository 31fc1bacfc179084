"""Corporate actions: splits and dividends of held positions are booked once, and unexplained jumps raise an alert."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from attrs import frozen

from tradecore.model.alerts import Alert, AlertKind, Severity
from tradecore.model.change import Change
from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.decimals import plain
from tradecore.model.errors import Invalid, Refusal, Stale, Unavailable
from tradecore.model.ids import Topic, TopicKind, UserId, topic_of
from tradecore.model.ledger import book
from tradecore.model.market import AssetType, Bar
from tradecore.model.money import ACCOUNT_CURRENCY, ZERO, Asset, Entry, EntryKind
from tradecore.model.orders import Order
from tradecore.model.price_adjustments import described
from tradecore.model.recent_prices import SUSPECT_SESSIONS, PriceJump, last_jump
from tradecore.ports.ambient import Now
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store
from tradecore.use_cases.alerts import put_once
from tradecore.use_cases.concurrently import concurrently
from tradecore.use_cases.exits import cancel_exits, ensure_exit
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.settle import SettleOrder

# A dividend of a position that was sold since is booked as well, if it is noticed within so long.
_AFTER_SALE = timedelta(days=30)
# Users whose ledgers are read together; those of ten thousand are hundreds of megabytes.
_USER_BATCH = 200
# The answers of the market about assets, each with the first day of what it is about.
_Answers = dict[Asset, tuple[date, CorporateActions | Unavailable | None]]


@frozen
class BookCorporateActions:
    """Book the splits and dividends of what users hold, once each, by ex-date.

    Brokers do not adjust resting orders, so exit orders of a share that was split are cancelled, then the split is
    booked, then they are placed anew. While the broker has not ended them the split waits.
    """

    store: Store
    market: QuotingMarket
    now: Now
    settle: SettleOrder

    async def __call__(self) -> int:
        """The number of entries booked for all users. Raises Unavailable when some cannot be read, after the others."""
        booked, read = 0, _Answers()
        async for ledgers in _ledgers(self.store):
            await self._read(ledgers.values(), read)
            for user, entries in ledgers.items():
                booked += await self._book_missing(user, entries, read)
        _raise_first_failure(read)
        return booked

    async def of(self, user: UserId) -> int:
        """The number of entries booked for one user. Raises Unavailable when the market cannot be read."""
        async with self.store.read() as uow:
            entries = await uow.ledger.entries(user)
        read = _Answers()
        await self._read([entries], read)
        _raise_first_failure(read)
        return await self._book_missing(user, entries, read)

    async def _read(self, ledgers: Iterable[Sequence[Entry]], read: _Answers) -> None:
        """Read the actions of each watched asset since its first entry, all at once, without what was read before."""
        now = self.now()
        since: dict[Asset, date] = {}
        for entries in ledgers:
            for asset in _watched(entries, now):
                since[asset] = min(_first(entries, asset), since.get(asset, date.max))
        new = {asset: first for asset, first in since.items() if asset not in read or first < read[asset][0]}
        answers = await concurrently(self._answer(asset, first, now.date()) for asset, first in new.items())
        read |= {asset: (first, answer) for (asset, first), answer in zip(new.items(), answers, strict=True)}

    async def _answer(self, asset: Asset, since: date, until: date) -> CorporateActions | Unavailable | None:
        try:
            return await self.market.corporate_actions(asset.symbol, asset.asset_type, since, until)
        except Unavailable as error:
            return error
        except Invalid:
            # Without prices there are no actions either; the portfolio shows the position as unpriced.
            return None

    async def _book_missing(self, user: UserId, entries: Sequence[Entry], read: _Answers) -> int:
        answers = {asset: read[asset][1] for asset in _watched(entries, self.now()) if asset in read}
        known = {asset: answer for asset, answer in answers.items() if isinstance(answer, CorporateActions)}
        if not any(_missing(user, entries, asset, found) for asset, found in known.items()):
            return 0
        booked, open_exits = await self._book(user, known)
        if not open_exits:
            return booked
        for order in open_exits:
            # The scheduled task ends it later, and the split is booked after that.
            with suppress(Refusal):
                await self.settle(order)
        more, _ = await self._book(user, known)
        return booked + more

    @retry_on_conflict
    async def _book(self, user: UserId, known: Mapping[Asset, CorporateActions]) -> tuple[int, list[Order]]:
        """The number of entries booked, and the exit orders for whose end a split waits."""
        count, split_shares, waits_for = 0, list[Asset](), list[Order]()
        async with self.store.unit_of_work() as uow:
            # Written with every order, so that none is sized by units from before a split.
            account = await uow.accounts.find(user)
            if account is None:
                return 0, waits_for
            for asset, actions in known.items():
                missing = _missing(user, await uow.ledger.entries(user), asset, actions)
                split = any(entry.kind is EntryKind.SPLIT for entry in missing)
                if split and (exits := await cancel_exits(uow, user, asset, "The share was split.", at=self.now())):
                    waits_for += exits
                    continue
                for entry in missing:
                    await uow.ledger.add(entry)
                    await uow.alerts.put(_alert(entry, asset, self.now()))
                    count += 1
                if split:
                    split_shares.append(asset)
            if count:
                await uow.accounts.put(Change(account))
            for purchase in await uow.orders.guarded(user) if split_shares else ():
                if purchase.asset in split_shares:
                    await ensure_exit(uow, purchase, at=self.now())
        return count, waits_for


@frozen
class WatchPrices:
    """A scheduled task that raises an alert for a held position whose price made the step of a split without one."""

    store: Store
    market: QuotingMarket
    now: Now

    async def __call__(self) -> int:
        """The number of new alerts. Raises Unavailable when prices of a position cannot be read, after the others."""
        now, raised = self.now(), 0
        series: dict[Asset, Sequence[Bar] | Unavailable] = {}
        async for ledgers in _ledgers(self.store):
            held = {asset for entries in ledgers.values() for asset in _held(entries)}
            new = sorted(held - series.keys(), key=lambda asset: asset.symbol)
            series |= zip(new, await concurrently(self._bars(asset, now) for asset in new), strict=True)
            for user, entries in ledgers.items():
                for asset in _held(entries):
                    bars = series[asset]
                    step = None if isinstance(bars, Unavailable) else unexplained_step(bars, entries, asset)
                    if step is not None:
                        raised += await self._raise(user, asset, step, now)
        failure = next((bars for bars in series.values() if isinstance(bars, Unavailable)), None)
        if failure is not None:
            raise failure
        return raised

    async def _bars(self, asset: Asset, now: datetime) -> Sequence[Bar] | Unavailable:
        try:
            quote = await self.market.quote(asset.symbol, asset.asset_type, now)
            bars = await self.market.bars(asset.symbol, asset.asset_type, quote.day, SUSPECT_SESSIONS + 1)
        except Unavailable as error:
            return error
        except Invalid:
            return ()
        return bars.bars

    async def _raise(self, user: UserId, asset: Asset, jump: PriceJump, now: datetime) -> bool:
        waiting = (
            f"the position has no value until the split is known, or until {SUSPECT_SESSIONS} sessions have passed"
        )
        alert = jump_alert(user, asset, jump, waiting, at=now)
        try:
            async with self.store.unit_of_work() as uow:
                # The ledger of a removed account stays.
                if await uow.accounts.find(user) is None:
                    return False
                return await put_once(uow, alert)
        except Stale:
            # Another process was first.
            return False


def jump_alert(user: UserId, asset: Asset, jump: PriceJump, waiting: str, *, at: datetime) -> Change[Alert]:
    """The alert of a user about a jump, the same for everything that waits for the split; `waiting` says what does."""
    before, bar = jump.before, jump.after
    message = (
        f"The price of {asset.symbol} went from {before.close} to {bar.close} on {bar.day}. It looks like a "
        f"{described(jump.ratio)} split that the source of prices does not know; {waiting}."
    )
    cause = f"jump {user} {asset.asset_type} {asset.symbol} {bar.day}"
    return Alert.raise_once(cause, user, AlertKind.PRICE_JUMPED, Severity.WARNING, message, _topic(asset), at=at)


def unexplained_step(bars: Sequence[Bar], entries: Sequence[Entry], asset: Asset) -> PriceJump | None:
    """The last two days between which the price made the step of a split that no entry explains.

    Only the newest sessions since the purchase count. None for crypto, and where there is no such step.
    """
    if asset.asset_type is not AssetType.EQUITY:
        return None
    booked = {entry.at.date() for entry in entries if entry.kind is EntryKind.SPLIT and entry.asset == asset}
    return last_jump(bars, since=_first(entries, asset), explained=booked)


async def _ledgers(store: Store) -> AsyncIterator[Mapping[UserId, Sequence[Entry]]]:
    """The ledgers of all users, of some at a time."""
    async with store.read() as uow:
        users = await uow.ledger.users()
    for first in range(0, len(users), _USER_BATCH):
        async with store.snapshot() as uow:
            ledgers = {user: await uow.ledger.entries(user) for user in users[first : first + _USER_BATCH]}
        yield ledgers


def _raise_first_failure(read: _Answers) -> None:
    failure = next((answer for _, answer in read.values() if isinstance(answer, Unavailable)), None)
    if failure is not None:
        raise failure


def _held(entries: Sequence[Entry]) -> list[Asset]:
    return [asset for asset in book(entries).positions if asset.asset_type is AssetType.EQUITY]


def _watched(entries: Sequence[Entry], now: datetime) -> list[Asset]:
    """The shares that are held, and those that were traded of late."""
    recent = (entry.asset for entry in entries if entry.asset and now - entry.at <= _AFTER_SALE)
    shares = (asset for asset in recent if asset.asset_type is AssetType.EQUITY)
    return list(dict.fromkeys([*_held(entries), *shares]))


def _first(entries: Iterable[Entry], asset: Asset) -> date:
    return min(entry.at for entry in entries if entry.asset == asset).date()


def _missing(user: UserId, entries: Sequence[Entry], asset: Asset, actions: CorporateActions) -> list[Entry]:
    """The entries of actions that are not booked yet, oldest first.

    Those who held units before the ex-date have a part in it. Dividends in another currency than the account's are left
    out: nothing is booked at a rate that nobody paid.
    """
    known = {entry.id for entry in entries}
    booked: list[Entry] = []
    for split in sorted(actions.splits, key=lambda split: split.day):
        held = _held_before(entries, booked, asset, split.day)
        now_held = book(entries).held(asset) + sum((entry.quantity for entry in booked), ZERO)
        entry = Entry.split(user, asset, held, split)
        if held and entry.quantity and now_held and now_held + entry.quantity >= 0 and entry.id not in known:
            booked.append(entry)
    if actions.currency in (None, ACCOUNT_CURRENCY):
        for dividend in actions.dividends:
            held = _held_before(entries, booked, asset, dividend.day)
            entry = Entry.dividend(user, asset, held, dividend.amount, dividend.day)
            if held > 0 and entry.cash and entry.id not in known:
                booked.append(entry)
    return sorted(booked, key=lambda entry: (entry.at, entry.kind is EntryKind.DIVIDEND))


def _held_before(entries: Sequence[Entry], booked: Sequence[Entry], asset: Asset, day: date) -> Decimal:
    opening = datetime.combine(day, time.min, UTC)
    return sum(
        (entry.quantity for entry in (*entries, *booked) if entry.asset == asset and entry.at < opening),
        ZERO,
    )


def _topic(asset: Asset) -> Topic:
    return topic_of(TopicKind.POSITION, asset.symbol)


def _alert(entry: Entry, asset: Asset, now: datetime) -> Change[Alert]:
    day = entry.at.date()
    if entry.kind is EntryKind.SPLIT:
        kind = AlertKind.POSITION_SPLIT
        message = (
            f"{asset.symbol} was split on {day}, {entry.note}: {plain(abs(entry.quantity))} units were "
            f"{'added' if entry.quantity > 0 else 'taken'}."
        )
    else:
        kind = AlertKind.DIVIDEND_PAID
        message = (
            f"{asset.symbol} paid a dividend, ex {day}: {entry.cash} {ACCOUNT_CURRENCY} were booked, before taxes."
        )
    return Alert.raise_once(str(entry.id), entry.user, kind, Severity.INFO, message, _topic(asset), at=now)
