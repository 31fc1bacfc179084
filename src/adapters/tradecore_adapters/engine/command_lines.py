"""The lines that a command exchanges with tradecore: the task that it reads, and the messages that it writes."""

from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.evidence import Evidence, EvidenceKind
from tradecore.model.market import Bars
from tradecore.model.steps import Action, Analyst, Collected, Side
from tradecore_adapters.engine.child_process import ChildFault

_SMALLEST = Decimal("1e-18")
# Enough for the largest price with all of its decimals.
_DIGITS = Context(prec=40)
# Changes when a command that is not changed may misread a task, or its messages may be refused.
PROTOCOL = 1


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("a text holds no NUL character")
    return text


def _without_tail(number: Decimal) -> Decimal:
    """The number with at most 18 decimals: one with an exponent of -400,000 has as many digits once it is written."""
    exponent = number.as_tuple().exponent
    return number if isinstance(exponent, int) and exponent >= -18 else _DIGITS.quantize(number, _SMALLEST)


_Text = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_without_nul)]
_Sentence = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_without_nul)]
_Cites = Annotated[list[Annotated[str, Field(max_length=10)]], Field(max_length=50)]
_Share = Annotated[Decimal, Field(ge=-1, le=1), AfterValidator(_without_tail)]
_Price = Annotated[Decimal, Field(ge=Decimal("1e-12"), le=Decimal("1e12")), AfterValidator(_without_tail)]
_Tokens = Annotated[int, Field(ge=0, le=1_000_000_000)]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)


class CitingText(_Line):
    """A statement, with the ids of the evidence that it rests on."""

    text: _Sentence
    cites: _Cites = []


class ProgressLine(_Line):
    """An agent begins."""

    type: Literal["progress"]
    agent: Literal["technical", "sentiment", "news", "fundamentals", "bull", "bear", "judge", "trader", "risk"]


class ReportLine(_Line):
    """The report of an analyst, in Markdown."""

    type: Literal["report"]
    analyst: Analyst
    text: _Text
    score: _Share = Decimal(0)
    points: Annotated[list[CitingText], Field(max_length=50)] = []
    risks: Annotated[list[_Sentence], Field(max_length=20)] = []


class ArgumentLine(_Line):
    """The case of one side of a debate."""

    type: Literal["argument"]
    side: Side
    text: _Text
    claims: Annotated[list[CitingText], Field(max_length=50)] = []


class RulingLine(_Line):
    """What became of the debate: a balance from -1 (bear) to +1 (bull)."""

    type: Literal["ruling"]
    text: _Text
    balance: _Share = Decimal(0)


class UsageLine(_Line):
    """A call of a language model, with its cost in US dollars."""

    type: Literal["usage"]
    model: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_without_nul)]
    input_tokens: _Tokens
    output_tokens: _Tokens
    cached_tokens: _Tokens = 0
    cost: Annotated[Decimal, Field(ge=0, le=10_000), AfterValidator(_without_tail)]


class DecisionLine(_Line):
    """The decision. The prices are given together or not at all."""

    type: Literal["decision"]
    action: Action
    confidence: Annotated[Decimal, Field(ge=0, le=10), AfterValidator(_without_tail)]
    reasoning: _Text
    cites: _Cites = []
    concerns: Annotated[list[_Sentence], Field(max_length=20)] = []
    entry: _Price | None = None
    stop: _Price | None = None
    target: _Price | None = None

    @property
    def levels(self) -> tuple[Decimal, Decimal, Decimal] | None:
        """Entry, stop and target, where the command gives them."""
        given = (self.entry, self.stop, self.target)
        return given if all(price is not None for price in given) else None  # type: ignore[return-value]  # checked


Line = ProgressLine | ReportLine | ArgumentLine | RulingLine | UsageLine | DecisionLine
_LINES: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="type")])


def read_line(message: Mapping[str, Any], evidence: frozenset[str]) -> Line:
    """A message of a command. Raises ChildFault for one that is not of the protocol, or cites unknown evidence."""
    try:
        line = _LINES.validate_python(message)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in detail["loc"][1:]) or "type"
        raise ChildFault(f"wrote a line that is not of the protocol: {place}: {detail['msg']}") from error
    for cite in _cites(line):
        if cite not in evidence:
            raise ChildFault(f"cites evidence that its task does not hold: {cite!r}")
    if isinstance(line, DecisionLine) and line.levels is None and {line.entry, line.stop, line.target} != {None}:
        raise ChildFault("decided with some of entry, stop and target; it gives all three or none")
    return line


def _cites(line: Line) -> list[str]:
    if isinstance(line, DecisionLine):
        return line.cites
    claims = line.points if isinstance(line, ReportLine) else line.claims if isinstance(line, ArgumentLine) else []
    return [cite for claim in claims for cite in claim.cites]


def task_of(brief: AnalysisBrief, bars: Bars, collected: Collected) -> dict[str, Any]:
    """The task: the brief, daily prices and all evidence, none of it later than the day of the brief."""
    rows: dict[str, list[dict[str, Any]]] = {"news": [], "fundamentals": [], "evidence": []}
    for evidence in collected.evidence:
        kind = evidence.kind
        place = kind if kind in (EvidenceKind.NEWS, EvidenceKind.FUNDAMENTALS) else "evidence"
        rows[place].append(_row(evidence))
    return {
        "protocol": PROTOCOL,
        "symbol": brief.symbol,
        "assetType": brief.asset_type,
        "asOf": str(brief.as_of),
        "analysts": list(brief.analysts),
        "depth": brief.depth,
        "prices": {
            "source": str(bars.source),
            "synthetic": bars.source.synthetic,
            "currency": bars.currency,
            "bars": [
                {
                    "date": str(bar.day),
                    "open": float(bar.open),
                    "high": float(bar.high),
                    "low": float(bar.low),
                    "close": float(bar.close),
                    "volume": None if bar.volume is None else float(bar.volume),
                }
                for bar in bars.bars
            ],
        },
        **rows,
    }


def _row(evidence: Evidence) -> dict[str, Any]:
    return {
        "id": evidence.id,
        "kind": evidence.kind,
        "measure": evidence.measure,
        "statement": evidence.statement,
        "detail": evidence.detail,
        "value": None if evidence.value is None else float(evidence.value),
        "unit": evidence.unit,
        "asOf": str(evidence.as_of),
        "source": evidence.source,
    }
