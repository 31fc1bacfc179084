"""Answer fitting: an answer that is readable but not in the requested form, brought into that form without guessing."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from attrs import define, field, frozen

from tradecore.engines.desk.answer_search import MAX_ITEMS, Unfit, find_answer, folded
from tradecore.engines.desk.answer_values import DECORATION, choice_in, evidence_ids_in, number_in

# Longer statements are dropped: they have left the requested form, and the rest still counts.
MAX_TEXT = 600
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
        found = find_answer(text, schema)
        self._note(Repair.REASONING, when=found.after_reasoning)
        self._note(Repair.SURROUNDING_TEXT, when=found.surrounded)
        self._note(Repair.SYNTAX, when=found.malformed)
        self._note(Repair.WRAPPER, when=found.wrapped)
        return found.value

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
        given = {folded(key): member for key, member in value.items()}
        twice = [name for name in fields if _has_twice(value, name)]
        if twice:
            self.faults.append(f"In {path}, give {', '.join(twice)} once only.")
        self._note(Repair.FIELD_NAMES, when=any(name not in value and folded(name) in given for name in fields))
        fitted, used = {}, set()
        for name, schema in fields.items():
            key = next((key for key in _names_of(name, statement=statement) if key in given), None)
            used.add(key)
            self._note(Repair.FIELD_NAMES, when=key is not None and key != folded(name))
            member = _MISSING if key is None else given[key]
            fitted[name] = self.fit(member, schema, name if path == "the answer" else f"{path}.{name}")
        extra = given.keys() - used
        self._note(Repair.EXTRA_FIELDS, when=bool(extra))
        for name, schema in fields.items():
            others = {folded(choice) for choice in schema.get("enum", ()) if choice != fitted[name]}
            if any(isinstance(given[key], str) and folded(given[key]) in others for key in extra):
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
    members = [member for key, member in value.items() if folded(key) == folded(name)]
    return any(member != members[0] for member in members)


def _too_long(item: Any) -> bool:
    text = item if isinstance(item, str) else item.get("text") if isinstance(item, Mapping) else None
    return isinstance(text, str) and _shown_length(text) > MAX_TEXT


def _shown_length(text: str) -> int:
    """The length of a text once its compatibility characters are spelled out, which some do at length."""
    return len(text) if len(text) > MAX_TEXT else len(normalize("NFKC", text))


def _is_none(text: str) -> bool:
    return text.strip(DECORATION).casefold() in ("none", "n/a", "null", "nothing", "-", "")


def _names_of(name: str, *, statement: bool) -> tuple[str, ...]:
    """The names that a field goes by; those of a statement's text and citations are often others."""
    if statement and name == "text":
        return _TEXT_KEYS
    return _CITE_KEYS if name == "cites" else (folded(name),)
