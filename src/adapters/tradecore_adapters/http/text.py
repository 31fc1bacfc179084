"""Text that strangers send: what no field of ours may hold."""

import re

from tradecore.model.errors import Invalid

# Control characters, halves of surrogate pairs, and the marks that turn the direction of text: none of
# them can be seen, and stores, terminals and reviewers are fooled by them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def demand_clean(text: str, field: str) -> None:
    """Raises Invalid for control characters, lone surrogates and marks of direction."""
    if _UNSEEN.search(text):
        raise Invalid.one(shown(field), "Control characters, unpaired surrogates and direction marks are not allowed.")


def shown(field: str) -> str:
    """A name as it may be repeated to whoever sent it: clean and short."""
    return _UNSEEN.sub("\ufffd", field[:64])
