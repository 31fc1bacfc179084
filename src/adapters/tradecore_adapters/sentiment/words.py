"""The tone of words in texts about a market, read from `market_words.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_FILE = "market_words.toml"
_LARGEST = 4


@cache
def market_words() -> Mapping[str, float]:
    """The tone of each word, from -4 (worst) to +4 (best); the file is read by the first call."""
    return parse_words(files(__package__).joinpath(_FILE).read_text("utf-8"))


def parse_words(document: str) -> Mapping[str, float]:
    """Read words from TOML, in which each key is a tone and its value a text of words separated by spaces.

    Raises ValueError, naming the entry, for a tone that is no number or outside of -4 to +4, for words that are no text
    or have capitals, and for a word that comes twice.
    """
    tones: dict[str, float] = {}
    for key, words in tomllib.loads(document).items():
        tone = float(key)
        if not isinstance(words, str):
            raise ValueError(f"{_FILE}: the words of tone {key} have to be text.")  # noqa: TRY004 - the file is wrong, not the caller
        if not -_LARGEST <= tone <= _LARGEST:
            raise ValueError(f"{_FILE}: the tone {key} lies outside of -{_LARGEST} to +{_LARGEST}.")
        for word in words.split():
            if word != word.lower():
                raise ValueError(f"{_FILE}: write {word!r} in lower case, as texts are read in it.")
            if word in tones:
                raise ValueError(f"{_FILE}: {word!r} is listed twice, as {tones[word]:+.1f} and as {tone:+.1f}.")
            tones[word] = tone
    return tones
