"""Texts in other languages: what models are told, and how their numbers are read."""

import json
from typing import Any

import pytest

from scripted_model import ScriptedModel, sensible
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.languages import ENGLISH, language_of
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.errors import Invalid
from tradecore.model.steps import Decided, Reported
from tradecore.ports.language import Prompt


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("bei 49,12 Dollar", "bei 49.12 Dollar"),
        ("1.234,5 Punkte", "1234.5 Punkte"),
        ("1\u202f234\u202f567 Stück", "1234567 Stück"),
        ("am 2024-10-10, 20,2 %", "am 2024-10-10, 20.2 %"),
        ("+12,5%, -0,3%", "+12.5%, -0.3%"),
        ("1,234.50 as the desk writes", "1,234.50 as the desk writes"),
        ("49.12", "49.12"),
    ],
)
def test_decimal_commas_are_read(written: str, read: str) -> None:
    assert language_of("de").plain_numbers(written) == read


def test_english_is_left_alone() -> None:
    assert ENGLISH.plain_numbers("49,12") == "49,12"
    assert language_of("zh").plain_numbers("49,12") == "49,12"


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(Invalid, match="choose one of en, zh"):
        language_of("tlh")


async def test_an_analysis_in_german_keeps_true_numbers_and_drops_wrong_ones(given: Any) -> None:
    def answer(prompt: Prompt) -> str:
        made = json.loads(sensible(prompt))
        if prompt.response_format.name == "report" and made["points"]:
            made["points"] = [
                {"text": "Der Kurs schloss bei 49,12.", "cites": ["E1"]},
                {"text": "Der Kurs schloss bei 51,80.", "cites": ["E1"]},
                {"text": "Die Aktie hat in einer Woche 6,3% verloren.", "cites": ["E4"]},
            ]
        return json.dumps(made)

    model = ScriptedModel(answer=answer)
    router = ModelRouter(providers={"test": lambda _: model}, language=language_of("de"))
    desk = Desk(given.desk(given.walk(3)).sources, router)
    brief = desk.resolve(given.brief(depth=1))
    assert desk.label(brief).endswith(", in German")
    steps = await given.thought(desk, brief)
    report = next(step for step in steps if isinstance(step, Reported))
    assert [claim.text for claim in report.points] == [
        "Der Kurs schloss bei 49,12 [E1].",
        "Die Aktie hat in einer Woche 6,3% verloren [E4].",
    ]
    assert "words of direction are checked in English only" in report.markdown
    assert "Write all texts in German" in model.prompts[0].rules
    assert isinstance(steps[-1], Decided)
    assert steps[-1].decision.needs_review is None
