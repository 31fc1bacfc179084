"""A desk whose language model answers as a test wants it to."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from scripted_model import ScriptedModel, sensible
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.steps import (
    Analyst,
    Decided,
    Step,
)
from tradecore.ports.language import Prompt, Reply

Answering = Callable[[Prompt], str | Reply]


def desk_of(given: Any, model: ScriptedModel, items: Any = (), cap: Decimal | None = None) -> Any:
    router = ModelRouter(providers={"test": lambda _: model}, cap=cap)
    return Desk(given.desk(given.walk(3), items).sources, router)


async def steps_of(given: Any, answer: Answering = sensible, known: Any = None, **brief: Any) -> list[Step]:
    """The steps of one analysis with these answers."""
    found = await given.thought(desk_of(given, ScriptedModel(answer=answer)), given.brief(**brief), known)
    return [one for one in found if isinstance(one, Step)]


def again(prompt: Prompt) -> bool:
    """Whether this is a repair turn."""
    return "You have answered this before" in prompt.task


def changed(kind: str, change: Callable[[Any], Any], *, mended: bool) -> Answering:
    """Sensible answers, but for one kind: changed the first time, and in the repair turn too unless that mends it."""

    def answer(prompt: Prompt) -> str:
        made = json.loads(sensible(prompt))
        if prompt.response_format.name != kind or (mended and again(prompt)):
            return json.dumps(made)
        return json.dumps(change(made))

    return answer


def decision_of(steps: list[Step]) -> Any:
    assert isinstance(steps[-1], Decided)
    return steps[-1].decision


def wild(text: str = "Revenue grew by 94.7% in 2019.") -> dict[str, Any]:
    """A statement that no evidence bears out."""
    return {"text": text, "cites": ["E1"]}


async def run(given: Any, answer: Answering, **brief: Any) -> tuple[ScriptedModel, list[Step]]:
    """The model and the steps of one analysis with one analyst and one round."""
    model = ScriptedModel(answer=answer)
    asked = given.brief(**{"depth": 1, "analysts": (Analyst.TECHNICAL,), **brief})
    found = await given.thought(desk_of(given, model), asked)
    return model, [one for one in found if isinstance(one, Step)]
