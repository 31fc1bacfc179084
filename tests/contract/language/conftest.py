"""Vendors to ask, and every row of models over them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import frozen
from pydantic import SecretStr

from model_vendors import FakeVendors
from tradecore.ports.language import LanguageModel, Prompt, Reply
from tradecore_adapters.language.anthropic import open_anthropic
from tradecore_adapters.language.concurrency import ConcurrencyLimit
from tradecore_adapters.language.fallback import Fallback
from tradecore_adapters.language.openai import open_openai
from tradecore_adapters.language.prices import read_prices
from tradecore_adapters.language.recorded import Recording, Replay
from tradecore_adapters.language.wire import Terms

# Opens a model: `await at("openai", "gpt-x", terms=...)`, or `await of_row("replay", terms=...)`.
Opening = Callable[..., Awaitable[LanguageModel]]

PRICES = read_prices("gpt-priced=2/0.50/8, claude-priced=2/0.50/8")


@frozen
class Kept:
    """Records each answer, then has it replayed: what a replay promises can only be asked of one."""

    recording: Recording
    replay: Replay

    @property
    def name(self) -> str:
        return self.replay.name

    def most(self, prompt: Prompt) -> Decimal | None:
        return self.replay.most(prompt)

    async def ask(self, prompt: Prompt) -> Reply:
        await self.recording.ask(prompt)
        return await self.replay.ask(prompt)


@pytest.fixture
async def vendors() -> AsyncIterator[FakeVendors]:
    """Both vendors on a port of this machine."""
    async with FakeVendors().serving() as serving:
        yield serving


@pytest.fixture
async def at(vendors: FakeVendors) -> AsyncIterator[Opening]:
    """Opens models of the two vendors."""
    async with AsyncExitStack() as stack:

        async def model_at(
            vendor: str, model: str = "", *, terms: Terms | None = None, key: str = "", address: str = ""
        ) -> LanguageModel:
            own_key = SecretStr(key or vendors.key)
            if vendor == "openai":
                opened = open_openai(own_key, address or f"{vendors.url}/v1", prices=PRICES, terms=terms)
                return (await stack.enter_async_context(opened))(model or "gpt-priced")
            opened = open_anthropic(own_key, address or vendors.url, prices=PRICES, terms=terms)
            return (await stack.enter_async_context(opened))(model or "claude-priced")

        yield model_at


@pytest.fixture(params=["openai", "anthropic"])
def vendor(request: pytest.FixtureRequest) -> str:
    """Each vendor in turn."""
    return str(request.param)


@pytest.fixture(params=["openai", "anthropic", "fallback", "at once", "recording", "replay"])
def of_row(request: pytest.FixtureRequest, at: Opening, tmp_path: Path) -> Opening:
    """Opens a model of each row in turn."""

    async def model_of(*, terms: Terms | None = None) -> LanguageModel:
        model = await at("anthropic" if request.param == "anthropic" else "openai", terms=terms)
        recording = Recording(model, tmp_path / "kept")
        rows: dict[str, LanguageModel] = {
            "fallback": Fallback(model, await at("anthropic", terms=terms)),
            "at once": ConcurrencyLimit(model, asyncio.Semaphore(1)),
            "recording": recording,
            "replay": Kept(recording, Replay(recording.name, tmp_path / "kept")),
        }
        return rows.get(request.param, model)

    return model_of
