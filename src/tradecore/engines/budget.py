"""The budget of one run of an analysis for language models."""

import asyncio
from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from attrs import define, field

from tradecore.model.errors import Invalid, OverBudget, Refusal, Unavailable
from tradecore.model.steps import Step
from tradecore.model.usage import Usage
from tradecore.ports.engine import Cost
from tradecore.ports.language import Answering, Reply

RequestT = TypeVar("RequestT")


@define(eq=False)
class Budget:
    """A cap in US dollars on the calls of one run, shared by calls that run at the same time.

    The upper bound of a call is reserved before it is made and replaced by its cost afterwards. A call that does not
    fit waits while calls in flight may still turn out cheaper than reserved. A call that cannot fit closes the budget:
    it is refused, and so are all later ones. A model that refuses for good, such as for a wrong key, is not called
    again.

    `cap`: US dollars; None for no limit, in which case nothing is counted.
    `used`: US dollars counted against the cap, including those of earlier runs of the same analysis. A failed call
    counts at its upper bound, since it may have been billed.
    `spent`: US dollars billed, or possibly billed, to this run: the cost of answers, and the upper bound of cancelled
    calls. Calls that ended in a refusal are not included.
    `price_setting`: the name of the setting for missing prices, for the error message.
    """

    cap: Decimal | None = None
    used: Decimal = Decimal(0)
    price_setting: str = ""
    spent: Decimal = field(default=Decimal(0), init=False)
    _reserved: Decimal = field(default=Decimal(0), init=False)
    _in_flight: int = field(default=0, init=False)
    _closed_because: str = field(default="", init=False)
    _changed: asyncio.Condition = field(factory=asyncio.Condition, init=False)
    _refusals: dict[str, Refusal] = field(factory=dict, init=False)

    @classmethod
    def of(cls, cost: Cost | None, known: Iterable[Step], price_setting: str = "") -> "Budget":
        """The budget of a run of an analysis that costs at most `cost`, and of which these steps are known."""
        cap = cost.limit if cost else None
        used = Usage.of(call for step in known for call in step.calls).cost
        # Usage of unknown cost may have used up everything: under a cap nothing is left then.
        return cls(cap, (cap or Decimal(0)) if used is None else used, price_setting)

    async def ask(self, model: Answering[RequestT], request: RequestT) -> Reply:
        """The answer of the model, within the budget.

        Raises: OverBudget when the call does not fit, in which case it is not made; the errors of `model.ask`.
        """
        if refusal := self._refusals.get(model.name):
            raise refusal
        try:
            return await self._ask_within_cap(model, request)
        except Refusal as error:
            if _is_of_model(error):
                self._refusals[model.name] = error
            raise

    async def _ask_within_cap(self, model: Answering[RequestT], request: RequestT) -> Reply:
        if self.cap is None:
            return await model.ask(request)
        max_cost = await self._reserve(self.cap, model, request)
        cost = max_cost
        try:
            reply = await model.ask(request)
        except asyncio.CancelledError:
            self.spent += max_cost
            raise
        else:
            cost = max_cost if reply.call.cost is None else reply.call.cost
            self.spent += cost
            return reply
        finally:
            self._reserved -= max_cost
            self._in_flight -= 1
            self.used += cost
            async with self._changed:
                self._changed.notify_all()

    async def _reserve(self, cap: Decimal, model: Answering[RequestT], request: RequestT) -> Decimal:
        max_cost = model.max_cost(request)
        async with self._changed:
            while not self._closed_because:
                if max_cost is None:
                    hint = f" Set it in {self.price_setting}." if self.price_setting else ""
                    self._closed_because = (
                        f"The price of {model.name} is not known, so the cap of ${cap:f} for an analysis cannot be "
                        f"kept.{hint}"
                    )
                elif self.used + self._reserved + max_cost <= cap:
                    self._reserved += max_cost
                    self._in_flight += 1
                    return max_cost
                elif self._in_flight:
                    await self._changed.wait()
                else:
                    self._closed_because = (
                        f"The next call of {model.name} could cost more than is left of the ${cap:f} that an analysis "
                        "may cost."
                    )
            raise OverBudget(self._closed_because)


def _is_of_model(error: Refusal) -> bool:
    """Whether every call of the model is refused until somebody changes the settings or chooses another model."""
    if isinstance(error, Invalid):
        return any(problem.field == "model" for problem in error.problems)
    return isinstance(error, Unavailable) and not error.transient
