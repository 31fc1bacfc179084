"""Analyses: progress only grows, each agent begins and ends once, the last word is unique."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.analyses import (
    AgentBegan,
    AgentFinished,
    AgentState,
    Analysis,
    AnalysisBrief,
    AnalysisCompleted,
    AnalysisFailed,
    AnalysisState,
    build_result,
)
from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import (
    Action,
    Agent,
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
    plan,
)

AT = datetime(2026, 1, 1, tzinfo=UTC)
ZERO = Decimal(0)
DECISION = Decision(Action.BUY, Decimal("8.5"), Decimal(5), Decimal(10), Decimal(9), Decimal(12), "because")

analysts = st.lists(st.sampled_from(Analyst), unique=True, min_size=1).map(tuple)


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
    return Analysis.begin(AnalysisId("a"), UserId("ann"), brief, engine="rules", at=AT).entity


@given(analysts, st.integers(1, 5))
def test_a_whole_run_tells_of_each_agent_once_and_progress_only_grows(who: tuple[Analyst, ...], depth: int) -> None:
    analysis = begun(who, depth).start(at=AT).entity
    assert [each.agent for each in analysis.agents[: len(who)]] == [Agent[each.name] for each in who]
    facts, steps = [], []
    for key, agent in plan(who, depth):
        if agent:
            change = analysis.agent_began(agent, at=AT)
            facts += change.facts
            analysis = change.entity
            assert analysis.current_agent is not None
        steps.append(step_for(key))
        change = analysis.record(steps[-1], at=AT)
        facts += change.facts
        assert change.entity.percent >= analysis.percent
        analysis = change.entity
    result = build_result(analysis, steps, at=AT)
    change = analysis.complete(DECISION, at=AT)
    facts += change.facts
    agents = [each.agent for each in analysis.agents]
    assert [fact.agent for fact in facts if isinstance(fact, AgentBegan)] == agents
    assert sorted(fact.agent for fact in facts if isinstance(fact, AgentFinished)) == sorted(agents)
    percents = [fact.percent for fact in facts if isinstance(fact, AgentBegan | AgentFinished)]
    assert percents == sorted(percents)
    assert max(percents) < 100 == change.entity.percent
    assert [type(fact) for fact in facts].count(AnalysisCompleted) == 1
    assert isinstance(facts[-1], AnalysisCompleted)
    assert [each.analyst for each in result.reports] == list(who)
    assert [(each.number, each.bull, each.ruling) for each in result.rounds] == [
        (n, f"argue:{n}:bull", f"rule:{n}") for n in range(1, depth + 1)
    ]


def test_nothing_is_concluded_before_everything_was_said() -> None:
    analysis = begun((Analyst.NEWS,), 1)
    with pytest.raises(IllegalMove, match="rule:1"):
        build_result(analysis, [step_for(key) for key, _ in plan((Analyst.NEWS,), 1) if key != "rule:1"], at=AT)


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_failure_marks_who_was_at_work_and_nothing_follows_it(cancelled: bool) -> None:
    analysis = begun((Analyst.NEWS, Analyst.TECHNICAL), 1).start(at=AT).entity
    analysis = analysis.agent_began(Agent.NEWS, at=AT).entity
    change = analysis.fail("no prices", at=AT, cancelled=cancelled)
    failed = change.entity
    assert change.facts == (AnalysisFailed(change.facts[0].topic, AT, "no prices", Agent.NEWS),)
    assert failed.state is (AnalysisState.CANCELLED if cancelled else AnalysisState.FAILED)
    assert [each.state for each in failed.agents[:2]] == [AgentState.ERROR, AgentState.PENDING]
    assert failed.current_agent is None
    for what in (
        lambda: failed.start(at=AT),
        lambda: failed.record(step_for("collect"), at=AT),
        lambda: failed.agent_began(Agent.NEWS, at=AT),
        lambda: failed.complete(DECISION, at=AT),
        lambda: failed.fail("again", at=AT),
    ):
        with pytest.raises(IllegalMove):
            what()


def test_a_second_beginning_of_an_agent_is_not_told_again() -> None:
    analysis = begun((Analyst.NEWS,), 1).start(at=AT).entity.agent_began(Agent.NEWS, at=AT).entity
    assert analysis.agent_began(Agent.NEWS, at=AT) == type(analysis.start(at=AT))(analysis)


@pytest.mark.parametrize(
    ("who", "depth", "field"),
    [
        ((), 1, "analysts"),
        ((Analyst.NEWS, Analyst.NEWS), 1, "analysts"),
        (tuple(Analyst), 0, "depth"),
        ((*Analyst,), 6, "depth"),
    ],
)
def test_a_brief_that_no_desk_can_keep_is_refused(who: tuple[Analyst, ...], depth: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), who, depth, "m")
    assert [problem.field for problem in refused.value.problems] == [field]
