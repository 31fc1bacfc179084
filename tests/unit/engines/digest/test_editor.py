"""The editor writes stories in batches, within its budget, and keeps to what the items state."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import define, field

from tradecore.engines.digest.categories import category_of
from tradecore.engines.digest.digest import select_news
from tradecore.engines.digest.edition import Edition
from tradecore.engines.digest.editor import DigestEditor
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.selection import Selection
from tradecore.engines.digest.stories import assign_stories
from tradecore.model.errors import Unavailable
from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief, RawItem
from tradecore.model.usage import Call
from tradecore.ports.language import FinishReason, Prompt, Reply

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
NAMES = ["Halvard", "Quillon", "Vestmark", "Osterline", "Fernkey", "Aldebit", "Riverbank"]


def selection(count: int, text: str = "") -> Selection:
    items = [
        identify(
            RawItem(
                source=f"S{at}",
                title=f"{name} fined $1{at}M by court",
                summary=text,
                url=f"https://s{at}.example/{at}",
                published_at=NOON - timedelta(minutes=at),
            ),
            NOON,
        )
        for at, name in enumerate(NAMES[:count])
    ]
    return select_news(DigestBrief(user_id=UserId("u"), hours=1), assign_stories(items, ()), (), NOON)


def edited(title: str, number: int) -> dict[str, object]:
    name, _, amount = title.split(" ")[:3]
    return {
        "number": number,
        "happened": f"{name} has to pay {amount}.",
        "matters": "It is the first fine of its kind.",
        "category": "Regulation & Legal",
        "importance": number,
    }


def honest(prompt: Prompt) -> str:
    """What a model that keeps to the rules answers."""
    if prompt.response_format.name == "summary":
        first = prompt.task.splitlines()[0]
        return json.dumps({"lines": [{"text": first.split(". ")[1] + ".", "stories": [1]}]})
    titles = re.findall(r"^- S\d: (.*)$", prompt.task, re.MULTILINE)
    return json.dumps({"stories": [edited(title, at) for at, title in enumerate(titles, 1)]})


@define
class EditingModel:
    """A model that answers by a function of the prompt."""

    answer: Callable[[Prompt], str] = honest
    price: Decimal | None = Decimal("0.01")
    finish_reason: FinishReason = FinishReason.COMPLETE
    prompts: list[Prompt] = field(factory=list)
    name: str = "acme:editor-1"

    def max_cost(self, prompt: Prompt) -> Decimal | None:
        return self.price

    async def ask(self, prompt: Prompt) -> Reply:
        self.prompts.append(prompt)
        return Reply(self.answer(prompt), Call(self.name, 1, 0, 1, self.price), self.finish_reason)


async def test_stories_are_edited_in_batches_and_summarised() -> None:
    model, chosen = EditingModel(), selection(7)
    edition = await DigestEditor(model).edit(chosen)
    assert edition is not None
    assert set(edition.stories) == {story.id for story in chosen.stories}
    assert [prompt.response_format.name for prompt in model.prompts] == ["stories", "stories", "summary"]
    assert edition.summary[0].stories == (chosen.stories[0].id,)
    assert all("has to pay $1" in story.happened for story in edition.stories.values())
    assert "Write in English." in model.prompts[0].case


async def test_a_version_of_a_story_is_paid_for_once_and_a_language_is_a_version_of_its_own() -> None:
    model = EditingModel()
    editor = DigestEditor(model)
    first = await editor.edit(selection(2))
    again = await editor.edit(selection(2))
    assert first is not None
    assert again is not None
    assert (again.stories, again.summary) == (first.stories, first.summary)
    assert [prompt.response_format.name for prompt in model.prompts] == ["stories", "summary"]
    await editor.edit(selection(2, "More is known."), "en")
    await editor.edit(selection(2), "de")
    assert [prompt.response_format.name for prompt in model.prompts].count("stories") == 3


async def test_a_version_whose_sentences_all_failed_is_not_paid_for_again() -> None:
    model = EditingModel(lambda prompt: honest(prompt).replace("has to pay $11M", "has to pay $99M"))
    editor = DigestEditor(model)
    first, again = await editor.edit(selection(2)), await editor.edit(selection(2))
    assert again == first
    assert first is not None
    assert len(first.stories) == 1
    assert len(model.prompts) == 1
    await editor.edit(selection(2, "More is known."))
    assert len(model.prompts) == 2


async def test_a_story_is_asked_about_again_when_its_answer_was_missing() -> None:
    model = EditingModel(lambda _: "I cannot help with that.")
    editor = DigestEditor(model)
    await editor.edit(selection(1))
    await editor.edit(selection(1))
    assert len(model.prompts) == 2


async def test_an_answer_with_a_story_twice_keeps_the_one_that_passes() -> None:
    def answer(prompt: Prompt) -> str:
        [story] = json.loads(honest(prompt))["stories"]
        return json.dumps({"stories": [story, {**story, "happened": "Halvard has to pay $99M."}]})

    model = EditingModel(answer)
    editor = DigestEditor(model)
    first, again = await editor.edit(selection(1)), await editor.edit(selection(1))
    assert first == again
    assert first is not None
    assert len(first.stories) == 1
    assert len(model.prompts) == 1


@pytest.mark.parametrize(("summary", "summaries"), [('{"lines": [{"text": "It ended.", "stories": [1]}]}', 1), ("", 2)])
async def test_a_summary_without_a_line_that_passed_is_not_paid_for_again(summary: str, summaries: int) -> None:
    model = EditingModel(lambda prompt: summary if prompt.response_format.name == "summary" else honest(prompt))
    editor = DigestEditor(model)
    for _ in range(2):
        edition = await editor.edit(selection(2))
        assert edition is not None
        assert edition.summary == ()
    assert [prompt.response_format.name for prompt in model.prompts].count("summary") == summaries


@pytest.mark.parametrize(
    ("budget", "price", "calls"), [("0.01", "0.01", 1), ("0.009", "0.01", 0), ("5", None, 0), (None, None, 3)]
)
async def test_a_digest_costs_no_more_than_its_budget(budget: str | None, price: str | None, calls: int) -> None:
    model = EditingModel(price=None if price is None else Decimal(price))
    edition = await DigestEditor(model, None if budget is None else Decimal(budget)).edit(selection(7))
    assert len(model.prompts) == calls
    assert edition is not None
    assert (not edition.stories) is (calls == 0)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: f"<think>hmm {{}}</think>Here you go:\n```json\n{text}\n```\nAnything else?",
        lambda text: text.replace('"importance": 1', "importance: '1/5',"),
        lambda text: text.replace("Regulation & Legal", "Law"),
        lambda text: text.replace('"matters": "It is the first fine of its kind."', '"matters": null'),
        lambda text: text.replace("It is the first", "As Zyxel said, it is the 3rd"),
    ],
)
async def test_a_sloppy_answer_is_read_as_far_as_it_goes(spoil: Callable[[str], str]) -> None:
    edition = await DigestEditor(EditingModel(lambda prompt: spoil(honest(prompt)))).edit(selection(1))
    assert edition is not None
    [story] = edition.stories.values()
    assert story.happened == "Halvard has to pay $10M."
    assert "Zyxel" not in story.matters


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I cannot help with that.",
        '{"stories": "none"}',
        '{"stories": [{"number": 1, "happened": "Halvard has to pay $99M."}]}',
        '{"stories": [{"number": 1, "happened": "Quillon has to pay $10M."}]}',
        '{"stories": [{"number": 9, "happened": "Halvard has to pay $10M."}]}',
        '{"stories": [{"number": 1, "happened": "Halvard does not have to pay."}]}',
        '{"stories": [{"number": 1, "happened": "It is what the story says."}]}',
        "{" * 300_000,
        '{"stories": [{"number": 1, "happened": "' + "Halvard " * 100 + '"}]}',
        '{"stories": [[1, 2], null, {"number": {}, "happened": 7}]}',
        '{"stories": ' * 30,
    ],
)
async def test_an_answer_that_states_something_else_or_nothing_leaves_the_extract(answer: str) -> None:
    edition = await DigestEditor(EditingModel(lambda _: answer)).edit(selection(1))
    assert edition == Edition("acme:editor-1")


async def test_a_category_or_importance_that_cannot_be_read_is_left_to_the_rules() -> None:
    def answer(prompt: Prompt) -> str:
        return honest(prompt).replace("Regulation & Legal", "Courts").replace('"importance": 1', '"importance": "high"')

    chosen = selection(1)
    edition = await DigestEditor(EditingModel(answer)).edit(chosen)
    assert edition is not None
    [story] = edition.stories.values()
    assert story.category is category_of(chosen.stories[0].items)
    assert story.importance is None


async def test_a_truncated_answer_gives_its_complete_stories() -> None:
    model = EditingModel(lambda prompt: honest(prompt)[:-40], finish_reason=FinishReason.TRUNCATED)
    edition = await DigestEditor(model).edit(selection(3))
    assert edition is not None
    assert len(edition.stories) == 2


async def test_a_model_that_is_unavailable_for_a_batch_leaves_the_others() -> None:
    def answer(prompt: Prompt) -> str:
        if "Halvard" in prompt.task:
            raise Unavailable("The vendor is down.")
        return honest(prompt)

    edition = await DigestEditor(EditingModel(answer)).edit(selection(7))
    assert edition is not None
    assert len(edition.stories) == 2
    assert edition.summary == ()


async def test_a_summary_line_about_something_else_is_left_out() -> None:
    def answer(prompt: Prompt) -> str:
        if prompt.response_format.name == "stories":
            return honest(prompt)
        lines = [
            {"text": "Courts fined Halvard $10M and Quillon $11M.", "stories": [1, 2, 2]},
            {"text": "Courts fined Halvard $77M.", "stories": [1]},
            {"text": "Courts fined Halvard $11M and Quillon $10M.", "stories": [1, 2]},
            {"text": "It was a day of many stories.", "stories": [1, 2]},
            {"text": "Nothing else.", "stories": [44]},
        ]
        return json.dumps({"lines": lines})

    chosen = selection(2)
    edition = await DigestEditor(EditingModel(answer)).edit(chosen)
    assert edition is not None
    assert [(line.text, line.stories) for line in edition.summary] == [
        ("Courts fined Halvard $10M and Quillon $11M.", tuple(story.id for story in chosen.stories))
    ]
