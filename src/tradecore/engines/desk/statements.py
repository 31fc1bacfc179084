"""Statements of a language model: made plain text, cited, and dropped where the evidence does not support them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import frozen

from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.validate import unsupported
from tradecore.engines.desk.wording import citation
from tradecore.model.evidence import EvidenceId
from tradecore.model.steps import Claim

# Ids that models put inside a text: [E3], (E3, E7).
_INLINE = re.compile(r"[\[(]\s*E\d{1,4}(?:\s*(?:[,;/&]|and)\s*E\d{1,4})*\s*[\])]")
_MENTION = re.compile(r"E\d+")
# Ids in the middle of a sentence: as E3 shows. Where certain signs follow, brackets around the id would be a link.
_BARE = re.compile(r"(?<![\w\[(.-])E[1-9]\d{0,3}(?![\w(\[:.-]\S|[(\[:]|\w)", re.ASCII)
_ID = re.compile(r"E[1-9]\d{0,3}", re.ASCII)
_LINK = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://\S*|\bwww\.\S+", re.IGNORECASE)
_ENTITY = re.compile(r"&(?=#|[a-z][a-z0-9]{0,40};)", re.IGNORECASE)
_TIMES = re.compile(r"(?<=\d)\*+(?=\d)")
_ADDRESS = re.compile(r"(?<=\S)@(?=\S)")
# Signs that start a heading, a list, a quotation or a rule in Markdown; a sign before a number stays.
_LEADING = re.compile(r"\A(?:[#=·›\s]|[+-](?=[\s+-])|\d{1,9}[.)](?=\s|$))+")
_BEFORE_STOP = re.compile(r"\s+([.,;:!?])")
_STOPS = ".!?。"
_HARMLESS = str.maketrans(
    {"[": "(", "]": ")", "<": "‹", ">": "›", "`": "'", "|": "/", "*": None, "_": " ", "\\": "/", "~": "≈"}
)
_COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def legible(text: str) -> bool:
    """Whether a text can be stored and shown: it has no control characters and no unpaired surrogates."""
    return not any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\n\r" for sign in text)


def plain_text(text: str) -> str:
    """A legible text as one line without markup: no Markdown, HTML, entity, link or e-mail address is left.

    The text is NFKC-normalized, so that digits and brackets have one form each; letters of any script stay, invisible
    characters are removed.
    """
    folded = unicodedata.normalize("NFKC", text)
    spaced = (" " if sign.isspace() else sign for sign in folded)
    seen = "".join(sign for sign in spaced if unicodedata.category(sign)[0] != "C")
    quiet = _ADDRESS.sub(" at ", _ENTITY.sub("＆", _LINK.sub("(link)", _TIMES.sub("·", seen)))).translate(_HARMLESS)
    return _LEADING.sub("", _BEFORE_STOP.sub(r"\1", " ".join(quiet.split())), count=1)


def evidence_id(text: str) -> EvidenceId | None:
    """The id in a citation such as `E3` or `[E3]`; None where there is none."""
    bare = text.strip().strip("[]()").strip()
    return EvidenceId(bare) if _ID.fullmatch(bare) else None


def statement(text: str, cites: Iterable[EvidenceId]) -> Claim:
    """A claim in plain text, followed by its citations in brackets. Ids inside the text count as citations, too.

    A text without letters or digits gives a claim with an empty text.
    """
    folded = unicodedata.normalize("NFKC", text)
    inline = [EvidenceId(id) for group in _INLINE.findall(folded) for id in _MENTION.findall(group)]
    bare = plain_text(_INLINE.sub(" ", folded))
    stop = bare[-1] if bare.endswith(tuple(_STOPS)) else "."
    # Without its full stop the text may begin like a numbered list.
    body = _LEADING.sub("", bare.rstrip(f"{_STOPS} "))
    ids = tuple(dict.fromkeys((*cites, *inline, *map(EvidenceId, _BARE.findall(body)))))
    if not any(sign.isalnum() for sign in body):
        return Claim("", ids)
    body = _BARE.sub(r"[\g<0>]", body)
    return Claim(f"{body} {citation(ids)}{stop}" if ids else f"{body}{stop}", ids)


@frozen
class CheckedClaims:
    """The supported claims of an answer, how many were dropped, and the faults of those."""

    claims: tuple[Claim, ...]
    dropped: int
    faults: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the claims."""
        return tuple(claim.text for claim in self.claims)


def drop_unsupported(
    case: Case, claims: Sequence[Claim], *, needs_evidence: bool, allowed: Sequence[Decimal] = ()
) -> CheckedClaims:
    """Keep the claims that the cited evidence supports. Numbers in `allowed` need no evidence."""
    supported: list[Claim] = []
    faults: list[str] = []
    for claim in claims:
        claim_faults = unsupported(case, claim, needs_evidence=needs_evidence, allowed=allowed)
        faults += claim_faults
        if not claim_faults:
            supported.append(claim)
    return CheckedClaims(tuple(supported), len(claims) - len(supported), tuple(faults))


def dropped_sentence(dropped: int) -> str:
    """A sentence that counts dropped statements, in words since digits in texts are checked; empty for none."""
    if not dropped:
        return ""
    count = _COUNTS[dropped] if dropped < len(_COUNTS) else "More than ten"
    were = "statement was" if dropped == 1 else "statements were"
    return f"{count} {were} dropped, since the cited evidence does not support what was said."


def paragraph(texts: Sequence[str], dropped: int = 0) -> str:
    """The texts as one, followed by the sentence about dropped statements."""
    return " ".join(text for text in (*texts, dropped_sentence(dropped)) if text)
