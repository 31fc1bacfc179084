"""Anthropic's Messages API: https://platform.claude.com/docs/en/api/messages."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from attrs import frozen
from pydantic import BaseModel, SecretStr, ValidationError

from tradecore.ports.language import Ending, LanguageModel, Prompt
from tradecore_adapters.language.prices import ANTHROPIC, Count, Price, price_of
from tradecore_adapters.language.refusals import Vendor, answer_of, understood
from tradecore_adapters.language.vendor import Said, VendorModel, address_of, believed, key_of, tables_of
from tradecore_adapters.language.wire import Kit, Terms, open_wire

ADDRESS = "https://api.anthropic.com"
_ENDINGS = {
    "max_tokens": Ending.CUT,
    "model_context_window_exceeded": Ending.CUT,
    "pause_turn": Ending.CUT,
    "refusal": Ending.DECLINED,
}


class _Block(BaseModel):
    """A part of an answer; what was thought has a type of its own and no text."""

    type: str
    text: str = ""


class _Message(BaseModel):
    """What is read of a message."""

    model: str = ""
    content: tuple[_Block, ...]
    stop_reason: str | None = None
    usage: Any = None


class _Usage(BaseModel):
    """What is read of the counts; here a prompt's count leaves out what the cache took and gave."""

    input_tokens: int
    output_tokens: int
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


@frozen
class _Messages:
    """The calls themselves."""

    vendor: Vendor
    kit: Kit
    terms: Terms

    async def __call__(self, model: str, prompt: Prompt) -> Said:
        library, client = await self.kit.opened()
        call = client.messages.with_raw_response.create(
            model=model,
            system=_blocks(prompt.rules, kept=True),
            # Evidence is data, so it stands with the user rather than with the rules.
            messages=[{"role": "user", "content": _blocks(prompt.case, kept=True) + _blocks(prompt.task)}],
            output_config={
                "format": {"type": "json_schema", "schema": dict(prompt.shape.schema)},
                **({"effort": self.terms.effort} if self.terms.effort else {}),
            },
            max_tokens=self.terms.max_tokens,
        )
        said = understood(_Message, await answer_of(self.vendor, model, library, call), self.vendor)
        text = "".join(block.text for block in said.content if block.type == "text")
        return Said(text, _ENDINGS.get(said.stop_reason or "", Ending.WHOLE), said.model, _count(said.usage))


def _blocks(text: str, *, kept: bool = False) -> list[dict[str, Any]]:
    """A part of a prompt, marked as an end of what is to be kept for the next call; an empty one is not taken."""
    if not text.strip():
        return []
    return [{"type": "text", "text": text} | ({"cache_control": {"type": "ephemeral"}} if kept else {})]


def _count(usage: Any) -> Count | None:
    try:
        read = _Usage.model_validate(usage, strict=True)
    except ValidationError:
        return None
    cached, written = read.cache_read_input_tokens or 0, read.cache_creation_input_tokens or 0
    return believed(Count(read.input_tokens + cached + written, cached, written, read.output_tokens))


@asynccontextmanager
async def open_anthropic(
    key: SecretStr | None,
    base_url: str | None = None,
    *,
    prices: Mapping[str, Price] | None = None,
    terms: Terms | None = None,
) -> AsyncIterator[Callable[[str], LanguageModel]]:
    """Models by their names, at Anthropic or at the server that is named. Own prices go before listed ones.

    Anthropic's list of prices is not believed of another server. Raises Unavailable for a key or an address that is
    none.
    """
    agreed = terms or Terms()
    title = "The server in ANTHROPIC_BASE_URL" if base_url else "Anthropic"
    vendor = Vendor("anthropic", title, "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")
    address = address_of(vendor, base_url, ADDRESS)
    tables = tables_of(address, ADDRESS, ANTHROPIC, prices or {})
    async with open_wire(agreed) as wire:
        # Its spans may be told to hold whole requests.
        kit = Kit(
            vendor.provider,
            "AsyncAnthropic",
            ("resources.messages",),
            key_of(vendor, key),
            address,
            wire,
            agreed,
            {"open_telemetry": False},
        )
        send = _Messages(vendor, kit, agreed)
        yield lambda model: VendorModel(vendor, model, price_of(model, *tables), agreed, send)
