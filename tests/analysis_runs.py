"""Analyses of the desk by rules, with a step for each key of their plans."""

from datetime import UTC, date, datetime
from decimal import Decimal

from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import (
    Action,
    Analyst,
    Argued,
    Assessed,
    Collected,
    Decided,
    Decision,
    Liquidity,
    Proposed,
    Reported,
    Ruled,
    Side,
    Step,
    Volatility,
)

AT = datetime(2026, 1, 1, tzinfo=UTC)
ZERO = Decimal(0)
DECISION = Decision(Action.BUY, Decimal("8.5"), Decimal(5), Decimal(10), Decimal(9), Decimal(12), "because")


def step_for(key: str) -> Step:
    kind, _, rest = key.partition(":")
    number, _, side = rest.partition(":")
    return {
        "collect": lambda: Collected((), "0" * 64, ("sample",)),
        "report": lambda: Reported(Analyst(rest), ZERO, (), (), f"# {rest}"),
        "argue": lambda: Argued(int(number), Side(side), (), key),
        "rule": lambda: Ruled(int(rest), ZERO, key),
        "propose": lambda: Proposed(Action.BUY, ZERO, ZERO, ZERO, ZERO, "", "", ()),
        "assess": lambda: Assessed(Volatility.LOW, None, ZERO, Liquidity.HIGH, ZERO, ()),
        "decide": lambda: Decided(DECISION, "buy"),
    }[kind]()


def begun(who: tuple[Analyst, ...], depth: int) -> Analysis:
    brief = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), who, depth, "m")
    return Analysis.begin(
        AnalysisId("a"), UserId("ann"), brief, engine="rules", plan=plan_desk(brief, by_model=False), at=AT
    ).entity
