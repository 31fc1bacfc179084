"""The budget: what one run of an analysis may still spend on language models."""

import asyncio
from decimal import Decimal

from attrs import define, field

from tradecore.model.errors import OverBudget
from tradecore.ports.language import LanguageModel, Prompt, Reply


@define(eq=False)
class Budget:
    """Money for the calls of one run: `cap` in US dollars (None: no bound), `spent` by earlier runs of the same.

    Before a call the most that it can cost is set aside, so calls side by side never share a dollar. Whoever can only
    be paid for once a call under way turns out cheaper waits for that; whoever cannot be paid for at all is not asked,
    and after that nobody is.

    `paid` is what the calls of this run were or may have been billed: what answers cost, and the most that a call can
    have cost that was abandoned. What ended as a refusal is not in it. Without a cap nothing is counted.
    """

    cap: Decimal | None = None
    spent: Decimal = Decimal(0)
    price_setting: str = "TRADECORE_MODEL_PRICES"
    paid: Decimal = field(default=Decimal(0), init=False)
    _aside: Decimal = field(default=Decimal(0), init=False)
    _under_way: int = field(default=0, init=False)
    _closed: str = field(default="", init=False)
    _settled: asyncio.Condition = field(factory=asyncio.Condition, init=False)

    async def ask(self, model: LanguageModel, prompt: Prompt) -> Reply:
        """The model's answer, paid for. Raises OverBudget without asking; refusals of the model pass through.

        A call that ends without an answer may have been billed, so what was set aside for it is spent.
        """
        if self.cap is None:
            return await model.ask(prompt)
        most = await self._set_aside(self.cap, model, prompt)
        cost = most
        try:
            reply = await model.ask(prompt)
        except asyncio.CancelledError:
            self.paid += most
            raise
        else:
            cost = most if reply.call.cost is None else reply.call.cost
            self.paid += cost
            return reply
        finally:
            self._aside -= most
            self._under_way -= 1
            self.spent += cost
            async with self._settled:
                self._settled.notify_all()

    async def _set_aside(self, cap: Decimal, model: LanguageModel, prompt: Prompt) -> Decimal:
        most = model.most(prompt)
        async with self._settled:
            while not self._closed:
                if most is None:
                    self._closed = (
                        f"What {model.name} costs is not known, so the cap of ${cap:f} for an analysis cannot be kept; "
                        f"give its price in {self.price_setting}."
                    )
                elif self.spent + self._aside + most <= cap:
                    self._aside += most
                    self._under_way += 1
                    return most
                elif self._under_way:
                    await self._settled.wait()
                else:
                    self._closed = (
                        f"The next call of {model.name} could cost more than is left of the ${cap:f} that an analysis "
                        "may cost."
                    )
            raise OverBudget(self._closed)
