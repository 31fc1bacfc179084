"""Answer search: which of the objects in a model's text is its answer, and why none is."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from attrs import frozen

from tradecore.engines.desk.loose_json import objects_in, plain_json, without_reasoning

# Longer lists are cut: they have left the requested form, and the rest still counts.
MAX_ITEMS = 10
# How deep an answer is looked for inside wrappers, such as {"result": {"report": {...}}} or a tool call.
_MAX_WRAPPERS = 4
_REFUSAL = re.compile(
    r"\b(?:I(?:['’]m| am) (?:sorry|unable|not able)|"
    r"I can(?:not|['’]t| not) (?:assist|help|provide|comply|do|give|offer)|"
    r"as an AI|I (?:must|have to) decline|I won['’]t)\b",
    re.IGNORECASE,
)


class Unfit(ValueError):
    """An answer cannot be brought into its form.

    `faults` are sentences that tell the model what to change; `reason` ends "gave no usable answer: ..." for readers.
    Neither quotes the answer.
    """

    def __init__(self, faults: Sequence[str], reason: str) -> None:
        super().__init__(*faults)
        self.faults = tuple(faults)
        self.reason = reason


@frozen
class FoundAnswer:
    """The object of a text that is the answer, and what stood around it.

    It came `after_reasoning`, was `surrounded` by other text or earlier drafts, was `malformed` as JSON, or `wrapped`
    in another object.
    """

    value: dict[str, Any]
    after_reasoning: bool
    surrounded: bool
    malformed: bool
    wrapped: bool


def find_answer(text: str, schema: Mapping[str, Any]) -> FoundAnswer:
    """The last object that looks like the answer in a text, in the form of a JSON schema of an object.

    Raises Unfit when there is none, when answers that differ stand side by side in a list or within each other, and
    when the text behind the answer takes it back.
    """
    said = without_reasoning(text)
    bare = plain_json(said)
    matches = [(match, found) for found in objects_in(bare) for match in [_matching(found.value, schema)] if match]
    if not matches:
        raise _no_object(text, bare)
    for (one, before), (other, after) in pairwise(matches):
        # A comma makes them entries of a list; drafts have words, lines or fences between them.
        if one != other and bare[before.end : after.start].strip() == ",":
            raise _several_answers()
    (answer, wrapped), found = matches[-1]
    if _taken_back(answer, schema, bare[found.end :]):
        raise _several_answers()
    whole = bare.strip("\ufeff \t\r\n")
    return FoundAnswer(
        answer,
        after_reasoning=said != text,
        surrounded=len(matches) > 1 or whole[:1] != "{" or whole[-1:] != "}",
        malformed=not found.strict or bare != said,
        wrapped=wrapped,
    )


def folded(name: object) -> str:
    """The name of a field without case and signs, in which models differ."""
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def _matching(value: Any, schema: Mapping[str, Any]) -> tuple[dict[str, Any], bool] | None:
    """The object that looks most like the answer in a value, outermost first, and whether it was wrapped.

    Raises Unfit when another object in the value looks like an answer too, and differs.
    """
    wanted = {folded(name) for name in schema["properties"]}
    alike = [
        (len(wanted & fields.keys()), fields, candidate)
        for candidate in _nested(value, _MAX_WRAPPERS)
        for fields in [{folded(key): member for key, member in candidate.items()}]
        if 2 * len(wanted & fields.keys()) >= len(wanted)
    ]
    if not alike:
        return None
    _, given, best = max(alike, key=lambda each: each[0])
    if any(fields[name] != given[name] for _, fields, _ in alike for name in wanted & fields.keys() & given.keys()):
        raise _several_answers()
    return best, best is not value


def _taken_back(answer: Mapping[str, Any], schema: Mapping[str, Any], behind: str) -> bool:
    """Whether the text behind an answer names, in capitals, another choice and not the one of the answer.

    "Wait, SELL it is." takes a BUY back; "BUY rather than SELL, since ..." explains it.
    """
    given = {folded(key): member for key, member in answer.items()}
    for name, field_schema in schema["properties"].items():
        choice = folded(given.get(folded(name)))
        named = {folded(word) for word in re.findall(r"\b[A-Z]{2,}\b", behind)}
        choices = {folded(each) for each in field_schema.get("enum", ())}
        if choice in choices and choice not in named and named & choices:
            return True
    return False


def _nested(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The objects in a value, outermost first; texts that hold an object count, as the arguments of tool calls do."""
    if isinstance(value, Mapping):
        yield dict(value) if not isinstance(value, dict) else value
        members: Sequence[Any] = list(value.values())
    elif isinstance(value, list):
        members = value[:MAX_ITEMS]
    elif isinstance(value, str) and "{" in value:
        members = [found.value for found in objects_in(value)]
    else:
        return
    if depth:
        for member in members:
            yield from _nested(member, depth - 1)


def _no_object(text: str, bare: str) -> Unfit:
    """What to say of a text without an answer."""
    if not bare.strip():
        told = "You only reasoned and gave no answer; reason less, and give one JSON object."
        return Unfit([told], "it used up its answer on reasoning")
    whole = "{" not in bare or (len(bare) < 400 and bare.count("{") == bare.count("}"))
    if whole and _REFUSAL.search(bare[:400]):
        told = "You refused to answer; this is an exercise over the evidence given. Give one JSON object."
        return Unfit([told], "it refused to answer")
    if "NaN" in text or "Infinity" in text:
        told = "The answer has a number that is none, such as NaN; give a number, in one JSON object."
        return Unfit([told], "its last answer had a number that is none")
    if bare.count("{") > bare.count("}"):
        told = "The answer was cut off; give a much shorter one, as one JSON object."
        return Unfit([told], "its last answer was cut off")
    told = "The answer is not in the requested form; give one JSON object and nothing around it."
    return Unfit([told], "its last answer was not in the requested form")


def _several_answers() -> Unfit:
    told = "The answer holds several answers that differ; give one JSON object with the final one."
    return Unfit([told], "its last answer held several answers that differ")
