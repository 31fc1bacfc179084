"""The promise of a language model: one prompt in, one answer in the asked shape out, and what it took."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from attrs import field, frozen

from tradecore.model.usage import Call


@frozen
class Shape:
    """What an answer has to look like: a name of letters and underscores, and a JSON schema.

    The schema keeps to what every vendor's structured output takes: objects with all properties required and
    `additionalProperties` false, arrays, strings, numbers, integers, booleans and enums; no bounds, no formats.
    """

    name: str
    schema: Mapping[str, Any] = field(hash=False)


@frozen
class Prompt:
    """What a model is given. What stays the same comes first, so that vendors can reuse what they have read.

    `rules` are the same for every call of every analysis, `case` for every call of one analysis, `task` for one call.
    """

    rules: str
    case: str
    task: str
    shape: Shape


class Ending(StrEnum):
    """How an answer ended."""

    WHOLE = "whole"
    CUT = "cut"
    DECLINED = "declined"


@frozen
class Reply:
    """What a model said. The text is JSON in the asked shape if the model kept to it; nobody has looked yet."""

    text: str
    call: Call
    ending: Ending = Ending.WHOLE


class LanguageModel(Protocol):
    """A model at a vendor, or whatever answers in its place.

    Every adapter keeps these promises, and the contract suite asks each of them for proof:

    - A call ends: each try has a deadline, tries that may succeed later (429, 5xx, 529, a lost connection) are repeated
      a few times with growing pauses, and a pause that the vendor asks for is kept. After that it is Unavailable.
    - What the vendor refuses for good is Unavailable as well when an administrator has to act (a wrong key, no credit),
      and Invalid about `config.llmModel` when there is no such model. Sentences hold no key and no vendor's text.
    - A call that is cancelled is abandoned at once.
    - An answer that is cut off, or declined, is a Reply that says so; an answer of whatever content is a Reply.
    - `call` counts what the vendor counted. An answer without a count has the worst that it can have been.
    - Nothing of prompts and answers is logged.
    """

    @property
    def name(self) -> str:
        """Which model is asked, as `provider:model`."""
        ...

    def most(self, prompt: Prompt) -> Decimal | None:
        """The most that one call with this prompt can cost, in US dollars; None where the price is not known."""
        ...

    async def ask(self, prompt: Prompt) -> Reply:
        """The model's answer. Raises Unavailable and Invalid as promised above."""
        ...
