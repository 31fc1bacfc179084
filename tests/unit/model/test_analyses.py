"""Analyses: progress only grows, each agent begins and ends once, the last word is unique."""

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from analysis_runs import AT, DECISION, begun, step_for
from tradecore.model.analyses import (
    AgentBegan,
    AgentFinished,
    AgentState,
    AnalysisCompleted,
    AnalysisFailed,
    AnalysisState,
)
from tradecore.model.analysis_results import build_result
from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove
from tradecore.model.plan import Plan
from tradecore.model.steps import Agent, Analyst

analysts = st.lists(st.sampled_from(Analyst), unique=True, min_size=1).map(tuple)


@given(analysts, st.integers(1, 5))
def test_a_whole_run_ends_each_agent_once_and_progress_grows_in_small_steps(
    who: tuple[Analyst, ...], depth: int
) -> None:
    analysis = begun(who, depth).start(at=AT).entity
    assert [each.agent for each in analysis.agents[: len(who)]] == [Agent[each.name] for each in who]
    facts, steps = [], []
    for key in analysis.plan.keys:
        agent = analysis.plan.agent_of(key)
        if agent:
            change = analysis.step_began(key, at=AT)
            facts += change.facts
            analysis = change.entity
            assert analysis.current_agent == agent
        steps.append(step_for(key))
        change = analysis.record(steps[-1], at=AT)
        facts += change.facts
        assert change.entity.percent >= analysis.percent
        analysis = change.entity
    result = build_result(analysis, steps, at=AT)
    change = analysis.complete(DECISION, at=AT)
    facts += change.facts
    agents = [each.agent for each in analysis.agents]
    assert list(dict.fromkeys(fact.agent for fact in facts if isinstance(fact, AgentBegan))) == agents
    assert sorted(fact.agent for fact in facts if isinstance(fact, AgentFinished)) == sorted(agents)
    percents = [fact.percent for fact in facts if isinstance(fact, AgentBegan | AgentFinished)]
    assert percents == sorted(percents)
    assert all(after - before <= 20 for before, after in zip([0, *percents], [*percents, 100], strict=True))
    assert max(percents) < 100 == change.entity.percent
    assert [type(fact) for fact in facts].count(AnalysisCompleted) == 1
    assert isinstance(facts[-1], AnalysisCompleted)
    assert [each.analyst for each in result.reports] == list(who)
    assert [(each.number, each.bull, each.ruling) for each in result.rounds] == [
        (n, f"argue:{n}:bull", f"rule:{n}") for n in range(1, depth + 1)
    ]


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_failure_marks_who_was_at_work_and_nothing_follows_it(cancelled: bool) -> None:
    analysis = begun((Analyst.NEWS, Analyst.TECHNICAL), 1).start(at=AT).entity
    analysis = analysis.step_began("report:news", at=AT).entity
    change = analysis.fail("no prices", at=AT, cancelled=cancelled)
    failed = change.entity
    assert change.facts == (AnalysisFailed(change.facts[0].topic, AT, "no prices", Agent.NEWS),)
    assert failed.state is (AnalysisState.CANCELLED if cancelled else AnalysisState.FAILED)
    assert [each.state for each in failed.agents[:2]] == [AgentState.ERROR, AgentState.PENDING]
    assert failed.current_agent is None
    for what in (
        lambda: failed.start(at=AT),
        lambda: failed.record(step_for("collect"), at=AT),
        lambda: failed.step_began("report:news", at=AT),
        lambda: failed.complete(DECISION, at=AT),
        lambda: failed.fail("again", at=AT),
    ):
        with pytest.raises(IllegalMove):
            what()


def test_a_step_that_is_begun_again_after_an_interruption_is_not_told_again() -> None:
    analysis = begun((Analyst.NEWS, Analyst.TECHNICAL), 1).start(at=AT).entity
    for key in ("report:news", "report:technical"):
        analysis = analysis.step_began(key, at=AT).entity
    assert [analysis.step_began(key, at=AT) for key in ("report:news", "report:technical")] == [Change(analysis)] * 2
    analysis = analysis.step_began("argue:1:bull", at=AT, round=1, rounds=2).entity
    assert analysis.step_began("argue:1:bull", at=AT, round=1, rounds=2) == Change(analysis)


def test_each_turn_of_a_debate_is_told_with_its_round_and_the_speaker_is_the_current_agent() -> None:
    analysis = begun((Analyst.NEWS,), 2).start(at=AT).entity
    told = []
    for number in (1, 2):
        for key in (f"argue:{number}:bull", f"argue:{number}:bear", f"rule:{number}"):
            change = analysis.step_began(key, at=AT, round=number, rounds=2)
            assert change.entity.current_agent == change.entity.plan.agent_of(key)
            recorded = change.entity.record(step_for(key), at=AT)
            analysis = recorded.entity
            told += [*change.facts, *recorded.facts]
    bull = [fact for fact in told if isinstance(fact, AgentBegan | AgentFinished) and fact.agent == Agent.BULL]
    assert [(type(fact), fact.message, getattr(fact, "round", None)) for fact in bull] == [
        (AgentBegan, "Round 1 of 2: bull case", 1),
        (AgentBegan, "Round 2 of 2: bull case", 2),
        (AgentFinished, "Bull case completed", None),
    ]
    assert [progress.state for progress in analysis.agents[1:4]] == [AgentState.COMPLETED] * 3
    assert analysis.current_agent is None


def test_a_further_step_without_a_round_is_told_as_going_on() -> None:
    analysis = begun((Analyst.NEWS,), 1).start(at=AT).entity.step_began("assess", at=AT).entity
    analysis = analysis.record(step_for("assess"), at=AT).entity
    change = analysis.step_began("decide", at=AT)
    assert [(fact.agent, fact.message) for fact in change.facts if isinstance(fact, AgentBegan)] == [
        (Agent.RISK, "Risk assessment continues")
    ]


def test_a_step_outside_of_the_plan_is_an_error() -> None:
    analysis = begun((Analyst.NEWS,), 1).start(at=AT).entity
    for change in (
        lambda: analysis.step_began("report:technical", at=AT),
        lambda: analysis.step_began("collect", at=AT),
    ):
        with pytest.raises(KeyError):
            change()
    with pytest.raises(KeyError):
        analysis.record(step_for("rule:2"), at=AT)


def test_an_analysis_that_was_stored_without_a_plan_is_given_one_and_keeps_it() -> None:
    plan = begun((Analyst.NEWS,), 1).plan
    older = evolve(begun((Analyst.NEWS,), 1), plan=Plan(), done=1)
    assert older.percent == 0
    given_one = older.with_plan(plan).entity
    assert (given_one.plan, given_one.percent) == (plan, 12)
    assert given_one.with_plan(Plan()) == Change(given_one)
