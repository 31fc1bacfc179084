"""Replies: the shapes in which a model has to answer, and the strict reading of what it answered."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Generic, TypeVar
from unicodedata import normalize

from attrs import frozen

from tradecore.engines.desk.statements import evidence_id, legible, statement
from tradecore.model.evidence import EvidenceId
from tradecore.model.steps import Action, Claim
from tradecore.ports.language import Shape

T = TypeVar("T")

# Twice what is asked for in words; whoever goes beyond that has not kept to the task.
LONGEST_REPLY, LONGEST_TEXT, MOST_ENTRIES = 60_000, 600, 10
_FAULTS_SHOWN = 8


class Unreadable(ValueError):
    """An answer cannot be used. `faults` tell the model what to change, `reason` tells readers, in half a sentence.

    Neither quotes anything of the answer.
    """

    def __init__(self, faults: Sequence[str], reason: str = "its last answer was not in the form asked for") -> None:
        super().__init__(*faults[:_FAULTS_SHOWN])
        self.faults = tuple(faults[:_FAULTS_SHOWN])
        self.reason = reason


@frozen
class ReportReply:
    """An analyst's answer: score -1..1, what it rests on, what could go wrong, and the whole in short."""

    score: Decimal
    points: tuple[Claim, ...]
    risks: tuple[Claim, ...]
    summary: tuple[Claim, ...]


@frozen
class Answer:
    """An answer of one side to a claim of the other, named by the label that it was shown under."""

    to: str
    text: str
    cites: tuple[EvidenceId, ...]


@frozen
class ArgumentReply:
    """New claims of a side, and answers to the other's."""

    claims: tuple[Claim, ...]
    answers: tuple[Answer, ...]


@frozen
class RulingReply:
    """The judge's answer: balance -1 (bear) to 1 (bull), and why."""

    balance: Decimal
    reasons: tuple[Claim, ...]


@frozen
class PlanReply:
    """The trader's answer; `stop` and `target` are evidence ids, whether offered or not. Confidence 0..10."""

    action: Action
    confidence: Decimal
    stop: EvidenceId | None
    target: EvidenceId | None
    thesis: tuple[Claim, ...]
    invalidation: Claim


@frozen
class ConcernsReply:
    """What the risk manager worries about."""

    concerns: tuple[Claim, ...]


@frozen
class Form(Generic[T]):
    """One kind of answer: its shape, and how it is read. `read` raises Unreadable."""

    shape: Shape
    make: Callable[[Any], T]

    def read(self, text: str) -> T:
        """The answer in a reply's text: JSON, between fences or not, exactly the asked fields, nothing converted."""
        if len(text) > LONGEST_REPLY:
            raise Unreadable(["The answer is far too long; keep to the lengths asked for."])
        try:
            value = json.loads(
                _unfenced(text), parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse, object_pairs_hook=_once
            )
        except (ValueError, ArithmeticError, RecursionError):
            raise Unreadable(["The answer is not JSON; give one JSON object and nothing around it."]) from None
        if faults := [*_misfits(value, self.shape.schema, "the answer")]:
            raise Unreadable(faults)
        return self.make(value)


def _unfenced(text: str) -> str:
    """What stands between the fences that models put around JSON where a server keeps them to no shape."""
    bare = text.strip()
    if len(bare) < 6 or not (bare.startswith("```") and bare.endswith("```")):
        return text
    language, _, body = bare[3:-3].partition("\n")
    return body if language.strip().lower() in ("", "json") else text


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key came twice")
    return found


