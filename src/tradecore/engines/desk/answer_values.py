"""Answer values: the number, the choice and the ids of evidence that a text in an answer names, without guessing."""

import re
from collections.abc import Sequence
from decimal import Decimal
from unicodedata import normalize

_EVIDENCE_ID = re.compile(r"(?<![a-z0-9])(?:e|evidence)[ -]?#?0{0,3}([1-9]\d{0,3})(?!\d)", re.IGNORECASE | re.ASCII)
_EVIDENCE_RANGE = re.compile(
    r"\[?E0{0,3}([1-9]\d{0,3})\s?(?:-|to|\.\.)\s?E?0{0,3}([1-9]\d{0,3})\]?", re.IGNORECASE | re.ASCII
)
_LONGEST_RANGE = 10
_BARE_ID = re.compile(r"#?0{0,3}([1-9]\d{0,3})(?:\.0)?", re.ASCII)
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d{1,12},\d{1,12}", re.ASCII)
_OUT_OF = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*\(?(?:/|out of|of)\s*(100?)\)?", re.IGNORECASE | re.ASCII)
# Words in parentheses behind a number, such as "7 (high)".
_REMARK = re.compile(r"(?<=[\d%])\s*\([a-z ]{1,40}\)$", re.IGNORECASE | re.ASCII)
_LONGEST_CHOICE = 100
# A label before a choice, as in "Action: BUY" and "FINAL TRANSACTION PROPOSAL: BUY".
_CHOICE_LABEL = re.compile(r"(?:final |transaction |my )*(?:action|proposal|decision|recommendation|ruling)\s*[:.=]\s*")
# Signs that turn a choice into its opposite or into a question: "BUY?", "~~BUY~~", "!BUY", a cross before it.
_DOUBT = re.compile(r"[?\u00bf\u00ac~\u2260\u274c\u2716\u2717\u2718\u274e\u26d4\U0001f6ab\U0001f44e]|^\s*!")
# Dashes that stand for a minus or for "to", and signs of no width.
_DASHES = str.maketrans({"\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u200b": None, "\ufeff": None})
# What models put around a value.
DECORATION = " \t\r\n*_`'\"()[]{}.!:"


def number_in(text: str, *, out_of_ten: bool) -> Decimal | None:
    """The number that a text is, with a sign, a percent sign or a decimal comma; None for anything else."""
    # Parentheses stay: in accounts they make a number negative.
    bare = normalize("NFKC", text).translate(_DASHES).strip(" \t\r\n*_`'\"[]{}").removeprefix("+").strip()
    bare = _REMARK.sub("", bare)
    if out_of_ten and (share := _OUT_OF.fullmatch(bare)):
        return Decimal(share[1]) * 10 / Decimal(share[2])
    percent = bare.endswith("%")
    bare = bare.removesuffix("%").strip()
    if _DECIMAL_COMMA.fullmatch(bare):
        bare = bare.replace(",", ".")
    if not _PLAIN_NUMBER.fullmatch(bare):
        return None
    return Decimal(bare) / 100 if percent else Decimal(bare)


def choice_in(text: str, choices: Sequence[str]) -> str | None:
    """The choice that a text is, in any case, with a label or an ornament around it; None for anything else."""
    plain = normalize("NFKC", text) if len(text) <= _LONGEST_CHOICE else ""
    if _DOUBT.search(plain):
        return None
    bare = re.sub(r"^\W+|\W+$", "", plain.casefold())
    bare = re.sub(r"^\W+", "", _CHOICE_LABEL.sub("", bare, count=1))
    return next((choice for choice in choices if choice.casefold() == bare), None)


def evidence_ids_in(text: str) -> list[str]:
    """The ids of evidence that a citation names, those between the ends of a range included."""
    text = normalize("NFKC", text).translate(_DASHES)
    ends = _EVIDENCE_RANGE.fullmatch(text.strip())
    if ends and 0 <= int(ends[2]) - int(ends[1]) < _LONGEST_RANGE:
        return [f"E{number}" for number in range(int(ends[1]), int(ends[2]) + 1)]
    named = _EVIDENCE_ID.findall(text)
    bare = None if named else _BARE_ID.fullmatch(text.strip(DECORATION))
    return [f"E{bare[1]}"] if bare else [f"E{number}" for number in named]
