"""Text as it is compared: markup and notation off, words, fingerprints and runs of words."""

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

_SCRIPTS = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->|<!\[CDATA\[|\]\]>", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[!?][^<>]*>")
# `&amp;amp;amp;` is one ampersand that went through many hands; undone at once, not one layer per pass.
_STACKED = re.compile(r"&(?:amp;|#0*38;|#[xX]0*26;)+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])[\"'”’)]*\s+(?=[\"'“‘(]?[^\W_a-z])")
_PREFIX = re.compile(
    r"^(?:(?:update|refile|correct(?:ed|ion)?|wrapup)\s*\d*\s*[-:]\s*"
    r"|(?:exclusive|breaking(?: news)?|just in|developing|alert|flash|live|urgent|watch|video|analysis|new|news)"
    r"\s*[:|–—]\s*"
    r"|[^\w$€£¥₩+\-.'\"“‘(]+(?=.*[^\W_]))",
)
_SUFFIX = re.compile(r"^(?P<title>.*\S)\s+[-–—|•·:]\s+(?P<by>[^-–—|•·:]{2,60})$")
_POST = re.compile(r"\bThe post .{1,400} (?:appeared first|first appeared) on .{1,120}$")
# Who wrote it, by names or by one common word, before the first sentence: "By Ann Reyes, Crypto Wire."
_NAME_PART = r"(?:[A-Z][\w'’-]{0,30}\.?|and|of|the|our|editor|reporter|correspondent)"
_AUTHOR = re.compile(
    rf"^By (?:(?:{_NAME_PART},? ){{0,5}}{_NAME_PART} ?[.|:–—]|[a-z]{{3,12}}[.|])\s+(?=[A-Z0-9“\"‘$€£])"
)
_MORE = re.compile(
    r"(?:^|(?<=[.!?…”\"’)\]]))\s*[\[(]?"
    r"(?:read (?:more|on|(?:the )?(?:full|whole) (?:story|article|post))|continue reading|keep reading|learn more"
    r"|full (?:story|article))\b[^.!?]{0,80}[\])]?[\s.…»›→>]*$",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[\W_]+")
_ABBREVIATED = re.compile(
    r"(?:\b(?:[A-Za-z]|Inc|Corp|Co|Ltd|Mr|Mrs|Ms|Dr|St|vs|No|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug"
    r"|Sept?|Oct|Nov|Dec))\.$"
)

TEXT_LIMIT = 20_000
"""Characters of a text that are looked at; what follows can neither make nor break an identity."""
HASHED_WORDS = 400
_SHORT = 2000
"""Texts of fewer characters are read whole, which takes less time than to stop after some words."""


def plain_text(markup: str) -> str:
    """Readable text out of markup: tags, comments, control and invisible characters out, entities decoded.

    Line breaks and runs of space become one space. Idempotent.
    """
    text = markup[:TEXT_LIMIT]
    while True:
        after = _plain_once(text)
        if after == text or _is_plain(after):
            return after
        text = after


def _is_plain(text: str) -> bool:
    """False for a text that may have markup or invisible characters."""
    return "<" not in text and "&" not in text and text.isprintable()


def _plain_once(text: str) -> str:
    if "&" in text:
        text = _STACKED.sub("&", text)
    if "<" in text:
        text = _TAG.sub(" ", _COMMENT.sub(" ", _SCRIPTS.sub(" ", text)))
    if "&" in text:
        text = html.unescape(text)
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else _visible(sign) for sign in text)
    # Space is all that is left of white space.
    return " ".join(text.split())


def _visible(sign: str) -> str:
    """Spaces for white space, nothing for what has no shape: control, format (bidi, zero width), surrogate."""
    if sign.isspace():
        return " "
    return "" if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") else sign


def normalise(text: str) -> str:
    """The form in which two texts are compared: plain, NFKC, case folded. Idempotent."""
    if len(text) < _SHORT and text.isascii() and _is_plain(text):
        return " ".join(text.lower().split())
    return _normalised(text)


# An item is read in several steps, one after the other, and each begins with the normalised text.
@lru_cache(64)
def _normalised(text: str) -> str:
    if text.isascii() and _is_plain(text):
        return " ".join(text[:TEXT_LIMIT].lower().split())
    while True:
        after = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain_text(text)).casefold())
        if after == text:
            return after
        text = after