def _misfits(value: object, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    """What keeps a value from having the schema's shape, within the bounds that hold for all replies."""
    kind = schema["type"]
    if kind == "object":
        fields = schema["properties"]
        if not isinstance(value, dict) or value.keys() != fields.keys():
            yield f"In {path}, give an object with exactly these fields: {', '.join(fields)}."
            return
        for name, each in fields.items():
            yield from _misfits(value[name], each, name if path == "the answer" else f"{path}.{name}")
    elif kind == "array":
        if not isinstance(value, list) or len(value) > MOST_ENTRIES:
            yield f"In {path}, give a list of at most {MOST_ENTRIES} entries."
            return
        for at, each in enumerate(value):
            yield from _misfits(each, schema["items"], f"{path}[{at}]")
    elif kind == "number":
        if not isinstance(value, Decimal):
            yield f"In {path}, give a number."
    elif not isinstance(value, str):
        yield f"In {path}, give a text."
    elif "enum" in schema and value not in schema["enum"]:
        yield f"In {path}, give one of {', '.join(schema['enum'])}."
    elif len(value) > LONGEST_TEXT or len(normalize("NFKC", value)) > LONGEST_TEXT:
        yield f"In {path}, give a shorter text."
    elif not legible(value):
        yield f"In {path}, leave out control characters."


_TEXT: Mapping[str, Any] = {"type": "string"}
_NUMBER: Mapping[str, Any] = {"type": "number"}


def _object(**fields: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": "object", "properties": fields, "required": [*fields], "additionalProperties": False}


def _list(of: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": "array", "items": of}


_STATEMENT = _object(text=_TEXT, cites=_list(_TEXT))


def _cites(value: Any) -> tuple[EvidenceId, ...]:
    ids = [evidence_id(one) for one in value["cites"]]
    if None in ids:
        raise Unreadable(["Cite evidence by its ids only, such as E1."])
    return tuple(one for one in ids if one)


def _said(value: Any) -> Claim:
    return statement(value["text"], _cites(value))


def _all_said(values: Any) -> tuple[Claim, ...]:
    return tuple(made for each in values if (made := _said(each)).text)


def _within(value: Decimal, low: int, high: int, digits: str, name: str) -> Decimal:
    if not low <= value <= high:
        raise Unreadable([f"The {name} lies from {low} to {high}."])
    near = value.quantize(Decimal(digits), rounding=ROUND_HALF_EVEN)
    return abs(near) if near == 0 else near


def _report(value: Any) -> ReportReply:
    score = _within(value["score"], -1, 1, "0.01", "score")
    return ReportReply(score, _all_said(value["points"]), _all_said(value["risks"]), _all_said(value["summary"]))


def _argument(value: Any) -> ArgumentReply:
    answers = tuple(
        Answer(each["to"].strip(), each["text"], _cites(each)) for each in value["answers"] if _said(each).text
    )
    return ArgumentReply(_all_said(value["claims"]), answers)


def _ruling(value: Any) -> RulingReply:
    reasons = _all_said(value["reasons"])
    if not reasons:
        raise Unreadable(["A ruling needs at least one reason."])
    return RulingReply(_within(value["balance"], -1, 1, "0.01", "balance"), reasons)


def _plan(value: Any) -> PlanReply:
    thesis, invalidation = _all_said(value["thesis"]), _said(value["invalidation"])
    if not thesis or not invalidation.text:
        raise Unreadable(["A plan needs a thesis of at least one statement, and what would prove it wrong."])
    return PlanReply(
        action=Action(value["action"]),
        confidence=_within(value["confidence"], 0, 10, "0.1", "confidence"),
        stop=evidence_id(value["stop"]),
        target=evidence_id(value["target"]),
        thesis=thesis,
        invalidation=invalidation,
    )


REPORT = Form(
    Shape(
        "report",
        _object(score=_NUMBER, points=_list(_STATEMENT), risks=_list(_STATEMENT), summary=_list(_STATEMENT)),
    ),
    _report,
)
ARGUMENT = Form(
    Shape(
        "argument",
        _object(claims=_list(_STATEMENT), answers=_list(_object(to=_TEXT, text=_TEXT, cites=_list(_TEXT)))),
    ),
    _argument,
)
RULING = Form(Shape("ruling", _object(balance=_NUMBER, reasons=_list(_STATEMENT))), _ruling)
PLAN = Form(
    Shape(
        "plan",
        _object(
            action={"type": "string", "enum": [*map(str, Action)]},
            confidence=_NUMBER,
            stop=_TEXT,
            target=_TEXT,
            thesis=_list(_STATEMENT),
            invalidation=_STATEMENT,
        ),
    ),
    _plan,
)
CONCERNS = Form(
    Shape("concerns", _object(concerns=_list(_STATEMENT))), lambda value: ConcernsReply(_all_said(value["concerns"]))
)
