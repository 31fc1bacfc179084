"""The language model port: one prompt in, one answer out, and what the call consumed."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, TypeVar

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


class ChatFormat(StrEnum):
    """The format of requests and answers of a vendor's API."""

    CHAT_COMPLETIONS = "chat completions"
    """That of OpenAI, and of every server with its API."""
    MESSAGES = "messages"
    """That of Anthropic."""


@frozen
class ChatRequest:
    """A request of another program, in the format of a vendor's API: a JSON object as text."""

    body: str


@frozen
class Reply:
    """The answer of a model. `text` is JSON in the response format if the model kept to it; it is not validated."""

    text: str
    call: Call
    finish_reason: FinishReason = FinishReason.COMPLETE


RequestT = TypeVar("RequestT", contravariant=True)


class Answering(Protocol[RequestT]):
    """What answers requests of one kind and says what a call may cost; see `LanguageModel`."""

    @property
    def name(self) -> str:
        """The model, as `provider:model`."""
        ...

    def max_cost(self, request: RequestT, /) -> Decimal | None:
        """Upper bound in US dollars of one call; None where the price is not known."""
        ...

    async def ask(self, request: RequestT, /) -> Reply:
        """The answer. Raises: Unavailable, Invalid about `model`; see the guarantees of `LanguageModel`."""
        ...


class ChatModel(Answering[ChatRequest], Protocol):
    """A model that passes on the requests of another program, with the guarantees of `LanguageModel`.

    The `text` of a reply is the body of the answer in the same format, as the vendor sends it. Whatever the request
    says, the model is the one of `name`, the answer comes as a whole and has at most the configured tokens, and only
    functions of the program are offered as tools, none that the vendor runs.
    """

    @property
    def format(self) -> ChatFormat:
        """The format of requests and answers."""
        ...


class LanguageModel(Answering[Prompt], Protocol):
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
