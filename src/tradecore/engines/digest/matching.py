"""Whether two items are the same document or the same story, pair by pair."""

from datetime import timedelta
from difflib import SequenceMatcher
from enum import StrEnum
from math import sqrt

from tradecore.engines.digest.agreement import (
    conflict,
    known_names,
    negates,
    other_deeds,
    other_names,
    same_facts,
    unknown_names,
)
from tradecore.engines.digest.amount_comparison import is_precise
from tradecore.engines.digest.consequence import is_column
from tradecore.engines.digest.features import Features
from tradecore.engines.digest.term_weights import RAREST, total_weight
from tradecore.engines.digest.text import stem
from tradecore.model.news import NewsItem

STORY_SPAN = timedelta(hours=72)
HASH_SPAN = timedelta(days=14)
_DAY = timedelta(days=1)
REPRINT, SAME_SOURCE_REPRINT, RELATED_TEXT = 0.6, 0.9, 0.2
"""Least Jaccard similarity of word triples: of a reprint, of a reprint within one source, of a related text."""
COPIED_TITLE = 0.15
"""The least share of the headlines, by weight, that the other item of a reprint or a related text also has."""
COVERED, COVERED_RELATED, RELATED_LEAD = 0.5, 0.25, 0.22
"""The least share of the headlines, by weight, that the other item has in its headline or lead; the share that suffices
where headlines and leads as a whole are as similar as the third number, below which a column joins nothing."""
SIMILAR_A_DAY = 0.25
"""The least similarity of headlines and leads as a whole (cosine) for each day between two items: what is told a day
later of the same people is mostly another event."""
CLOSE_LEAD, TELLING_TITLES = 0.3, 6.0
"""Headlines that share less than the second number, by weight, need leads as similar as the first."""
COMMON_WEIGHT, COMMON_TERMS = 7.0, 2
"""What a common share needs in all, beside a telling term in both headlines: weight, and number of terms."""
OTHER_DEEDS_TERMS, OTHER_NAMES_TERMS = 3, 4
"""How many terms headlines share at least that say other deeds were done, or have other names outside the lexicon."""
SLOT_WORDS, FRAME_WORDS = 2, 3
"""Headlines differ in one slot when at most so many words stand between at least so many equal ones."""
ONE_FRAME = 0.5
"""The least similarity (Jaccard, by weight) of headlines of which one may be the negation of the other."""


class Match(StrEnum):
    """How two items relate."""

    SAME_DOCUMENT = "same_document"
    SAME_STORY = "same_story"
    DISTINCT = "distinct"


