"""Portfolios: valuation, position import, deposits and withdrawals."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from attrs import frozen

from tradecore.model.analyses import Analysis
from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid, Stale, Unavailable
from tradecore.model.ids import EntryId, UserId
from tradecore.model.ledger import book, split_ratio_since
from tradecore.model.market import Bar, Quote
from tradecore.model.money import ZERO, Account, Asset, Costs, Entry, cash
from tradecore.model.position_import import ImportedPosition
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.recommendations import Recommendation
from tradecore.model.reservations import free_cash
from tradecore.model.steps import Action
from tradecore.model.track_record import HistoryQuery
from tradecore.model.users import Caller
from tradecore.model.valuation import AiStatus, Holding, Portfolio, performance
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.concurrently import concurrently
from tradecore.use_cases.corporate_actions import BookCorporateActions, unexplained_step
from tradecore.use_cases.idempotency import find_response, keep_response
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.settle import SettleOrder

_MOVE_CASH = "move cash"
# The number of daily closes for a year of performance on a market that never closes.
PERFORMANCE_CLOSES = 400
_PERFORMANCE_SPAN = timedelta(days=PERFORMANCE_CLOSES)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def open_account(uow: UnitOfWork, user: UserId, opening: Decimal, *, at: datetime) -> Account:
    """The account of a user. A new one is opened with a deposit of `opening`."""
    account = await uow.accounts.find(user)
    if account is None:
        account = await uow.accounts.put(Change(Account(user, at)))
        for entry in _opening_entries(user, opening, at):
            await uow.ledger.add(entry)
    return account


def _opening_entries(user: UserId, opening: Decimal, at: datetime) -> tuple[Entry, ...]:
    """The first entries of a new account."""
    if not opening:
        return ()
    return (Entry.deposit(EntryId(f"opening:{user}"), user, opening, at=at, note="opening balance"),)


async def fetch_quotes(market: QuotingMarket, assets: Iterable[Asset], *, at: datetime) -> dict[Asset, Quote]:
    """The newest quote of each asset that the market has, all requested at once.

    Raises Unavailable when quotes cannot be read.
    """

    async def fetch(asset: Asset) -> Quote | None:
        try:
            return await market.quote(asset.symbol, asset.asset_type, at)
        except Invalid:
            return None

    distinct = list(dict.fromkeys(assets))
    quotes = await concurrently(fetch(asset) for asset in distinct)
    return {asset: quote for asset, quote in zip(distinct, quotes, strict=True) if quote is not None}


@frozen
class GetPortfolio:
    """Get the portfolio of the caller at the newest prices."""

    store: Store
    market: QuotingMarket
    now: Now
    opening_cash: Decimal
    review_after: timedelta
    settle: SettleOrder

    async def __call__(self, *, by: Caller) -> Portfolio:
        """The portfolio; the account of a new caller is opened, and splits and dividends are booked.

        While nothing can be stored, a new caller sees the account that will be opened later. A position whose price
        made the step of a split that is not booked has no value. Raises Unavailable when prices cannot be read, and
        when a split or dividend that is due cannot be stored.
        """
        now = self.now()
        async with self.store.read() as uow:
            account = await uow.accounts.find(by.user)
        opened = account is not None or await self._open(by.user, now)
        if opened:
            await BookCorporateActions(self.store, self.market, self.now, self.settle).of(by.user)
        async with self.store.snapshot() as uow:
            entries = await uow.ledger.entries(by.user) if opened else _opening_entries(by.user, self.opening_cash, now)
            held = book(entries)
            plans = {plan.asset: plan for plan in await uow.recommendations.live(by.user)}
            latest = {asset: await _latest(uow, by.user, asset) for asset in held.positions}
        # Performance also needs prices of positions that are closed by now.
        traded = (entry.asset for entry in entries if entry.asset and now - entry.at <= _PERFORMANCE_SPAN)
        quotes = await fetch_quotes(self.market, (*held.positions, *traded), at=now)
        read = await concurrently(self._bars(asset, quote) for asset, quote in quotes.items())
        series = dict(zip(quotes, read, strict=True))
        suspect = {asset for asset, bars in series.items() if unexplained_step(bars, entries, asset)}
        quotes = {asset: quote for asset, quote in quotes.items() if asset not in suspect}
        closes = {asset: [(bar.day, bar.close) for bar in bars] for asset, bars in series.items()}
        holdings = (
            Holding(
                position=position,
                quote=quotes.get(asset),
                status=AiStatus.ALERT
                if asset in suspect
                else self._status(quotes.get(asset), latest[asset], plans.get(asset), entries, now),
                analyzed_at=_ended(latest[asset]),
            )
            for asset, position in held.positions.items()
        )
        # The source may lag, so performance ends on the newest day with a price or an entry.
        known = [quote.day for quote in quotes.values()] + [entry.at.date() for entry in entries[-1:]]
        return Portfolio(
            user=by.user,
            book=held,
            holdings=tuple(sorted(holdings, key=lambda holding: (holding.value is None, -(holding.value or ZERO)))),
            performance=performance(entries, closes, max(known, default=now.date())),
            at=now,
        )

    async def _open(self, user: UserId, now: datetime) -> bool:
        """Open the account, unless another request does; whether that could be stored."""
        try:
            async with self.store.unit_of_work() as uow:
                await open_account(uow, user, self.opening_cash, at=now)
        except Stale:
            return True
        except Unavailable:
            return False
        return True

    async def _bars(self, asset: Asset, quote: Quote) -> Sequence[Bar]:
        return (await self.market.bars(asset.symbol, asset.asset_type, quote.day, PERFORMANCE_CLOSES)).bars

    def _status(
        self,
        quote: Quote | None,
        latest: Analysis | None,
        plan: Recommendation | None,
        entries: Sequence[Entry],
        now: datetime,
    ) -> AiStatus:
        if plan and plan.crossed:
            return AiStatus.ALERT
        if plan and quote:
            # Stop and target are in prices of before the splits since.
            price = quote.local_price * split_ratio_since(entries, plan.asset, plan.ended_at or plan.created_at)
            if not plan.stop < price < plan.target:
                return AiStatus.ALERT
        ended = _ended(latest)
        if latest is None or ended is None or now - ended > self.review_after:
            return AiStatus.REVIEW
        # Positions are never short, so only a SELL is opposed to one.
        opposed = latest.decision is not None and latest.decision.action is Action.SELL
        return AiStatus.ALERT if opposed else AiStatus.HOLD


async def _latest(uow: UnitOfWork, user: UserId, asset: Asset) -> Analysis | None:
    query = HistoryQuery(user=user, since=_EPOCH, symbol=asset.symbol, asset_type=asset.asset_type, page_size=1)
    rows = (await uow.analyses.history(query)).rows
    return await uow.analyses.get(rows[0].id) if rows else None


def _ended(analysis: Analysis | None) -> datetime | None:
    return analysis.ended_at if analysis else None


@frozen
class ImportPositions:
    """Import positions that the caller bought elsewhere."""

    store: Store
    now: Now
    opening_cash: Decimal

    @retry_on_conflict
    async def __call__(self, positions: Sequence[ImportedPosition], *, by: Caller, key: str | None = None) -> int:
        """The number of imported positions. They count as deposits of their cost.

        A list is imported once per key, by default the hash of its content. Raises Invalid for an empty list and for
        quantities and prices that cannot be traded.
        """
        if not positions:
            raise Invalid.one("positions", "There is no position to import.")
        digest = sha256((key or repr(tuple(positions))).encode()).hexdigest()[:32]
        now, count = self.now(), 0
        async with self.store.unit_of_work() as uow:
            await open_account(uow, by.user, self.opening_cash, at=now)
            for n, position in enumerate(positions, 1):
                entry = Entry.adjustment(
                    EntryId(f"import:{by.user}:{digest}:{n}"),
                    by.user,
                    position.asset,
                    position.quantity,
                    position.price,
                    at=now,
                    note="owned already",
                )
                if not await uow.ledger.has(entry):
                    await uow.ledger.add(entry)
                    count += 1
        return count


@frozen
class CashBalance:
    """The stored response to a deposit or withdrawal: the cash afterwards."""

    cash: Decimal


@frozen
class MoveCash:
    """Deposit or withdraw cash."""

    store: Store
    now: Now
    new_id: NewId
    opening_cash: Decimal
    costs: Costs

    @retry_on_conflict
    async def __call__(self, amount: Decimal, *, by: Caller, idempotency: IdempotencyKey | None = None) -> Decimal:
        """The cash balance afterwards; a negative amount is a withdrawal. A repeated request gets the first balance.

        Raises Invalid for an amount that is not in whole cents, IllegalMove for more than the free cash, KeyReused when
        the key came with another amount before.
        """
        now, moved = self.now(), cash(amount.copy_abs())
        async with self.store.unit_of_work() as uow:
            if first := await find_response(uow, by.user, _MOVE_CASH, idempotency, CashBalance):
                return first.cash
            account = await open_account(uow, by.user, self.opening_cash, at=now)
            held = book(await uow.ledger.entries(by.user))
            if amount < 0:
                orders = await uow.orders.unsettled(unknown_since=now, user=by.user)
                free = free_cash(held, orders, self.costs)
                if moved > free:
                    raise IllegalMove(f"Only {free:.2f} are free; {moved:.2f} cannot be withdrawn.")
                make = Entry.withdrawal
            else:
                make = Entry.deposit
            entry = make(EntryId(self.new_id()), by.user, moved, at=now)
            await uow.ledger.add(entry)
            await uow.accounts.put(Change(account))
            balance = held.add(entry).cash
            await keep_response(uow, by.user, _MOVE_CASH, idempotency, CashBalance(balance), at=now)
            return balance
