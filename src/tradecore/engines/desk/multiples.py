"""Multiples: what the market pays for a company's figures, today and at the days of its past filings."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from attrs import evolve, field, frozen

from tradecore.engines.desk.figures import Amount, Figures
from tradecore.engines.desk.share_counts import BasisChange, ShareCount, basis_changes, newest_count
from tradecore.model.corporate_actions import Dividend
from tradecore.model.fundamentals import Concept
from tradecore.model.market import Bars
from tradecore.model.price_rows import Split

# How far back a multiple is compared with its own past.
_HISTORY, _YEAR = timedelta(days=5 * 365), timedelta(days=365)
# A price this much older than a filing is not the price at it.
_REACH = timedelta(days=10)
# The public float is a part of the market value, so a larger one proves that shares and prices do not fit together.
_MOST_FLOAT = Decimal("1.25")
# Debt that is due within the year with all short-term borrowings in it.
_ALL_CURRENT_DEBT = "us-gaap:DebtCurrent"
# A total of long-term debt may leave out the part that is due within the year; a part as small as this changes little.
_LITTLE = Decimal("0.05")


@frozen
class Multiples:
    """The multiples of one day: prices and shares on the basis of the newest bar, figures as known on that day.

    A multiple is None where its denominator is not above zero or not known. `ev_ebit` is enterprise value to operating
    income; yields are in percent of the market value.
    """

    day: date
    close: Decimal
    count: ShareCount
    value: Decimal
    net_income: Amount | None
    revenue: Amount | None
    operating_income: Amount | None
    free_cash_flow: Amount | None
    net_debt: Amount | None

    @property
    def pe(self) -> Decimal | None:
        """Market value to the net income of four quarters."""
        return _over(self.value, self.net_income)

    @property
    def ps(self) -> Decimal | None:
        """Market value to the revenue of four quarters."""
        return _over(self.value, self.revenue)

    @property
    def ev_ebit(self) -> Decimal | None:
        """Market value with net debt to the operating income of four quarters."""
        return None if self.net_debt is None else _over(self.value + self.net_debt.value, self.operating_income)

    @property
    def free_cash_flow_yield(self) -> Decimal | None:
        """Free cash flow of four quarters in percent of the market value."""
        return None if self.free_cash_flow is None else 100 * self.free_cash_flow.value / self.value


@frozen
class PricedFigures:
    """The figures of a company with its prices, both as of one day.

    `bars` are adjusted for splits and dividends up to the newest bar. `splits` and `dividends` are those that the
    market knows. Where it knows no splits, the filings themselves have to show them. Dividends are undone: a multiple
    is of the price that was paid.
    """

    figures: Figures
    bars: Bars
    splits: Sequence[Split] = ()
    dividends: Sequence[Dividend] = ()
    _paid: tuple[tuple[date, Decimal], ...] = field(init=False, repr=False, eq=False)
    _days: tuple[date, ...] = field(init=False, repr=False, eq=False)
    _basis_changes: tuple[BasisChange, ...] = field(init=False, repr=False, eq=False)

    @_days.default
    def _days_of_bars(self) -> tuple[date, ...]:
        return tuple(bar.day for bar in self.bars.bars)

    @_paid.default
    def _paid_factors(self) -> tuple[tuple[date, Decimal], ...]:
        """By ex-date, newest first: the factor that undoes this dividend and all later ones."""
        factors, factor = [], Decimal(1)
        days = [bar.day for bar in self.bars.bars]
        for dividend in sorted(self.dividends, key=lambda paid: paid.day, reverse=True):
            before = bisect_left(days, dividend.day)
            if not 0 < before < len(days):
                continue
            amount = dividend.amount
            for split in self.splits:
                if dividend.day < split.day <= days[-1]:
                    amount /= split.ratio
            without = self.bars.bars[before - 1].close * factor
            factor *= (without + amount) / without
            factors.append((dividend.day, factor))
        return tuple(factors)

    @_basis_changes.default
    def _basis_changes_of_filings(self) -> tuple[BasisChange, ...]:
        return () if self.splits else basis_changes(self.figures)

    def now(self) -> Multiples | None:
        """The multiples at the newest bar; None where the number of shares is unknown."""
        return self._multiples(self.figures, self.bars.last.day)

    def past(self) -> tuple[Multiples, ...]:
        """The multiples at the days on which past reports became known, oldest first."""
        last = self.bars.last.day
        first = last - _HISTORY
        # Four quarters, and a year before the first of them in which they were filed.
        facts = tuple(fact for fact in self.figures.company.facts if fact.end >= first - 2 * _YEAR)
        recent = Figures(evolve(self.figures.company, facts=facts))
        days = sorted({fact.known_on for fact in facts if first <= fact.known_on <= last})
        found = (self._multiples(recent.known_by(day), day) for day in days)
        return tuple(multiples for multiples in found if multiples is not None)

    def is_on_one_basis(self) -> bool:
        """Whether shares and prices fit together: false where the filings are from before a split of the prices.

        The public float of an annual report, in dollars, cannot exceed the market value on its day.
        """
        public = self.figures.balance(Concept.PUBLIC_FLOAT)
        if public is None or public.value <= 0:
            return True
        reports = [fact.known_on for fact in self.figures.company.facts if fact.filed <= public.end]
        count = newest_count(self.figures.known_by(max(reports))) if reports else None
        close = self._close(public.end)
        if count is None or close is None:
            return True
        return public.value <= _MOST_FLOAT * close * count.shares * self._factor(count)

    def _multiples(self, figures: Figures, day: date) -> Multiples | None:
        count, close = newest_count(figures), self._close(day)
        end = figures.newest_end(Concept.NET_INCOME)
        if count is None or close is None or count.shares <= 0 or end is None:
            return None
        return Multiples(
            day=day,
            close=close,
            count=count,
            value=close * count.shares * self._factor(count),
            net_income=figures.year_to(Concept.NET_INCOME, end),
            revenue=figures.year_to(Concept.REVENUE, end),
            operating_income=figures.year_to(Concept.OPERATING_INCOME, end),
            free_cash_flow=free_cash_flow(figures, end),
            net_debt=net_debt(figures, end),
        )

    def _close(self, day: date) -> Decimal | None:
        at = bisect_right(self._days, day)
        if not at or day - self._days[at - 1] > _REACH:
            return None
        bar = self.bars.bars[at - 1]
        later = [factor for ex_date, factor in self._paid if ex_date > bar.day]
        return bar.close * (later[-1] if later else 1)

    def _factor(self, count: ShareCount) -> Decimal:
        """How many shares of the newest bar one of the count has become by splits."""
        factor = Decimal(1)
        for split in self.splits:
            if count.day < split.day <= self.bars.last.day:
                factor *= split.ratio
        for change in self._basis_changes:
            if change.filed > count.filed:
                factor *= change.ratio
        return factor


def free_cash_flow(figures: Figures, end: date) -> Amount | None:
    """Operating cash flow less capital expenditure of the four quarters to `end`."""
    cash_flow = figures.year_to(Concept.OPERATING_CASH_FLOW, end)
    spent = figures.year_to(Concept.CAPITAL_EXPENDITURE, end)
    if cash_flow is None or spent is None:
        return None
    return Amount(cash_flow.value - spent.value, cash_flow.start, end, cash_flow.fact)


def net_debt(figures: Figures, end: date) -> Amount | None:
    """Debt less cash and short-term securities on the day `end`; None where either was not reported for that day."""
    cash = figures.balance(Concept.CASH, end)
    if cash is None:
        return None
    debt = _debt(figures, end)
    if debt is None:
        return None
    securities = figures.balance(Concept.SECURITIES, end)
    held = cash.value + (securities.value if securities else 0)
    return Amount(debt - held, None, end, cash.fact)


def _debt(figures: Figures, end: date) -> Decimal | None:
    """All debt on the day `end`; None where it was not reported, or its parts may overlap.

    Two sums stand in reports: the total of long-term debt with short-term borrowings, and the noncurrent part with what
    is due within the year. The larger one leaves nothing out. A total without the noncurrent part beside it may be that
    part itself, as in the reports of Tesla from 2018 on, so it counts only where little is due within the year.
    """
    total, noncurrent, current, borrowed = (
        figures.balance(concept, end)
        for concept in (
            Concept.LONG_TERM_DEBT,
            Concept.LONG_TERM_DEBT_NONCURRENT,
            Concept.CURRENT_DEBT,
            Concept.SHORT_TERM_BORROWINGS,
        )
    )
    short = borrowed.value if borrowed else Decimal(0)
    due = current.value if current else Decimal(0)
    includes_borrowed = current is not None and current.fact.tag == _ALL_CURRENT_DEBT
    sums = []
    if noncurrent is not None:
        sums.append(noncurrent.value + due + (0 if includes_borrowed else short))
    if total is not None:
        if noncurrent is None and due > _LITTLE * total.value:
            return None
        sums.append(total.value + short)
    return max(sums, default=None)


def _over(value: Decimal, amount: Amount | None) -> Decimal | None:
    return value / amount.value if amount is not None and amount.value > 0 else None
