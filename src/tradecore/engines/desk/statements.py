"""Statements: what a model said, as plain text with its evidence beside it, and struck where it does not hold."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import frozen

from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.validate import unsupported
from tradecore.engines.desk.wording import cited
from tradecore.model.evidence import EvidenceId
from tradecore.model.steps import Claim

# Evidence named inside a text, as models like to do it: [E3], (E3, E7).
_INLINE = re.compile(r"[\[(]\s*E\d{1,4}(?:\s*(?:[,;/&]|and)\s*E\d{1,4})*\s*[\])]")
_MENTION = re.compile(r"E\d+")
# Evidence named in the middle of a sentence: as E3 shows. With what follows here, brackets around it would be a link.
_BARE = re.compile(r"(?<![\w\[(.-])E[1-9]\d{0,3}(?![\w(\[:.-]\S|[(\[:]|\w)", re.ASCII)
_ID = re.compile(r"E[1-9]\d{0,3}", re.ASCII)
_LINK = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://\S*|\bwww\.\S+", re.IGNORECASE)
_ENTITY = re.compile(r"&(?=#|[a-z][a-z0-9]{0,40};)", re.IGNORECASE)
_TIMES = re.compile(r"(?<=\d)\*+(?=\d)")
_ADDRESS = re.compile(r"(?<=\S)@(?=\S)")
# What would be a heading, a list, a quotation or a rule at the beginning of a line; a sign before a number stays.
_LEADING = re.compile(r"\A(?:[#=·›\s]|[+-](?=[\s+-])|\d{1,9}[.)](?=\s|$))+")
_BEFORE_STOP = re.compile(r"\s+([.,;:!?])")
_STOPS = ".!?。"
_HARMLESS = str.maketrans(
    {"[": "(", "]": ")", "<": "‹", ">": "›", "`": "'", "|": "/", "*": None, "_": " ", "\\": "/", "~": "≈"}
)
_COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def legible(text: str) -> bool:
    """Whether a text holds only what can be stored and shown: no control characters, no halves of characters."""
    return not any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\n\r" for sign in text)


def plain_text(text: str) -> str:
    """A legible text on one line in which nothing is markup: no Markdown, HTML, entity, link or address is left.

    Letters of any script stay, in their compatible form, so that digits and brackets are looked for in one form only;
    invisible characters go.
    """
    folded = unicodedata.normalize("NFKC", text)
    spaced = (" " if sign.isspace() else sign for sign in folded)
    seen = "".join(sign for sign in spaced if unicodedata.category(sign)[0] != "C")
    quiet = _ADDRESS.sub(" at ", _ENTITY.sub("＆", _LINK.sub("(link)", _TIMES.sub("·", seen)))).translate(_HARMLESS)
    return _LEADING.sub("", _BEFORE_STOP.sub(r"\1", " ".join(quiet.split())), count=1)


def evidence_id(text: str) -> EvidenceId | None:
    """An id as it was cited, with or without brackets; None for what is none."""
    bare = text.strip().strip("[]()").strip()
    return EvidenceId(bare) if _ID.fullmatch(bare) else None


def statement(text: str, cites: Iterable[EvidenceId]) -> Claim:
    """What was said, in plain text with its evidence in brackets; ids that stand in the text are cited, too.

    The text is empty when nothing was said.
    """
    folded = unicodedata.normalize("NFKC", text)
    inline = [EvidenceId(one) for group in _INLINE.findall(folded) for one in _MENTION.findall(group)]
    bare = plain_text(_INLINE.sub(" ", folded))
    stop = bare[-1] if bare.endswith(tuple(_STOPS)) else "."
    # What stood before the full stop may now look like the number of a list.
    body = _LEADING.sub("", bare.rstrip(f"{_STOPS} "))
    ids = tuple(dict.fromkeys((*cites, *inline, *map(EvidenceId, _BARE.findall(body)))))
    if not any(sign.isalnum() for sign in body):
        return Claim("", ids)
    body = _BARE.sub(r"[\g<0>]", body)
    return Claim(f"{body} {cited(ids)}{stop}" if ids else f"{body}{stop}", ids)


@frozen
class Kept:
    """What is left of some statements, and how many were struck."""

    claims: tuple[Claim, ...]
    struck: int

    @property
    def texts(self) -> tuple[str, ...]:
        """What the statements say."""
        return tuple(claim.text for claim in self.claims)


def strike(case: Case, said: Sequence[Claim], *, need_evidence: bool, allowed: Sequence[Decimal] = ()) -> Kept:
    """Leave out what the cited evidence does not bear out, but for numbers that are `allowed`."""
    kept = tuple(claim for claim in said if not unsupported(case, claim, needs_evidence=need_evidence, allowed=allowed))
    return Kept(kept, len(said) - len(kept))


def struck_sentence(struck: int) -> str:
    """How many statements were struck, in words, since numbers in texts are evidence; empty for none."""
    if not struck:
        return ""
    count = _COUNTS[struck] if struck < len(_COUNTS) else "More than ten"
    were = "statement was" if struck == 1 else "statements were"
    return f"{count} {were} struck, since the evidence cited did not bear out what was said."


def paragraph(texts: Sequence[str], struck: int = 0) -> str:
    """Statements as one text, which also says how many are missing."""
    return " ".join(text for text in (*texts, struck_sentence(struck)) if text)
