"""The answers of tools that are not those of one call of the API."""

from decimal import Decimal

from msgspec import Struct

from tradecore_adapters.client import models


class LaunchedAnalysis(Struct, frozen=True, rename="camel"):
    """An analysis that was launched; `decision` and its `engine` once it is completed, `progress` in percent."""

    analysis_id: str
    status: str
    progress: int
    decision: models.Decision | None = None
    engine: str | None = None
    error: str | None = None
    notice: str | None = None


class EvidenceItem(Struct, frozen=True, rename="camel"):
    """What sentences cite; `value` in `unit` where it is a number."""

    id: str
    topic: str
    statement: str
    source: str
    as_of: str | None = None
    value: Decimal | None = None
    unit: str | None = None
    digest: str | None = None


class EvidenceList(Struct, frozen=True, rename="camel"):
    """Evidence of an analysis; `missing` are ids that it does not have."""

    analysis_id: str
    evidence: tuple[EvidenceItem, ...]
    missing: tuple[str, ...] = ()


class AnalysisReport(Struct, frozen=True, rename="camel"):
    """How an analysis stands, and its results once it is completed."""

    analysis_id: str
    status: str
    progress: int
    results: models.Results | None = None
    error: str | None = None


class EngineList(Struct, frozen=True, rename="camel"):
    """Engines, and the language models for those that use one."""

    engines: tuple[models.Engine, ...]
    models: tuple[models.Model, ...]


class TrackRecord(Struct, frozen=True, rename="camel"):
    """Past decisions with metrics over all of them, and how confidence held."""

    history: models.History
    calibration: models.Calibration


class RecommendationList(Struct, frozen=True, rename="camel"):
    """Recommendations of one state, newest first."""

    recommendations: tuple[models.Recommendation, ...]


class DigestReport(Struct, frozen=True, rename="camel"):
    """A news digest in Markdown. An empty one means that the reader knows everything already."""

    job_id: str
    status: str
    report: str
    error: str | None = None


class RawResults(Struct, frozen=True):
    """The part of results that the typed results of the client leave out."""

    evidence: tuple[EvidenceItem, ...] = ()


def report_markdown(results: models.Results) -> str:
    """The results of an analysis as one Markdown document."""
    decision, debate, risk = results.decision, results.debate, results.risk_assessment
    lines = [
        f"# {decision.symbol} as of {results.metadata.date}: {decision.action}, confidence {decision.confidence} of 10",
        "",
        *([f"**Needs review:** {decision.needs_review}", ""] if decision.needs_review else []),
        decision.reasoning,
        "",
        f"Entry {decision.entry_price}, stop {decision.stop_loss}, target {decision.take_profit}, size "
        f"{decision.position_size} % of the portfolio. Made by {results.metadata.engine}.",
    ]
    for analyst, report in results.reports.items():
        lines += ["", f"## Report: {analyst}", "", report]
    for round in debate.rounds:
        lines += ["", f"## Round {round.round_number}"]
        lines += ["", f"**Bull:** {round.bull_argument}", "", f"**Bear:** {round.bear_argument}"]
        lines += ["", f"**Judge:** {round.judge_decision}"]
    lines += ["", "## Verdict", "", debate.final_verdict, "", "## Risk", ""]
    lines += [f"Volatility {risk.volatility}, maximum drawdown {risk.max_drawdown} %, liquidity {risk.liquidity}."]
    lines += [f"- {concern}" for concern in risk.concerns]
    return "\n".join(lines) + "\n"
