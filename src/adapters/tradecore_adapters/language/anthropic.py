"""Anthropic's Messages API: https://platform.claude.com/docs/en/api/messages."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from tradecore.ports.language import FinishReason, LanguageModel, Prompt
from tradecore_adapters.language.prices import ANTHROPIC, Price, TokenCount
from tradecore_adapters.language.transport import CallLimits
from tradecore_adapters.language.vendor import VendorApi, VendorReply, open_vendor, plausible_count

_FINISH_REASONS = {
    "max_tokens": FinishReason.TRUNCATED,
    "model_context_window_exceeded": FinishReason.TRUNCATED,
    "pause_turn": FinishReason.TRUNCATED,
    "refusal": FinishReason.REFUSED,
}


class _Block(BaseModel):
    """A part of an answer. Thinking has a type of its own, and no text."""

    type: str
    text: str = ""


class _Message(BaseModel):
    model: str = ""
    content: tuple[_Block, ...]
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
) -> AbstractAsyncContextManager[Callable[[str], LanguageModel]]:
    """A factory of models by name, at Anthropic or at the server in `base_url`; see `open_vendor`."""
    return open_vendor(API, key, base_url, prices=prices, limits=limits)


def _create(client: Any, model: str, prompt: Prompt, limits: CallLimits) -> Awaitable[Any]:
    call: Awaitable[Any] = client.messages.with_raw_response.create(
        model=model,
        system=_blocks(prompt.rules, cached=True),
        # Evidence is data, so it belongs to the user message rather than to the system prompt.
        messages=[{"role": "user", "content": _blocks(prompt.case, cached=True) + _blocks(prompt.task)}],
        output_config={
            "format": {"type": "json_schema", "schema": dict(prompt.response_format.schema)},
            **({"effort": limits.effort} if limits.effort else {}),
        },
        max_tokens=limits.max_tokens,
    )
    return call


def _blocks(text: str, *, cached: bool = False) -> list[dict[str, Any]]:
    """A part of a prompt as blocks; none for blank text, which the API rejects. `cached` marks the end of a prefix."""
    if not text.strip():
        return []
    return [{"type": "text", "text": text} | ({"cache_control": {"type": "ephemeral"}} if cached else {})]


def _read(body: bytes) -> VendorReply:
    message = _Message.model_validate_json(body)
    text = "".join(block.text for block in message.content if block.type == "text")
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
    create=_create,
    read=_read,
    # The SDK's traces may contain whole requests.
    client_options={"open_telemetry": False},
)
