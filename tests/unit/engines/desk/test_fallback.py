"""The second model answers while the first is unavailable."""

from decimal import Decimal

import pytest

from scripted_model import ScriptedModel
from tradecore.engines.desk.fallback import FallbackModel
from tradecore.model.errors import Invalid, Refusal, Unavailable
from tradecore.ports.language import Prompt, Reply, ResponseFormat

PROMPT = Prompt("rules", "case", "task", ResponseFormat("report", {}))


def model(name: str, price: Decimal | None = None) -> ScriptedModel:
    return ScriptedModel(answer=lambda _: "{}", name=name, price=price)


class FailingModel(ScriptedModel):
    """Raises `error` at every call."""

    error: Refusal

    async def ask(self, prompt: Prompt) -> Reply:
        raise self.error


def failing(error: Refusal) -> FailingModel:
    failing_model = FailingModel(name="a:1")
    failing_model.error = error
    return failing_model


async def test_the_second_model_is_called_only_while_the_first_is_unavailable() -> None:
    second = model("b:2")
    assert (await FallbackModel(model("a:1"), second).ask(PROMPT)).call.model == "a:1"
    assert second.prompts == []
    assert (await FallbackModel(failing(Unavailable("Gone.")), second).ask(PROMPT)).call.model == "b:2"


async def test_an_invalid_request_is_not_repeated_with_the_second_model() -> None:
    second = model("b:2")
    with pytest.raises(Invalid):
        await FallbackModel(failing(Invalid.one("model", "No such model.")), second).ask(PROMPT)
    assert second.prompts == []


def test_the_bound_is_the_larger_one_and_unknown_with_either() -> None:
    cheap, dear, unknown = model("a:1", Decimal(1)), model("b:2", Decimal(2)), model("c:3")
    assert FallbackModel(cheap, dear).max_cost(PROMPT) == FallbackModel(dear, cheap).max_cost(PROMPT) == 2
    assert FallbackModel(cheap, unknown).max_cost(PROMPT) is None
    assert FallbackModel(unknown, cheap).max_cost(PROMPT) is None
