"""`tradecore --server URL analyze`: shows an analysis that runs on another machine."""

import os
from contextlib import aclosing
from decimal import Decimal

import rich_click as click
from rich.console import Console
from rich.live import Live

from tradecore.model.analyses import (
    AgentBegan,
    AgentFinished,
    AnalysisBrief,
    AnalysisCompleted,
    AnalysisFailed,
    AnalysisResult,
    Round,
)
from tradecore.model.change import Event, Fact
from tradecore.model.ids import AnalysisId, TopicKind, UserId, topic_of
from tradecore.model.steps import Action, Analyst, Assessed, Decision, Liquidity, Reported, Volatility
from tradecore_adapters import ambient
from tradecore_adapters.client import AnalysisEvent, AsyncClient, Completed, Failed, Results
from tradecore_adapters.client.calls import Call
from tradecore_adapters.http.responses import json_bytes, utc
from tradecore_app.display import ProgressDisplay, show_result

_NO_USER = UserId("")


async def analyze_at(server: str, email: str | None, brief: AnalysisBrief, *, as_json: bool) -> None:
    """Launch an analysis on `server` and show it here.

    Raises the refusals of the server, and Unavailable when it cannot be reached.
    """
    async with AsyncClient(server) as client:
        user = email or click.prompt("E-mail", err=True)
        password = os.environ.get("TRADECORE_PASSWORD") or click.prompt("Password", hide_input=True, err=True)
        await client.login(user, password)
        ticket = await client.launch(
            brief.symbol,
            brief.as_of,
            asset_type=brief.asset_type,
            analysts=brief.analysts,
            depth=brief.depth,
            model=brief.model,
            provider=brief.provider or "",
            engine=brief.engine or "",
        )
        id = AnalysisId(ticket.analysis_id)
        if as_json:
            async with aclosing(client.follow(id)) as events:
                async for _ in events:
                    pass
            body = await client.perform(Call(dict, "GET", f"/api/analyze/{id}/results", resource_id=id))
            click.echo(json_bytes({"success": True, "data": body, "timestamp": utc(ambient.now())}))
            return
        console = Console()
        status = await client.status(id)
        display = ProgressDisplay(brief, [agent.name for agent in status.progress.agents])
        with Live(display, console=console, refresh_per_second=12) as live:
            async with aclosing(client.follow(id)) as events:
                async for event in events:
                    display.update(_event(id, event))
                    live.refresh()
        if not console.is_terminal:
            console.print()  # a display that is not redrawn ends without a line break
        show_result(console, _result(brief, await client.results(id)))


def _event(id: AnalysisId, update: AnalysisEvent) -> Event:
    topic, at = topic_of(TopicKind.ANALYSIS, id), update.timestamp
    fact: Fact
    if isinstance(update, Completed):
        fact = AnalysisCompleted(topic, at, Action(update.decision.action), update.decision.confidence)
    elif isinstance(update, Failed):
        fact = AnalysisFailed(topic, at, update.error, update.agent or None)
    else:
        kind = AgentBegan if update.status == "running" else AgentFinished
        fact = kind(topic, at, update.agent, update.progress, update.message)
    return Event(update.seq, fact)


def _result(brief: AnalysisBrief, results: Results) -> AnalysisResult:
    """The parts of a result that the display shows; the rest stays empty."""
    decision, risk, metadata = results.decision, results.risk_assessment, results.metadata
    return AnalysisResult(
        id=AnalysisId(results.id),
        user=_NO_USER,
        brief=brief,
        engine=metadata.engine,
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
        reports=tuple(Reported(Analyst(name), Decimal(0), (), (), text) for name, text in results.reports.items()),
        rounds=tuple(
            Round(round.round_number, round.bull_argument, round.bear_argument, round.judge_decision)
            for round in results.debate.rounds
        ),
        verdict=results.debate.final_verdict,
        risk=Assessed(
            Volatility(risk.volatility),
            risk.beta,
            risk.max_drawdown,
            Liquidity(risk.liquidity),
            decision.position_size,
            risk.concerns,
        ),
        evidence=(),
        sources=metadata.data_sources,
        started_at=metadata.completed_at,
        completed_at=metadata.completed_at,
    )
