"""Steps of agents: which there are, what they say, and how they are numbered among the events of their analysis."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tradecore.model.agent_steps import StepKind, StoredStep, agent_steps
from tradecore.model.evidence import EvidenceId
from tradecore.model.plan import Plan, PlannedAgent, PlannedStep
from tradecore.model.steps import (
    Action,
    Analyst,
    Argued,
    Assessed,
    Claim,
    Collected,
    Decided,
    Decision,
    Liquidity,
    Proposed,
    Reported,
    RiskArgued,
    RiskRuled,
    RiskRuling,
    RiskVoice,
    Ruled,
    Side,
    Step,
    Volatility,
)

AT = datetime(2026, 3, 2, tzinfo=UTC)
ZERO = Decimal(0)
E1, E2 = EvidenceId("E1"), EvidenceId("E2")
STEPS: tuple[tuple[Step, int], ...] = (
    (Collected((), "", ()), 0),
    (Reported(Analyst.NEWS, ZERO, (Claim("Up.", (E1, E2)), Claim("Again.", (E1,))), (), "# News"), 1),
    (Argued(1, Side.BULL, (Claim("Buy.", (E2,)),), "It rises."), 3),
    (Argued(1, Side.BEAR, (), "It falls.", quoted=True), 4),
    (Ruled(1, ZERO, "Neither."), 5),
    (Proposed(Action.BUY, ZERO, ZERO, ZERO, ZERO, "Momentum.", "A close below 90.", (E1,)), 7),
    (RiskArgued(2, RiskVoice.NEUTRAL, (Claim("It pays.", (E1,)),), "It pays."), 8),
    (RiskRuled(RiskRuling.RETURN, "Too soon.", (E2,)), 8),
    (Assessed(Volatility.LOW, Decimal("1.2"), Decimal(12), Liquidity.HIGH, Decimal(5), ("Earnings are due.",)), 9),
    (Decided(Decision(Action.BUY, ZERO, ZERO, ZERO, ZERO, ZERO, ""), "Buy."), 9),
)
AGENTS = (None, "news_analyst", "bull_researcher", "bear_researcher", "research_judge", "trader", *["risk"] * 4)
PLAN = Plan(
    tuple(PlannedAgent(agent, agent) for agent in dict.fromkeys(AGENTS) if agent),
    tuple(PlannedStep(step.key, agent) for (step, _), agent in zip(STEPS, AGENTS, strict=True)),
)
STORED = [StoredStep(step, AT + timedelta(seconds=n), before) for n, (step, before) in enumerate(STEPS)]


def test_each_step_of_an_agent_has_kind_text_and_evidence() -> None:
    assert [(step.agent, step.kind, step.round, step.text, step.evidence) for step in agent_steps(STORED, PLAN)] == [
        ("news_analyst", StepKind.REPORT, None, "# News", (E1, E2)),
        ("bull_researcher", StepKind.BULL, 1, "It rises.", (E2,)),
        ("bear_researcher", StepKind.BEAR, 1, "It falls.", ()),
        ("research_judge", StepKind.JUDGE, 1, "Neither.", ()),
        ("trader", StepKind.PLAN, None, "BUY: Momentum.\n\nA close below 90.", (E1,)),
        ("risk", StepKind.NEUTRAL, 2, "It pays.", (E1,)),
        ("risk", StepKind.RULING, None, "Return: Too soon.", (E2,)),
        (
            "risk", StepKind.RISK, None,
            "Volatility low, beta 1.2, largest decline 12 %, liquidity high; position size 5 % of the portfolio.\n\n"
            "- Earnings are due.", (),
        ),
        ("risk", StepKind.DECISION, None, "Buy.", ()),
    ]  # fmt: skip


def test_events_and_steps_are_counted_together() -> None:
    """Each step comes after the events that were there before it, and after the steps before it."""
    assert [step.seq for step in agent_steps(STORED, PLAN)] == [2, 5, 7, 9, 12, 14, 15, 17, 18]


def test_the_words_of_another_system_are_not_grounded() -> None:
    assert [step.kind for step in agent_steps(STORED, PLAN) if not step.grounded] == [StepKind.BEAR]


def test_steps_of_an_analysis_without_a_plan_have_no_agent() -> None:
    assert list(agent_steps(STORED, Plan())) == []
