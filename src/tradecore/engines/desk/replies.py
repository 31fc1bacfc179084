"""Replies: the response format of each task, and the parsers of the answers, a strict one and a lenient one."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Generic, TypeVar
from unicodedata import normalize

from attrs import frozen

from tradecore.engines.desk.answer_fitting import Repair, fit_answer
from tradecore.engines.desk.answer_search import Unfit
from tradecore.engines.desk.statements import evidence_id, legible, statement
from tradecore.model.evidence import EvidenceId
from tradecore.model.steps import Action, Claim
from tradecore.ports.language import ResponseFormat

T = TypeVar("T")

# Lengths in characters. A longer answer is not read; reasoning before the answer counts.
MAX_REPLY_LENGTH = 200_000
# Twice what the prompts ask for.
MAX_TEXT_LENGTH, MAX_ENTRIES = 600, 10
_MAX_FAULTS = 8


class InvalidReply(ValueError):
    """An answer that cannot be used.

    `faults` are at most eight sentences that tell the model what to change; `reason` is half a sentence for readers.
    Neither quotes the answer.
    """

    def __init__(self, faults: Sequence[str], reason: str = "its last answer did not have the required format") -> None:
        super().__init__(*faults[:_MAX_FAULTS])
        self.faults = tuple(faults[:_MAX_FAULTS])
        self.reason = reason


@frozen
class ReportReply:
    """An analyst's answer: score from -1 to 1, the points it rests on, risks, and a summary."""

    score: Decimal
    points: tuple[Claim, ...]
    risks: tuple[Claim, ...]
    summary: tuple[Claim, ...]


@frozen
class Rebuttal:
    """One side's answer to a claim of the other. `to` is the label of that claim in the prompt."""

    to: str
    text: str
    cites: tuple[EvidenceId, ...]


@frozen
class ArgumentReply:
    """New claims of one side, and rebuttals of claims of the other."""

    claims: tuple[Claim, ...]
    rebuttals: tuple[Rebuttal, ...]


@frozen
class RulingReply:
    """The judge's answer: balance from -1 (bear) to 1 (bull), and the reasons."""

    balance: Decimal
    reasons: tuple[Claim, ...]


@frozen
class PlanReply:
    """The trader's answer. Confidence from 0 to 10; `stop` and `target` name levels by id or price, offered or not.

    `intent` is `add` or `reduce` where the answer was ADD or REDUCE, which are a BUY and a SELL.
    """

    action: Action
    confidence: Decimal
    stop: str
    target: str
    thesis: tuple[Claim, ...]
    invalidation: Claim
    intent: str = ""


@frozen
class ConcernsReply:
    """The risk manager's answer."""

    concerns: tuple[Claim, ...]


@frozen
class ParsedReply(Generic[T]):
    """A reply, and what was put right in the answer to read it."""

    reply: T
    repairs: tuple[Repair, ...] = ()


@frozen
class ReplyParser(Generic[T]):
    """The parser of one kind of answer: its response format, and a function that makes the reply from JSON values."""

    response_format: ResponseFormat
    build: Callable[[Any], T]

    def parse(self, text: str) -> ParsedReply[T]:
        """The reply in a text: one JSON object with exactly the fields of the format, else whatever reads as one.

        Raises: InvalidReply.
        """
        if len(text) > MAX_REPLY_LENGTH:
            raise InvalidReply(
                ["The answer is far too long; keep to the requested lengths."], "its last answer was far too long"
            )
        try:
            return ParsedReply(self.build(self._strict(text)))
        except InvalidReply:
            pass
        try:
            fitted = fit_answer(text, self.response_format.schema)
        except Unfit as error:
            raise InvalidReply(error.faults, error.reason) from None
        return ParsedReply(self.build(fitted.value), fitted.repairs)

    def _strict(self, text: str) -> Any:
        """The JSON value that a text is, uncoerced. Raises: InvalidReply."""
        try:
            value = json.loads(
                text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse, object_pairs_hook=_unique
            )
        except (ValueError, ArithmeticError, RecursionError):
            raise InvalidReply(["The answer is not JSON; give one JSON object and nothing around it."]) from None
        if faults := [*_schema_faults(value, self.response_format.schema, "the answer")]:
            raise InvalidReply(faults)
        return value


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("duplicate key")
    return value


