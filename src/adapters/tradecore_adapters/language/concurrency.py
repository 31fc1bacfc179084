"""A limit on calls that are under way at the same time, over several models."""

from asyncio import Semaphore
from decimal import Decimal

from attrs import frozen

from tradecore.ports.language import LanguageModel, Prompt, Reply


@frozen
class ConcurrencyLimit:
    """Waits for one of the places before it asks. Models that are given the same places share them."""

    model: LanguageModel
    places: Semaphore

    @property
    def name(self) -> str:
        """That of the model."""
        return self.model.name

    def most(self, prompt: Prompt) -> Decimal | None:
        """That of the model."""
        return self.model.most(prompt)

    async def ask(self, prompt: Prompt) -> Reply:
        """See the port; waiting for a place has no deadline, those who have one will give it back."""
        async with self.places:
            return await self.model.ask(prompt)
