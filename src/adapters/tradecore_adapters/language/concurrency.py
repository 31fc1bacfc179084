"""A limit on concurrent calls, shared by several models."""

from asyncio import Semaphore
from decimal import Decimal

from attrs import frozen

from tradecore.ports.language import LanguageModel, Prompt, Reply


@frozen
class ConcurrencyLimit:
    """Acquires the semaphore around each call. Models with the same semaphore share its limit."""

    model: LanguageModel
    semaphore: Semaphore

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.model.name

    def max_cost(self, prompt: Prompt) -> Decimal | None:
        """The bound of the model."""
        return self.model.max_cost(prompt)

    async def ask(self, prompt: Prompt) -> Reply:
        """See `LanguageModel`. Waiting for the semaphore has no deadline, since the calls that hold it have one."""
        async with self.semaphore:
            return await self.model.ask(prompt)
