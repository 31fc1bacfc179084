"""Anthropic's Messages API: https://platform.claude.com/docs/en/api/messages."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from tradecore.ports.language import ChatFormat, FinishReason, LanguageModel, Prompt, ResponseFormat
from tradecore_adapters.language.dialect import AnswerFormat, Dialect, TokenLimit
from tradecore_adapters.language.dialect_memory import DialectMemory
from tradecore_adapters.language.documents import read_document
from tradecore_adapters.language.prices import ANTHROPIC, Price, TokenCount
from tradecore_adapters.language.transport import CallLimits
from tradecore_adapters.language.vendor import VendorApi, VendorReply, as_text, open_vendor, plausible_count

_FINISH_REASONS = {
    "max_tokens": FinishReason.TRUNCATED,
    "model_context_window_exceeded": FinishReason.TRUNCATED,
    "pause_turn": FinishReason.TRUNCATED,
    "refusal": FinishReason.REFUSED,
}


class _Block(BaseModel):
    """A part of an answer. Thinking has a type of its own, and no text; `input` are the arguments of a tool call."""

    type: str
    text: str = ""
    input: dict[str, Any] | str | None = None


class _Message(BaseModel):
    model: str = ""
    content: str | tuple[_Block, ...]
    stop_reason: str | None = None
    usage: Any = None


class _Usage(BaseModel):
    """Token counts. `input_tokens` exclude what was written to the cache and read from it."""

    input_tokens: int
    output_tokens: int
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


def open_anthropic(
    key: SecretStr | None,
    base_url: str | None = None,
    *,
    prices: Mapping[str, Price] | None = None,
    limits: CallLimits | None = None,
    memory: DialectMemory | None = None,
) -> AbstractAsyncContextManager[Callable[[str], LanguageModel]]:
    """A factory of models by name, at Anthropic or at the server in `base_url`; see `open_vendor`."""
    return open_vendor(API, key, base_url, prices=prices, limits=limits, memory=memory)


def _create(client: Any, model: str, prompt: Prompt, limits: CallLimits, dialect: Dialect) -> Awaitable[Any]:
    return _forward(
        client,
        {
            "model": model,
            "system": _blocks(prompt.rules, cached=True),
            # Evidence is data, so it belongs to the user message rather than to the system prompt.
            "messages": [{"role": "user", "content": _blocks(prompt.case, cached=True) + _blocks(prompt.task)}],
            "max_tokens": limits.max_tokens,
            **_output_config(prompt.response_format, dialect.answer_format, limits.effort),
        },
    )


def _forward(client: Any, body: Mapping[str, Any]) -> Awaitable[Any]:
    """Send a body. As parameters its fields would be walked through by their type hints, for most of a call's time."""
    call: Awaitable[Any] = client.messages.with_raw_response.create(
        model=body["model"], max_tokens=body["max_tokens"], messages=(), extra_body=dict(body)
    )
    return call


def _output_config(
    response_format: ResponseFormat, answer_format: AnswerFormat, effort: str | None
) -> Mapping[str, Any]:
    options: dict[str, Any] = {"effort": effort} if effort else {}
    if answer_format is AnswerFormat.SCHEMA:
        options["format"] = {"type": "json_schema", "schema": dict(response_format.schema)}
    return {"output_config": options} if options else {}


def _blocks(text: str, *, cached: bool = False) -> list[dict[str, Any]]:
    """A part of a prompt as blocks; none for blank text, which the API rejects. `cached` marks the end of a prefix."""
    if not text.strip():
        return []
    return [{"type": "text", "text": text} | ({"cache_control": {"type": "ephemeral"}} if cached else {})]


def _read(body: bytes) -> VendorReply:
    message = read_document(_Message, body)
    blocks = (_Block(type="text", text=message.content),) if isinstance(message.content, str) else message.content
    text = "".join(block.text for block in blocks if block.type == "text")
    arguments = [block.input for block in blocks if block.type == "tool_use" and block.input]
    if arguments and "{" not in text:
        text = as_text(arguments[0])
    reason = _FINISH_REASONS.get(message.stop_reason or "", FinishReason.COMPLETE)
    return VendorReply(text, reason, message.model, _count(message.usage))


def _count(usage: Any) -> TokenCount | None:
    try:
        counts = _Usage.model_validate(usage, strict=True)
    except ValidationError:
        return None
    cached, written = counts.cache_read_input_tokens or 0, counts.cache_creation_input_tokens or 0
    return plausible_count(TokenCount(counts.input_tokens + cached + written, cached, written, counts.output_tokens))


API = VendorApi(
    provider="anthropic",
    title="Anthropic",
    address="https://api.anthropic.com",
    client_class="AsyncAnthropic",
    modules=("resources.messages",),
    listed_prices=ANTHROPIC,
    formats=(AnswerFormat.SCHEMA, AnswerFormat.NONE),
    token_limits=(TokenLimit.PLAIN,),
    create=_create,
    forward=_forward,
    chat_format=ChatFormat.MESSAGES,
    read=_read,
    # The SDK's traces may contain whole requests.
    client_options={"open_telemetry": False},
)
