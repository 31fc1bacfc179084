"""A case is what a reasoner gets to know: what was asked, and all that was said before."""

from typing import Any

from tradecore.engines.desk.reasoner import Case
from tradecore.model.steps import Step


async def steps(given: Any) -> list[Step]:
    said = await given.thought(given.desk(given.walk(8)), given.brief(depth=1))
    return [one for one in said if isinstance(one, Step)]


async def test_a_case_grows_by_a_step_and_keeps_its_evidence(given: Any) -> None:
    collected, *rest = await steps(given)
    case = Case(given.brief(), collected)  # type: ignore[arg-type]
    for step in rest:
        case = case.with_step(step)
    assert (len(case.reports), len(case.arguments), len(case.rulings)) == (4, 2, 1)
    assert case.by_measure["close"] in case.evidence
