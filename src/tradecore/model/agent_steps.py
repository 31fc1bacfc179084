"""What the agents of an analysis said, step by step, as its owner reads it while the analysis runs."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from tradecore.model.evidence import EvidenceId
from tradecore.model.plan import Plan
from tradecore.model.steps import (
    Argued,
    Assessed,
    Decided,
    Proposed,
    Reported,
    RiskArgued,
    RiskRuled,
    Ruled,
    Side,
    Step,
)


class StepKind(StrEnum):
    """The kinds of steps of agents."""

    REPORT = "report"
    BULL = "bull"
    BEAR = "bear"
    JUDGE = "judge"
    PLAN = "plan"
    AGGRESSIVE = "aggressive"
    NEUTRAL = "neutral"
    CONSERVATIVE = "conservative"
    RULING = "ruling"
    """Of the risk manager, after the debate about the risk of the plan."""
    RISK = "risk"
    DECISION = "decision"


@frozen
class StoredStep:
    """A step as it is stored: when, and how many events its analysis had before. Both are 0 for old versions."""

    step: Step
    at: datetime
    events_before: int


@frozen
class AgentStep:
    """A step of an agent. `text` is Markdown, `evidence` the ids that it cites, `round` that of a debate, from 1.

    `seq` is its number where the events and the steps of its analysis are counted together, from 1. It is `grounded`
    when each number in it occurs in the evidence that it cites.
    """

    seq: int
    agent: str
    kind: StepKind
    text: str
    evidence: tuple[EvidenceId, ...]
    grounded: bool
    at: datetime
    events_before: int
    round: int | None = None


def agent_steps(stored: Iterable[StoredStep], plan: Plan) -> Iterator[AgentStep]:
    """The steps of agents among all steps of an analysis, which come in order of storing."""
    agents = {planned.key: planned.agent for planned in plan.steps}
    number = 0
    for record in stored:
        step = record.step
        described, agent = _describe(step), agents.get(step.key)
        if described is None or agent is None:
            continue
        number += 1
        kind, text, evidence = described
        yield AgentStep(
            seq=record.events_before + number,
            agent=agent,
            kind=kind,
            text=text,
            evidence=evidence,
            grounded=not step.quoted,
            at=record.at,
            events_before=record.events_before,
            round=step.round if isinstance(step, Argued | Ruled | RiskArgued) else None,
        )


def _describe(step: Step) -> tuple[StepKind, str, tuple[EvidenceId, ...]] | None:
    """The kind, text and evidence of a step; None for one that no agent takes."""
    match step:
        case Reported():
            return StepKind.REPORT, step.markdown, _cited(claim.cites for claim in step.points)
        case Argued():
            kind = StepKind.BULL if step.side is Side.BULL else StepKind.BEAR
            return kind, step.text, _cited(claim.cites for claim in step.claims)
        case Ruled():
            return StepKind.JUDGE, step.text, ()
        case Proposed():
            invalidation = f"\n\n{step.invalidation}" if step.invalidation else ""
            return StepKind.PLAN, f"{step.action}: {step.thesis}{invalidation}", step.cites
        case RiskArgued():
            return StepKind(step.voice), step.text, _cited(claim.cites for claim in step.claims)
        case RiskRuled():
            return StepKind.RULING, f"{step.ruling.capitalize()}: {step.text}", step.cites
        case Assessed():
            return StepKind.RISK, _risk_text(step), ()
        case Decided():
            return StepKind.DECISION, step.verdict, ()
    return None


def _risk_text(step: Assessed) -> str:
    beta = "" if step.beta is None else f", beta {step.beta:f}"
    summary = (
        f"Volatility {step.volatility}{beta}, largest decline {step.max_drawdown:f} %, liquidity {step.liquidity}; "
        f"position size {step.position_size:f} % of the portfolio."
    )
    return "\n\n".join((summary, *(f"- {concern}" for concern in step.concerns)))


def _cited(groups: Iterable[tuple[EvidenceId, ...]]) -> tuple[EvidenceId, ...]:
    """The evidence of all groups, each once."""
    return tuple(dict.fromkeys(id for group in groups for id in group))