def differ_in_one_slot(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two headlines are the same words but for one or two at one place, where each has a word of its own.

    Words in another order are no others, nor are words that one headline only leaves out.
    """
    left, other_left = _slot(one, other)
    return not ({*left} <= {*other_left} or {*other_left} <= {*left})


def _slot(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of each headline at the one place where they differ; none where they differ elsewhere too."""
    shorter = min(len(one), len(other))
    before = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    behind = next((at for at in range(shorter - before) if one[-1 - at] != other[-1 - at]), shorter - before)
    left, other_left = one[before : len(one) - behind], other[before : len(other) - behind]
    framed = before + behind >= FRAME_WORDS and max(len(left), len(other_left)) <= SLOT_WORDS
    return (left, other_left) if framed else ((), ())


def _name_others_in_two_slots(a: Features, b: Features) -> bool:
    """Whether two headlines are the same words but for one or two at two places, and one of these is a name in both.

    "Halvard finance chief Ana Ruiz leaves" and "Halvard legal chief Tom Vale leaves" are of two people. Symmetric.
    """
    if not _may_name_others(a, b):
        return False
    # Sorted, because what is aligned depends on which headline comes first.
    (one, names), (other, more_names) = sorted((item.slots, sorted(named_stems(item))) for item in (a, b))
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    frame = sum(end - start for tag, start, end, _, _ in steps if tag == "equal")
    gaps = [({*one[start:end]}, {*other[begin:finish]}) for tag, start, end, begin, finish in steps if tag != "equal"]
    return (
        len(gaps) == 2
        and frame >= FRAME_WORDS
        and all(left and right and left.isdisjoint(right) for left, right in gaps)
        and max(len(words) for gap in gaps for words in gap) <= SLOT_WORDS
        and any(left <= {*names} and right <= {*more_names} for left, right in gaps)
    )


def _may_name_others(a: Features, b: Features) -> bool:
    """False for most headlines that do not name others in two slots, which costs less to tell than whether they do."""
    words, more_words = {*a.slots}, {*b.slots}
    common = sum(word in more_words for word in a.slots)
    more_common = sum(word in words for word in b.slots)
    return (
        min(common, more_common) >= FRAME_WORDS
        and max(len(a.slots) - common, len(b.slots) - more_common) <= 2 * SLOT_WORDS
        and not words.isdisjoint(named_stems(a))
        and not more_words.isdisjoint(named_stems(b))
    )


def named_stems(item: Features) -> frozenset[str]:
    """The names of a headline as they stand among its slots."""
    return known_names(item.item.facts) | {*unknown_stems(item)}


def unknown_stems(item: Features) -> list[str]:
    """The names of a headline outside the lexicon, as they stand among its slots."""
    return sorted(map(stem, unknown_names(item.item.facts)))


def compare(
    a: Features, b: Features, *, recurrent: bool = False, near: bool = True, republished: bool = False
) -> Match:
    """How two items relate. Symmetric.

    `recurrent` says that the source of one of them reuses its title (`Daily digest`), so that equal titles are no
    evidence unless the text and the time are equal too. Contradicting facts always outweigh similar words. Without
    `near` it is known that words alone do not join the two: `report_one_event` does not hold. `republished` says that
    the source of the later one has published its items a second time, so that equal short texts of it are one document
    as well, and repeated titles of entries without a time say nothing.
    """
    one, other = a.item, b.item
    if one.id == other.id or _same_address(one, other):
        return Match.SAME_DOCUMENT
    apart = abs(a.happened_at - b.happened_at)
    same_hash = one.doc_hash == other.doc_hash
    if same_hash and apart <= HASH_SPAN and a.text_identifies and b.text_identifies:
        return Match.SAME_DOCUMENT
    twice = _same_place(one, other) or (republished and one.source == other.source)
    # In a feed that is published anew at every visit all titles recur; only times tell its copies from news.
    copied_anew = republished and not (one.dated or other.dated)
    if same_hash and apart <= HASH_SPAN and twice and (copied_anew or not recurrent):
        return Match.SAME_DOCUMENT
    if _same_moment(a, b) and (same_hash or not recurrent):
        return Match.SAME_DOCUMENT
    if apart > STORY_SPAN:
        return Match.DISTINCT
    similar = 0.0 if {*a.runs.sketch}.isdisjoint(b.runs.sketch) else a.runs.similarity(b.runs, RELATED_TEXT)
    if one.source == other.source:
        alike = similar >= SAME_SOURCE_REPRINT and one.facts == other.facts and _covered(a, b) >= COVERED
        return Match.SAME_DOCUMENT if alike else Match.DISTINCT
    if same_hash and not recurrent:
        return Match.SAME_STORY
    related = similar >= RELATED_TEXT and _covered(a, b) >= COPIED_TITLE
    if contradict(a, b) if related else recurrent or not near or not report_one_event(a, b):
        return Match.DISTINCT
    copied = related and (similar >= REPRINT or (a.title == b.title and _cut_off(a, b)))
    return Match.SAME_DOCUMENT if copied and same_facts(one.facts, other.facts) else Match.SAME_STORY


def contradict(a: Features, b: Features, *, other_sizes: bool = True) -> bool:
    """Whether two headlines exclude that they report one event. Symmetric.

    Their facts conflict, they are the same sentence about another actor or object or both, or one denies the other.
    Without `other_sizes` amounts of other sizes may be of two quantities of one event.
    """
    left, other_left = _slot(a.slots, b.slots)
    if conflict(a.item.facts, b.item.facts, other_sizes=other_sizes) or (
        left and other_left and {*left}.isdisjoint(other_left)
    ):
        return True
    if _name_others_in_two_slots(a, b):
        return True
    union = total_weight(a.terms | b.terms)
    return negates(a.item.facts, b.item.facts) and total_weight(a.terms & b.terms) >= ONE_FRAME * union


def _same_address(one: NewsItem, other: NewsItem) -> bool:
    if one.url_key is not None and one.url_key == other.url_key:
        return True
    return one.guid is not None and one.guid == other.guid and one.source == other.source


def _same_place(one: NewsItem, other: NewsItem) -> bool:
    """Whether one source published both at one address, and their GUIDs do not tell them apart.

    An address that identified an entry by itself identifies nothing once the source uses it for others as well.
    """
    untold = one.guid is None or other.guid is None or one.guid == other.guid
    return one.source == other.source and one.url == other.url and untold


def _same_moment(a: Features, b: Features) -> bool:
    """Whether one source published both at one time under one headline, with the same facts.

    Where a site is made anew, its entries keep these and get other addresses, GUIDs and words around their texts.
    """
    one, other = a.item, b.item
    when = one.dated and other.dated and one.published_at == other.published_at
    return when and one.source == other.source and a.title == b.title and one.facts == other.facts


def _cut_off(a: Features, b: Features) -> bool:
    """Whether one text is the beginning of the other."""
    shorter = min(len(a.runs.hashes), len(b.runs.hashes))
    return a.runs.shared_with(b.runs) >= SAME_SOURCE_REPRINT * shorter


def text_is_related(a: Features, b: Features) -> bool:
    """Whether the texts of two items have so much in common that one may be a copy of the other in part. Symmetric."""
    return a.runs.similarity(b.runs, RELATED_TEXT) > 0


def similarity(a: Features, b: Features) -> float:
    """How similar headlines and leads are, by the weight of the terms in common: from 0 to 1."""
    shared = total_weight(a.everything & b.everything)
    return shared / sqrt(a.weight * b.weight) if shared else 0.0


def _covered(a: Features, b: Features) -> float:
    """The share of each headline, by weight, that the other item has; the mean of both."""
    if not a.title_weight or not b.title_weight:
        return 0.0
    first = total_weight(a.terms & b.everything) / a.title_weight
    second = total_weight(b.terms & a.everything) / b.title_weight
    return (first + second) / 2


def _leads_are_close(a: Features, b: Features) -> bool:
    # Most pairs share so few terms that their weights need not be looked at.
    most = RAREST * len(a.everything & b.everything)
    return most >= CLOSE_LEAD * sqrt(a.weight * b.weight) and similarity(a, b) >= CLOSE_LEAD


def report_one_event(a: Features, b: Features) -> bool:
    """Whether two items of different outlets report one event by their words. Symmetric.

    An index finds many pairs for each item, so the conditions that exclude most of them come first.
    """
    if a.ticker or b.ticker or a.roundup is not b.roundup or a.telling.isdisjoint(b.telling):
        return False
    in_titles = a.terms & b.terms
    if total_weight(in_titles) < TELLING_TITLES and not _leads_are_close(a, b):
        return False
    covered = _covered(a, b)
    if covered < COVERED_RELATED:
        return False
    common = (a.terms & b.everything) | (b.terms & a.everything)
    if len(common) < COMMON_TERMS or total_weight(common) < COMMON_WEIGHT:
        return False
    if len(common) < OTHER_DEEDS_TERMS and other_deeds(a.item.facts, b.item.facts):
        return False
    similar = similarity(a, b)
    if similar < _least_similarity(a, b):
        return False
    alike = similar >= RELATED_LEAD or any(map(is_precise, in_titles))
    enough = alike or covered >= COVERED
    if other_names(a.item.facts, b.item.facts) and not _named_below(a, b) and not _named_below(b, a):
        enough = alike and covered >= COVERED and len(common) >= OTHER_NAMES_TERMS
    return enough and not contradict(a, b)


def _least_similarity(a: Features, b: Features) -> float:
    """How similar headlines and leads have to be, by the time between the items and by whether one is a column."""
    days = abs(a.happened_at - b.happened_at) / _DAY
    column = is_column(a.item.title) or is_column(b.item.title)
    return max(SIMILAR_A_DAY * days, RELATED_LEAD if column else 0.0)


def _named_below(a: Features, b: Features) -> bool:
    """Whether the item `b` has, in its headline or lead, each name of the headline of `a` outside the lexicon."""
    return {*unknown_stems(a)} <= b.everything
