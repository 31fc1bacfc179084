"""Portfolios: what a user has, what it is worth, and what comes in from outside."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from attrs import frozen

from tradecore.model.analyses import Analysis
from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid, Stale
from tradecore.model.ids import EntryId, UserId
from tradecore.model.ledger import book
from tradecore.model.market import Quote
from tradecore.model.money import ZERO, Account, Asset, Costs, Entry, cash
from tradecore.model.owned import Owned
from tradecore.model.recommendations import Recommendation
from tradecore.model.steps import Action
from tradecore.model.track_record import HistoryQuery
from tradecore.model.users import Caller
from tradecore.model.valuation import AiStatus, Closes, Holding, Portfolio, performance
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.retry import retry_on_conflict

OPENING_CASH = Decimal(100_000)
# Daily closes of more than a year, of markets that never close.
_CLOSES = 400
_MEASURED = timedelta(days=_CLOSES)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


async def opened(uow: UnitOfWork, user: UserId, opening: Decimal, *, at: datetime) -> Account:
    """The account of a user, with its first deposit where it is new."""
    account = await uow.accounts.find(user)
    if account is None:
        account = await uow.accounts.put(Change(Account(user, at)))
        if opening:
            await uow.ledger.add(
                Entry.deposit(EntryId(f"opening:{user}"), user, opening, at=at, note="opening balance")
            )
    return account


async def quotes_of(market: QuotingMarket, assets: Iterable[Asset], *, at: datetime) -> dict[Asset, Quote]:
    """The newest price of each asset; those that the market does not have are left out. Raises Unavailable."""
    quotes: dict[Asset, Quote] = {}
    for asset in dict.fromkeys(assets):
        try:
            quotes[asset] = await market.quote(asset.symbol, asset.asset_type, at)
        except Invalid:
            continue
    return quotes


@frozen
class ShowPortfolio:
    """Show the caller all that they have, at the newest prices there are."""

    store: Store
    market: QuotingMarket
    now: Now
    opening_cash: Decimal
    review_after: timedelta

    async def __call__(self, *, by: Caller) -> Portfolio:
        """The portfolio; a new caller's account is opened. Raises Unavailable when prices are out of reach."""
        now = self.now()
        async with self.store.snapshot() as uow:
            account = await uow.accounts.find(by.user)
        if account is None:
            await self._open(by.user, now)
        async with self.store.snapshot() as uow:
            entries = await uow.ledger.entries(by.user)
            held = book(entries)
            plans = {each.asset: each for each in await uow.recommendations.live(by.user)}
            latest = {asset: await _latest(uow, by.user, asset) for asset in held.positions}
        # What was sold meanwhile had prices too while it was held, and the performance goes by them.
        moved = (entry.asset for entry in entries if entry.asset and now - entry.at <= _MEASURED)
        quotes = await quotes_of(self.market, (*held.positions, *moved), at=now)
        closes = {asset: await self._closes(asset, quote) for asset, quote in quotes.items()}
        holdings = (
            Holding(
                position=position,
                quote=quotes.get(asset),
                status=self._status(quotes.get(asset), latest[asset], plans.get(asset), now),
                analyzed_at=_ended(latest[asset]),
            )
            for asset, position in held.positions.items()
        )
        # The source may lag: the newest day on which anything is known is the day that all is measured up to.
        known = [quote.day for quote in quotes.values()] + [entry.at.date() for entry in entries[-1:]]
        return Portfolio(
            user=by.user,
            book=held,
            holdings=tuple(sorted(holdings, key=lambda each: (each.value is None, -(each.value or ZERO)))),
            performance=performance(entries, closes, max(known, default=now.date())),
            at=now,
        )

    async def _open(self, user: UserId, now: datetime) -> None:
        try:
            async with self.store.unit_of_work() as uow:
                await opened(uow, user, self.opening_cash, at=now)
        except Stale:
            # Somebody else was opening it, and has.
            return

    async def _closes(self, asset: Asset, quote: Quote) -> Closes:
        found = await self.market.bars(asset.symbol, asset.asset_type, quote.day, _CLOSES)
        return [(bar.day, bar.close) for bar in found.bars]

    def _status(
        self, quote: Quote | None, latest: Analysis | None, plan: Recommendation | None, now: datetime
    ) -> AiStatus:
        if plan and (plan.crossed or (quote and not plan.stop < quote.price < plan.target)):
            return AiStatus.ALERT
        ended = _ended(latest)
        if latest is None or ended is None or now - ended > self.review_after:
            return AiStatus.REVIEW
        # Positions are never short, so the opposite is to sell.
        opposite = latest.decision is not None and latest.decision.action is Action.SELL
        return AiStatus.ALERT if opposite else AiStatus.HOLD


async def _latest(uow: UnitOfWork, user: UserId, asset: Asset) -> Analysis | None:
    query = HistoryQuery(user=user, since=_EVER, symbol=asset.symbol, asset_type=asset.asset_type, page_size=1)
    rows = (await uow.analyses.history(query)).rows
    return await uow.analyses.get(rows[0].id) if rows else None


def _ended(analysis: Analysis | None) -> datetime | None:
    return analysis.ended_at if analysis else None


@frozen
class ImportPositions:
    """Take in what the caller owns already, bought elsewhere."""

    store: Store
    now: Now
    opening_cash: Decimal

    @retry_on_conflict
    async def __call__(self, owned: Sequence[Owned], *, by: Caller, key: str | None = None) -> int:
        """How many positions came in, at the price each was bought for; they count as deposits of that worth.

        The same list under the same key (by default, its content) comes in once, however often it is given. Raises
        Invalid for an empty list.
        """
        if not owned:
            raise Invalid.one("positions", "There is no position to take in.")
        digest = sha256((key or repr(tuple(owned))).encode()).hexdigest()[:32]
        now, count = self.now(), 0
        async with self.store.unit_of_work() as uow:
            await opened(uow, by.user, self.opening_cash, at=now)
            for n, each in enumerate(owned, 1):
                entry = Entry.brought_in(
                    EntryId(f"import:{by.user}:{digest}:{n}"),
                    by.user,
                    each.asset,
                    each.quantity,
                    each.price,
                    at=now,
                    note="owned already",
                )
                if not await uow.ledger.has(entry):
                    await uow.ledger.add(entry)
                    count += 1
        return count


@frozen
class MoveCash:
    """Pay in, or take out."""

    store: Store
    now: Now
    new_id: NewId
    opening_cash: Decimal
    costs: Costs

    @retry_on_conflict
    async def __call__(self, amount: Decimal, *, by: Caller) -> Decimal:
        """The cash there is afterwards; a negative amount takes out.

        Raises Invalid for amounts that are not in whole cents, IllegalMove for more than is free.
        """
        now, moved = self.now(), cash(amount.copy_abs())
        async with self.store.unit_of_work() as uow:
            account = await opened(uow, by.user, self.opening_cash, at=now)
            held = book(await uow.ledger.entries(by.user))
            if amount < 0:
                orders = await uow.orders.unsettled(lost_since=now, user=by.user)
                free = held.cash - sum((each.reserved_cash(self.costs) for each in orders), ZERO)
                if moved > free:
                    raise IllegalMove(f"Only {free:.2f} are free, {moved:.2f} cannot be taken out.")
                make = Entry.withdrawal
            else:
                make = Entry.deposit
            entry = make(EntryId(self.new_id()), by.user, moved, at=now)
            await uow.ledger.add(entry)
            await uow.accounts.put(Change(account))
            return held.add(entry).cash
