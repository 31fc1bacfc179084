"""Whether a sentence is of another language than wanted, by its letters and its commonest words."""

import re
from collections.abc import Mapping, Sequence

from tradecore.engines.digest.text import normalise, words

_COMMONEST: Mapping[str, frozenset[str]] = {
    language: frozenset(listed.split())
    for language, listed in {
        "de": "der die das und ist nicht von zu den mit sich auf für dem ein eine einer einen wegen nach wird muss hat",
        "en": "the of and to a in is that for it on with as by at from an be was its after has will not are their",
        "es": "el la los las de que y en un una por con para del se su al es como tras ha",
        "fr": "le la les de des du et un une est que qui dans pour par sur au aux après sa ses doit il",
        "it": "il lo la gli le di che e un una per con del della dei nel alla dopo da si è ha",
        "nl": "de het een en van in dat op te voor met zijn niet aan na door om is wordt heeft",
        "pl": "w i na z do że się nie jest przez po o za oraz ma od dla jego",
        "pt": "o a os as de que e do da em um uma para com por não no na ao após se foi",
        "tr": "ve bir bu için ile da de olarak daha sonra olan kadar gibi göre etti",
    }.items()
}
_LETTERS: Mapping[str, str] = {
    "zh": r"[\u4e00-\u9fff]",
    "ja": r"[\u3040-\u30ff\u4e00-\u9fff]",
    "ko": r"[\uac00-\ud7af]",
}
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_OTHER_LETTER = re.compile(r"[^\W\d_A-Za-z\u00aa-\u024f\u1e00-\u1eff]+")
_ENOUGH = 2
"""The least common words of another language in a sentence of it."""


def is_of_another_language(text: str, sources: Sequence[str], language: str) -> bool:
    """Whether a sentence is not of `language`, a code of LANGUAGES.

    A sentence of Latin letters is of another language if it has at least two more of the commonest words of that
    language than of its own. Words of other letters may occur where the sources have them. Short sentences without
    common words are of any language.
    """
    if language in _LETTERS:
        return not re.search(_LETTERS[language], text)
    known = " ".join(sources)
    if any(run not in known for run in _OTHER_LETTER.findall(text)):
        return True
    if not _LATIN.search(text):
        return True
    sentence = words(normalise(text))
    counts = {code: sum(word in listed for word in sentence) for code, listed in _COMMONEST.items()}
    own = counts.pop(language)
    return max(counts.values()) >= own + _ENOUGH
