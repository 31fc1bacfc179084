"""A budget pays for calls before they are made, and for none that it cannot pay for."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from scripted_model import ScriptedModel
from tradecore.engines.desk.budget import Budget
from tradecore.model.errors import OverBudget, Unavailable
from tradecore.ports.language import Prompt, Reply, Shape

PROMPT = Prompt("rules", "case", "task", Shape("report", {}))


def model(**given: Any) -> ScriptedModel:
    return ScriptedModel(answer=lambda _: "{}", **given)


async def test_without_a_cap_everything_is_asked_and_no_price_is_needed() -> None:
    asked = model(price=None, cost=None)
    budget = Budget()
    for _ in range(3):
        assert (await budget.ask(asked, PROMPT)).text == "{}"


async def test_what_was_spent_is_what_calls_really_cost() -> None:
    asked = model(price=Decimal("0.04"), cost=Decimal("0.01"))
    budget = Budget(cap=Decimal("0.05"))
    await budget.ask(asked, PROMPT)
    await budget.ask(asked, PROMPT)
    assert budget.spent == budget.paid == Decimal("0.02")
    with pytest.raises(OverBudget, match=r"more than is left of the \$0.05"):
        await budget.ask(asked, PROMPT)
    assert len(asked.asked) == 2


async def test_the_last_cent_can_be_spent() -> None:
    budget = Budget(cap=Decimal("0.02"), spent=Decimal("0.01"))
    await budget.ask(model(price=Decimal("0.01")), PROMPT)
    assert budget.spent == Decimal("0.02")


async def test_a_call_of_unknown_cost_cost_the_most_that_it_could() -> None:
    budget = Budget(cap=Decimal(1))
    await budget.ask(model(price=Decimal("0.3"), cost=None), PROMPT)
    assert budget.spent == Decimal("0.3")


async def test_under_a_cap_an_unknown_price_is_refused_and_the_setting_named() -> None:
    asked = model(price=None)
    with pytest.raises(OverBudget, match="TRADECORE_MODEL_PRICES"):
        await Budget(cap=Decimal(1)).ask(asked, PROMPT)
    assert asked.asked == []


class Patient(ScriptedModel):
    """Answers when it is let."""

    let: asyncio.Event

    async def ask(self, prompt: Prompt) -> Reply:
        self.asked.append(prompt)
        await self.let.wait()
        return self.reply("{}")


async def test_calls_side_by_side_share_no_dollar_and_wait_for_what_may_come_back() -> None:
    patient = Patient(price=Decimal("0.4"), cost=Decimal("0.1"))
    patient.let = asyncio.Event()
    budget = Budget(cap=Decimal(1))
    tasks = [asyncio.ensure_future(budget.ask(patient, PROMPT)) for _ in range(8)]
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(patient.asked) == 2
    patient.let.set()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    # After the seventh call 0.7 is spent, and 0.4 more would be too much.
    assert [isinstance(each, OverBudget) for each in done] == [False] * 7 + [True]
    assert budget.spent == Decimal("0.7")


async def test_a_call_that_is_abandoned_counts_as_spent_and_lets_others_decide() -> None:
    patient = Patient(price=Decimal("0.6"), cost=Decimal("0.1"))
    patient.let = asyncio.Event()
    budget = Budget(cap=Decimal(1))
    first, second = (asyncio.ensure_future(budget.ask(patient, PROMPT)) for _ in range(2))
    for _ in range(10):
        await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(OverBudget):
        await second
    assert (len(patient.asked), budget.spent, budget.paid) == (1, Decimal("0.6"), Decimal("0.6"))


async def test_after_one_refusal_nobody_is_asked_any_more() -> None:
    budget = Budget(cap=Decimal(1), spent=Decimal("0.9"))
    cheap = model(price=Decimal("0.01"))
    with pytest.raises(OverBudget):
        await budget.ask(model(price=Decimal("0.2")), PROMPT)
    with pytest.raises(OverBudget):
        await budget.ask(cheap, PROMPT)
    assert cheap.asked == []


async def test_what_was_set_aside_for_a_call_that_failed_stays_so() -> None:
    class Gone(ScriptedModel):
        async def ask(self, prompt: Prompt) -> Reply:
            raise Unavailable("The model cannot be reached.")

    budget = Budget(cap=Decimal(1))
    with pytest.raises(Unavailable):
        await budget.ask(Gone(price=Decimal("0.6")), PROMPT)
    assert budget.paid == 0
    with pytest.raises(OverBudget):
        await budget.ask(model(price=Decimal("0.5")), PROMPT)
