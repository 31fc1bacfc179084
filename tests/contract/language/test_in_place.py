"""What stands before or in place of a model: a second one, a limit on calls at once, and answers that were kept."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from model_vendors import PROMPT, FakeVendors
from tradecore.model.errors import Invalid, Unavailable
from tradecore.ports.language import LanguageModel, Shape
from tradecore_adapters.language.concurrency import ConcurrencyLimit
from tradecore_adapters.language.fallback import Fallback
from tradecore_adapters.language.recorded import Recording, Replay
from tradecore_adapters.language.wire import Terms

Opening = Callable[..., Awaitable[LanguageModel]]
ONE_TRY = Terms(tries=1)


async def test_a_second_model_answers_when_the_first_cannot_be_had(at: Opening, vendors: FakeVendors) -> None:
    vendors.faults = [500]
    model = Fallback(await at("openai", terms=ONE_TRY), await at("anthropic", terms=ONE_TRY))
    assert model.name == "openai:gpt-priced or anthropic:claude-priced"
    assert (await model.ask(PROMPT)).call.model.startswith("anthropic:claude-priced")
    assert (await model.ask(PROMPT)).call.model.startswith("openai:gpt-priced")


async def test_the_second_is_not_asked_what_the_caller_has_to_change(at: Opening, vendors: FakeVendors) -> None:
    vendors.models = frozenset({"claude-priced"})
    model = Fallback(await at("openai"), await at("anthropic"))
    with pytest.raises(Invalid):
        await model.ask(PROMPT)
    assert len(vendors.asked) == 1


async def test_what_both_can_cost_is_the_larger_and_unknown_with_either(at: Opening) -> None:
    cheap, dear, unknown = (
        await at("openai"),
        await at("anthropic", terms=Terms(max_tokens=99_000)),
        await at("openai", "x"),
    )
    assert Fallback(cheap, dear).most(PROMPT) == Fallback(dear, cheap).most(PROMPT) == dear.most(PROMPT)
    assert Fallback(cheap, unknown).most(PROMPT) is None
    assert Fallback(unknown, cheap).most(PROMPT) is None


async def test_places_are_shared_by_all_models_that_have_them(at: Opening, vendors: FakeVendors) -> None:
    places = asyncio.Semaphore(3)
    models = [ConcurrencyLimit(await at(vendor), places) for vendor in ("openai", "anthropic")]
    vendors.gate.clear()
    calls = [asyncio.create_task(models[number % 2].ask(PROMPT)) for number in range(20)]
    await vendors.crowded(3)
    vendors.gate.set()
    await asyncio.gather(*calls)
    assert (vendors.most_at_once, len(vendors.asked)) == (3, 20)


async def test_a_place_comes_back_from_calls_that_fail_or_are_cancelled(at: Opening, vendors: FakeVendors) -> None:
    model = ConcurrencyLimit(await at("openai", terms=ONE_TRY), asyncio.Semaphore(1))
    vendors.faults = [500, "hole"]
    with pytest.raises(Unavailable):
        await model.ask(PROMPT)
    vendors.arrived.clear()
    stuck = asyncio.create_task(model.ask(PROMPT))
    await vendors.arrived.wait()
    waiting = asyncio.create_task(model.ask(PROMPT))
    stuck.cancel()
    assert (await waiting).text


async def test_a_kept_answer_is_given_again_without_asking_anyone(
    at: Opening, vendors: FakeVendors, tmp_path: Path
) -> None:
    model = await at("openai")
    vendors.ending = "cut"
    reply = await Recording(model, tmp_path / "new" / "folder").ask(PROMPT)
    again = await Replay(model.name, tmp_path / "new" / "folder").ask(PROMPT)
    assert again == evolve(reply, call=evolve(reply.call, cost=Decimal(0)))
    assert len(vendors.asked) == 1


async def test_only_the_same_prompt_to_the_same_model_has_the_same_answer(at: Opening, tmp_path: Path) -> None:
    model = await at("openai")
    await Recording(model, tmp_path).ask(PROMPT)
    others = [
        *(evolve(PROMPT, **{part: "other"}) for part in ("rules", "case", "task")),
        evolve(PROMPT, rules=PROMPT.rules + PROMPT.case, case=""),
        evolve(PROMPT, shape=Shape("other", PROMPT.shape.schema)),
        evolve(PROMPT, shape=Shape(PROMPT.shape.name, {"type": "object"})),
    ]
    for other in others:
        with pytest.raises(Unavailable, match="TRADECORE_MODEL_RECORD"):
            await Replay(model.name, tmp_path).ask(other)
    with pytest.raises(Unavailable, match=r"No answer of openai:gpt-y to this prompt has been kept"):
        await Replay("openai:gpt-y", tmp_path).ask(PROMPT)


async def test_answers_to_one_prompt_may_come_side_by_side(at: Opening, tmp_path: Path) -> None:
    model = Recording(await at("openai"), tmp_path)
    await asyncio.gather(*(model.ask(PROMPT) for _ in range(30)))
    assert len(list(tmp_path.iterdir())) == 1
    assert (await Replay(model.name, tmp_path).ask(PROMPT)).text


async def test_a_file_holds_an_answer_and_neither_key_nor_prompt(
    at: Opening, vendors: FakeVendors, tmp_path: Path
) -> None:
    await Recording(await at("openai"), tmp_path).ask(PROMPT)
    (file,) = tmp_path.iterdir()
    kept = json.loads(file.read_text("utf-8"))
    assert set(kept) == {"text", "call", "ending"}
    for secret in (vendors.key, PROMPT.rules, PROMPT.case, PROMPT.task):
        assert secret not in file.read_text("utf-8")


@pytest.mark.parametrize("spoilt", ["", "{}", '{"text": 1}', "\x00"])
async def test_a_file_that_cannot_be_read_is_an_answer_that_is_missing(
    spoilt: str, at: Opening, tmp_path: Path
) -> None:
    model = await at("openai")
    await Recording(model, tmp_path).ask(PROMPT)
    (file,) = tmp_path.iterdir()
    file.write_text(spoilt)
    with pytest.raises(Unavailable, match="record it again"):
        await Replay(model.name, tmp_path).ask(PROMPT)


async def test_a_folder_that_cannot_be_written_is_said(at: Opening, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="check the folder in TRADECORE_MODEL_RECORD"):
        await Recording(await at("openai"), tmp_path / "file").ask(PROMPT)
