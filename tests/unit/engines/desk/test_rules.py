"""The rule-based reasoner decides plainly in plain cases, and says how sure it is."""

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.rules import RuleBasedReasoner
from tradecore.model.market import AssetType
from tradecore.model.steps import Action, Analyst, Decided, Proposed, Reported, Step


async def said(given: Any, closes: list[float], items: Any = (), **asked: Any) -> list[Step]:
    """All steps of an analysis."""
    found = await given.thought(given.desk(closes, items), given.brief(**asked))
    return [one for one in found if isinstance(one, Step)]


def proposed(steps: list[Step]) -> Proposed:
    return next(one for one in steps if isinstance(one, Proposed))


def test_it_says_what_it_is() -> None:
    assert RuleBasedReasoner().name == "rule-based desk 2"


@pytest.mark.parametrize(("drift", "action"), [(0.004, Action.BUY), (-0.004, Action.SELL)])
async def test_it_goes_with_a_clear_trend(given: Any, drift: float, action: Action) -> None:
    for seed in range(5):
        proposal = proposed(await said(given, given.walk(seed, drift=drift, noise=0.008)))
        assert proposal.action is action
        assert proposal.confidence >= 4


async def test_it_holds_where_nothing_moves(given: Any) -> None:
    proposal = proposed(await said(given, [100.0] * 300))
    assert (proposal.action, proposal.confidence) == (Action.HOLD, 0)


async def test_all_three_actions_occur_over_random_markets(given: Any) -> None:
    actions = [proposed(await said(given, given.walk(seed), depth=1)).action for seed in range(40)]
    assert min(actions.count(action) for action in Action) >= 4


async def test_a_reward_is_worth_its_risk(given: Any) -> None:
    for seed in range(30):
        plan = proposed(await said(given, given.walk(seed), depth=1))
        if plan.action is not Action.HOLD:
            assert abs(plan.target - plan.entry) >= Decimal("1.49") * abs(plan.entry - plan.stop)


async def test_less_history_means_less_confidence(given: Any) -> None:
    closes = given.walk(3, drift=0.004, noise=0.008)
    long, short = [proposed(await said(given, given_closes)) for given_closes in (closes, closes[-60:])]
    assert long.action is short.action is Action.BUY
    assert short.confidence < long.confidence


async def test_good_and_bad_news_pull_the_score_their_way(given: Any) -> None:
    for word, sign in (("Good", 1), ("Bad", -1)):
        items = [given.item(n, f"{word} {n}", given.at) for n in range(8)]
        steps = await said(given, given.walk(1), items)
        scores = {one.analyst: one.score for one in steps if isinstance(one, Reported)}
        assert scores[Analyst.NEWS] * sign > Decimal("0.3")
        # The same headlines are not counted twice.
        assert scores[Analyst.SENTIMENT] == 0
        steps = await said(given, given.walk(1), items, analysts=(Analyst.SENTIMENT,))
        alone = next(one.score for one in steps if isinstance(one, Reported))
        assert alone * sign > Decimal("0.3")


async def test_silent_analysts_lower_the_confidence(given: Any) -> None:
    async def confidence(*analysts: Analyst) -> Decimal:
        decided = (await said(given, given.walk(3, drift=0.004), analysts=analysts))[-1]
        assert isinstance(decided, Decided)
        return decided.decision.confidence

    alone = await confidence(Analyst.TECHNICAL)
    with_silent = await confidence(*Analyst)
    assert 0 < with_silent <= Decimal("0.7") * alone


async def test_a_coin_gets_no_sentence_about_earnings(given: Any) -> None:
    market = given.market({"BTC-USD": given.bars(given.walk(1))})
    brief = evolve(given.brief(symbol="BTC-USD"), asset_type=AssetType.CRYPTO)
    steps = await given.thought(Desk(Sources(market)), brief)
    texts = repr([step for step in steps if isinstance(step, Step)]).lower()
    assert "earnings" not in texts
    assert "is no company" in texts


async def test_one_headline_moves_less_than_eight(given: Any) -> None:
    scores = []
    for count in (1, 8):
        items = [given.item(n, f"Good {n}", given.at) for n in range(count)]
        steps = await said(given, given.walk(1), items)
        scores.append(next(one.score for one in steps if isinstance(one, Reported) and one.analyst is Analyst.NEWS))
    assert scores[0] < scores[1]


@pytest.mark.parametrize("analyst", list(Analyst))
async def test_any_single_analyst_is_enough_for_a_decision(given: Any, analyst: Analyst) -> None:
    steps = await said(given, given.walk(1), [given.item(1, "Good", given.at)], analysts=(analyst,))
    decided = steps[-1]
    assert isinstance(decided, Decided)
    assert decided.decision.needs_review is None


async def test_without_any_view_it_holds_with_no_confidence(given: Any) -> None:
    proposal = proposed(await said(given, given.walk(1), analysts=(Analyst.FUNDAMENTALS,)))
    assert (proposal.action, proposal.confidence) == (Action.HOLD, 0)
    assert proposal.thesis == "There is no evidence to act on in NVDA, so the desk holds."
