"""OpenAI, and every server that speaks its Chat Completions API: https://developers.openai.com/api/reference."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from attrs import frozen
from pydantic import BaseModel, Field, SecretStr, ValidationError

from tradecore.ports.language import Ending, LanguageModel, Prompt
from tradecore_adapters.language.prices import OPENAI, Count, Price, price_of
from tradecore_adapters.language.refusals import Vendor, answer_of, understood
from tradecore_adapters.language.vendor import Said, VendorModel, address_of, believed, key_of, tables_of
from tradecore_adapters.language.wire import Kit, Terms, open_wire

ADDRESS = "https://api.openai.com/v1"
_ENDINGS = {"length": Ending.CUT, "content_filter": Ending.DECLINED}


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    """What is read of a completion."""

    model: str = ""
    choices: tuple[_Choice, ...] = Field(min_length=1)
    usage: Any = None


class _Details(BaseModel):
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None


class _Usage(BaseModel):
    """What is read of the counts; a prompt's count holds what was cached, a completion's what was thought."""

    prompt_tokens: int
    completion_tokens: int
    prompt_tokens_details: _Details | None = None


@frozen
class _Completions:
    """The calls themselves."""

    vendor: Vendor
    kit: Kit
    terms: Terms

    async def __call__(self, model: str, prompt: Prompt) -> Said:
        library, client = await self.kit.opened()
        call = client.chat.completions.with_raw_response.create(
            model=model,
            # One message of the user: the templates of some models want roles to take turns.
            messages=[
                {"role": "system", "content": prompt.rules},
                {"role": "user", "content": f"{prompt.case}\n\n{prompt.task}"},
            ],
            response_format={
                "type": "json_schema",
                "json_schema": {"name": prompt.shape.name, "schema": dict(prompt.shape.schema), "strict": True},
            },
            max_completion_tokens=self.terms.max_tokens,
            **({"reasoning_effort": self.terms.effort} if self.terms.effort else {}),
        )
        said = understood(_Completion, await answer_of(self.vendor, model, library, call), self.vendor)
        choice = said.choices[0]
        if choice.message.refusal:
            return Said(choice.message.refusal, Ending.DECLINED, said.model, _count(said.usage))
        ending = _ENDINGS.get(choice.finish_reason or "", Ending.WHOLE)
        return Said(choice.message.content or "", ending, said.model, _count(said.usage))


def _count(usage: Any) -> Count | None:
    try:
        read = _Usage.model_validate(usage, strict=True)
    except ValidationError:
        return None
    details = read.prompt_tokens_details or _Details()
    cached, written = details.cached_tokens or 0, details.cache_write_tokens or 0
    return believed(Count(read.prompt_tokens, cached, written, read.completion_tokens))


@asynccontextmanager
async def open_openai(
    key: SecretStr | None,
    base_url: str | None = None,
    *,
    prices: Mapping[str, Price] | None = None,
    terms: Terms | None = None,
) -> AsyncIterator[Callable[[str], LanguageModel]]:
    """Models by their names, at OpenAI or at the server that is named. Own prices go before listed ones.

    OpenAI's list of prices is not believed of another server. Raises Unavailable for a key or an address that is none.
    """
    agreed = terms or Terms()
    title = "The server in OPENAI_BASE_URL" if base_url else "OpenAI"
    vendor = Vendor("openai", title, "OPENAI_API_KEY", "OPENAI_BASE_URL")
    address = address_of(vendor, base_url, ADDRESS)
    tables = tables_of(address, ADDRESS, OPENAI, prices or {})
    async with open_wire(agreed) as wire:
        kit = Kit(
            vendor.provider, "AsyncOpenAI", ("resources.chat.completions",), key_of(vendor, key), address, wire, agreed
        )
        send = _Completions(vendor, kit, agreed)
        yield lambda model: VendorModel(vendor, model, price_of(model, *tables), agreed, send)