# As above.
@lru_cache(64)
def headline(title: str, source: str = "", url: str | None = None) -> str:
    """A normalised title without what desks and sites add to it.

    Prefixes such as `Breaking:` and `UPDATE 2-` go; a suffix such as ` - CoinWire` goes only when it is the
    name of the source or of the site in `url`.
    """
    text = normalise(title)
    while text:
        shorter = _PREFIX.sub("", text, count=1)
        if shorter == text or not shorter:
            break
        text = shorter
    signed = _SUFFIX.match(text)
    if signed and _is_byline(signed["by"], source, url):
        text = signed["title"]
    return text


def without_byline(title: str, source: str = "", url: str | None = None) -> str:
    """A title as it is written, without the name of its source or site at its end."""
    signed = _SUFFIX.match(title)
    return signed["title"] if signed and _is_byline(signed["by"], source, url) else title


def _is_byline(by: str, source: str, url: str | None) -> bool:
    written = _letters(by)
    names = {_letters(source), _letters(source).removeprefix("the")}
    try:
        host = (urlsplit(url).hostname or "") if url else ""
    except ValueError:
        host = ""
    labels = host.removeprefix("www.").split(".")
    names |= {_letters(host.removeprefix("www.")), *(labels[:-1] if len(labels) > 1 else [])}
    return bool(written) and bool({written, written.removeprefix("the")} & (names - {""}))


def _letters(text: str) -> str:
    return _LETTERS.sub("", normalise(text))


def words(text: str, most: int | None = None) -> list[str]:
    """The words of a normalised text in order, the first `most` where given.

    Scripts without spaces are cut into pairs of characters.
    """
    if not text.isascii():
        return _words_of_all_scripts(text)[:most]
    if most is None or len(text) < _SHORT:
        return _WORD.findall(text)[:most]
    return [match[0] for match in islice(_WORD.finditer(text), most)]


def _words_of_all_scripts(text: str) -> list[str]:
    out: list[str] = []
    for word in _WORD.findall(text):
        if not word.isascii() and _CJK.search(word):
            for run in re.split(f"({_CJK.pattern})", word):
                if _CJK.fullmatch(run):
                    out.extend(run[at : at + 2] for at in range(max(1, len(run) - 1)))
                elif run:
                    out.append(run)
        else:
            out.append(word)
    return out


def doc_hash(title: str, text: str, *, source: str = "", url: str | None = None) -> str:
    """SHA-256, in hex, over the headline and the first 400 words; whoever published it and wherever.

    `source` and `url` only help to recognise their own name at the end of the title.
    """
    kept = [*words(headline(title, source, url)), "\n", *words(normalise(text), HASHED_WORDS)]
    return hashlib.sha256(" ".join(kept).encode("utf-8", "replace")).hexdigest()


def runs(encoded_words: list[bytes]) -> Iterator[bytes]:
    """All runs of three words; a shorter text has none."""
    return map(b" ".join, zip(encoded_words, encoded_words[1:], encoded_words[2:], strict=False))


@lru_cache(50_000)
def stem(word: str) -> str:
    """A word without its commonest English endings: rough, but the same for both sides of a comparison."""
    if word.endswith(("'s", "’s")):
        word = word[:-2]
    if not word.isascii() or len(word) < 4 or any(sign.isdigit() for sign in word):
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lse":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


def phrases(text: str, longest: int) -> set[tuple[int, str]]:
    """The stems of the words of a text, alone and joined to phrases, each with its number of words up to `longest`."""
    stems = [stem(word) for word in words(normalise(text))]
    return {
        (length, " ".join(stems[at : at + length]))
        for length in range(1, longest + 1)
        for at in range(len(stems) - length + 1)
    }


def article_text(summary: str, title: str, source: str) -> str:
    """The text of an entry without what feeds put around it: source, title, author before, `Read more` behind."""
    text = summary
    for repeated in (source, title):
        begins = repeated and text[: len(repeated)].casefold() == repeated.casefold()
        if begins and not text[len(repeated) : len(repeated) + 1].isalnum():
            text = text[len(repeated) :].lstrip(" .:|-–—")
    return _MORE.sub("", _POST.sub("", _AUTHOR.sub("", text)).strip()).strip()


def sentences(text: str, limit: int) -> list[str]:
    """The first `limit` sentences of a plain text, as they stand."""
    found: list[str] = []
    for part in _parts(text):
        if found and _ABBREVIATED.search(found[-1]):
            found[-1] = f"{found[-1]} {part}"
        elif len(found) == limit:
            break
        else:
            found.append(part)
    return [sentence.strip() for sentence in found if sentence.strip()]


def _parts(text: str) -> Iterator[str]:
    """A text cut where sentences may end, as far as it is looked at."""
    start = 0
    for end in _SENTENCE_END.finditer(text):
        yield text[start : end.start()]
        start = end.end()
    yield text[start:]
