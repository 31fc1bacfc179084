"""Answer fitting: an answer that is readable but not in the requested form, brought into that form without guessing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any
from unicodedata import normalize

from attrs import define, field, frozen

from tradecore.engines.desk.answer_values import DECORATION, choice_in, evidence_ids_in, number_in
from tradecore.engines.desk.loose_json import objects_in, plain_json, without_reasoning

# Longer lists are cut, longer statements are dropped: both have left the requested form, and the rest still counts.
MAX_ITEMS, MAX_TEXT = 10, 600
# How deep an answer is looked for inside wrappers, such as {"result": {"report": {...}}} or a tool call.
_MAX_WRAPPERS = 4

_TEXT_KEYS = ("text", "statement", "claim", "point", "reason", "concern", "risk", "answer", "content", "description")
_CITE_KEYS = (
    "cites",
    "citations",
    "citation",
    "cite",
    "evidence",
    "evidenceids",
    "ids",
    "sources",
    "refs",
    "references",
)
# A bullet or a number at the beginning of a line.
_BULLET = re.compile(r"^\s*(?:[-*\u2022]|\d{1,2}[.)])\s+", re.MULTILINE)
_REFUSAL = re.compile(
    r"\b(?:I(?:['’]m| am) (?:sorry|unable|not able)|"
    r"I can(?:not|['’]t| not) (?:assist|help|provide|comply|do|give|offer)|"
    r"as an AI|I (?:must|have to) decline|I won['’]t)\b",
    re.IGNORECASE,
)


class Repair(StrEnum):
    """What was put right in an answer. The values stand in `metadata` of a result."""

    REASONING = "reasoning_removed"
    SURROUNDING_TEXT = "surrounding_text_removed"
    SYNTAX = "syntax"
    WRAPPER = "wrapper_removed"
    EXTRA_FIELDS = "extra_fields_removed"
    FIELD_NAMES = "field_names"
    NUMBERS = "numbers"
    CHOICES = "choices"
    CITATIONS = "citations"
    MISSING_LISTS = "missing_lists"
    SINGLE_ITEMS = "single_items"
    STATEMENTS = "statements_from_text"
    LONG_LISTS = "lists_cut"
    LONG_TEXTS = "long_texts_dropped"
    CONTROL_CHARACTERS = "control_characters_removed"
    LEVELS = "levels_given_as_prices"


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
class FittedAnswer:
    """An answer with exactly the fields of its schema, and what was put right to get there. Numbers are Decimal."""

    value: Any
    repairs: tuple[Repair, ...]


def fit_answer(text: str, schema: Mapping[str, Any]) -> FittedAnswer:
    """The answer in a model's text, in the form of a JSON schema of objects, arrays, numbers, strings and enums.

    Of several objects one after the other the last one that looks like the answer counts: models write drafts first.
    Raises Unfit when there is none; when answers that differ stand side by side in a list or within each other; when
    another field or the text behind names another choice; and when a number, a choice or a text that the schema needs
    is missing or no such thing.
    """
    if not text.strip("\ufeff \t\r\n"):
        raise Unfit(["The answer was empty; give one JSON object."], "its last answer was empty")
    fitting = _Fitting()
    answer = fitting.find(text, schema)
    value = fitting.fit(answer, schema, "the answer")
    if fitting.faults:
        raise Unfit(fitting.faults, "its last answer was not in the requested form")
    return FittedAnswer(value, tuple(repair for repair in Repair if repair in fitting.repairs))


_MISSING: Any = object()


@define
class _Fitting:
    """One answer on its way into its form: what was put right so far, and what cannot be."""

    repairs: set[Repair] = field(factory=set)
    faults: list[str] = field(factory=list)

    def find(self, text: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The object that the text holds in place of the answer. Raises Unfit."""
        bare = plain_json(without_reasoning(text))
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
        self._note(Repair.REASONING, when=without_reasoning(text) != text)
        self._note(Repair.SURROUNDING_TEXT, when=len(matches) > 1 or whole[:1] != "{" or whole[-1:] != "}")
        self._note(Repair.SYNTAX, when=not found.strict or bare != without_reasoning(text))
        self._note(Repair.WRAPPER, when=wrapped)
        return answer

    def fit(self, value: Any, schema: Mapping[str, Any], path: str) -> Any:
        """A value in the form of its schema; where that cannot be, a fault is noted and the value is of no use."""
        if schema["type"] == "object" and isinstance(value, list) and len(value) == 1:
            self._note(Repair.SINGLE_ITEMS)
            value = value[0]
        match schema["type"]:
            case "object":
                return self._object(value, schema["properties"], path)
            case "array":
                return self._array(value, schema["items"], path)
            case "number":
                return self._number(value, path)
            case _ if "enum" in schema:
                return self._choice(value, schema["enum"], path)
            case _:
                return self._text(value, path)

    def _object(self, value: Any, fields: Mapping[str, Any], path: str) -> Any:
        statement = fields.keys() >= {"text", "cites"}
        if statement and isinstance(value, str):
            self._note(Repair.STATEMENTS)
            value = {"text": value, "cites": []}
        if not isinstance(value, Mapping):
            self.faults.append(f"In {path}, give an object with exactly these fields: {', '.join(fields)}.")
            return {}
        given = {_folded(key): member for key, member in value.items()}
        twice = [name for name in fields if _has_twice(value, name)]
        if twice:
            self.faults.append(f"In {path}, give {', '.join(twice)} once only.")
        self._note(Repair.FIELD_NAMES, when=any(name not in value and _folded(name) in given for name in fields))
        fitted, used = {}, set()
        for name, schema in fields.items():
            key = next((key for key in _names_of(name, statement=statement) if key in given), None)
            used.add(key)
            self._note(Repair.FIELD_NAMES, when=key is not None and key != _folded(name))
            member = _MISSING if key is None else given[key]
            fitted[name] = self.fit(member, schema, name if path == "the answer" else f"{path}.{name}")
        extra = given.keys() - used
        self._note(Repair.EXTRA_FIELDS, when=bool(extra))
        for name, schema in fields.items():
            others = {_folded(choice) for choice in schema.get("enum", ()) if choice != fitted[name]}
            if any(isinstance(given[key], str) and _folded(given[key]) in others for key in extra):
                self.faults.append(f"In {path}, give one {name} only; another field names another one.")
        return fitted

    def _array(self, value: Any, schema: Mapping[str, Any], path: str) -> list[Any]:
        if schema["type"] == "string":
            return self._evidence_ids(value)
        items = self._items(value)
        self._note(Repair.LONG_LISTS, when=len(items) > MAX_ITEMS)
        kept = [item for item in items[:MAX_ITEMS] if not _too_long(item)]
        self._note(Repair.LONG_TEXTS, when=len(kept) < len(items[:MAX_ITEMS]))
        return [self.fit(item, schema, f"{path}[{index}]") for index, item in enumerate(kept)]

    def _items(self, value: Any) -> list[Any]:
        """The entries of a list, which may be missing, null, a single entry, or an object of numbered entries."""
        if isinstance(value, list):
            kept = [item for item in value if item is not None and item != ""]
            self._note(Repair.MISSING_LISTS, when=len(kept) < len(value))
            return kept
        if value is _MISSING or value is None or value in ("", {}) or (isinstance(value, str) and _is_none(value)):
            self._note(Repair.MISSING_LISTS)
            return []
        self._note(Repair.SINGLE_ITEMS)
        if isinstance(value, str) and len(_BULLET.findall(value)) > 1:
            return [item.strip() for item in _BULLET.split(value) if item.strip()]
        if isinstance(value, Mapping) and all(re.search(r"\d$", str(key)) for key in value):
            return list(value.values())
        return [value]

    def _evidence_ids(self, value: Any) -> list[str]:
        """The ids in a list of citations or in one text; `E29 (124.72)`, `e29`, `E029` and `29` are E29."""
        ids: list[str] = []
        for item in self._items(value) if not isinstance(value, str) else [value]:
            named = evidence_ids_in(str(item.get("id", "")) if isinstance(item, Mapping) else str(item))
            self._note(Repair.CITATIONS, when=named != [item] and bool(named or str(item).strip()))
            ids += named
        return list(dict.fromkeys(ids))

    def _number(self, value: Any, path: str) -> Decimal:
        if isinstance(value, Decimal):
            return value
        number = number_in(value, out_of_ten=path == "confidence") if isinstance(value, str) else None
        if number is None:
            self.faults.append(f"In {path}, give a number.")
            return Decimal(0)
        self._note(Repair.NUMBERS)
        return number

    def _choice(self, value: Any, choices: Sequence[str], path: str) -> str:
        if value in choices:
            return str(value)
        choice = choice_in(value, choices) if isinstance(value, str) else None
        if choice is None:
            self.faults.append(f"In {path}, give one of {', '.join(choices)}.")
            return choices[0]
        self._note(Repair.CHOICES)
        return choice

    def _text(self, value: Any, path: str) -> str:
        if isinstance(value, Decimal):
            self._note(Repair.NUMBERS)
            return f"{value:f}"
        if not isinstance(value, str):
            self.faults.append(f"In {path}, give a text.")
            return ""
        clean = "".join(
            sign for sign in value if sign in "\t\n\r" or (sign >= " " and not "\ud800" <= sign <= "\udfff")
        )
        clean = "".join(sign for sign in clean if not "\x7f" <= sign <= "\x9f")
        self._note(Repair.CONTROL_CHARACTERS, when=clean != value)
        if _shown_length(clean) > MAX_TEXT:
            self.faults.append(f"In {path}, give a shorter text.")
        return clean

    def _note(self, repair: Repair, *, when: bool = True) -> None:
        if when:
            self.repairs.add(repair)


