"""Each pair of stop and target is told with what it risks and pays."""

from decimal import Decimal
from typing import Any

from tradecore.engines.desk.levels import level_evidence
from tradecore.engines.desk.plan_features import plan_evidence
from tradecore.engines.desk.risk import liquidity_class, position_size, risk_evidence
from tradecore.model.market import AssetType, Bars
from tradecore.model.steps import Action, Proposed


def test_rows_agree_with_the_levels_and_with_the_size_of_the_plan(given: Any) -> None:
    bars = Bars("NVDA", given.source, given.bars(given.walk(3)))
    drafts = [*risk_evidence(bars, None, AssetType.EQUITY), *level_evidence(bars)]
    known = {draft.measure: draft.value for draft in drafts}
    rows = [row for row in plan_evidence(drafts) if row.measure == "plan.long"]
    stop, target = known["level.stop.long.range"], known["level.target.long.range"]
    row = next(row for row in rows if f"stop at {stop} " in row.statement and f"target at {target} " in row.statement)
    assert row.value == Decimal("1.50")
    plan = Proposed(Action.BUY, Decimal(8), known["level.entry"], stop, target, "", "", ())  # type: ignore[arg-type]
    size = position_size(plan, known["volatility"], liquidity_class(known["turnover"]))  # type: ignore[arg-type]
    assert row.statement.endswith(f"its size is at most {size}% of the portfolio.")
    assert "8.0% below the entry" in row.statement


def test_there_is_a_row_for_each_pair_in_both_directions(given: Any) -> None:
    for seed in range(6):
        bars = Bars("NVDA", given.source, given.bars(given.walk(seed)))
        drafts = list(level_evidence(bars))
        count = sum(
            len([draft for draft in drafts if draft.measure.startswith(f"level.stop.{side}")])
            * len([draft for draft in drafts if draft.measure.startswith(f"level.target.{side}")])
            for side in ("long", "short")
        )
        assert len(list(plan_evidence(drafts))) == count
