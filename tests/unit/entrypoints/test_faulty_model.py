"""A model whose answers are spoilt: the share holds, the same prompts have the same fate, and prose stays as it is."""

from attrs import evolve

from model_vendors import PROMPT
from scripted_model import ScriptedModel
from tradecore_app.faulty_model import FaultyModel

ANSWER = '{"score": 0.4, "points": [], "risks": [], "summary": []}'


async def texts(share: float, answer: str = ANSWER) -> list[str]:
    model = FaultyModel(ScriptedModel(answer=lambda prompt: answer), share)
    return [(await model.ask(evolve(PROMPT, task=f"{PROMPT.task} {n}"))).text for n in range(300)]


async def test_so_many_answers_are_spoilt_and_the_same_ones_in_every_run() -> None:
    first = await texts(0.2)
    assert 40 <= sum(text != ANSWER for text in first) <= 80
    assert len(set(first)) > 8
    assert await texts(0.2) == first
    assert set(await texts(0)) == {ANSWER}


async def test_an_answer_that_is_no_object_stays_as_it_is() -> None:
    assert set(await texts(1, "BUY")) == {"BUY"}
