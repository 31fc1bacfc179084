"""Engine port: what takes an analysis from its brief to its decision."""

from collections.abc import AsyncGenerator, Mapping
from decimal import Decimal
from typing import Protocol, TypeVar

from attrs import frozen

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.plan import Plan
from tradecore.model.steps import Step
from tradecore.ports.language import Answering, Reply

RequestT = TypeVar("RequestT")


@frozen
class Began:
    """An agent begins the step with this key. `round` counts its turns of a debate from 1, up to `rounds`."""

    key: str
    round: int | None = None
    rounds: int | None = None


@frozen
class Cost:
    """What an analysis may cost: `limit` in US dollars, None where there is no upper bound."""

    limit: Decimal | None


@frozen
class EngineDescription:
    """What an engine is: its version, whether its analyses are billed, and its agents when every analyst reports.

    `unavailable` is the reason why it cannot run here, such as a missing key; empty for an engine that can. `paid` is
    None where an engine that cannot be opened does not say it.
    """

    version: str
    paid: bool | None
    agents: tuple[str, ...]
    unavailable: str = ""


class Budget(Protocol):
    """What one run may spend on language models."""

    @property
    def cap(self) -> Decimal | None:
        """US dollars; None for no limit."""
        ...

    async def ask(self, model: Answering[RequestT], request: RequestT) -> Reply:
        """The answer of the model. Raises OverBudget for a call that does not fit, and the errors of `model.ask`."""
        ...


class Engine(Protocol):
    """Makes analyses. Briefs are resolved by `resolve` once, at launch; the other methods get what it returned.

    All methods but `think` answer at once, without a network. Language models are called through the budget of the run.
    """

    @property
    def name(self) -> str:
        """The name by which a launch chooses the engine, such as `desk`. It never changes."""
        ...

    def describe(self) -> EngineDescription:
        """What the engine is, and whether it can run here."""
        ...

    def resolve(self, brief: AnalysisBrief) -> AnalysisBrief:
        """The brief with everything filled in that a later run must not choose anew, such as the provider.

        Raises Invalid about the field that the engine cannot serve; about `engine` where it cannot run here.
        """
        ...

    def label(self, brief: AnalysisBrief) -> str:
        """The value of `metadata.engine`, such as `rule-based desk 2`. It changes whenever results may change."""
        ...

    def plan(self, brief: AnalysisBrief) -> Plan:
        """The steps and agents of the analysis: evidence is collected once, risk assessed once, the decision is last.

        There are five steps at least, so that none moves the progress by more than 20 points. The plan is stored. A
        later version of the engine finishes the analysis by the stored plan.
        """
        ...

    def cost(self, brief: AnalysisBrief) -> Cost | None:
        """The upper bound of what the analysis costs; None where nothing is billed."""
        ...

    def think(
        self, brief: AnalysisBrief, plan: Plan, known: Mapping[str, Step], budget: Budget
    ) -> AsyncGenerator[Began | Step, None]:
        """Yield every step of the plan that is not in `known`, each exactly once; the Decided one last.

        `known` holds the steps of earlier runs by key; they are reused as they are. A Began precedes each step of an
        agent. Steps of concurrent agents may come in any order. Nothing later than `brief.as_of` is used. Closing the
        generator stops all work within a second.

        Raises Invalid for a brief or plan that cannot be finished, OverBudget, and Unavailable for a passing failure.
        """
        ...
