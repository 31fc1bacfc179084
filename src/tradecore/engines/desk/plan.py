"""The plan of the desk: reports, a debate in rounds, the trader's plan, the risk and the decision."""

from collections.abc import Mapping
from functools import lru_cache

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.plan import Plan, PlannedAgent, PlannedStep
from tradecore.model.steps import Agent, Analyst, RiskVoice, Side

# Seconds per step by rules on a small machine.
SECONDS_PER_STEP = 0.1
# Seconds per sequential call of a language model: small models take less, reasoning models more.
SECONDS_PER_CALL = 6.0

ACTIVITIES: Mapping[Agent, str] = {
    Agent.TECHNICAL: "Technical analysis",
    Agent.SENTIMENT: "Sentiment analysis",
    Agent.NEWS: "News analysis",
    Agent.FUNDAMENTALS: "Fundamental analysis",
    Agent.BULL: "Bull case",
    Agent.BEAR: "Bear case",
    Agent.JUDGE: "Judgement of the debate",
    Agent.TRADER: "Trading plan",
    Agent.RISK: "Risk assessment",
}


def plan_desk(brief: AnalysisBrief, *, by_model: bool) -> Plan:
    """The plan of a brief; `by_model` where a language model takes the steps."""
    return _plan(brief.analysts, brief.depth, brief.risk_rounds if by_model else 0, by_model)


def risk_debate(rounds: int) -> tuple[PlannedStep, ...]:
    """The steps of a debate about the risk of the plan; each names its voice."""
    return tuple(
        PlannedStep(f"risk:{number}:{voice}", Agent.RISK, f"{voice.capitalize()} view of the risk")
        for number in range(1, rounds + 1)
        for voice in RiskVoice
    )


# There are few different plans, and each launch makes one.
@lru_cache(1024)
def _plan(analysts: tuple[Analyst, ...], depth: int, risk_rounds: int, by_model: bool) -> Plan:
    steps = [PlannedStep("collect")]
    steps += [PlannedStep(f"report:{analyst}", Agent[analyst.name]) for analyst in analysts]
    for number in range(1, depth + 1):
        steps += [
            PlannedStep(f"argue:{number}:{Side.BULL}", Agent.BULL),
            PlannedStep(f"argue:{number}:{Side.BEAR}", Agent.BEAR),
            PlannedStep(f"rule:{number}", Agent.JUDGE),
        ]
    steps.append(PlannedStep("propose", Agent.TRADER))
    if risk_rounds:
        steps += risk_debate(risk_rounds)
        steps += [PlannedStep("risk_ruling", Agent.RISK, "Ruling on the risk"), PlannedStep("revise", Agent.TRADER)]
    steps += [PlannedStep("assess", Agent.RISK), PlannedStep("decide", Agent.RISK)]
    agents = dict.fromkeys(Agent(step.agent) for step in steps if step.agent)
    # Analysts work concurrently, and so do all who speak in a first round; everything else is done in sequence.
    sequence = 3 * depth + 2 + (3 * risk_rounds if risk_rounds else 0)
    seconds = SECONDS_PER_CALL * sequence if by_model else SECONDS_PER_STEP * len(steps)
    return Plan(tuple(PlannedAgent(agent, ACTIVITIES[agent]) for agent in agents), tuple(steps), seconds)
