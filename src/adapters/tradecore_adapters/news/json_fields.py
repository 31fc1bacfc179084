"""Fields of JSON documents: what is at a path, and where a document of its own kind holds entries and their fields."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote

from attrs import frozen

from tradecore.model.subscriptions import FieldMapping
from tradecore_adapters.news.dates import read_dates

_SEARCH_DEPTH, _FIELD_DEPTH = 4, 3
# How many lists of a document, keys of an object and entries of a list are looked at, which bounds the time of a guess.
_LISTS, _KEYS, _SAMPLE = 100, 100, 20
_PLACE = re.compile(r"\{([^{}]*)\}")
# Objects that hold the fields of an entry and nothing else.
_WRAPPERS = frozenset("data attributes _source fields post record node item article document entry properties".split())
_DATE_DETOUR = re.compile(r"^(?:end|start)|updat|modif|edit|expir|crawl|last|deadline")
_ADDRESS_DETOUR = re.compile(
    "image|img|thumb|icon|avatar|logo|api|media|banner|photo|video|mobile|comment|source|home|asset|feed|author|self"
)
_ID_DETOUR = re.compile("author|user|categor|catalog|channel|parent|source")
_POST_TEXTS = frozenset({"text", "content", "content.rendered", "body", "message"})
"""Fields that are the whole of a post without a title."""


@frozen
class _Names:
    """The names of a field, in small letters without hyphens and underscores.

    `usual` are whole names, the most telling first; a name with one of `parts`, the most telling first, comes after
    them, unless `detour` is in it.
    """

    usual: Sequence[str]
    parts: Sequence[re.Pattern[str]] = ()
    detour: re.Pattern[str] | None = None

    def rank(self, name: str) -> int | None:
        """How telling a name is, 0 for the most telling; None for one that is not of this field."""
        if name in self.usual:
            return self.usual.index(name)
        if self.detour is not None and self.detour.search(name):
            return None
        found = next((at for at, part in enumerate(self.parts) if part.search(name)), None)
        return None if found is None else len(self.usual) + found


def _names(usual: str, parts: str = "", detour: re.Pattern[str] | None = None) -> _Names:
    return _Names(usual.split(), [re.compile(part) for part in parts.split()], detour)


_FIELDS: Mapping[str, _Names] = {
    "title": _names(
        "title headline heading title.rendered headline.main name subject", "(?<!sub)(?:title|headline|heading)$"
    ),
    "url": _names(
        "htmlurl weburl url link newsurl articleurl permalink canonicalurl shortlink href",
        "(?:url|link)$",
        _ADDRESS_DETOUR,
    ),
    "guid": _names("guid id uuid articleid objectid code cid slug", "id$", _ID_DETOUR),
    "published_at": _names(
        "publishedat published pubdate datepublished publishedon dategmt",
        "publi release posted listed ^date(?:time)?$ created ^(?:timestamp|time|ts)$ filed filing date time$ timestamp",
        _DATE_DETOUR,
    ),
    "summary": _names(
        "summary description excerpt excerpt.rendered abstract snippet teaser body body.processed text content "
        "content.rendered selftext message",
        "desc(?:ription)?$ summary$ excerpt$",
    ),
}


def entries_at(document: Any, path: str) -> list[Any] | None:
    """The list at a path of keys joined by dots, lists on the way put together; None where there is none."""
    value = document
    for key in path.split(".") if path else ():
        if not isinstance(value, list) or key.isdigit():
            value = _at(value, key)
            continue
        parts = [part for each in value if isinstance(part := _at(each, key), list | dict)]
        value = [entry for part in parts for entry in (part if isinstance(part, list) else [part])] if parts else None
    return value if isinstance(value, list) else None


def text_at(entry: Any, path: str | None) -> str:
    """The text or number at a path of keys joined by dots, or a text with such paths in braces; empty without one.

    Where one of the braces is empty, so is the text.
    """
    if path is None or "{" not in path:
        return "" if path is None else _scalar(_at(entry, path))
    return _filled(entry, path, str)


def address_at(entry: Any, path: str | None) -> str:
    """As `text_at`; what comes into braces is escaped, so that it stays a part of a path or a query."""
    if path is None or "{" not in path:
        return text_at(entry, path)
    return _filled(entry, path, lambda text: quote(text, safe="/:@,;=~"))


def guess_mapping(document: Any) -> FieldMapping | None:
    """Where a document holds entries, by the names and values of their fields; None when nothing looks like entries."""
    candidates = []
    for path, entries in islice(_lists(document, ""), _LISTS):
        sample = [_paths(entry) for entry in entries[:_SAMPLE] if isinstance(entry, dict)]
        fields = {field: found for field, names in _FIELDS.items() if (found := _field(field, names, sample))}
        if _are_entries(fields):
            candidates.append((_telling(fields), len(entries), path, fields))
    if not candidates:
        return None
    _, _, path, fields = max(candidates, key=lambda candidate: candidate[:2])
    return FieldMapping(entries=path, **fields)


def _are_entries(fields: Mapping[str, str]) -> bool:
    if "title" in fields:
        return "url" in fields or "published_at" in fields
    post = _bare_name(fields.get("summary", "")) in _POST_TEXTS
    return post and "published_at" in fields and ("url" in fields or "guid" in fields)


def _telling(fields: Mapping[str, str]) -> int:
    """How much the fields look like those of news: dates and titles count twice, mere names do not."""
    named = _bare_name(fields.get("title", "name")) == "name"
    return len(fields) + ("published_at" in fields) + (not named)


def _field(field: str, names: _Names, sample: Sequence[Mapping[str, str]]) -> str | None:
    """The path whose name tells the field best, and which most of the entries have with a value of its kind."""
    paths = dict.fromkeys(path for entry in sample for path in entry)
    ranked = [(rank, path) for path in paths if (rank := names.rank(_bare_name(path))) is not None]
    for _, path in sorted(ranked, key=lambda each: each[0]):
        values = [value for entry in sample if (value := entry.get(path, "").strip())]
        if 2 * len(values) >= len(sample) and _are_of(field, values):
            return path
    return None


def _are_of(field: str, values: Sequence[str]) -> bool:
    """Whether values can be those of a field: most are dates or addresses, all ids differ."""
    if field == "published_at":
        return 2 * sum(at is not None for at in read_dates(values)) > len(values)
    if field == "url":
        return 2 * sum(value.startswith(("http://", "https://", "/")) for value in values) > len(values)
    return field != "guid" or len(set(values)) == len(values)


def _bare_name(path: str) -> str:
    """The name that a path ends in, with the objects it is in unless they only hold the entry."""
    keys = path.split(".")
    while len(keys) > 1 and keys[0].lower() in _WRAPPERS:
        keys.pop(0)
    return ".".join(keys).lower().replace("_", "").replace("-", "")


def _paths(entry: Mapping[str, Any]) -> dict[str, str]:
    """The texts and numbers of an entry by their paths, in its order."""
    found: dict[str, str] = {}

    def collect(value: Mapping[str, Any], prefix: str, depth: int) -> None:
        for key, inner in value.items():
            if len(found) >= _KEYS:
                return
            if isinstance(inner, dict) and depth < _FIELD_DEPTH:
                collect(inner, f"{prefix}{key}.", depth + 1)
            elif "." not in key and "{" not in key and (text := _scalar(inner)):
                found[prefix + key] = text

    collect(entry, "", 1)
    return found


def _lists(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    """The lists of a document with their paths; what the elements of a list hold is put together."""
    if isinstance(value, list) and value:
        yield path, value
    if depth >= _SEARCH_DEPTH:
        return
    holders = [each for each in (value[:_SAMPLE] if isinstance(value, list) else [value]) if isinstance(each, dict)]
    keys = (key for holder in holders for key in islice(holder, _KEYS) if key and "." not in key)
    for key in dict.fromkeys(keys):
        inner_path = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from _lists(value[key], inner_path, depth + 1)
        elif not key.isdigit() and (joined := entries_at(holders, key)) and isinstance(joined[0], dict):
            yield from _lists(joined, inner_path, depth + 1)


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        if isinstance(value, list) and key.isdigit() and int(key[:9]) < len(value):
            value = value[int(key[:9])]
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            return None
    return value


def _filled(entry: Any, pattern: str, write: Callable[[str], str]) -> str:
    values = [_scalar(_at(entry, path)) for path in _PLACE.findall(pattern)]
    filled = iter(values)
    return _PLACE.sub(lambda _: write(next(filled)), pattern) if all(values) else ""


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
