"""News features: headlines and the tone of the news as evidence."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, timedelta
from decimal import Decimal
from hashlib import sha256

from tradecore.engines.desk.evidence_builder import EvidenceDraft
from tradecore.engines.desk.wording import format_number, format_signed, rounded
from tradecore.model.news import NewsItem
from tradecore.ports.sentiment import Sentiment

# A report shows so many headlines; the tone is that of all items.
_HEADLINES = 10
_LONGEST_QUOTE = 180
_RECENT_DAYS = 3
_NAMED_SOURCES = 4
# The tone of fewer posts is that of their authors.
_LEAST_POSTS = 5
# An item reads clearly well or badly from this tone on.
_CLEAR_TONE = Decimal("0.15")

_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_ROLE_MARKERS = re.compile(r"<\|[^|>]{0,40}\|>|\[/?INST\]|</?s>|\b(?:Human|Assistant|System)\s*:", re.IGNORECASE)
# In a report, these signs would be Markdown, the end of the quotation, or a citation of evidence.
_HARMLESS = str.maketrans(
    {"[": "(", "]": ")", "<": "‹", ">": "›", "`": "'", "“": "'", "”": "'", "|": "/", "*": "·", "_": " "}
)


def news_evidence(items: Sequence[NewsItem], sentiment: Sentiment, as_of: date) -> Iterator[EvidenceDraft]:
    """The newest headlines, each with its tone from -1 to +1, and then the tone of all items; nothing for no items.

    `items` come in any order and were published by the end of `as_of` (UTC). Titles and sources are quoted as
    `quotable` makes them.
    """
    if not items:
        return
    newest = sorted(items, key=lambda item: (item.published_at, item.id), reverse=True)
    tones = [rounded(sentiment(f"{item.title}. {item.summary}"), 2) for item in newest]
    for item, tone in list(zip(newest, tones, strict=True))[:_HEADLINES]:
        source, day = quotable(item.source), _day(item)
        yield EvidenceDraft(
            measure="headline",
            statement=f"“{quotable(item.title)}” ({source}, {day}); tone {format_signed(tone)}.",
            as_of=day,
            source=source,
            digest=item.doc_hash,
            value=tone,
        )
    yield from _tone(newest, tones, as_of)


def social_evidence(posts: Sequence[NewsItem], sentiment: Sentiment) -> Iterator[EvidenceDraft]:
    """The tone of social posts, which are never quoted; nothing for fewer than five.

    `posts` come in any order and were written by the end of the day of the analysis (UTC).
    """
    if len(posts) < _LEAST_POSTS:
        return
    newest = sorted(posts, key=lambda post: (post.published_at, post.id), reverse=True)
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
        digest=sha256("".join(post.doc_hash for post in newest).encode()).hexdigest(),
        value=mean,
    )


def quotable(text: str) -> str:
    """Text of others on one line of at most 180 characters, without control characters, role markers or markup."""
    clean = _ROLE_MARKERS.sub(" ", _INVISIBLE.sub(" ", text)).translate(_HARMLESS)
    clean = " ".join(clean.split())
    return clean if len(clean) <= _LONGEST_QUOTE else clean[: _LONGEST_QUOTE - 1].rstrip() + "…"


def _tone(newest: Sequence[NewsItem], tones: Sequence[Decimal], as_of: date) -> Iterator[EvidenceDraft]:
    digest = sha256("".join(item.doc_hash for item in newest).encode()).hexdigest()
    sources = list(dict.fromkeys(quotable(item.source) for item in newest))[:_NAMED_SOURCES]
    day = max(map(_day, newest))

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
    first_recent = as_of - timedelta(days=_RECENT_DAYS)
    recent_count = sum(_day(item) >= first_recent for item in newest)
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
