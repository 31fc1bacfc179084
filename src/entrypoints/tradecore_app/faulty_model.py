"""A language model that returns malformed answers as real models do, to measure how the desk handles them."""

import json
from decimal import Decimal
from hashlib import sha256

from attrs import evolve, frozen

from tradecore.ports.language import LanguageModel, Prompt, Reply
from tradecore_app.answer_corpus import SPOILT


@frozen
class FaultyModel:
    """Gives a `share`, 0 to 1, of the answers of a model shapes of SPOILT; which ones follows from the prompts."""

    model: LanguageModel
    share: float

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.model.name

    def max_cost(self, prompt: Prompt) -> Decimal | None:
        """The bound of the model."""
        return self.model.max_cost(prompt)

    async def ask(self, prompt: Prompt) -> Reply:
        """See `LanguageModel`. An answer that is no JSON object is left as it is."""
        reply = await self.model.ask(prompt)
        number = int.from_bytes(sha256(f"{prompt.case}{prompt.task}".encode(errors="replace")).digest()[:6])
        if number % 1000 >= 1000 * self.share:
            return reply
        spoil = SPOILT[number // 1000 % len(SPOILT)]
        try:
            return evolve(reply, text=spoil(json.loads(reply.text), reply.text))
        except (ValueError, TypeError, AttributeError):
            return reply
