"""A model with a second one to fall back on."""

from decimal import Decimal

from attrs import frozen

from tradecore.model.errors import Unavailable
from tradecore.ports.language import LanguageModel, Prompt, Reply


@frozen
class FallbackModel:
    """Calls the first model, and the second when the first is Unavailable. `Reply.call` names the one that answered."""

    first: LanguageModel
    second: LanguageModel

    @property
    def name(self) -> str:
        """Both names: `provider:first or provider:second`."""
        return f"{self.first.name} or {self.second.name}"

    def max_cost(self, prompt: Prompt) -> Decimal | None:
        """The larger bound of both in US dollars; None where either price is not known."""
        bounds = self.first.max_cost(prompt), self.second.max_cost(prompt)
        return None if None in bounds else max(bound for bound in bounds if bound is not None)

    async def ask(self, prompt: Prompt) -> Reply:
        """The answer of the first model that is available.

        Raises: Invalid of either model; Unavailable of the second, with that of the first as its context.
        """
        try:
            return await self.first.ask(prompt)
        except Unavailable:
            return await self.second.ask(prompt)
