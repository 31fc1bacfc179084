"""Valuation features: what the market pays for a company's figures, against its own past, as evidence."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from statistics import median

from attrs import frozen

from tradecore.engines.desk.evidence_builder import EvidenceDraft
from tradecore.engines.desk.figures import Amount, Figures
from tradecore.engines.desk.multiples import Multiples, PricedFigures
from tradecore.engines.desk.news_features import quotable
from tradecore.engines.desk.wording import format_count, format_money, format_number, percent_change, rounded, tick
from tradecore.model.corporate_actions import Dividend
from tradecore.model.fundamentals import CompanyFacts
from tradecore.model.market import Bars
from tradecore.model.price_rows import Split

_BILLION = Decimal(10) ** 9
# A median of fewer filing dates says little.
_LEAST_DATES = 8


def valuation_evidence(
    company: CompanyFacts,
    as_of: date,
    bars: Bars | None,
    splits: Sequence[Split] = (),
    dividends: Sequence[Dividend] = (),
) -> Iterator[EvidenceDraft]:
    """The multiples of a company with recent figures as evidence, or why there are none.

    `company` holds what was known by `as_of`. `bars` are its prices of some years; None where there are none. `splits`
    and `dividends` are those that the market knows by then.
    """
    figures = Figures(company)
    if not figures.is_recent(as_of):
        return
    source = f"{company.source}: {quotable(company.name)}"
    reason, priced = "", None
    if bars is None or not bars.bars or bars.source.synthetic or bars.currency not in (None, "USD"):
        reason = "There are no real prices in US dollars to set the figures against."
    else:
        priced = PricedFigures(figures, bars, splits, dividends)
        if priced.now() is None:
            reason = "The number of shares is not among the figures."
        elif not priced.is_on_one_basis():
            reason = (
                "The public float in the newest annual report is larger than shares times price, so they do not fit "
                "together: the prices may be from after a split that the newest filing does not know."
            )
    if reason or bars is None or priced is None or (now := priced.now()) is None:
        yield EvidenceDraft(
            measure="fund.unpriced",
            statement=f"No multiples are given. {reason}",
            as_of=as_of,
            source=source,
            digest=company.digest,
            value=None,
        )
        return
    digest = sha256((company.digest + bars.digest).encode()).hexdigest()
    yield from _Valuation(now, priced.past(), f"{source}, {bars.source}", digest).drafts()


@frozen
class _Valuation:
    """The multiples of a day and those of past filing dates; `source` and `digest` are those of all drafts."""

    now: Multiples
    past: tuple[Multiples, ...]
    source: str
    digest: str

    def drafts(self) -> Iterator[EvidenceDraft]:
        now = self.now
        yield self._draft(
            "fund.value",
            f"The market value is {format_money(now.value)}: {format_count(now.value / now.close)} shares (filed "
            f"{now.count.filed}) at {format_number(tick(now.close))} on {now.day}.",
            rounded(now.value / _BILLION, 1),
        )
        yield from self._multiple("pe", "P/E", "net income", lambda row: row.pe, now.net_income)
        yield from self._multiple("ps", "P/S", "revenue", lambda row: row.ps, now.revenue)
        yield from self._multiple(
            "ev.ebit", "EV/EBIT", "operating income", lambda row: row.ev_ebit, now.operating_income
        )
        if now.net_income is not None and now.pe is not None:
            earned = rounded(100 / now.pe, 1)
            yield self._draft(
                "fund.yield",
                f"The earnings yield is {format_number(earned)}%: net income of the four quarters to "
                f"{now.net_income.end} against the market value ({now.net_income.filing}).",
                earned,
            )
        if now.free_cash_flow is not None and now.free_cash_flow_yield is not None:
            free = rounded(now.free_cash_flow_yield, 1)
            yield self._draft(
                "fund.fcf.yield",
                f"Free cash flow of the four quarters to {now.free_cash_flow.end} is {format_number(free)}% of the "
                f"market value ({now.free_cash_flow.filing}).",
                free,
            )

    def _multiple(
        self,
        measure: str,
        name: str,
        words: str,
        multiple: Callable[[Multiples], Decimal | None],
        amount: Amount | None,
    ) -> Iterator[EvidenceDraft]:
        exact = multiple(self.now)
        if exact is None or amount is None:
            return
        value = rounded(exact, 1)
        yield self._draft(
            f"fund.{measure}",
            f"{name} is {format_number(value)}, over {words} of {format_money(amount.value)} in the four quarters to "
            f"{amount.end} ({amount.filing}).",
            value,
        )
        known = [(row.day, past) for row in self.past if (past := multiple(row)) is not None]
        if len(known) < _LEAST_DATES:
            return
        middle = median(past for _, past in known)
        change = percent_change(exact, middle)
        side = "above" if change >= 0 else "below"
        yield self._draft(
            f"fund.{measure}.past",
            f"{name} of {format_number(value)} is {format_number(abs(change))}% {side} its own median of "
            f"{format_number(rounded(middle, 1))} on {len(known)} days of filings since {known[0][0]}.",
            change,
        )

    def _draft(self, measure: str, statement: str, value: Decimal) -> EvidenceDraft:
        return EvidenceDraft(
            measure=measure,
            statement=statement,
            as_of=self.now.day,
            source=self.source,
            digest=self.digest,
            value=value,
        )
