"""Sentences of items that speak to a language model rather than to readers."""

import re
from collections.abc import Sequence

from attrs import evolve

from tradecore.engines.digest.facts import facts_of
from tradecore.engines.digest.text import sentences
from tradecore.model.news import NewsItem

_DIRECTIVE = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,60}\b(?:instruction|prompt|guideline|all (?:previous|prior|above))"
    r"|\bsystem prompt\b|\byou are (?:an? )?(?:ai|assistant|language model)\b|<\|?(?:system|assistant|im_start)\b",
    re.IGNORECASE,
)
_SENTENCES = 500


def without_directives(items: Sequence[NewsItem]) -> list[NewsItem]:
    """The items without sentences that give instructions to a model, of which an edited story may say nothing.

    Titles stay. Items without such sentences are returned as they are.
    """
    return [_without(item) if _DIRECTIVE.search(item.summary) else item for item in items]


def _without(item: NewsItem) -> NewsItem:
    kept = " ".join(each for each in sentences(item.summary, _SENTENCES) if not _DIRECTIVE.search(each))
    return evolve(item, summary=kept, facts=facts_of(item.title, kept, source=item.source, url=item.url))