def _schema_faults(value: object, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    """How a value violates the schema or the bounds of all replies, one sentence each."""
    kind = schema["type"]
    if kind == "object":
        fields = schema["properties"]
        if not isinstance(value, dict) or value.keys() != fields.keys():
            yield f"In {path}, give an object with exactly these fields: {', '.join(fields)}."
            return
        for name, field in fields.items():
            yield from _schema_faults(value[name], field, name if path == "the answer" else f"{path}.{name}")
    elif kind == "array":
        if not isinstance(value, list) or len(value) > MAX_ENTRIES:
            yield f"In {path}, give a list of at most {MAX_ENTRIES} entries."
            return
        for index, item in enumerate(value):
            yield from _schema_faults(item, schema["items"], f"{path}[{index}]")
    elif kind == "number":
        if not isinstance(value, Decimal):
            yield f"In {path}, give a number."
    elif not isinstance(value, str):
        yield f"In {path}, give a text."
    elif "enum" in schema and value not in schema["enum"]:
        yield f"In {path}, give one of {', '.join(schema['enum'])}."
    elif len(value) > MAX_TEXT_LENGTH or len(normalize("NFKC", value)) > MAX_TEXT_LENGTH:
        yield f"In {path}, give a shorter text."
    elif not legible(value):
        yield f"In {path}, leave out control characters."


_TEXT: Mapping[str, Any] = {"type": "string"}
_NUMBER: Mapping[str, Any] = {"type": "number"}


def object_of(**fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of an object with exactly these fields."""
    return {"type": "object", "properties": fields, "required": [*fields], "additionalProperties": False}


def list_of(of: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a list."""
    return {"type": "array", "items": of}


STATEMENT = object_of(text=_TEXT, cites=list_of(_TEXT))


def _cites(value: Any) -> tuple[EvidenceId, ...]:
    ids = [evidence_id(cite) for cite in value["cites"]]
    if None in ids:
        raise InvalidReply(["Cite evidence by its ids only, such as E1."])
    return tuple(id for id in ids if id)


def _claim(value: Any) -> Claim:
    return statement(value["text"], _cites(value))


def read_claims(values: Any) -> tuple[Claim, ...]:
    """The statements of an answer, without empty ones. Raises InvalidReply for what is no id of evidence."""
    return tuple(claim for value in values if (claim := _claim(value)).text)


def _within(value: Decimal, low: int, high: int, digits: str, name: str) -> Decimal:
    if not low <= value <= high:
        raise InvalidReply(
            [f"The {name} lies from {low} to {high}."], f"the {name} of its last answer was out of range"
        )
    rounded = value.quantize(Decimal(digits), rounding=ROUND_HALF_EVEN)
    return abs(rounded) if rounded == 0 else rounded


def _report(value: Any) -> ReportReply:
    score = _within(value["score"], -1, 1, "0.01", "score")
    return ReportReply(score, read_claims(value["points"]), read_claims(value["risks"]), read_claims(value["summary"]))


def _argument(value: Any) -> ArgumentReply:
    rebuttals = tuple(
        Rebuttal(answer["to"].strip(), answer["text"], _cites(answer))
        for answer in value["answers"]
        if _claim(answer).text
    )
    return ArgumentReply(read_claims(value["claims"]), rebuttals)


def _ruling(value: Any) -> RulingReply:
    reasons = read_claims(value["reasons"])
    if not reasons:
        raise InvalidReply(["A ruling needs at least one reason."])
    return RulingReply(_within(value["balance"], -1, 1, "0.01", "balance"), reasons)


def _confidence(value: Decimal) -> Decimal:
    """The confidence. A share of 1 is a fault: whether 0.65 means that or less than one of ten, nobody knows."""
    if 0 < value < 1:
        raise InvalidReply(
            ["The confidence is a number from 0 to 10, not a share of 1: six and a half of ten is 6.5."],
            "the confidence of its last answer was a share of 1 instead of a number from 0 to 10",
        )
    return _within(value, 0, 10, "0.1", "confidence")


# Changes of a position that is held already.
_CHANGES: Mapping[str, Action] = {"ADD": Action.BUY, "REDUCE": Action.SELL}


def _plan(value: Any) -> PlanReply:
    thesis, invalidation = read_claims(value["thesis"]), _claim(value["invalidation"])
    if not thesis or not invalidation.text:
        raise InvalidReply(["A plan needs a thesis of at least one statement, and what would prove it wrong."])
    intent = value["action"].lower() if value["action"] in _CHANGES else ""
    return PlanReply(
        intent=intent,
        action=_CHANGES.get(value["action"]) or Action(value["action"]),
        confidence=_confidence(value["confidence"]),
        stop=value["stop"],
        target=value["target"],
        thesis=thesis,
        invalidation=invalidation,
    )


REPORT = ReplyParser(
    ResponseFormat(
        "report",
        object_of(score=_NUMBER, points=list_of(STATEMENT), risks=list_of(STATEMENT), summary=list_of(STATEMENT)),
    ),
    _report,
)
ARGUMENT = ReplyParser(
    ResponseFormat(
        "argument",
        object_of(claims=list_of(STATEMENT), answers=list_of(object_of(to=_TEXT, text=_TEXT, cites=list_of(_TEXT)))),
    ),
    _argument,
)
RULING = ReplyParser(ResponseFormat("ruling", object_of(balance=_NUMBER, reasons=list_of(STATEMENT))), _ruling)
PLAN = ReplyParser(
    ResponseFormat(
        "plan",
        object_of(
            action={"type": "string", "enum": [*map(str, Action), *_CHANGES]},
            confidence=_NUMBER,
            stop=_TEXT,
            target=_TEXT,
            thesis=list_of(STATEMENT),
            invalidation=STATEMENT,
        ),
    ),
    _plan,
)
CONCERNS = ReplyParser(
    ResponseFormat("concerns", object_of(concerns=list_of(STATEMENT))),
    lambda value: ConcernsReply(read_claims(value["concerns"])),
)
