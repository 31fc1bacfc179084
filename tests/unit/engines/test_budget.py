"""A budget reserves the upper bound of a call before it is made, and refuses calls that do not fit."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from scripted_model import ScriptedModel
from tradecore.engines.budget import Budget
from tradecore.model.errors import Invalid, OverBudget, Refusal, Unavailable
from tradecore.model.steps import Ruled
from tradecore.model.usage import Call
from tradecore.ports.engine import Cost
from tradecore.ports.language import Prompt, Reply, ResponseFormat

PROMPT = Prompt("rules", "case", "task", ResponseFormat("report", {}))


def model(**given: Any) -> ScriptedModel:
    return ScriptedModel(answer=lambda _: "{}", **given)


async def test_without_a_cap_every_call_is_made_and_no_price_is_needed() -> None:
    scripted = model(price=None, cost=None)
    budget = Budget()
    for _ in range(3):
        assert (await budget.ask(scripted, PROMPT)).text == "{}"


async def test_the_cost_of_an_answer_replaces_its_upper_bound() -> None:
    scripted = model(price=Decimal("0.04"), cost=Decimal("0.01"))
    budget = Budget(cap=Decimal("0.05"))
    await budget.ask(scripted, PROMPT)
    await budget.ask(scripted, PROMPT)
    assert budget.used == budget.spent == Decimal("0.02")
    with pytest.raises(OverBudget, match=r"more than is left of the \$0.05"):
        await budget.ask(scripted, PROMPT)
    assert len(scripted.prompts) == 2


async def test_the_last_cent_can_be_spent() -> None:
    budget = Budget(cap=Decimal("0.02"), used=Decimal("0.01"))
    await budget.ask(model(price=Decimal("0.01")), PROMPT)
    assert budget.used == Decimal("0.02")


async def test_a_call_of_unknown_cost_counts_at_its_upper_bound() -> None:
    budget = Budget(cap=Decimal(1))
    await budget.ask(model(price=Decimal("0.3"), cost=None), PROMPT)
    assert budget.used == Decimal("0.3")


async def test_under_a_cap_an_unknown_price_is_refused_and_the_setting_named() -> None:
    scripted = model(price=None)
    with pytest.raises(OverBudget, match="TRADECORE_MODEL_PRICES"):
        await Budget(cap=Decimal(1), price_setting="TRADECORE_MODEL_PRICES").ask(scripted, PROMPT)
    assert scripted.prompts == []


class GatedModel(ScriptedModel):
    """Answers once `gate` is set."""

    gate: asyncio.Event

    async def ask(self, prompt: Prompt) -> Reply:
        self.prompts.append(prompt)
        await self.gate.wait()
        return self.reply("{}")


async def test_concurrent_calls_reserve_their_bounds_and_wait_for_what_is_released() -> None:
    gated = GatedModel(price=Decimal("0.4"), cost=Decimal("0.1"))
    gated.gate = asyncio.Event()
    budget = Budget(cap=Decimal(1))
    tasks = [asyncio.ensure_future(budget.ask(gated, PROMPT)) for _ in range(8)]
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(gated.prompts) == 2
    gated.gate.set()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    # After the seventh call 0.7 is spent, and 0.4 more would be too much.
    assert [isinstance(result, OverBudget) for result in done] == [False] * 7 + [True]
    assert budget.used == Decimal("0.7")


async def test_a_cancelled_call_counts_at_its_upper_bound_and_wakes_those_that_wait() -> None:
    gated = GatedModel(price=Decimal("0.6"), cost=Decimal("0.1"))
    gated.gate = asyncio.Event()
    budget = Budget(cap=Decimal(1))
    first, second = (asyncio.ensure_future(budget.ask(gated, PROMPT)) for _ in range(2))
    for _ in range(10):
        await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(OverBudget):
        await second
    assert (len(gated.prompts), budget.used, budget.spent) == (1, Decimal("0.6"), Decimal("0.6"))


async def test_after_one_refusal_every_later_call_is_refused() -> None:
    budget = Budget(cap=Decimal(1), used=Decimal("0.9"))
    cheap = model(price=Decimal("0.01"))
    with pytest.raises(OverBudget):
        await budget.ask(model(price=Decimal("0.2")), PROMPT)
    with pytest.raises(OverBudget):
        await budget.ask(cheap, PROMPT)
    assert cheap.prompts == []


async def test_the_reserve_of_a_failed_call_stays_used_but_is_not_spent() -> None:
    class FailingModel(ScriptedModel):
        async def ask(self, prompt: Prompt) -> Reply:
            raise Unavailable("The model cannot be reached.")

    budget = Budget(cap=Decimal(1))
    with pytest.raises(Unavailable):
        await budget.ask(FailingModel(price=Decimal("0.6")), PROMPT)
    assert budget.spent == 0
    with pytest.raises(OverBudget):
        await budget.ask(model(price=Decimal("0.5")), PROMPT)


@pytest.mark.parametrize("cost", [Decimal("0.99"), None])
async def test_what_earlier_runs_cost_counts_against_the_cap(cost: Decimal | None) -> None:
    """A cost that is not known may have used up everything."""
    call = Call("test:scripted-1", 1, 0, 1, cost)
    known = [Ruled(1, Decimal(0), "", calls=(call,))]
    scripted = ScriptedModel(answer=lambda _: "{}")
    await Budget.of(Cost(Decimal(1)), ()).ask(scripted, PROMPT)
    with pytest.raises(OverBudget):
        await Budget.of(Cost(Decimal(1)), known).ask(scripted, PROMPT)
    await Budget.of(Cost(None), known).ask(scripted, PROMPT)
    await Budget.of(None, known).ask(scripted, PROMPT)


@pytest.mark.parametrize(
    ("refusal", "calls"),
    [
        (Unavailable("The vendor rejects the key.", transient=False), 1),
        (Invalid.one("model", "There is no such model."), 1),
        (Unavailable("The vendor has an outage."), 2),
        (Invalid.one("request", "A request is a JSON object."), 2),
    ],
)
async def test_a_model_that_refuses_for_good_is_called_once_in_a_run(refusal: Refusal, calls: int) -> None:
    made = []

    def refuse(_: Prompt) -> str:
        made.append(1)
        raise refusal

    scripted, budget = ScriptedModel(answer=refuse), Budget()
    for _ in range(2):
        with pytest.raises(type(refusal), match=str(refusal)):
            await budget.ask(scripted, PROMPT)
    assert len(made) == calls
