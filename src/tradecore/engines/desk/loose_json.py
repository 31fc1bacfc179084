"""Loose JSON: the objects in the text of a model that did not keep to JSON, read without guessing at their content."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any

from attrs import define, field, frozen

# An answer nests four deep. A deeper text is no answer, and bounding the depth bounds the time of reading.
_MAX_DEPTH = 24
# How many opening braces are tried, and how many signs are read loosely: texts full of braces end in bounded time.
_MAX_CANDIDATES, _MAX_LOOSE_SIGNS = 1000, 400_000

# How often an answer may have been encoded as a string of JSON.
_MAX_ENCODINGS = 3

_REASONING_TAG = re.compile(
    r"<(/?)(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad)\b[^<>]{0,200}>", re.IGNORECASE
)

_SPACE = re.compile(r"[\s\ufeff]*")
_NUMBER = re.compile(r"[+\-\u2212]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*", re.ASCII)
_STRING_END = re.compile(r"\s*(?:[,:}\]\uff0c\uff1a]|//|/\*|#|$)")
# The comma and the colon of East Asian keyboards.
_WIDE = {"\uff0c": ",", "\uff1a": ":"}
_CLOSING_QUOTES = {'"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019", "`": "`", "\u201e": "\u201c"}
_CONSTANTS = {"true": True, "false": False, "null": None, "none": None, "undefined": None}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_MAX_DIGITS = 40


class NotJson(ValueError):
    """A text, or what begins at some place of it, is no object in any form that is read."""


def without_reasoning(text: str) -> str:
    """The text without what a model wrote between tags of reasoning, such as `<think>`.

    An opening tag that is never closed begins reasoning that never ended, so everything after it is left out. A closing
    tag without its opening one ends reasoning that began with the text, as servers that cut the first tag send it.
    """
    kept: list[str] = []
    depth, position = 0, 0
    for tag in _REASONING_TAG.finditer(text):
        closes = bool(tag[1])
        if closes and depth == 0:
            kept.clear()
        elif not closes and depth == 0:
            kept.append(text[position : tag.start()])
        depth = max(0, depth - 1) if closes else depth + 1
        position = tag.end()
    if depth == 0:
        kept.append(text[position:])
    return " ".join(kept)


def plain_json(text: str) -> str:
    """The text without what was put around the JSON as a whole: a string of JSON, entities of HTML, escaped quotes.

    A text with a quote of JSON in it stays as it is.
    """
    bare = text.strip()
    for _ in range(_MAX_ENCODINGS):
        if not (bare[:1] == bare[-1:] == '"' and "{" in bare):
            break
        try:
            text = bare = str(json.loads(bare, strict=False)).strip()
        except (ValueError, RecursionError):
            return text
    if '{"' not in bare and '"' not in bare and "&quot;" in bare:
        return unescape(text)
    if '\\"' in bare and not re.search(r'(?<!\\)"', bare):
        return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")
    return text


@frozen
class FoundObject:
    """An object in a text, whether it is strict JSON, and where it begins and ends there. Numbers are Decimal."""

    value: dict[str, Any]
    strict: bool
    start: int
    end: int


def objects_in(text: str) -> Iterator[FoundObject]:
    """Each outermost object in a text, in order.

    Read besides strict JSON: single and typographic quotes, keys without quotes, trailing, missing and wide commas,
    wide colons, comments,
    the constants of Python and JavaScript, line breaks and unescaped quotes within strings. Not read, so that nothing
    is made up: objects that are cut off, NaN and infinities, numbers of more than 40 digits, and objects in which a key
    comes twice with different values.
    """
    position, loose_signs = 0, 0
    for _ in range(_MAX_CANDIDATES):
        if (position := text.find("{", position)) < 0:
            return
        if strict := _strict_object(text, position):
            value, end = strict
            yield FoundObject(value, strict=True, start=position, end=end)
            position = end
            continue
        reader = _LooseReader(text, position)
        loose = reader.object_or_none() if loose_signs < _MAX_LOOSE_SIGNS else None
        loose_signs += reader.position - position
        if loose is not None:
            yield FoundObject(loose, strict=False, start=position, end=reader.position)
        position = position + 1 if loose is None else reader.position


def _strict_object(text: str, start: int) -> tuple[dict[str, Any], int] | None:
    """The strict object that begins at a place, and where it ends."""
    try:
        value, end = _STRICT.raw_decode(text, start)
    except (ValueError, ArithmeticError, RecursionError):
        return None
    return (value, end) if _depth(value) <= _MAX_DEPTH else None


def _refuse_constant(constant: str) -> None:
    raise NotJson(constant)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object. Raises NotJson for a key that comes twice with different values."""
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members and members[key] != value:
            raise NotJson("a key came twice")
        members[key] = value
    return members


