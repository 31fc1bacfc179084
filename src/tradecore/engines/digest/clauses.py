"""The clauses of a text, and the names in them."""

import re

from tradecore.engines.digest.everyday_words import only_everyday_words
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.term_weights import RAREST, weight
from tradecore.engines.digest.text import normalise, plain_text, stem

# A point or comma between digits separates no clauses.
_CLAUSE = re.compile(r"[;:–—()]|[.,!?](?!\d)|\s(?:and|but|while|whereas|as)\s")
WORD = re.compile(r"[^\W\d_][\w’'-]*")
"""A word as it stands."""
PASSIVE = frozenset({"by", "was", "were", "is", "are", "been", "be", "being", "gets", "got"})
"""Words of sentences in which who acts may stand behind the verb."""


def clauses_of(text: str) -> list[str]:
    """The clauses of a text, as they stand."""
    return [clause for clause in _CLAUSE.split(plain_text(text)) if clause.strip()]


def names_of(clause: str) -> frozenset[str]:
    """The names of a clause: those of the lexicon, and rare words with a capital."""
    return frozenset(name for word in cased_words(clause) if (name := name_of(word)))


def cased_words(text: str) -> list[str]:
    """The words of a text as they stand, names of several words, such as `Federal Reserve`, as one of the lexicon."""
    plain = plain_text(text)
    folded = plain.casefold()
    for phrase, word in lexicon().phrases.items():
        if phrase in folded:
            plain = re.sub(re.escape(phrase), word, plain, flags=re.IGNORECASE)
    return WORD.findall(plain)


def name_of(word: str) -> str | None:
    """The name that a word is; None for any other word."""
    plain = normalise(word).removesuffix("'s").removesuffix("’s")
    rare = word[0].isupper() and weight(stem(plain)) == RAREST and not only_everyday_words(plain)
    return lexicon().name_of(plain) or (stem(plain) if rare else None)
