"""OpenAI, and every server with its Chat Completions API: https://developers.openai.com/api/reference."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from pydantic import BaseModel, Field, SecretStr, ValidationError

from tradecore.ports.language import ChatFormat, FinishReason, LanguageModel, Prompt, ResponseFormat
from tradecore_adapters.language.dialect import AnswerFormat, Dialect, TokenLimit
from tradecore_adapters.language.dialect_memory import DialectMemory
from tradecore_adapters.language.documents import read_document
from tradecore_adapters.language.prices import OPENAI, Price, TokenCount
from tradecore_adapters.language.refusals import Vendor
from tradecore_adapters.language.transport import CallLimits
from tradecore_adapters.language.vendor import VendorApi, VendorReply, as_text, open_vendor, plausible_count

# By their names in small letters. Servers behind this API also pass on the words of the vendors that they ask.
_FINISH_REASONS = {
    **dict.fromkeys(
        ("length", "max_tokens", "max_output_tokens", "model_length", "token_limit"), FinishReason.TRUNCATED
    ),
    **dict.fromkeys(
        ("content_filter", "safety", "recitation", "blocklist", "prohibited_content", "spii", "refusal"),
        FinishReason.REFUSED,
    ),
}


class _Part(BaseModel):
    """A part of an answer; those of other types than text, such as thinking, are not read."""

    type: str = ""
    text: str = ""
    refusal: str = ""


class _Function(BaseModel):
    arguments: str | dict[str, Any] | None = None


class _ToolCall(BaseModel):
    function: _Function | None = None


class _Message(BaseModel):
    content: str | tuple[_Part | str, ...] | dict[str, Any] | None = None
    refusal: str | None = None
    tool_calls: tuple[_ToolCall, ...] | None = None
    function_call: _Function | None = None

    @property
    def text(self) -> str:
        """The text of the answer; the arguments of a tool call where there is no text, or none with an object."""
        if isinstance(self.content, dict):
            return as_text(self.content)
        parts = (self.content,) if isinstance(self.content, str) else self.content or ()
        text = "".join(part if isinstance(part, str) else part.text for part in parts if _is_text(part))
        functions = [call.function for call in self.tool_calls or ()] + [self.function_call]
        arguments = [function.arguments for function in functions if function and function.arguments]
        return as_text(arguments[0]) if arguments and "{" not in text else text

    @property
    def refused(self) -> str:
        """What the model says to a request that it declines; empty for none."""
        parts = self.content if isinstance(self.content, tuple) else ()
        refusals = (part.refusal for part in parts if isinstance(part, _Part) and part.type == "refusal")
        return self.refusal or next(refusals, "")


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    model: str | None = ""
    choices: tuple[_Choice, ...] = Field(min_length=1)
    usage: Any = None


class _Details(BaseModel):
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None


class _Usage(BaseModel):
    """Token counts. `prompt_tokens` include cached ones, `completion_tokens` include thinking."""

    prompt_tokens: int
    completion_tokens: int
    prompt_tokens_details: _Details | None = None


def open_openai(
    key: SecretStr | None,
    base_url: str | None = None,
    *,
    vendor: Vendor | None = None,
    prices: Mapping[str, Price] | None = None,
    limits: CallLimits | None = None,
    memory: DialectMemory | None = None,
) -> AbstractAsyncContextManager[Callable[[str], LanguageModel]]:
    """A factory of models by name, at OpenAI or at the server in `base_url`; see `open_vendor`."""
    return open_vendor(API, key, base_url, vendor=vendor, prices=prices, limits=limits, memory=memory)


def _is_text(part: _Part | str) -> bool:
    return isinstance(part, str) or part.type in ("text", "output_text")


def _create(client: Any, model: str, prompt: Prompt, limits: CallLimits, dialect: Dialect) -> Awaitable[Any]:
    return _forward(
        client,
        {
            "model": model,
            # A single user message: the templates of some models require alternating roles.
            "messages": [
                {"role": "system", "content": prompt.rules},
                {"role": "user", "content": f"{prompt.case}\n\n{prompt.task}"},
            ],
            **_format_options(prompt.response_format, dialect.answer_format),
            dialect.token_limit.value: limits.max_tokens,
            **({"reasoning_effort": limits.effort} if limits.effort else {}),
        },
    )


def _forward(client: Any, body: Mapping[str, Any]) -> Awaitable[Any]:
    """Send a body. As parameters its fields would be walked through by their type hints, for most of a call's time."""
    call: Awaitable[Any] = client.chat.completions.with_raw_response.create(
        model=body["model"], messages=(), extra_body=dict(body)
    )
    return call


def _format_options(response_format: ResponseFormat, answer_format: AnswerFormat) -> Mapping[str, Any]:
    match answer_format:
        case AnswerFormat.SCHEMA:
            schema = {"name": response_format.name, "schema": dict(response_format.schema), "strict": True}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        case AnswerFormat.OBJECT:
            return {"response_format": {"type": "json_object"}}
        case AnswerFormat.NONE:
            return {}


def _read(body: bytes) -> VendorReply:
    completion = read_document(_Completion, body)
    choice, count = completion.choices[0], _count(completion.usage)
    if refusal := choice.message.refused:
        return VendorReply(refusal, FinishReason.REFUSED, completion.model or "", count)
    reason = _FINISH_REASONS.get((choice.finish_reason or "").lower(), FinishReason.COMPLETE)
    return VendorReply(choice.message.text, reason, completion.model or "", count)


def _count(usage: Any) -> TokenCount | None:
    try:
        counts = _Usage.model_validate(usage, strict=True)
    except ValidationError:
        return None
    details = counts.prompt_tokens_details or _Details()
    cached, written = details.cached_tokens or 0, details.cache_write_tokens or 0
    return plausible_count(TokenCount(counts.prompt_tokens, cached, written, counts.completion_tokens))


API = VendorApi(
    provider="openai",
    title="OpenAI",
    address="https://api.openai.com/v1",
    client_class="AsyncOpenAI",
    modules=("resources.chat.completions",),
    listed_prices=OPENAI,
    formats=(AnswerFormat.SCHEMA, AnswerFormat.OBJECT, AnswerFormat.NONE),
    token_limits=(TokenLimit.COMPLETION, TokenLimit.PLAIN),
    create=_create,
    forward=_forward,
    chat_format=ChatFormat.CHAT_COMPLETIONS,
    read=_read,
)
