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
from tradecore.engines.desk.fallback import FallbackModel
from tradecore.ports.language import LanguageModel, Prompt, Reply
from tradecore_adapters.language.anthropic import open_anthropic
from tradecore_adapters.language.concurrency import ConcurrencyLimit
from tradecore_adapters.language.dialect_memory import DialectMemory
from tradecore_adapters.language.openai import open_openai
from tradecore_adapters.language.prices import read_prices
from tradecore_adapters.language.recorded import RecordingModel, ReplayModel
from tradecore_adapters.language.transport import CallLimits

# Opens a model: `await at("openai", "gpt-x", limits=...)`, or `await of_row("replay", limits=...)`.
Opening = Callable[..., Awaitable[LanguageModel]]

PRICES = read_prices("gpt-priced=2/0.50/8, claude-priced=2/0.50/8")


@frozen
class CheckedClaims:
    """Records each answer, then has it replayed: what a replay promises can only be asked of one."""

    recording: RecordingModel
    replay: ReplayModel

    @property
    def name(self) -> str:
        return self.replay.name

    def max_cost(self, prompt: Prompt) -> Decimal | None:
        return self.replay.max_cost(prompt)

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
            vendor: str,
            model: str = "",
            *,
            limits: CallLimits | None = None,
            key: str = "",
            address: str = "",
            memory: DialectMemory | None = None,
        ) -> LanguageModel:
            own_key = SecretStr(key or vendors.key)
            if vendor == "openai":
                opened = open_openai(
                    own_key, address or f"{vendors.url}/v1", prices=PRICES, limits=limits, memory=memory
                )
                return (await stack.enter_async_context(opened))(model or "gpt-priced")
            opened = open_anthropic(own_key, address or vendors.url, prices=PRICES, limits=limits, memory=memory)
            return (await stack.enter_async_context(opened))(model or "claude-priced")

        yield model_at


@pytest.fixture(params=["openai", "anthropic"])
def vendor(request: pytest.FixtureRequest) -> str:
    """Each vendor in turn."""
    return str(request.param)


@pytest.fixture(params=["openai", "anthropic", "fallback", "concurrency limit", "recording", "replay"])
def of_row(request: pytest.FixtureRequest, at: Opening, tmp_path: Path) -> Opening:
    """Opens a model of each row in turn."""

    async def model_of(*, limits: CallLimits | None = None) -> LanguageModel:
        model = await at("anthropic" if request.param == "anthropic" else "openai", limits=limits)
        recording = RecordingModel(model, tmp_path / "kept")
        rows: dict[str, LanguageModel] = {
            "fallback": FallbackModel(model, await at("anthropic", limits=limits)),
            "concurrency limit": ConcurrencyLimit(model, asyncio.Semaphore(1)),
            "recording": recording,
            "replay": CheckedClaims(recording, ReplayModel(recording.name, tmp_path / "kept")),
        }
        return rows.get(request.param, model)

    return model_of
