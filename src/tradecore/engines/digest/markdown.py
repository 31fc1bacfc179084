"""Untrusted text and addresses, made harmless for CommonMark."""

import re

from tradecore.engines.digest.text import plain_text
from tradecore.engines.digest.urls import shown_url

# A bare address would become a link in some renderers, and a reader takes every link as a source.
_ADDRESS = re.compile(r"\b(?:[a-z][a-z0-9+.-]*:/+|www\.)\S*", re.IGNORECASE)
_ACTIVE = re.compile(r"[\\`*_\[\]<>#~|@]|&(?=#?\w+;)")
_LINE_START = re.compile(r"^([-+=]|\d{1,9}[.)](?=\s|$))")


def escaped(text: str, limit: int) -> str:
    """One line of text that shows as it is, at most `limit` characters of it, addresses left out."""
    line = _ADDRESS.sub("", plain_text(text))
    line = " ".join(line.split())
    if len(line) > limit:
        line = line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"
    line = _ACTIVE.sub(lambda sign: "\\" + sign[0], line)
    return _LINE_START.sub(lambda sign: sign[0][:-1] + "\\" + sign[0][-1], line)


def link(text: str, address: str | None, limit: int = 60) -> str:
    """A link, or the mere text when the address is not one that may be linked to."""
    safe = shown_url(address)
    shown = escaped(text, limit) or "source"
    return shown if safe is None else f"[{shown}]({safe})"
