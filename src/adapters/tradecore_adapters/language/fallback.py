"""A second model, for as long as the first cannot be had."""

from decimal import Decimal

from attrs import frozen

from tradecore.model.errors import Unavailable
from tradecore.ports.language import LanguageModel, Prompt, Reply


@frozen
class Fallback:
    """Asks the first model, and the second when the first is Unavailable. Whoever answered stands in the call."""

    first: LanguageModel
    second: LanguageModel

    @property
    def name(self) -> str:
        """Both, in their order."""
        return f"{self.first.name} or {self.second.name}"

    def most(self, prompt: Prompt) -> Decimal | None:
        """The larger of both; None as soon as one is not known."""
        first, second = self.first.most(prompt), self.second.most(prompt)
        return None if first is None or second is None else max(first, second)

    async def ask(self, prompt: Prompt) -> Reply:
        """See the port. What the second refuses is told, with the first one's refusal behind it."""
        try:
            return await self.first.ask(prompt)
        except Unavailable:
            return await self.second.ask(prompt)
