"""Company figures: facts of filings with the day from which each may be used, and the filings that they come from."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

from attrs import evolve, frozen

from tradecore.model.market import Symbol

# The regular session in New York ends then; what is filed later is known to the next session.
_CLOSE = time(16)


class Concept(StrEnum):
    """What a fact is about. Companies report one concept under different tags; see `TAGS`."""

    REVENUE = "revenue"
    NET_INTEREST_INCOME = "net interest income"
    NONINTEREST_INCOME = "noninterest income"
    GROSS_PROFIT = "gross profit"
    COST_OF_REVENUE = "cost of revenue"
    OPERATING_INCOME = "operating income"
    NET_INCOME = "net income"
    OPERATING_CASH_FLOW = "operating cash flow"
    CAPITAL_EXPENDITURE = "capital expenditure"
    INTEREST_EXPENSE = "interest expense"
    CASH = "cash"
    SECURITIES = "short-term securities"
    LONG_TERM_DEBT = "long-term debt"
    LONG_TERM_DEBT_NONCURRENT = "noncurrent long-term debt"
    CURRENT_DEBT = "current debt"
    SHORT_TERM_BORROWINGS = "short-term borrowings"
    EQUITY = "stockholders' equity"
    CURRENT_ASSETS = "current assets"
    CURRENT_LIABILITIES = "current liabilities"
    SHARES_OUTSTANDING = "shares outstanding"
    DILUTED_SHARES = "diluted shares"
    PUBLIC_FLOAT = "public float"


TAGS: Mapping[Concept, tuple[str, ...]] = {
    Concept.REVENUE: (
        "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax",
        "us-gaap:Revenues",
        "us-gaap:RevenueFromContractWithCustomerIncludingAssessedTax",
        "us-gaap:SalesRevenueNet",
        "us-gaap:RevenuesNetOfInterestExpense",
        "us-gaap:RegulatedAndUnregulatedOperatingRevenue",
        "us-gaap:SalesRevenueGoodsNet",
    ),
    # The two parts of the revenue of a bank, which often tags no total.
    Concept.NET_INTEREST_INCOME: ("us-gaap:InterestIncomeExpenseNet",),
    Concept.NONINTEREST_INCOME: ("us-gaap:NoninterestIncome",),
    Concept.GROSS_PROFIT: ("us-gaap:GrossProfit",),
    Concept.COST_OF_REVENUE: (
        "us-gaap:CostOfRevenue",
        "us-gaap:CostOfGoodsAndServicesSold",
        "us-gaap:CostOfGoodsSold",
    ),
    Concept.OPERATING_INCOME: ("us-gaap:OperatingIncomeLoss",),
    # The second one includes noncontrolling interests.
    Concept.NET_INCOME: ("us-gaap:NetIncomeLoss", "us-gaap:ProfitLoss"),
    Concept.OPERATING_CASH_FLOW: (
        "us-gaap:NetCashProvidedByUsedInOperatingActivities",
        "us-gaap:NetCashProvidedByUsedInOperatingActivitiesContinuingOperations",
    ),
    Concept.CAPITAL_EXPENDITURE: (
        "us-gaap:PaymentsToAcquirePropertyPlantAndEquipment",
        "us-gaap:PaymentsToAcquireProductiveAssets",
    ),
    Concept.INTEREST_EXPENSE: (
        "us-gaap:InterestExpense",
        "us-gaap:InterestExpenseNonoperating",
        "us-gaap:InterestExpenseDebt",
    ),
    Concept.CASH: ("us-gaap:CashAndCashEquivalentsAtCarryingValue",),
    Concept.SECURITIES: (
        "us-gaap:ShortTermInvestments",
        "us-gaap:MarketableSecuritiesCurrent",
        "us-gaap:AvailableForSaleSecuritiesDebtSecuritiesCurrent",
    ),
    Concept.LONG_TERM_DEBT: ("us-gaap:LongTermDebt",),
    Concept.LONG_TERM_DEBT_NONCURRENT: (
        "us-gaap:LongTermDebtNoncurrent",
        "us-gaap:LongTermDebtAndCapitalLeaseObligations",
    ),
    # The last one includes short-term borrowings.
    Concept.CURRENT_DEBT: (
        "us-gaap:LongTermDebtCurrent",
        "us-gaap:LongTermDebtAndCapitalLeaseObligationsCurrent",
        "us-gaap:DebtCurrent",
    ),
    Concept.SHORT_TERM_BORROWINGS: ("us-gaap:ShortTermBorrowings", "us-gaap:CommercialPaper"),
    Concept.EQUITY: ("us-gaap:StockholdersEquity",),
    Concept.CURRENT_ASSETS: ("us-gaap:AssetsCurrent",),
    Concept.CURRENT_LIABILITIES: ("us-gaap:LiabilitiesCurrent",),
    Concept.SHARES_OUTSTANDING: ("dei:EntityCommonStockSharesOutstanding",),
    Concept.DILUTED_SHARES: (
        "us-gaap:WeightedAverageNumberOfDilutedSharesOutstanding",
        # In a period with a loss both are the same number.
        "us-gaap:WeightedAverageNumberOfShareOutstandingBasicAndDiluted",
    ),
    Concept.PUBLIC_FLOAT: ("dei:EntityPublicFloat",),
}
"""The tags of each concept, `taxonomy:name`, the usual one first."""


@frozen
class Fact:
    """One number of a filing: `value` in `unit` (USD, shares) of the period `start` to `end`, or at `end`.

    `tag` is `taxonomy:name`. `known_on` is the first day whose session knew it; see `first_known`. One period is often
    reported by several filings, and later ones may restate it.
    """

    tag: str
    start: date | None
    end: date
    value: Decimal
    unit: str
    form: str
    filed: date
    accession: str
    known_on: date


@frozen
class Filing:
    """One filing: its form such as `8-K`, and its items such as `2.02`, which announces results.

    `accepted_at` is aware, on the clock of New York; None where only the day is known. `period` is the day that it
    reports on.
    """

    accession: str
    form: str
    filed: date
    known_on: date
    accepted_at: datetime | None = None
    period: date | None = None
    items: tuple[str, ...] = ()
    document: str = ""


@frozen(slots=False)
class CompanyFacts:
    """What a company has filed: facts of the concepts in `TAGS`, oldest filing first, and filings, newest first.

    `name` and `cik` are those of the regulator, `source` is what reports call it. `exchange` and `industry` are those
    of today in the regulator's words, empty where they are not known.
    """

    symbol: Symbol
    name: str
    cik: str
    source: str
    facts: tuple[Fact, ...]
    filings: tuple[Filing, ...] = ()
    exchange: str = ""
    industry: str = ""

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all facts and filings in hex."""
        facts = [
            f"{fact.tag} {fact.start} {fact.end} {fact.value} {fact.unit} {fact.form} {fact.filed} {fact.accession}"
            for fact in self.facts
        ]
        filings = [f"{filing.accession} {filing.form} {filing.filed} {filing.items}" for filing in self.filings]
        return sha256("\n".join([self.cik, *facts, *filings]).encode()).hexdigest()

    def known_by(self, day: date) -> "CompanyFacts":
        """The facts and filings that were known to the session of `day`, and nothing later."""
        return evolve(
            self,
            facts=tuple(fact for fact in self.facts if fact.known_on <= day),
            filings=tuple(filing for filing in self.filings if filing.known_on <= day),
        )


def first_known(filed: date, accepted_at: datetime | None) -> date:
    """The first day whose session knew a filing of the day `filed`.

    That is the day itself for a filing accepted by 16:00 in New York, or in the evening before; otherwise, and where
    only the day is known, the day after. `accepted_at` is on the clock of New York.
    """
    if accepted_at is None or accepted_at.date() > filed:
        return max(filed, accepted_at.date() if accepted_at else filed) + timedelta(days=1)
    after_close = accepted_at.date() == filed and accepted_at.time() > _CLOSE
    return filed + timedelta(days=1) if after_close else filed
