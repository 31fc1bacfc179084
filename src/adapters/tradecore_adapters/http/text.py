"""Checks on text that clients send."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from tradecore.model.errors import Invalid

# Control characters, unpaired surrogates and marks that change the direction of text are invisible, and mislead
# stores, terminals and reviewers.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def is_clean_text(text: str) -> bool:
    """Whether a text has no control characters, unpaired surrogates or direction marks."""
    return _UNSAFE.search(text) is None


def require_clean_text(text: str, field: str) -> None:
    """Raises Invalid for `field` unless the text is clean."""
    if not is_clean_text(text):
        message = "Control characters, unpaired surrogates and direction marks are not allowed."
        raise Invalid.one(printable(field), message)


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence about the known name that an unknown one may have meant, after a space; empty without one."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    close = get_close_matches(name.lower().replace("_", ""), by_lower, n=1, cutoff=0.8)
    return f" Do you mean `{by_lower[close[0]]}`?" if close else ""


def printable(name: str) -> str:
    """A name from the client that is safe to repeat in an error: at most 64 characters, unsafe ones replaced."""
    return _UNSAFE.sub("\ufffd", name[:64])
