"""The debate uses the strongest evidence first, answers the other side, and is ruled upon in every round."""

from decimal import Decimal
from typing import Any

import pytest

from tradecore.model.steps import Argued, Ruled, Side, Step


async def steps(given: Any, closes: list[float], depth: int = 3, items: Any = ()) -> list[Step]:
    """All steps of an analysis."""
    said = await given.thought(given.desk(closes, items), given.brief(depth=depth))
    return [one for one in said if isinstance(one, Step)]


def arguments(found: list[Step], side: Side) -> list[Argued]:
    return [one for one in found if isinstance(one, Argued) and one.side is side]


async def test_no_side_puts_the_same_evidence_forward_twice(given: Any) -> None:
    found = await steps(given, given.walk(8), depth=5)
    for side in Side:
        fresh = [claim.cites for one in arguments(found, side) for claim in one.claims if len(claim.cites) == 1]
        assert len(fresh) == len(set(fresh)) >= 2


async def test_each_side_answers_a_claim_that_the_other_made_before(given: Any) -> None:
    found = await steps(given, given.walk(8))
    (first, *_), (bear, *_) = arguments(found, Side.BULL), arguments(found, Side.BEAR)
    answer = bear.claims[-1]
    assert len(answer.cites) == 2
    assert answer.cites[1] in {cite for claim in first.claims for cite in claim.cites}
    assert all(len(claim.cites) == 1 for claim in first.claims)


async def test_the_judge_rules_after_every_round_with_a_text_of_its_own(given: Any) -> None:
    rulings = [one for one in await steps(given, given.walk(8), depth=5) if isinstance(one, Ruled)]
    assert [one.round for one in rulings] == [1, 2, 3, 4, 5]
    assert len({one.text for one in rulings}) == 5
    assert "the opening round" in rulings[0].text
    assert "the fifth round" in rulings[4].text


@pytest.mark.parametrize(("drift", "sign"), [(0.004, 1), (-0.004, -1)])
async def test_the_balance_follows_a_clear_trend(given: Any, drift: float, sign: int) -> None:
    found = await steps(given, given.walk(3, drift=drift, noise=0.008))
    assert all(one.balance * sign > Decimal("0.1") for one in found if isinstance(one, Ruled))


async def test_with_nothing_to_say_both_sides_say_so(given: Any) -> None:
    found = await steps(given, [50.0, 50.0])
    assert all(not one.claims and "will not make something up" in one.text for one in found if isinstance(one, Argued))
    assert all(one.balance == 0 for one in found if isinstance(one, Ruled))


async def test_texts_differ_between_symbols_and_days(given: Any) -> None:
    first = arguments(await steps(given, given.walk(8)), Side.BULL)[0].text
    others = set()
    for seed in range(8, 14):
        others |= {one.text.split(".")[0] for one in arguments(await steps(given, given.walk(seed)), Side.BEAR)}
    assert first not in others
    assert len(others) > 2