def _decimal(text: str) -> Decimal:
    if len(text) > _MAX_DIGITS:
        raise NotJson("a number with too many digits")
    return Decimal(text.replace("\u2212", "-"))


_STRICT = json.JSONDecoder(
    parse_float=_decimal, parse_int=_decimal, parse_constant=_refuse_constant, object_pairs_hook=_distinct
)


def _depth(value: object) -> int:
    level, depth = [value], 0
    while level and depth <= _MAX_DEPTH:
        nested = [item.values() if isinstance(item, dict) else item for item in level if isinstance(item, dict | list)]
        level = [item for items in nested for item in items]
        depth += 1
    return depth


@define
class _LooseReader:
    """Reads one value from `position` on and moves behind it. Methods raise NotJson for what they cannot read."""

    text: str
    position: int = field()

    def object_or_none(self) -> dict[str, Any] | None:
        """The object whose brace is next; None where there is none."""
        try:
            return self._object(depth=0)
        except NotJson:
            return None

    def _object(self, depth: int) -> dict[str, Any]:
        self._enter(depth)
        members: list[tuple[str, Any]] = []
        while self._peek() != "}":
            key = self._key()
            if self._peek() != ":":
                raise NotJson("a key without a colon")
            self.position += 1
            members.append((key, self._value(depth + 1)))
            self._comma("}")
        self.position += 1
        return _distinct(members)

    def _array(self, depth: int) -> list[Any]:
        self._enter(depth)
        items: list[Any] = []
        while self._peek() != "]":
            items.append(self._value(depth + 1))
            self._comma("]")
        self.position += 1
        return items

    def _value(self, depth: int) -> Any:
        sign = self._peek()
        if sign == "{":
            return self._object(depth)
        if sign == "[":
            return self._array(depth)
        if sign in _CLOSING_QUOTES:
            return self._string()
        if number := _NUMBER.match(self.text, self.position):
            self.position = number.end()
            if self.text[self.position : self.position + 1].isalnum():
                raise NotJson("a number with letters")
            return _decimal(number[0])
        if (word := _WORD.match(self.text, self.position)) and word[0].lower() in _CONSTANTS:
            self.position = word.end()
            return _CONSTANTS[word[0].lower()]
        raise NotJson("no value")

    def _key(self) -> str:
        if self._peek() in _CLOSING_QUOTES:
            return self._string()
        if word := _WORD.match(self.text, self.position):
            self.position = word.end()
            return word[0]
        raise NotJson("no key")

    def _string(self) -> str:
        """A string ends at a closing quote that a delimiter follows; quotes before that belong to it."""
        closing = _CLOSING_QUOTES[self.text[self.position]]
        self.position += 1
        signs: list[str] = []
        while self.position < len(self.text):
            sign = self.text[self.position]
            self.position += 1
            if sign == "\\":
                signs.append(self._escaped())
            elif sign == closing and _STRING_END.match(self.text, self.position):
                return "".join(signs)
            else:
                signs.append(sign)
        raise NotJson("a string without an end")

    def _escaped(self) -> str:
        sign = self.text[self.position : self.position + 1]
        self.position += 1
        if sign != "u":
            return _ESCAPES.get(sign, sign)
        code = self.text[self.position : self.position + 4]
        if not re.fullmatch(r"[0-9a-fA-F]{4}", code):
            raise NotJson("an escape that is none")
        self.position += 4
        return chr(int(code, 16))

    def _comma(self, end: str) -> None:
        """Step over a comma, which may be missing between members on lines of their own, and superfluous at the end."""
        before = self.position
        if self._peek() == ",":
            self.position += 1
        elif self._peek() != end and "\n" not in self.text[before : self.position]:
            raise NotJson("no comma")

    def _enter(self, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise NotJson("nested too deeply")
        self.position += 1

    def _peek(self) -> str:
        """The next sign that is neither space nor in a comment. Raises NotJson at the end of the text."""
        while True:
            if space := _SPACE.match(self.text, self.position):
                self.position = space.end()
            opening = self.text[self.position : self.position + 2]
            if opening not in ("//", "/*") and opening[:1] != "#":
                break
            closing = self.text.find("*/" if opening == "/*" else "\n", self.position + 1)
            self.position = len(self.text) if closing < 0 else closing + (2 if opening == "/*" else 1)
        if not opening:
            raise NotJson("cut off")
        return _WIDE.get(opening[0], opening[0])