def _has_twice(value: Mapping[Any, Any], name: str) -> bool:
    """Whether an object has a field in two spellings with different values, such as `action` and `Action`."""
    members = [member for key, member in value.items() if _folded(key) == _folded(name)]
    return any(member != members[0] for member in members)


def _matching(value: Any, schema: Mapping[str, Any]) -> tuple[dict[str, Any], bool] | None:
    """The object that looks most like the answer in a value, outermost first, and whether it was wrapped.

    Raises Unfit when another object in the value looks like an answer too, and differs.
    """
    wanted = {_folded(name) for name in schema["properties"]}
    alike = [
        (len(wanted & fields.keys()), fields, candidate)
        for candidate in _nested(value, _MAX_WRAPPERS)
        for fields in [{_folded(key): member for key, member in candidate.items()}]
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
    given = {_folded(key): member for key, member in answer.items()}
    for name, field_schema in schema["properties"].items():
        choice = _folded(given.get(_folded(name)))
        named = {_folded(word) for word in re.findall(r"\b[A-Z]{2,}\b", behind)}
        choices = {_folded(each) for each in field_schema.get("enum", ())}
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


def _too_long(item: Any) -> bool:
    text = item if isinstance(item, str) else item.get("text") if isinstance(item, Mapping) else None
    return isinstance(text, str) and _shown_length(text) > MAX_TEXT


def _shown_length(text: str) -> int:
    """The length of a text once its compatibility characters are spelled out, which some do at length."""
    return len(text) if len(text) > MAX_TEXT else len(normalize("NFKC", text))


def _is_none(text: str) -> bool:
    return text.strip(DECORATION).casefold() in ("none", "n/a", "null", "nothing", "-", "")


def _folded(name: object) -> str:
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def _names_of(name: str, *, statement: bool) -> tuple[str, ...]:
    """The names that a field goes by; those of a statement's text and citations are often others."""
    if statement and name == "text":
        return _TEXT_KEYS
    return _CITE_KEYS if name == "cites" else (_folded(name),)
