"""The list of language models names what a launch can choose, with its price."""

from decimal import Decimal

import pytest

from scripted_model import ScriptedModel
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.language_models import ListedModel
from tradecore_app.model_list import listed_models
from tradecore_app.settings.models import ModelSettings


def listed(monkeypatch: pytest.MonkeyPatch, *providers: str, **variables: str) -> dict[str, ListedModel]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    router = ModelRouter(providers={name: lambda _: ScriptedModel() for name in providers})
    return {f"{model.provider}:{model.name}": model for model in listed_models(router, ModelSettings())}


def test_without_any_provider_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert listed(monkeypatch) == {}


def test_models_of_a_vendor_come_with_their_prices_and_the_default_first(monkeypatch: pytest.MonkeyPatch) -> None:
    models = listed(monkeypatch, "openai", TRADECORE_MODEL="openai:gpt-5.4-mini")
    first = next(iter(models.values()))
    assert (first.name, first.default, first.unavailable) == ("gpt-5.4-mini", True, "")
    assert first.price is not None
    assert first.price.output == Decimal("4.50")
    assert not models["openai:gpt-4o-mini"].default
    assert not any(name.startswith("anthropic:") for name in models)


def test_an_allow_list_is_the_whole_list(monkeypatch: pytest.MonkeyPatch) -> None:
    models = listed(monkeypatch, "openai", TRADECORE_MODELS="openai:gpt-4o-mini,anthropic:claude-haiku-4-5")
    assert set(models) == {"openai:gpt-4o-mini", "anthropic:claude-haiku-4-5"}
    assert models["anthropic:claude-haiku-4-5"].unavailable == "The provider anthropic has no key here."


def test_prices_of_other_servers_come_from_the_setting_only(monkeypatch: pytest.MonkeyPatch) -> None:
    models = listed(
        monkeypatch,
        "openai",
        "ollama",
        OPENAI_BASE_URL="http://127.0.0.1:1/v1",
        TRADECORE_MODELS="openai:gpt-4o-mini,ollama:llama3.3",
        TRADECORE_MODEL_PRICES="llama3.3=0/0/0",
    )
    assert models["openai:gpt-4o-mini"].price is None
    price = models["ollama:llama3.3"].price
    assert price is not None
    assert price.input == 0
