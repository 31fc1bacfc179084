"""`tradecore --server URL`: what other machines have, in this terminal."""

import asyncio
import math
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from decimal import Decimal
from typing import Any, TypeVar

import rich_click as click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from tradecore.model.analyses import AgentBegan, AgentFinished, AnalysisCompleted, AnalysisFailed
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.analysis_results import AnalysisResult, Round
from tradecore.model.change import Event, Fact
from tradecore.model.errors import Invalid, NotReady
from tradecore.model.ids import AnalysisId, TopicKind, UserId, topic_of
from tradecore.model.market import Symbol
from tradecore.model.steps import Action, Analyst, Assessed, Decision, Liquidity, Reported, Volatility
from tradecore.use_cases.tokens import TOKEN_PREFIX
from tradecore_adapters import ambient
from tradecore_adapters.client import AnalysisEvent, AsyncClient, Completed, Failed, Progress, Results
from tradecore_adapters.client.calls import Call
from tradecore_adapters.client.models.comparison import Comparison
from tradecore_adapters.http.responses import json_bytes, utc
from tradecore_app.commands.arguments import asset_type_of
from tradecore_app.display import ProgressDisplay, progress_line, show_result

T = TypeVar("T")

_NO_USER = UserId("")
_NOT_SIGNED_IN = (
    "There is no terminal to ask for the account: set TRADECORE_EMAIL and TRADECORE_PASSWORD, or a personal token as "
    "TRADECORE_PASSWORD alone."
)


def at_server(server: str, email: str | None, call: Callable[[AsyncClient], Awaitable[T]]) -> T:
    """What `call` returns for a client of the account `email` on `server`, with the password of TRADECORE_PASSWORD.

    It prompts for what is missing. TRADECORE_PASSWORD may hold a personal token, which needs no account. The client
    reconnects for as long as it takes. Raises the refusals of the server, Unavailable when it cannot be reached, and
    Invalid where there is no terminal to prompt on.
    """
    secret = os.environ.get("TRADECORE_PASSWORD", "")
    token = secret if secret.startswith(TOKEN_PREFIX) else ""
    if not token:
        if not (email and secret) and not sys.stdin.isatty():
            raise Invalid(_NOT_SIGNED_IN)
        # Outside the event loop, in which the first Ctrl-C would only be noticed after the prompt.
        email = email or click.prompt("E-mail", err=True)
        secret = secret or click.prompt("Password", hide_input=True, err=True)

    async def run() -> T:
        async with AsyncClient(server, token=token, reconnect_timeout=math.inf) as client:
            if not token:
                await client.login(email or "", secret)
            return await call(client)

    return asyncio.run(run())


async def compare_at(
    client: AsyncClient, brief: AnalysisBrief, engines: Sequence[str], budget: Decimal | None, *, quiet: bool
) -> Comparison:
    """Launch a comparison on a server, print a line for each event unless `quiet`, and return it once it has ended.

    Raises the refusals of the server, and Unavailable.
    """
    ticket = await client.launch_comparison(
        brief.symbol,
        brief.as_of,
        engines,
        asset_type=brief.asset_type,
        analysts=brief.analysts,
        depth=brief.depth,
        risk_rounds=brief.risk_rounds,
        model=brief.model,
        provider=brief.provider or "",
        max_cost=None if budget is None else float(budget),
    )

    async def follow(engine: str, id: str) -> None:
        async with aclosing(client.follow(id)) as events:
            async for event in events:
                if isinstance(event, Progress) and not quiet:
                    click.echo(f"{engine:>12}  {progress_line(event.progress, 'running', event.agent)}")

    await asyncio.gather(*(follow(each.engine, each.analysis_id) for each in ticket.analyses))
    return await client.comparison(ticket.comparison_id)


async def analyze_at(client: AsyncClient, brief: AnalysisBrief, *, as_json: bool) -> None:
    """Launch an analysis on a server and show it here. Raises the refusals of the server, and Unavailable."""
    ticket = await client.launch(
        brief.symbol,
        brief.as_of,
        asset_type=brief.asset_type,
        analysts=brief.analysts,
        depth=brief.depth,
        risk_rounds=brief.risk_rounds,
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
    if ticket.notice:
        console.print(Text(ticket.notice, "yellow"))
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


async def watch_at(client: AsyncClient, id: str) -> None:
    """Show the progress of an analysis on a server until it has ended, then its result.

    Raises the refusals of the server, and Unavailable when it cannot be reached at first.
    """
    status = await client.status(id)
    progress = status.progress
    click.echo(progress_line(progress.overall_percent, status.status, progress.current_agent))
    async with aclosing(client.follow(id)) as events:
        async for event in events:
            if isinstance(event, Progress) and event.progress >= progress.overall_percent:
                click.echo(progress_line(event.progress, "running", event.agent))
    await show_at(client, id)


async def listen_at(client: AsyncClient, since: int | None, show: Callable[[str, Any], None]) -> None:
    """Show every event of the account on a server after position `since`, without end; `show` gets name and fields.

    Raises the refusals of the server, and Unavailable when it cannot be reached at first.
    """
    async with aclosing(client.follow_user(since=since)) as events:
        async for event in events:
            show(event.name, event.fields)


async def show_at(client: AsyncClient, id: str) -> None:
    """Show the result of an analysis on a server, or how far it is. Raises the refusals of the server, Unavailable."""
    try:
        results = await client.results(id)
    except NotReady as error:
        click.echo(str(error))
        return
    metadata = results.metadata
    symbol = Symbol(metadata.symbol)
    analysts = tuple(Analyst(name) for name in metadata.analysts_used)
    # Neither the heading nor the body shows the rest of the brief.
    brief = AnalysisBrief(symbol, asset_type_of(symbol), metadata.date, analysts, len(results.debate.rounds), "")
    show_result(Console(), _result(brief, results))


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
