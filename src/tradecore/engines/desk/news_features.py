"""News features: headlines and the tone of the news as evidence."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, timedelta
from decimal import Decimal
from hashlib import sha256

from attrs import frozen

from tradecore.engines.desk.evidence_builder import EvidenceDraft
from tradecore.engines.desk.news_subject import Subject, subject_of
from tradecore.engines.desk.wording import format_number, format_signed, rounded
from tradecore.model.news import NewsItem
from tradecore.ports.sentiment import Sentiment

_LONGEST_QUOTE, _LONGEST_SUMMARY = 180, 200
_RECENT_DAYS = 3
_NAMED_SOURCES = 4
# The tone of fewer posts is that of their authors.
_LEAST_POSTS = 5
# An item reads clearly well or badly from this tone on.
_CLEAR_TONE = Decimal("0.15")
# Among the chosen headlines, those of one outlet and of one day, until nothing else is left.
_PER_OUTLET, _PER_DAY = 3, 3

# Control characters, and signs without a shape: models read what is written in tags (from U+E0000), people do not.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)
_ROLE_MARKERS = re.compile(r"<\|[^|>]{0,40}\|>|\[/?INST\]|</?s>|\b(?:Human|Assistant|System)\s*:", re.IGNORECASE)
# In a report, these signs would be Markdown, the end of the quotation, or a citation of evidence.
_HARMLESS = str.maketrans(
    {"[": "(", "]": ")", "<": "‹", ">": "›", "`": "'", "“": "'", "”": "'", "|": "/", "*": "·", "_": " "}
)


@frozen
class ReadItem:
    """A news item with its tone from -1 to +1 and its subject."""

    item: NewsItem
    tone: Decimal
    subject: Subject

    @property
    def counts(self) -> bool:
        """Whether its tone says something about the analysed security."""
        return self.subject is not Subject.OTHER

    @property
    def is_bad(self) -> bool:
        """Whether it is clearly bad news for the analysed security."""
        return self.counts and self.tone <= -_CLEAR_TONE

    @property
    def day(self) -> date:
        """The day of publication, UTC."""
        return _day(self.item)


def read_items(items: Iterable[NewsItem], sentiment: Sentiment, terms: Sequence[str]) -> Iterator[ReadItem]:
    """The items with tone and subject; `terms` are those by which the news of the security are searched for."""
    for item in items:
        tone = rounded(sentiment(f"{item.title}. {item.summary}"), 2)
        yield ReadItem(item, tone, subject_of(item.title, terms))


def news_evidence(read: Sequence[ReadItem], as_of: date, *, headlines: int, summaries: bool) -> Iterator[EvidenceDraft]:
    """So many headlines, newest first, and then the tone of all items; nothing for no items.

    Items come in any order and were published by the end of `as_of` (UTC). Texts and sources are quoted as `quotable`
    makes them, the summaries only where they are wanted. The tone of items about another company is not counted.
    """
    newest = sorted(read, key=lambda each: (each.item.published_at, each.item.id), reverse=True)
    for each in choose_headlines(newest, headlines):
        yield _headline(each, summaries=summaries)
    if counted := [each for each in newest if each.counts]:
        yield from _tone(counted, as_of)


def choose_headlines(newest: Sequence[ReadItem], limit: int) -> list[ReadItem]:
    """At most `limit` of the items, which come newest first; one of each story.

    Clearly bad news comes first, then news of the security itself, then the clearest tone; of one outlet and of one day
    there are at most three, unless nothing else is left. News of other companies comes last.
    """
    distinct: dict[object, ReadItem] = {}
    for each in newest:
        distinct.setdefault(each.item.story_id or each.item.id, each)
    ranks = {id(each): rank for rank, each in enumerate(distinct.values())}

    def relevance(each: ReadItem) -> tuple[bool, bool, bool, int]:
        clear = abs(each.tone) >= _CLEAR_TONE
        return not each.counts, each.subject is not Subject.OWN, not clear, ranks[id(each)]

    bad = [each for each in distinct.values() if each.is_bad][:limit]
    chosen = list(bad)
    rest = sorted((each for each in distinct.values() if not each.is_bad), key=relevance)
    for strict in (True, False):
        for each in rest:
            if len(chosen) >= limit or each in chosen:
                continue
            same_outlet = sum(other.item.source == each.item.source for other in chosen)
            same_day = sum(other.day == each.day for other in chosen)
            if strict and len(rest) + len(bad) > limit and (same_outlet >= _PER_OUTLET or same_day >= _PER_DAY):
                continue
            chosen.append(each)
    return sorted(chosen, key=lambda each: ranks[id(each)])


def _headline(each: ReadItem, *, summaries: bool) -> EvidenceDraft:
    item, source, day = each.item, quotable(each.item.source), each.day
    told = f"tone {format_signed(each.tone)}" if each.counts else "about another company, so its tone does not count"
    summary = quotable(item.summary, _LONGEST_SUMMARY) if summaries else ""
    return EvidenceDraft(
        measure="headline" if each.counts else "headline.other",
        statement=f"“{quotable(item.title)}” ({source}, {day}); {told}.",
        as_of=day,
        source=source,
        digest=item.doc_hash,
        value=each.tone if each.counts else None,
        detail="" if summary == quotable(item.title) else summary,
    )


def social_evidence(posts: Sequence[NewsItem], sentiment: Sentiment) -> Iterator[EvidenceDraft]:
    """The tone of social posts, which are never quoted; nothing for fewer than five.

    `posts` come in any order and were written by the end of the day of the analysis (UTC).
    """
    if len(posts) < _LEAST_POSTS:
        return
    newest = _newest_first(posts)
    tones = [rounded(sentiment(f"{post.title}. {post.summary}"), 2) for post in newest]
    mean = rounded(_mean(tones), 2)
    good, bad = sum(tone >= _CLEAR_TONE for tone in tones), sum(tone <= -_CLEAR_TONE for tone in tones)
    sources = list(dict.fromkeys(quotable(post.source) for post in newest))[:_NAMED_SOURCES]
    yield EvidenceDraft(
        measure="social.tone",
        statement=f"Of {len(posts)} social posts, {good} read clearly well and {bad} clearly badly; their mean tone is "
        f"{format_signed(mean)} on a scale from -1 to +1.",
        as_of=max(map(_day, newest)),
        source=f"lexicon over posts at {', '.join(sources)}",
        digest=digest_of_posts(newest),
        value=mean,
    )


def digest_of_posts(posts: Iterable[NewsItem]) -> str:
    """The digest of the evidence of these posts, which come in any order."""
    return sha256("".join(post.doc_hash for post in _newest_first(posts)).encode()).hexdigest()


def _newest_first(items: Iterable[NewsItem]) -> list[NewsItem]:
    return sorted(items, key=lambda item: (item.published_at, item.id), reverse=True)


def quotable(text: str, longest: int = _LONGEST_QUOTE) -> str:
    """Text of others on one line of at most `longest` characters: no control characters, role markers or markup."""
    clean = _ROLE_MARKERS.sub(" ", _INVISIBLE.sub(" ", text)).translate(_HARMLESS)
    clean = " ".join(clean.split())
    return clean if len(clean) <= longest else clean[: longest - 1].rstrip() + "…"


def _tone(newest: Sequence[ReadItem], as_of: date) -> Iterator[EvidenceDraft]:
    tones = [each.tone for each in newest]
    digest = sha256("".join(each.item.doc_hash for each in newest).encode()).hexdigest()
    sources = list(dict.fromkeys(quotable(each.item.source) for each in newest))[:_NAMED_SOURCES]
    day = max(each.day for each in newest)

    def draft(measure: str, statement: str, value: Decimal) -> EvidenceDraft:
        return EvidenceDraft(
            measure=measure,
            statement=statement,
            as_of=day,
            source=f"lexicon over {', '.join(sources)}",
            digest=digest,
            value=value,
        )

    count = len(tones)
    items = f"{count} news item" + ("" if count == 1 else "s")
    mean = rounded(_mean(tones), 2)
    yield draft("tone.mean", f"The mean tone of {items} is {format_signed(mean)} on a scale from -1 to +1.", mean)
    good, bad = sum(tone >= _CLEAR_TONE for tone in tones), sum(tone <= -_CLEAR_TONE for tone in tones)
    balance = rounded(Decimal(100 * (good - bad)) / count, 0)
    yield draft("tone.balance", f"Of {items}, {good} read clearly well and {bad} clearly badly.", balance)
    if count > 1:
        spread = rounded((sum(((tone - mean) ** 2 for tone in tones), Decimal(0)) / count).sqrt(), 2)
        yield draft(
            "tone.spread",
            f"The tone of {items} lies between {format_signed(min(tones))} and {format_signed(max(tones))}; its "
            f"standard deviation is {format_number(spread)}.",
            spread,
        )
    first_recent = as_of - timedelta(days=_RECENT_DAYS)
    recent_count = sum(each.day >= first_recent for each in newest)
    recent, earlier = tones[:recent_count], tones[recent_count:]
    if len(recent) >= 2 and len(earlier) >= 2:
        change = rounded(_mean(recent) - _mean(earlier), 2)
        word = "better" if change >= 0 else "worse"
        yield draft(
            "tone.turn",
            f"The tone of the last {_RECENT_DAYS} days is {format_number(abs(change))} {word} than that of the days "
            "before.",
            change,
        )


def _day(item: NewsItem) -> date:
    return item.published_at.astimezone(UTC).date()


def _mean(tones: Sequence[Decimal]) -> Decimal:
    return sum(tones, Decimal(0)) / len(tones)
