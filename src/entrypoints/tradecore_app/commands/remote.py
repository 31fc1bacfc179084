"""`tradecore --server URL analyze`: the same display, for an analysis that another machine makes."""

import os
from contextlib import aclosing
from decimal import Decimal

import rich_click as click
from rich.console import Console
from rich.live import Live

from tradecore.model.analyses import (
    AgentBegan,
    AgentFinished,
    Analysis,
    AnalysisBrief,
    AnalysisCompleted,
    AnalysisFailed,
    AnalysisResult,
    Round,
    topic_of,
)
from tradecore.model.change import Event, Fact
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.steps import Action, Agent, Analyst, Assessed, Decision, Liquidity, Reported, Volatility
from tradecore_adapters import ambient
from tradecore_adapters.client import AsyncClient, Completed, Failed, Happening, Results
from tradecore_adapters.client.calls import Call
from tradecore_adapters.http.answers import json_bytes, utc
from tradecore_app.display import DeskAtWork, show_result

_NOBODY = UserId("")


async def analyze_at(server: str, email: str | None, brief: AnalysisBrief, *, as_json: bool) -> None:
    """Launch there, follow here. Raises the server's refusals, and Unavailable when it cannot be reached."""
    async with AsyncClient(server) as client:
        user = email or click.prompt("E-mail", err=True)
        password = os.environ.get("TRADECORE_PASSWORD") or click.prompt("Password", hide_input=True, err=True)
        await client.sign_in(user, password)
        ticket = await client.launch(
            brief.symbol,
            brief.as_of,
            asset_type=brief.asset_type,
            analysts=brief.analysts,
            depth=brief.depth,
            model=brief.model,
            provider=brief.provider or "",
        )
        id = AnalysisId(ticket.analysis_id)
        if as_json:
            async with aclosing(client.follow(id)) as happenings:
                async for _ in happenings:
                    pass
            body = await client.ask(Call(dict, "GET", f"/api/analyze/{id}/results", about=id))
            click.echo(json_bytes({"success": True, "data": body, "timestamp": utc(ambient.now())}))
            return
        console = Console()
        begun = Analysis.begin(id, _NOBODY, brief, engine="", at=ambient.now()).entity
        at_work = DeskAtWork(begun)
        with Live(at_work, console=console, refresh_per_second=12) as live:
            async with aclosing(client.follow(id)) as happenings:
                async for happening in happenings:
                    at_work.hear(_event(id, happening))
                    live.refresh()
        if not console.is_terminal:
            console.print()  # where nothing can be redrawn, the display ends without a line break
        show_result(console, _as_shown(brief, await client.results(id)))


def _event(id: AnalysisId, told: Happening) -> Event:
    topic, at = topic_of(id), told.timestamp
    fact: Fact
    if isinstance(told, Completed):
        fact = AnalysisCompleted(topic, at, Action(told.decision.action), told.decision.confidence)
    elif isinstance(told, Failed):
        fact = AnalysisFailed(topic, at, told.error, Agent(told.agent) if told.agent else None)
    else:
        kind = AgentBegan if told.status == "running" else AgentFinished
        fact = kind(topic, at, Agent(told.agent), told.progress, told.message)
    return Event(told.seq, fact)


def _as_shown(brief: AnalysisBrief, made: Results) -> AnalysisResult:
    """What the display shows of a result; what it does not show stays empty."""
    decision, risk, about = made.decision, made.risk_assessment, made.metadata
    return AnalysisResult(
        id=AnalysisId(made.id),
        user=_NOBODY,
        brief=brief,
        engine=about.engine,
        decision=Decision(
            Action(decision.action),
            decision.confidence,
            decision.position_size,
            decision.entry_price,
            decision.stop_loss,
            decision.take_profit,
            decision.reasoning,
            decision.needs_review,
        ),
        reports=tuple(Reported(Analyst(name), Decimal(0), (), (), text) for name, text in made.reports.items()),
        rounds=tuple(
            Round(each.round_number, each.bull_argument, each.bear_argument, each.judge_decision)
            for each in made.debate.rounds
        ),
        verdict=made.debate.final_verdict,
        risk=Assessed(
            Volatility(risk.volatility),
            risk.beta,
            risk.max_drawdown,
            Liquidity(risk.liquidity),
            decision.position_size,
            risk.concerns,
        ),
        evidence=(),
        sources=about.data_sources,
        started_at=about.completed_at,
        completed_at=about.completed_at,
    )
