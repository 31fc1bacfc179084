"""Everyday words: English words that are also tickers or parts of company names, such as `on`, `all` and `target`."""

import re
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[a-z]+")


def only_everyday_words(name: str) -> bool:
    """Whether every word of a name is an everyday word, so that the name alone says little: `Target`, `NOW`."""
    words = _WORD.findall(name.lower())
    return bool(words) and not re.search(r"\d", name) and everyday_words().issuperset(words)


@cache
def everyday_words() -> frozenset[str]:
    """The words of `everyday_words.txt`, in lower case."""
    lines = files(__package__).joinpath("everyday_words.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
