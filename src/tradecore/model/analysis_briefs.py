"""Briefs: requests for analyses."""

from datetime import date

from attrs import field, frozen

from tradecore.model.caller_context import CallerContext
from tradecore.model.errors import Invalid
from tradecore.model.ids import AnalysisId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst

DEPTHS = range(1, 6)
# Rounds of the debate about risk.
RISK_ROUNDS = range(4)
# The engine and the provider of analyses by rules, which call no language model.
RULES = "rules"


@frozen
class AnalysisBrief:
    """The request for an analysis as of a day: at least one analyst, each once, and `depth` debate rounds, 1..5.

    `risk_rounds` are those of a debate about the risk of the plan, 0..3; with 0, it is what the engine does anyway.

    Raises Invalid for anything else. `engine` names the engine, and `provider` that of its language model; what is None
    is chosen at launch. `caller` is what an engine may know about the caller; it is read for each run and never stored.
    `analysis` is the one that is made, for engines that keep files of it until it is done; it is given to each run, and
    None where a run is not repeated.
    """

    symbol: Symbol
    asset_type: AssetType
    as_of: date
    analysts: tuple[Analyst, ...]
    depth: int
    model: str
    provider: str | None = None
    engine: str | None = None
    risk_rounds: int = field(default=0, kw_only=True)
    caller: CallerContext | None = field(default=None, kw_only=True)
    analysis: AnalysisId | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.analysts or len(set(self.analysts)) < len(self.analysts):
            raise Invalid.one("analysts", f"Name each of {', '.join(Analyst)} at most once, and at least one.")
        if self.depth not in DEPTHS:
            raise Invalid.one(
                "depth", f"A debate of {self.depth} rounds cannot be held; {DEPTHS[0]} to {DEPTHS[-1]} can."
            )
        if self.risk_rounds not in RISK_ROUNDS:
            raise Invalid.one(
                "risk_rounds", f"A debate about risk has {RISK_ROUNDS[0]} to {RISK_ROUNDS[-1]} rounds, 0 for none."
            )

    @property
    def shape(self) -> str:
        """What the running time depends on, such as `4x2`, or `4x2x1` with a debate about risk.

        Estimates come from past runs of the same shape.
        """
        return f"{len(self.analysts)}x{self.depth}" + (f"x{self.risk_rounds}" if self.risk_rounds else "")
