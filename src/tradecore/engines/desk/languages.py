"""Languages of the texts of language models: what they are told, and how numbers are written."""

import re
from collections.abc import Mapping

from attrs import frozen

from tradecore.model.errors import Invalid


@frozen
class Language:
    """A language by its code of ISO 639-1 and its English name.

    With `decimal_comma`, numbers are written as `1.234,5`. Words of direction are checked in English only.
    """

    code: str
    name: str
    decimal_comma: bool = True

    @property
    def is_english(self) -> bool:
        """Whether it is English, in which words are checked as well as numbers."""
        return self.code == "en"

    @property
    def instruction(self) -> str:
        """What a language model is told about its texts."""
        if self.is_english:
            return "Write all texts in English."
        sign = "with a decimal comma and points between thousands" if self.decimal_comma else "with a decimal point"
        return (
            f"Write all texts in {self.name}, names and tickers as they are, numbers {sign}, percentages with the "
            "sign %, dates as YYYY-MM-DD. The keys of the answer, ids and actions stay as they are."
        )

    def plain_numbers(self, text: str) -> str:
        """The text with its numbers as in English, so that they can be compared with the evidence."""
        return _COMMA_NUMBER.sub(_with_point, text) if self.decimal_comma else text


# 1.234,5 and 1 234,5; 12,5; 1.234.567: what is no such number stays as it is.
_SPACE = "\u00a0\u202f "
_COMMA_NUMBER = re.compile(rf"(?<![\w.,])(?P<whole>\d{{1,3}}(?:[.{_SPACE}]\d{{3}})+|\d+)(?P<part>,\d+)?(?![\d]|[.,]\d)")


def _with_point(match: re.Match[str]) -> str:
    whole = re.sub(rf"[.{_SPACE}]", "", match["whole"])
    return whole + (match["part"] or "").replace(",", ".")


_LANGUAGES: Mapping[str, Language] = {
    language.code: language
    for language in (
        Language("en", "English", decimal_comma=False),
        Language("zh", "Chinese", decimal_comma=False),
        Language("ja", "Japanese", decimal_comma=False),
        Language("ko", "Korean", decimal_comma=False),
        Language("hi", "Hindi", decimal_comma=False),
        Language("de", "German"),
        Language("fr", "French"),
        Language("es", "Spanish"),
        Language("it", "Italian"),
        Language("pt", "Portuguese"),
        Language("nl", "Dutch"),
        Language("pl", "Polish"),
        Language("cs", "Czech"),
        Language("tr", "Turkish"),
        Language("ru", "Russian"),
        Language("uk", "Ukrainian"),
        Language("sv", "Swedish"),
        Language("vi", "Vietnamese"),
        Language("id", "Indonesian"),
    )
}

ENGLISH = _LANGUAGES["en"]


def language_of(code: str) -> Language:
    """The language of a code such as `de`. Raises Invalid about `language` that lists the codes there are."""
    if code not in _LANGUAGES:
        raise Invalid.one("language", f"There is no language {code!r}; choose one of {', '.join(_LANGUAGES)}.")
    return _LANGUAGES[code]
