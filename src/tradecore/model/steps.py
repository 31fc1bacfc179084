"""Steps: what the desk says, one at a time. Each is written down before the next is thought."""

from abc import ABC, abstractmethod
from decimal import Decimal
from enum import StrEnum

from attrs import field, frozen

from tradecore.model.evidence import Evidence, EvidenceId
from tradecore.model.usage import Call


class Analyst(StrEnum):
    """Who can be asked for a report, as the trading API names them."""

    TECHNICAL = "technical"
    SENTIMENT = "sentiment"
    NEWS = "news"
    FUNDAMENTALS = "fundamentals"


class Agent(StrEnum):
    """Who works at the desk, as progress shows them; in the order in which they speak."""

    TECHNICAL = "technical_analyst"
    SENTIMENT = "sentiment_analyst"
    NEWS = "news_analyst"
    FUNDAMENTALS = "fundamentals_analyst"
    BULL = "bull_researcher"
    BEAR = "bear_researcher"
    JUDGE = "research_judge"
    TRADER = "trader"
    RISK = "risk_manager"


class Side(StrEnum):
    """A side of the debate."""

    BULL = "bull"
    BEAR = "bear"


class Action(StrEnum):
    """What the desk would do."""

    BUY = "BUY"
    SELL = "SELL"
    HOLD = "HOLD"


class Volatility(StrEnum):
    """How much the price moves, in the trading API's words."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Liquidity(StrEnum):
    """How easily a position is left, in the trading API's words."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    EXCELLENT = "excellent"


@frozen
class Claim:
    """Something argued, with the evidence it rests on."""

    text: str
    cites: tuple[EvidenceId, ...]


@frozen
class Step(ABC):
    """Something the desk has settled for one analysis.

    `calls` are the calls of language models that it took. `unusable` is a sentence, given when no usable answer came:
    the step is empty then, and the analysis needs review.
    """

    calls: tuple[Call, ...] = field(default=(), kw_only=True)
    unusable: str = field(default="", kw_only=True)

    @property
    @abstractmethod
    def key(self) -> str:
        """The place of this step in the plan; one step per key."""


@frozen
class Collected(Step):
    """All that was known: `digest` is the SHA-256 over the evidence, `sources` name where it came from."""

    evidence: tuple[Evidence, ...]
    digest: str
    sources: tuple[str, ...]

    @property
    def key(self) -> str:
        return "collect"


@frozen
class Reported(Step):
    """An analyst's view: score from -1 (bearish) to +1 (bullish), points that cite evidence, a Markdown report."""

    analyst: Analyst
    score: Decimal
    points: tuple[Claim, ...]
    risks: tuple[str, ...]
    markdown: str

    @property
    def key(self) -> str:
        return f"report:{self.analyst}"


@frozen
class Argued(Step):
    """One side's argument in one round of the debate, counted from 1."""

    round: int
    side: Side
    claims: tuple[Claim, ...]
    text: str

    @property
    def key(self) -> str:
        return f"argue:{self.round}:{self.side}"


@frozen
class Ruled(Step):
    """The judge's ruling after a round: `balance` from -1 (bear) to +1 (bull)."""

    round: int
    balance: Decimal
    text: str

    @property
    def key(self) -> str:
        return f"rule:{self.round}"


@frozen
class Proposed(Step):
    """The trader's plan. Prices in the quote currency; confidence 0..10; levels chosen among computed ones."""

    action: Action
    confidence: Decimal
    entry: Decimal
    stop: Decimal
    target: Decimal
    thesis: str
    invalidation: str
    cites: tuple[EvidenceId, ...]

    @property
    def key(self) -> str:
        return "propose"


@frozen
class Assessed(Step):
    """The computed risk. `beta` against the benchmark or None, `max_drawdown` and `position_size` in percent."""

    volatility: Volatility
    beta: Decimal | None
    max_drawdown: Decimal
    liquidity: Liquidity
    position_size: Decimal
    concerns: tuple[str, ...]

    @property
    def key(self) -> str:
        return "assess"


@frozen
class Decision:
    """What the desk decided: levels in the quote currency, position size in percent of the portfolio, confidence 0..10.

    `needs_review` is a reason, given when the desk's own output did not hold: such a decision is a HOLD and is never
    acted on.
    """

    action: Action
    confidence: Decimal
    position_size: Decimal
    entry: Decimal
    stop: Decimal
    target: Decimal
    reasoning: str
    needs_review: str | None = None


@frozen
class Decided(Step):
    """The validated decision, and the verdict of the debate in one sentence. The last step of every analysis."""

    decision: Decision
    verdict: str

    @property
    def key(self) -> str:
        return "decide"


STEPS: tuple[type[Step], ...] = (Collected, Reported, Argued, Ruled, Proposed, Assessed, Decided)


def plan(analysts: tuple[Analyst, ...], depth: int) -> tuple[tuple[str, Agent | None], ...]:
    """The keys of all steps of an analysis in order, each with the agent who takes it (None: code).

    Its length is the number of steps; progress is counted in it.
    """
    steps: list[tuple[str, Agent | None]] = [("collect", None)]
    steps += [(f"report:{analyst}", Agent[analyst.name]) for analyst in analysts]
    for n in range(1, depth + 1):
        steps += [
            (f"argue:{n}:bull", Agent.BULL),
            (f"argue:{n}:bear", Agent.BEAR),
            (f"rule:{n}", Agent.JUDGE),
        ]
    steps += [("propose", Agent.TRADER), ("assess", Agent.RISK), ("decide", Agent.RISK)]
    return tuple(steps)
