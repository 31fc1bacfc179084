"""The reasoner of a brief follows from the brief and from the configured providers."""

from typing import Any

import pytest
from attrs import evolve

from scripted_model import ScriptedModel
from tradecore.engines.budget import Budget
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.engines.desk.prompted import PromptedReasoner
from tradecore.model.errors import Invalid

RULES = "rule-based desk 2"


def models(name: str) -> Any:
    return lambda model: ScriptedModel(name=f"{name}:{model}")


BOTH = ModelRouter(
    providers={"openai": models("openai"), "anthropic": models("anthropic")},
    key_settings={"openrouter": "OPENROUTER_API_KEY"},
)


@pytest.mark.parametrize(
    ("provider", "engine"),
    [
        (None, "prompted desk 3 (openai:any-model)"),
        ("anthropic", "prompted desk 3 (anthropic:any-model)"),
        (" Anthropic", "prompted desk 3 (anthropic:any-model)"),
        ("rules", RULES),
    ],
)
def test_a_brief_names_its_provider_or_gets_the_first(given: Any, provider: str | None, engine: str) -> None:
    assert BOTH.engine(BOTH.resolve(evolve(given.brief(), provider=provider))) == engine


@pytest.mark.parametrize("provider", [None, "rules", "openai", "anyone"])
def test_without_providers_every_brief_goes_to_the_rules(given: Any, provider: str | None) -> None:
    assert ModelRouter().engine(ModelRouter().resolve(evolve(given.brief(), provider=provider))) == RULES


def test_a_brief_resolved_to_a_model_never_falls_to_the_rules(given: Any) -> None:
    resolved = BOTH.resolve(given.brief())
    with pytest.raises(Invalid, match="'openai' is not configured here"):
        ModelRouter().reasoner(resolved, Budget())


def test_a_brief_resolved_to_the_rules_stays_with_them_when_a_model_is_configured_later(given: Any) -> None:
    assert BOTH.engine(ModelRouter().resolve(given.brief())) == RULES


def test_the_default_engine_is_that_of_a_brief_without_a_provider() -> None:
    assert (ModelRouter().default_engine, BOTH.default_engine) == (RULES, "prompted desk 3 (openai)")


def test_a_provider_that_is_not_configured_is_refused_by_name(given: Any) -> None:
    with pytest.raises(Invalid) as refused:
        BOTH.resolve(evolve(given.brief(), provider="openrouter"))
    assert refused.value.problems[0].field == "provider"
    assert str(refused.value) == (
        "The provider 'openrouter' is not configured here. There are: openai, anthropic, rules; "
        "for openrouter set OPENROUTER_API_KEY."
    )


def test_a_long_name_is_quoted_in_short(given: Any) -> None:
    with pytest.raises(Invalid, match="xxx…' is not configured"):
        BOTH.resolve(evolve(given.brief(), provider="x" * 5000))


def test_a_reasoner_spends_from_the_budget_of_its_run(given: Any) -> None:
    budget = Budget()
    reasoner = BOTH.reasoner(BOTH.resolve(given.brief()), budget)
    assert isinstance(reasoner, PromptedReasoner)
    assert reasoner.budget is budget


def test_only_models_of_the_allow_list_are_used(given: Any) -> None:
    router = evolve(BOTH, allowed=("openai:any-model", "anthropic:small"))
    assert router.engine(router.resolve(given.brief())) == "prompted desk 3 (openai:any-model)"
    with pytest.raises(Invalid, match="may be one of openai:any-model, anthropic:small here") as refused:
        router.resolve(evolve(given.brief(), provider="anthropic"))
    assert refused.value.problems[0].field == "model"


def test_the_fallback_stands_behind_every_other_model(given: Any) -> None:
    router = evolve(BOTH, fallback=("anthropic", "small"))
    assert router.model("openai", "big").name == "openai:big or anthropic:small"
    assert router.model("anthropic", "small").name == "anthropic:small"


def test_a_fallback_that_is_not_allowed_is_refused() -> None:
    router = evolve(BOTH, allowed=("openai:big",), fallback=("anthropic", "small"))
    with pytest.raises(Invalid, match="may be one of openai:big here"):
        router.model("openai", "big")
