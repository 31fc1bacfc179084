"""News subjects: whether a headline is about the analysed security, or about another company that it only mentions."""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache

from tradecore.engines.desk.search_terms import all_names
from tradecore.engines.digest.everyday_words import only_everyday_words

_WORD = re.compile(r"[$]?[A-Za-z0-9][\w&.+-]*(?:['’]s?\b)?|[,&]")
_POSSESSIVE = re.compile(r"['’]s?$")
_LONGEST_NAME = 4
# Between two names of a list there is nothing else.
_LISTED = frozenset({",", "&", "and", "or"})
# What others do to the analysed company: its own news, whoever comes first.
_DONE_TO_IT = frozenset(
    "upgrades upgraded downgrades downgraded raises raised lifts lifted cuts cut lowers lowered boosts boosted "
    "initiates reiterates reiterated buys bought orders ordered picks picked selects selected chooses chose taps "
    "adopts adopted sues sued fines fined probes probed investigates backs backed acquires acquired sells sold dumps "
    "dumped trims trimmed bans banned blocks blocked clears cleared approves approved signs signed partners joins "
    "hires invests tapped".split()
)
_RIVALRY = frozenset(
    "rival rivals rivalling rivaling compete competes competing challenge challenges challenging versus vs against "
    "overtake overtakes overtaking beat beats beating dethrone dethrones catch threatens threat competitor "
    "competitors challenger alternative".split()
)
# Words that make the name before them an attribute of somebody else: Nvidia rival AMD.
_OTHERS_OF_IT = frozenset("rival rivals competitor competitors challenger supplier suppliers customer peer".split())
# So many words may stand between the deed and the name: raises its price target on Nvidia.
_REACH = 4


class Subject(StrEnum):
    """Whose news a headline is."""

    OWN = "own"
    """The analysed security's."""
    GENERAL = "general"
    """That of no company in particular, such as a market or an industry."""
    OTHER = "other"
    """That of another company, so that its tone says nothing about the analysed one."""


def subject_of(title: str, terms: Sequence[str]) -> Subject:
    """The subject of a headline; `terms` are those by which the security is searched for.

    The company that is named first is the subject, unless somebody does something to the analysed one: upgrades it,
    orders from it, sues it. Names of a list are subjects together.
    """
    words = [_POSSESSIVE.sub("", word) for word in _WORD.findall(title)]
    own = _own_names(tuple(terms))
    mentions = list(_mentions(words, own))
    mine = next((mention for mention in mentions if mention[2]), None)
    if mine is None:
        return Subject.OTHER if mentions else Subject.GENERAL
    start, end, _ = mine
    others = [mention for mention in mentions if not mention[2]]
    if words[end : end + 1] and words[end].lower() in _OTHERS_OF_IT:
        return Subject.OTHER if any(begin > start for begin, _, _ in others) else Subject.OWN
    before = [mention for mention in others if mention[0] < start]
    if not before:
        return Subject.OWN
    between = [word.lower() for word in words[before[-1][1] : start]]
    if all(word in _LISTED for word in between):
        return Subject.OWN
    since_first = {word.lower() for word in words[before[0][1] : start]}
    done_to_it = any(word in _DONE_TO_IT for word in between[-1 - _REACH :])
    return Subject.OWN if done_to_it and not since_first & _RIVALRY else Subject.OTHER


def _mentions(words: Sequence[str], own: frozenset[str]) -> list[tuple[int, int, bool]]:
    """The names of companies in a headline: from which word to which, and whether it is the analysed one."""
    found = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
            name = " ".join(words[at : at + length])
            is_own = name.casefold() in own
            if is_own or (words[at][:1].isupper() and name.casefold() in _companies()):
                found.append((at, at + length, is_own))
                at += length
                break
        else:
            at += 1
    return found


@cache
def _own_names(terms: tuple[str, ...]) -> frozenset[str]:
    bare = {term.removeprefix("=").removesuffix(" Inc").casefold() for term in terms}
    return frozenset(bare | {name.removeprefix("$") for name in bare})


@cache
def _companies() -> frozenset[str]:
    """The names of companies and coins; those of everyday words alone are left out."""
    return frozenset(name.casefold() for name in all_names() if len(name) > 2 and not only_everyday_words(name))
