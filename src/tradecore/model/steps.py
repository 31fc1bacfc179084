"""Steps of an analysis. Each is stored before the next one begins, so that an interrupted analysis can continue."""

from abc import ABC, abstractmethod
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from attrs import field, frozen

from tradecore.model.evidence import Evidence, EvidenceId
from tradecore.model.usage import Call


class Analyst(StrEnum):
    """The analysts, as the trading API names them."""

    TECHNICAL = "technical"
    SENTIMENT = "sentiment"
    NEWS = "news"
    FUNDAMENTALS = "fundamentals"


class Agent(StrEnum):
    """The agents that the trading API documents, in the order of their work. Engines may have others."""

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


class RiskVoice(StrEnum):
    """A voice of the debate about the risk of a plan."""

    AGGRESSIVE = "aggressive"
    CONSERVATIVE = "conservative"
    NEUTRAL = "neutral"


class RiskRuling(StrEnum):
    """What the risk manager makes of a plan after the debate about its risk."""

    ACCEPT = "accept"
    RETURN = "return"
    """The trader makes a second plan, which is final."""
    VETO = "veto"
    """The plan becomes a HOLD."""


class Action(StrEnum):
    """The recommended action."""

    BUY = "BUY"
    SELL = "SELL"
    HOLD = "HOLD"


class Volatility(StrEnum):
    """Classes of volatility, as the trading API names them."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Liquidity(StrEnum):
    """Classes of liquidity, as the trading API names them."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    EXCELLENT = "excellent"


@frozen
class Claim:
    """A statement with the ids of the evidence that it rests on.

    `answers` is the label of the claim of the other side that it answers, such as `B`; empty for a claim of its own.
    """

    text: str
    cites: tuple[EvidenceId, ...]
    answers: str = ""


# Characters of an answer that are kept.
MAX_ANSWER_LENGTH = 8_000


@frozen
class FlawedAnswer:
    """An answer of a language model that did not hold as it came.

    `text` is its beginning, at most MAX_ANSWER_LENGTH characters, for the owner of the analysis only. `repairs` name
    what was put right in its form, `dropped` counts statements that the evidence does not support, and `faults` are the
    sentences that say why it could not be used; there are none for an answer that was used.
    """

    text: str
    repairs: tuple[str, ...] = ()
    dropped: int = 0
    faults: tuple[str, ...] = ()


@frozen
class Step(ABC):
    """A result of one agent, or of the code between them.

    `calls` are the calls of language models that it took, `flawed_answers` those of their answers that did not hold as
    they came. `failure` is empty, or the sentence that says why there is no usable answer: the step is a placeholder
    then. A failed step that is `required` makes the analysis need review; without the others it goes on. The text of a
    step is grounded: each number in it occurs in the evidence that it cites. Where `quoted` is set, the text is that of
    another system, and `ungrounded` counts the numbers in it that no evidence of the analysis holds.
    """

    required: ClassVar[bool] = False
    calls: tuple[Call, ...] = field(default=(), kw_only=True)
    flawed_answers: tuple[FlawedAnswer, ...] = field(default=(), kw_only=True)
    failure: str = field(default="", kw_only=True)
    quoted: bool = field(default=False, kw_only=True)
    ungrounded: int = field(default=0, kw_only=True)

    @property
    def voids(self) -> bool:
        """Whether the analysis needs review because of this step."""
        return self.required and bool(self.failure)

    @property
    @abstractmethod
    def key(self) -> str:
        """The key of this step in the plan; unique within an analysis."""


@frozen
class Collected(Step):
    """The evidence of the analysis. `digest` is its SHA-256 in hexadecimal, `sources` are the names of its origins."""

    evidence: tuple[Evidence, ...]
    digest: str
    sources: tuple[str, ...]

    @property
    def key(self) -> str:
        return "collect"


@frozen
class Reported(Step):
    """An analyst's report: score from -1 (bearish) to +1 (bullish), points that cite evidence, risks, and Markdown."""

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

    required: ClassVar[bool] = True
    round: int
    balance: Decimal
    text: str

    @property
    def key(self) -> str:
        return f"rule:{self.round}"


@frozen
class Proposed(Step):
    """The trader's plan. Prices in the quote currency; confidence 0..10; levels chosen among computed ones.

    `intent` is `add` or `reduce` where the action changes a position that is held already, otherwise empty. A `revised`
    one is the plan after the debate about its risk, whether that changed it or not.
    """

    required: ClassVar[bool] = True
    intent: str = field(default="", kw_only=True)
    revised: bool = field(default=False, kw_only=True)
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
        return "revise" if self.revised else "propose"


@frozen
class RiskArgued(Step):
    """What one voice said in one round, counted from 1, of the debate about the risk of the plan."""

    round: int
    voice: RiskVoice
    claims: tuple[Claim, ...]
    text: str

    @property
    def key(self) -> str:
        return f"risk:{self.round}:{self.voice}"


@frozen
class RiskRuled(Step):
    """The ruling of the risk manager after that debate, with the evidence that its reasons cite."""

    ruling: RiskRuling
    text: str
    cites: tuple[EvidenceId, ...]

    @property
    def key(self) -> str:
        return "risk_ruling"


@frozen
class Assessed(Step):
    """The computed risk: `beta` against the benchmark or None, `max_drawdown` and `position_size` in percent."""

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
    """The decision: prices in the quote currency, position size in percent of the portfolio, confidence 0..10.

    `needs_review` is the reason why the output of the desk is not valid, or None. Such a decision is always a HOLD and
    issues no recommendation.
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
    """The last step of every analysis: the validated decision, and a verdict in one sentence."""

    decision: Decision
    verdict: str

    @property
    def key(self) -> str:
        return "decide"


STEPS: tuple[type[Step], ...] = (
    Collected,
    Reported,
    Argued,
    Ruled,
    Proposed,
    RiskArgued,
    RiskRuled,
    Assessed,
    Decided,
)
