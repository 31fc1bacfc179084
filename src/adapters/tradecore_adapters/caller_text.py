"""What callers of the APIs are told of an error whose text also tells operators which setting to change."""

import re

# Names of variables of the environment: those of tradecore, and the keys and addresses of others.
_NAME = r"\b(?:TRADECORE_[A-Z_]+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|URL|SECRET))\b"
_SETTING = re.compile(_NAME)
# "The server in OPENAI_BASE_URL has no such model": without the setting, the rest still says what is wrong.
_PLACE = re.compile(rf" (?:in|of|at) {_NAME}")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_OTHERWISE = "This server is not set up for this; its operator finds the reason in its log."


def names_setting(text: str) -> bool:
    """Whether a text names a variable of the environment."""
    return _SETTING.search(text) is not None


def caller_text(text: str) -> str:
    """A text without what it says about settings: callers cannot change them, and the log has the whole.

    Within a sentence, everything from the first clause on that names a setting is left out. The very first clause stays
    if it can do without the name.
    """
    if not names_setting(text):
        return text
    kept = []
    for sentence in _SENTENCE_END.split(text):
        first, *others = sentence.split("; ")
        clauses = [_PLACE.sub("", first), *others]
        named = next((n for n, clause in enumerate(clauses) if names_setting(clause)), len(clauses))
        if named:
            kept.append("; ".join(clauses[:named]).rstrip(",.") + ("." if named < len(clauses) else sentence[-1]))
    return " ".join(kept) or _OTHERWISE
