"""The language model port: one prompt in, one answer out, and what the call consumed."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from attrs import field, frozen

from tradecore.model.usage import Call


@frozen
class ResponseFormat:
    """The format of an answer: a name of letters and underscores, and a JSON schema.

    The schema uses only what the structured output of every vendor accepts: objects with all properties required and
    `additionalProperties` false, arrays, strings, numbers, integers, booleans and enums; no bounds, no formats.
    """

    name: str
    schema: Mapping[str, Any] = field(hash=False)


@frozen
class Prompt:
    """The input of one call, ordered from constant to variable, so that vendors can serve the beginning from a cache.

    `rules` are the same for every call of every analysis, `case` for every call of one analysis, `task` for one call.
    """

    rules: str
    case: str
    task: str
    response_format: ResponseFormat


class FinishReason(StrEnum):
    """Why the model stopped writing."""

    COMPLETE = "complete"
    TRUNCATED = "truncated"
    REFUSED = "refused"


@frozen
class Reply:
    """The answer of a model. `text` is JSON in the response format if the model kept to it; it is not validated."""

    text: str
    call: Call
    finish_reason: FinishReason = FinishReason.COMPLETE


class LanguageModel(Protocol):
    """A model at a vendor, or a stand-in for one.

    Every adapter gives these guarantees, which the contract suite verifies:

    - A call ends. Each try has a deadline. Tries that may succeed later (429, 5xx, 529, a lost connection) are repeated
      a few times with growing pauses, and a pause that the vendor asks for is kept. After that, Unavailable is raised.
    - A permanent refusal raises Unavailable when an administrator has to act (a wrong key, no credit), and Invalid
      about `model` when the model does not exist. Messages contain neither the key nor text of the vendor.
    - A cancelled call is abandoned at once.
    - A truncated or refused answer is a Reply with that finish reason; an answer with any content is a Reply.
    - `call` holds the token counts of the vendor. An answer without counts is charged at its upper bound.
    - Nothing of prompts and answers is logged.
    """

    @property
    def name(self) -> str:
        """The model, as `provider:model`."""
        ...

    def max_cost(self, prompt: Prompt) -> Decimal | None:
        """Upper bound in US dollars of one call with this prompt; None where the price is not known."""
        ...

    async def ask(self, prompt: Prompt) -> Reply:
        """The answer of the model.

        Raises: Unavailable, Invalid about `model`; see the guarantees of the class.
        """
        ...
