"""The press: headlines and their tone as exhibits."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, timedelta
from decimal import Decimal
from hashlib import sha256

from tradecore.engines.desk.exhibits import Exhibit
from tradecore.engines.desk.wording import plain, rounded, signed
from tradecore.model.evidence import Topic
from tradecore.model.news import NewsItem
from tradecore.ports.sentiment import Sentiment

# As many headlines as a report can show; the tone is read from all.
_SHOWN = 10
_LONGEST = 180
# A tone this far from zero is good or bad news.
CLEAR = Decimal("0.15")

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_MARKERS = re.compile(r"<\|[^|>]{0,40}\|>|\[/?INST\]|</?s>|\b(?:Human|Assistant|System)\s*:", re.IGNORECASE)


def press_exhibits(items: Sequence[NewsItem], sentiment: Sentiment, as_of: date) -> Iterator[Exhibit]:
    """Headlines, newest first, each with its tone from -1 to +1; then the tone of all of them taken together.

    `items` were published by the end of `as_of`. Their text is quoted, so it is made harmless first.
    """
    if not items:
        return
    newest = sorted(items, key=lambda item: (item.published_at, item.id), reverse=True)
    tones = [rounded(sentiment(f"{item.title}. {item.summary}"), 2) for item in newest]
    for item, tone in list(zip(newest, tones, strict=True))[:_SHOWN]:
        day = item.published_at.astimezone(UTC).date()
        yield Exhibit(
            topic=Topic.NEWS,
            measure="headline",
            statement=f"“{quotable(item.title)}” ({quotable(item.source)}, {day}); tone {signed(tone)}.",
            as_of=day,
            source=quotable(item.source),
            digest=item.doc_hash,
            value=tone,
            unit="tone",
        )
    yield from _tone(newest, tones, as_of)


def _tone(newest: Sequence[NewsItem], tones: Sequence[Decimal], as_of: date) -> Iterator[Exhibit]:
    digest = sha256("".join(item.doc_hash for item in newest).encode()).hexdigest()
    sources = tuple(dict.fromkeys(quotable(item.source) for item in newest))
    day = max(item.published_at.astimezone(UTC).date() for item in newest)

    def found(measure: str, statement: str, value: Decimal, unit: str) -> Exhibit:
        return Exhibit(
            topic=Topic.SENTIMENT,
            measure=measure,
            statement=statement,
            as_of=day,
            source=f"lexicon over {', '.join(sources[:4])}",
            digest=digest,
            value=value,
            unit=unit,
        )

    count = len(tones)
    mean = rounded(sum(tones, Decimal(0)) / count, 2)
    items = f"{count} news item" + ("" if count == 1 else "s")
    yield found("tone.mean", f"The mean tone of {items} is {signed(mean)} on a scale from -1 to +1.", mean, "tone")
    good, bad = sum(tone >= CLEAR for tone in tones), sum(tone <= -CLEAR for tone in tones)
    share = rounded(Decimal(100 * (good - bad)) / count, 0)
    yield found("tone.balance", f"Of {items}, {good} read clearly well and {bad} clearly badly.", share, "% net")
    edge = as_of - timedelta(days=3)
    late = [t for item, t in zip(newest, tones, strict=True) if item.published_at.astimezone(UTC).date() >= edge]
    early = tones[len(late) :]
    if len(late) >= 2 and len(early) >= 2:
        turn = rounded(sum(late, Decimal(0)) / len(late) - sum(early, Decimal(0)) / len(early), 2)
        word = "better" if turn >= 0 else "worse"
        yield found(
            "tone.turn",
            f"The tone of the last 3 days is {plain(abs(turn))} {word} than that of the days before.",
            turn,
            "tone",
        )


def quotable(text: str) -> str:
    """Foreign text on one line, without control characters, role markers or what could end a quotation."""
    tidy = _MARKERS.sub(" ", _UNSAFE.sub(" ", text)).translate(_HARMLESS)
    tidy = " ".join(tidy.split())
    return tidy if len(tidy) <= _LONGEST else tidy[: _LONGEST - 1].rstrip() + "…"


# Brackets, backticks and the like would be read as Markdown, or as a citation of ours.
_HARMLESS = str.maketrans(
    {"[": "(", "]": ")", "<": "‹", ">": "›", "`": "'", "“": "'", "”": "'", "|": "/", "*": "·", "_": " "}
)
