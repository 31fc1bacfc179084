"""Who thinks on a brief follows from the brief and from who is configured."""

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from scripted_model import ScriptedModel
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.engines.desk.prompted import PromptedReasoner
from tradecore.model.errors import Invalid, OverBudget
from tradecore.model.usage import Usage
from tradecore.ports.language import Prompt, Shape

RULES = "rule-based desk 1"


def models(name: str) -> Any:
    return lambda asked: ScriptedModel(name=f"{name}:{asked}")


BOTH = ModelRouter(
    providers={"openai": models("openai"), "anthropic": models("anthropic")}, keys={"openrouter": "OPENROUTER_API_KEY"}
)


@pytest.mark.parametrize(
    ("provider", "engine"),
    [
        (None, "prompted desk 1 (openai:any-model)"),
        ("anthropic", "prompted desk 1 (anthropic:any-model)"),
        (" Anthropic", "prompted desk 1 (anthropic:any-model)"),
        ("rules", RULES),
    ],
)
def test_a_brief_names_who_thinks_or_the_first_provider_does(given: Any, provider: str | None, engine: str) -> None:
    assert BOTH.engine(BOTH.resolve(evolve(given.brief(), provider=provider))) == engine


@pytest.mark.parametrize("provider", [None, "rules", "openai", "anyone"])
def test_where_nothing_is_configured_the_rules_think_whoever_is_named(given: Any, provider: str | None) -> None:
    assert ModelRouter().engine(ModelRouter().resolve(evolve(given.brief(), provider=provider))) == RULES


def test_what_was_assigned_to_a_model_is_not_left_to_the_rules_by_whoever_cannot_ask_it(given: Any) -> None:
    resolve = BOTH.resolve(given.brief())
    with pytest.raises(Invalid, match="'openai' is not configured here"):
        ModelRouter().reasoner(resolve)


def test_what_was_assigned_to_the_rules_stays_with_them_when_a_model_is_configured_later(given: Any) -> None:
    assert BOTH.engine(ModelRouter().resolve(given.brief())) == RULES


def test_the_name_of_a_staff_is_that_of_who_thinks_where_nobody_is_named() -> None:
    assert (ModelRouter().name, BOTH.name) == (RULES, "prompted desk 1 (openai)")


def test_models_are_paid_by_the_call_and_rules_are_not(given: Any) -> None:
    assert BOTH.paid(BOTH.resolve(given.brief()))
    assert not BOTH.paid(BOTH.resolve(evolve(given.brief(), provider="rules")))
    assert not BOTH.paid(ModelRouter().resolve(evolve(given.brief(), provider="openai")))


def test_somebody_who_is_not_configured_is_refused_by_name(given: Any) -> None:
    with pytest.raises(Invalid) as refused:
        BOTH.resolve(evolve(given.brief(), provider="openrouter"))
    assert refused.value.problems[0].field == "config.llmProvider"
    assert str(refused.value) == (
        "The provider 'openrouter' is not configured here. There are: openai, anthropic, rules; "
        "for openrouter set OPENROUTER_API_KEY."
    )


def test_a_long_name_is_quoted_in_short(given: Any) -> None:
    with pytest.raises(Invalid, match="xxx…' is not configured"):
        BOTH.resolve(evolve(given.brief(), provider="x" * 5000))


async def spend(router: ModelRouter, given: Any, used: Usage) -> None:
    reasoner = router.reasoner(router.resolve(given.brief()), router.budget(used))
    assert isinstance(reasoner, PromptedReasoner)
    await reasoner.budget.ask(reasoner.model, Prompt("", "", "", Shape("report", {"type": "object"})))


@pytest.mark.parametrize("cost", [Decimal("0.99"), None])
async def test_what_earlier_runs_cost_counts_against_the_cap(given: Any, cost: Decimal | None) -> None:
    capped = ModelRouter(providers={"test": lambda _: ScriptedModel(answer=lambda _: "{}")}, cap=Decimal(1))
    await spend(capped, given, Usage())
    with pytest.raises(OverBudget):
        await spend(capped, given, Usage(calls=1, cost=cost))
    await spend(evolve(capped, cap=None), given, Usage(calls=1, cost=cost))


def test_every_run_has_a_purse_of_its_own(given: Any) -> None:
    one, two = (BOTH.reasoner(BOTH.resolve(given.brief())) for _ in range(2))
    assert isinstance(one, PromptedReasoner)
    assert isinstance(two, PromptedReasoner)
    assert one.budget is not two.budget
