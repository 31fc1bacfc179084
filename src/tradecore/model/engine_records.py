"""Records of engines: how their past decisions turned out, and what that says about a new one."""

from datetime import date
from decimal import Decimal

from attrs import evolve, field, frozen

from tradecore.model.edge import Edge, Observation
from tradecore.model.ids import AnalysisId
from tradecore.model.money import Asset
from tradecore.model.steps import Decision


def record_name(engine: str, depth: int, risk_rounds: int = 0) -> str:
    """The name of the record of an engine at one depth, such as `rule-based desk 2, depth 1`; `engine` is its label."""
    risk = f", {risk_rounds} about risk" if risk_rounds else ""
    return f"{engine}, depth {depth}{risk}"


@frozen
class LiveOutcome:
    """How a live decision turned out over a horizon of so many weeks at most; its outcome was known on `ends`."""

    ends: date
    won: bool
    horizon_weeks: int


@frozen
class LiveDecision:
    """A decision that was made when its day was new: the first of its engine on the asset and the day.

    `engine` is the `record_name` of the engine. Whoever requested it and the reasons for it are not kept. There is no
    outcome before it is scored, and never one for a HOLD.
    """

    engine: str
    asset: Asset
    as_of: date
    analysis: AnalysisId
    decision: Decision
    outcome: LiveOutcome | None = None

    @classmethod
    def of(cls, engine: str, asset: Asset, as_of: date, analysis: AnalysisId, decision: Decision) -> "LiveDecision":
        """The decision without its reasons, which may name what a user holds."""
        return cls(engine, asset, as_of, analysis, evolve(decision, reasoning=""))


@frozen
class EngineRecord:
    """What is known of the decisions of an engine. `sample` names them in a phrase, `measured_on` dates the record.

    `engine` is a `record_name`, or a label for a record that stands for all depths.

    A `live` one is of decisions that were made when their days were new, in this installation; others are of backtests.
    """

    engine: str
    sample: str
    measured_on: date
    live: bool
    edge: Edge
    observations: tuple[Observation, ...] = field(repr=False)


@frozen
class DecisionCalibration:
    """What the record of its engine said about a decision when it was made.

    `confidence` is 0..10: ten times the share of such decisions that gained, `count` the decisions that it was fitted
    on. `edge` is that of the whole record, and `sample` names its decisions. What is None is explained by `missing`, a
    sentence.
    """

    confidence: Decimal | None = None
    count: int = 0
    edge: Edge | None = None
    sample: str = ""
    missing: str = ""

    @property
    def sentence(self) -> str:
        """What the record says, in a few sentences."""
        sentences = []
        if self.edge is not None:
            sentences.append(f"Record: {self.sample}. {self.edge.sentence}")
        if self.confidence is not None:
            sentences.append(
                f"By a fit over {self.count} of them, on other symbols and with outcomes known before this day, "
                f"such a decision gains in {10 * self.confidence:.0f} of 100 cases."
            )
            if self.edge is not None and not self.edge.tells_apart:
                sentences.append("A higher confidence was not shown to mean more gains.")
        return " ".join([*sentences, self.missing]).strip()
