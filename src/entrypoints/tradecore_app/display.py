"""Terminal output of an analysis: live progress, then the decision and the reports."""

from collections.abc import Iterable
from datetime import datetime

from attrs import frozen
from rich import box
from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tradecore.model.analyses import AgentBegan, AgentFinished, AgentState
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.analysis_results import AnalysisResult
from tradecore.model.change import Event
from tradecore.model.steps import Action
from tradecore.model.usage import Usage
from tradecore_app.price_text import price_text

_MARKS = {
    AgentState.PENDING: Text("·", "dim"),
    AgentState.RUNNING: Text("▶", "cyan"),
    AgentState.COMPLETED: Text("✓", "green"),
    AgentState.ERROR: Text("✗", "red"),
}
_COLOURS = {Action.BUY: "green", Action.SELL: "red", Action.HOLD: "yellow"}


@frozen
class _AgentProgress:
    state: AgentState = AgentState.PENDING
    began: datetime | None = None
    ended: datetime | None = None
    message: str = ""


class ProgressDisplay:
    """A table with one line per agent and a progress bar; `update` applies events, rich renders it."""

    def __init__(self, brief: AnalysisBrief, agents: Iterable[str]) -> None:
        """All agents are pending."""
        self._brief = brief
        self._agents = {agent: _AgentProgress() for agent in agents}
        self._percent = 0

    def update(self, event: Event) -> None:
        """Apply an event of the analysis."""
        fact = event.fact
        if isinstance(fact, AgentBegan):
            first = self._agents[fact.agent].began or fact.at
            self._agents[fact.agent] = _AgentProgress(AgentState.RUNNING, first, None, fact.message)
            self._percent = fact.percent
        elif isinstance(fact, AgentFinished):
            began = self._agents[fact.agent].began
            self._agents[fact.agent] = _AgentProgress(AgentState.COMPLETED, began, fact.at, fact.message)
            self._percent = fact.percent
        else:
            self._percent = 100

    def __rich__(self) -> RenderableType:
        """The table in its current state."""
        table = Table(box=None, padding=(0, 1), show_header=False, expand=True)
        table.add_column(width=1)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1, no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        for agent, progress in self._agents.items():
            table.add_row(_MARKS[progress.state], _title(agent), Text(progress.message, "dim"), _seconds(progress))
        bar = Table.grid(padding=(0, 1), expand=True)
        bar.add_column(ratio=1)
        bar.add_column(justify="right", width=5)
        bar.add_row(ProgressBar(total=100, completed=self._percent), f"{self._percent} %")
        return Panel(Group(table, Text(), bar), title=_heading(self._brief), box=box.ROUNDED)


def progress_line(percent: int, state: str, agent: str) -> str:
    """One line for the progress of an analysis, in percent; `agent` is empty where none is at work."""
    return f"{percent:3} %  {state}  {_title(agent)}".rstrip()


def show_result(console: Console, result: AnalysisResult, *, reports: bool = True) -> None:
    """Print the decision and its risk, then every report and the debate as rendered Markdown."""
    console.print(_decision(result))
    if not reports:
        return
    for report in result.reports:
        console.print(Markdown(report.markdown))
        console.print()
    for round in result.rounds:
        console.rule(f"Debate, round {round.number}")
        for speaker, text in (("Bull", round.bull), ("Bear", round.bear), ("Judge", round.ruling)):
            console.print(Markdown(f"**{speaker}.** {text}"))
            console.print()


def _decision(result: AnalysisResult) -> Panel:
    decision, risk = result.decision, result.risk
    table = Table.grid(padding=(0, 3))
    for _ in range(4):
        table.add_column(no_wrap=True)
    table.add_row("entry", price_text(decision.entry), "volatility", risk.volatility)
    table.add_row("stop", price_text(decision.stop), "largest fall", f"{risk.max_drawdown} %")
    table.add_row("target", price_text(decision.target), "beta", "–" if risk.beta is None else f"{risk.beta}")
    table.add_row("position", f"{decision.position_size} %", "liquidity", risk.liquidity)
    colour = _COLOURS[decision.action]
    head = Text.assemble(
        (f" {decision.action} ", f"bold black on {colour}"), f"  confidence {decision.confidence} of 10"
    )
    notes = [Text(f"Needs review: {decision.needs_review}", "red")] if decision.needs_review else []
    concerns = [Text(f"• {concern}", "dim") for concern in risk.concerns]
    origin = Text(" · ".join([result.engine, "; ".join(result.sources), *_model_usage(result)]), "dim italic")
    body = Group(head, Text(), table, Text(), *notes, Text(decision.reasoning), Text(), *concerns, Text(), origin)
    return Panel(body, title=_heading(result.brief), border_style=colour, box=box.ROUNDED)


def _model_usage(result: AnalysisResult) -> list[str]:
    """Calls, tokens and cost of language models, as one text; empty where none was called."""
    if not result.usage:
        return []
    total = sum((entry.usage for entry in result.usage), Usage())
    cost = "at an unknown price" if total.cost is None else f"for ${total.cost:.4f}"
    return [f"{total.calls} calls, {total.input_tokens:,} tokens in, {total.output_tokens:,} out, {cost}"]


def _heading(brief: AnalysisBrief) -> str:
    return f"[bold]{brief.symbol}[/bold] as of {brief.as_of}"


def _title(agent: str) -> str:
    return agent.replace("_", " ")


def _seconds(progress: _AgentProgress) -> str:
    if progress.began is None or progress.ended is None:
        return ""
    return f"{(progress.ended - progress.began).total_seconds():.2f} s"
