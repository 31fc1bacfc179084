"""OpenAI, and every server with its Chat Completions API: https://developers.openai.com/api/reference."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from pydantic import BaseModel, Field, SecretStr, ValidationError

from tradecore.ports.language import FinishReason, LanguageModel, Prompt
from tradecore_adapters.language.prices import OPENAI, Price, TokenCount
from tradecore_adapters.language.transport import CallLimits
from tradecore_adapters.language.vendor import VendorApi, VendorReply, open_vendor, plausible_count

_FINISH_REASONS = {"length": FinishReason.TRUNCATED, "content_filter": FinishReason.REFUSED}


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    model: str = ""
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
    prices: Mapping[str, Price] | None = None,
    limits: CallLimits | None = None,
) -> AbstractAsyncContextManager[Callable[[str], LanguageModel]]:
    """A factory of models by name, at OpenAI or at the server in `base_url`; see `open_vendor`."""
    return open_vendor(API, key, base_url, prices=prices, limits=limits)


def _create(client: Any, model: str, prompt: Prompt, limits: CallLimits) -> Awaitable[Any]:
    response_format = prompt.response_format
    call: Awaitable[Any] = client.chat.completions.with_raw_response.create(
        model=model,
        # A single user message: the templates of some models require alternating roles.
        messages=[
            {"role": "system", "content": prompt.rules},
            {"role": "user", "content": f"{prompt.case}\n\n{prompt.task}"},
        ],
        response_format={
            "type": "json_schema",
            "json_schema": {"name": response_format.name, "schema": dict(response_format.schema), "strict": True},
        },
        max_completion_tokens=limits.max_tokens,
        **({"reasoning_effort": limits.effort} if limits.effort else {}),
    )
    return call


def _read(body: bytes) -> VendorReply:
    completion = _Completion.model_validate_json(body)
    choice, count = completion.choices[0], _count(completion.usage)
    if choice.message.refusal:
        return VendorReply(choice.message.refusal, FinishReason.REFUSED, completion.model, count)
    reason = _FINISH_REASONS.get(choice.finish_reason or "", FinishReason.COMPLETE)
    return VendorReply(choice.message.content or "", reason, completion.model, count)


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
    create=_create,
    read=_read,
)
