"""Fundamental features: growth, margins, cash, debt and valuation of a company as evidence, each with its filing."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256

from attrs import frozen

from tradecore.engines.desk.earnings_features import next_results, surprise
from tradecore.engines.desk.evidence_builder import EvidenceDraft
from tradecore.engines.desk.figures import STALE_DAYS, Amount, Figures
from tradecore.engines.desk.multiples import free_cash_flow, net_debt
from tradecore.engines.desk.news_features import quotable
from tradecore.engines.desk.share_counts import dilution
from tradecore.engines.desk.wording import (
    format_count,
    format_money,
    format_number,
    format_signed,
    percent_change,
    rounded,
)
from tradecore.model.fundamentals import TAGS, CompanyFacts, Concept

_YEAR = timedelta(days=364)
# A change of the number of shares in percent, beyond which it is no issue or buyback of a listed company.
_LISTING = 50
_BILLION = Decimal(10) ** 9


def missing_figures(reason: str, source: str, as_of: date) -> EvidenceDraft:
    """The evidence that there are no figures; `reason` is a sentence."""
    return EvidenceDraft(
        measure="fund.none",
        statement=f"There are no company figures. {reason}",
        as_of=as_of,
        source=source,
        digest=sha256(reason.encode()).hexdigest(),
        value=None,
    )


def fundamental_evidence(company: CompanyFacts, as_of: date) -> Iterator[EvidenceDraft]:
    """The figures of a company as evidence; of a company without a recent report, only that they are stale.

    `company` holds what was known by `as_of`, at least one fact.
    """
    features = _Features(company, Figures(company), as_of)
    end = features.figures.end
    if end is None:
        yield missing_figures(_without_periods(features), company.source, as_of)
        return
    yield features.age(end)
    yield from next_results(company, as_of, features.draft)
    if not features.figures.is_recent(as_of):
        return
    yield from features.growth(end)
    yield from surprise(features.figures, end, features.draft)
    yield from features.margins(end)
    yield from features.loss(end)
    yield from features.cash(end)
    yield from features.debt(end)
    yield from features.shares()


def _without_periods(features: "_Features") -> str:
    """Why there is no period with revenue or income."""
    tags = {*TAGS[Concept.REVENUE], *TAGS[Concept.NET_INCOME]}
    units = sorted({fact.unit for fact in features.company.facts if fact.tag in tags} - {"USD"})
    if units:
        return f"The filings of {features.name} state revenue and income in {', '.join(units)}; only dollars are read."
    return f"The filings of {features.name} have no revenue or income of a quarter or a year."


@frozen
class _Features:
    company: CompanyFacts
    figures: Figures
    as_of: date

    @property
    def name(self) -> str:
        return quotable(self.company.name)

    def draft(self, measure: str, statement: str, value: Decimal | None, known_on: date) -> EvidenceDraft:
        return EvidenceDraft(
            measure=measure,
            statement=statement,
            as_of=known_on,
            source=f"{self.company.source}: {self.name}",
            digest=self.company.digest,
            value=value,
        )

    def of(self, measure: str, statement: str, value: Decimal | None, *amounts: Amount) -> EvidenceDraft:
        """A draft from amounts, known when the newest of their filings was."""
        return self.draft(measure, statement, value, max(amount.fact.known_on for amount in amounts))

    def age(self, end: date) -> EvidenceDraft:
        age = (self.as_of - end).days
        fact = max(
            (fact for fact in self.company.facts if fact.end == end),
            key=lambda fact: (fact.filed, fact.accession),
        )
        text = f"The newest figures of {self.name} are for the period to {end}, {age} days ago"
        statement = (
            f"{text} ({fact.form} filed {fact.filed}): they are stale, and nothing is concluded from them."
            if age > STALE_DAYS
            else f"{text} ({fact.form} filed {fact.filed})."
        )
        return self.draft("fund.age", statement, Decimal(age), fact.known_on)

    def growth(self, end: date) -> Iterator[EvidenceDraft]:
        year, before = (
            self.figures.year_to(Concept.REVENUE, end),
            self.figures.year_before(Concept.REVENUE, end),
        )
        if year and before and before.value > 0:
            change = percent_change(year.value, before.value)
            yield self.of(
                "fund.growth.revenue",
                f"Revenue of the four quarters to {end} was {format_money(year.value)}, {_more(change)} than in the "
                f"four before ({year.filing}).",
                change,
                year,
                before,
            )
        yield from self._quarterly_growth(end)

    def _quarterly_growth(self, end: date) -> Iterator[EvidenceDraft]:
        quarters = self.figures.quarters(Concept.REVENUE)
        newest = quarters[-1] if quarters and quarters[-1].end == end else None
        change = self._growth_over_a_year(newest) if newest else None
        if newest is None or change is None:
            return
        yield self.of(
            "fund.growth.quarter",
            f"Revenue of the quarter to {end} was {format_money(newest.value)}, {_more(change)} than in the same "
            f"quarter of the year before ({newest.filing}).",
            change,
            newest,
        )
        quarter = quarters[-2] if len(quarters) > 1 and quarters[-2].end >= end - _YEAR else None
        earlier = self._growth_over_a_year(quarter) if quarter else None
        if quarter is None or earlier is None:
            return
        turn = change - earlier
        word = "rose" if turn >= 0 else "fell"
        yield self.of(
            "fund.growth.turn",
            f"Growth of quarterly revenue over a year {word} from {format_signed(earlier)}% in the quarter to "
            f"{quarter.end} to {format_signed(change)}% in the quarter to {end} ({newest.filing}).",
            turn,
            quarter,
            newest,
        )

    def _growth_over_a_year(self, quarter: Amount) -> Decimal | None:
        """The change of a quarter's revenue in percent; None where the same quarter of the year before is unknown."""
        earlier = self.figures.quarter_before(Concept.REVENUE, quarter)
        return percent_change(quarter.value, earlier.value) if earlier and earlier.value > 0 else None

    def margins(self, end: date) -> Iterator[EvidenceDraft]:
        revenue = self.figures.year_to(Concept.REVENUE, end)
        if revenue is None or revenue.value <= 0:
            return
        sources: tuple[tuple[str, str, Callable[[date], Amount | None]], ...] = (
            ("gross", "Gross profit", self._gross_profit),
            ("operating", "Operating income", partial(self.figures.year_to, Concept.OPERATING_INCOME)),
            ("net", "Net income", partial(self.figures.year_to, Concept.NET_INCOME)),
        )
        for name, words, amount_to in sources:
            amount = amount_to(end)
            if amount is None:
                continue
            margin = rounded(100 * amount.value / revenue.value, 1)
            change, compared = self._margin_change(end, margin, amount_to)
            yield self.of(
                f"fund.margin.{name}",
                f"{words} of the four quarters to {end} was {format_money(amount.value)}, {format_number(margin)}% of "
                f"revenue{compared} ({amount.filing}).",
                margin,
                amount,
                revenue,
            )
            if name == "operating" and change is not None:
                word = "rose" if change >= 0 else "fell"
                yield self.of(
                    "fund.margin.turn",
                    f"The operating margin {word} by {format_number(abs(change))} points within a year, to "
                    f"{format_number(margin)}% in the four quarters to {end} ({amount.filing}).",
                    change,
                    amount,
                    revenue,
                )

    def loss(self, end: date) -> Iterator[EvidenceDraft]:
        income = self.figures.year_to(Concept.NET_INCOME, end)
        if income is not None and income.value <= 0:
            yield self.of(
                "fund.loss",
                f"There is no P/E: the four quarters to {end} ended in a net loss of {format_money(-income.value)} "
                f"({income.filing}).",
                rounded(income.value / _BILLION, 3),
                income,
            )

    def _gross_profit(self, end: date) -> Amount | None:
        reported = self.figures.year_to(Concept.GROSS_PROFIT, end)
        revenue, cost = (
            self.figures.year_to(Concept.REVENUE, end),
            self.figures.year_to(Concept.COST_OF_REVENUE, end),
        )
        if reported or revenue is None or cost is None:
            return reported
        return Amount(revenue.value - cost.value, revenue.start, end, cost.fact)

    def _margin_change(
        self, end: date, margin: Decimal, amount_to: Callable[[date], Amount | None]
    ) -> tuple[Decimal | None, str]:
        """The change of a margin within a year in points, and the words for it."""
        revenue = self.figures.year_before(Concept.REVENUE, end)
        amount = amount_to(revenue.end) if revenue else None
        if revenue is None or amount is None or revenue.value <= 0:
            return None, ""
        before = rounded(100 * amount.value / revenue.value, 1)
        return margin - before, f", after {format_number(before)}% in the four before"

    def cash(self, end: date) -> Iterator[EvidenceDraft]:
        revenue, free = self.figures.year_to(Concept.REVENUE, end), free_cash_flow(self.figures, end)
        if revenue and free and revenue.value > 0:
            margin = rounded(100 * free.value / revenue.value, 1)
            yield self.of(
                "fund.fcf.margin",
                f"Free cash flow of the four quarters to {end} was {format_money(free.value)}, "
                f"{format_number(margin)}% of revenue ({free.filing}).",
                margin,
                free,
                revenue,
            )

    def debt(self, end: date) -> Iterator[EvidenceDraft]:
        owed, cash_flow = net_debt(self.figures, end), self.figures.year_to(Concept.OPERATING_CASH_FLOW, end)
        if owed and cash_flow and cash_flow.value > 0:
            ratio = rounded(owed.value / cash_flow.value, 2)
            statement = (
                f"Debt less cash and short-term securities was {format_money(owed.value)} on {end}, "
                f"{format_number(ratio)} times the operating cash flow of four quarters ({owed.filing})."
                if owed.value > 0
                else f"Cash and short-term securities exceeded debt by {format_money(-owed.value)} on {end} "
                f"({owed.filing})."
            )
            yield self.of("fund.leverage", statement, ratio, owed, cash_flow)
        assets = self.figures.balance(Concept.CURRENT_ASSETS, end)
        liabilities = self.figures.balance(Concept.CURRENT_LIABILITIES, end)
        if assets and liabilities and liabilities.value > 0:
            current = rounded(assets.value / liabilities.value, 2)
            yield self.of(
                "fund.current",
                f"Current assets were {format_number(current)} times current liabilities on {end} ({assets.filing}).",
                current,
                assets,
                liabilities,
            )
        income, interest = (
            self.figures.year_to(Concept.OPERATING_INCOME, end),
            self.figures.year_to(Concept.INTEREST_EXPENSE, end),
        )
        if income and interest and interest.value > 0:
            cover = rounded(income.value / interest.value, 1)
            yield self.of(
                "fund.cover",
                f"Operating income of the four quarters to {end} was {format_number(cover)} times the interest "
                f"expense ({interest.filing}).",
                cover,
                income,
                interest,
            )

    def shares(self) -> Iterator[EvidenceDraft]:
        pair = dilution(self.figures)
        if pair is None:
            return
        newest, before = pair
        change = percent_change(newest.value, before.value)
        statement = (
            f"The diluted number of shares of the period to {newest.end} was {format_count(newest.value)}, "
            f"{_more(change)} than a year before ({newest.form} filed {newest.filed})"
        )
        if abs(change) > _LISTING:
            statement += "; a change of this size comes with a listing or a merger, and nothing is concluded from it"
            yield self.draft("fund.shares", f"{statement}.", change, newest.known_on)
            return
        yield self.draft("fund.dilution", f"{statement}.", change, newest.known_on)


def _more(change: Decimal) -> str:
    return f"{format_number(abs(change))}% {'more' if change >= 0 else 'less'}"
