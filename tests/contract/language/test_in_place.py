"""What stands before or in place of a model: a second one, a limit on calls at once, and answers that were kept."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from model_vendors import PROMPT, FakeVendors
from tradecore.engines.desk.fallback import FallbackModel
from tradecore.model.errors import Invalid, Unavailable
from tradecore.ports.language import LanguageModel, ResponseFormat
from tradecore_adapters.language.concurrency import ConcurrencyLimit
from tradecore_adapters.language.recorded import RecordingModel, ReplayModel
from tradecore_adapters.language.transport import CallLimits

Opening = Callable[..., Awaitable[LanguageModel]]
ONE_TRY = CallLimits(tries=1)


async def test_a_second_model_answers_when_the_first_cannot_be_had(at: Opening, vendors: FakeVendors) -> None:
    vendors.faults = [500]
    model = FallbackModel(await at("openai", limits=ONE_TRY), await at("anthropic", limits=ONE_TRY))
    assert model.name == "openai:gpt-priced or anthropic:claude-priced"
    assert (await model.ask(PROMPT)).call.model.startswith("anthropic:claude-priced")
    assert (await model.ask(PROMPT)).call.model.startswith("openai:gpt-priced")


async def test_the_second_is_not_asked_what_the_caller_has_to_change(at: Opening, vendors: FakeVendors) -> None:
    vendors.models = frozenset({"claude-priced"})
    model = FallbackModel(await at("openai"), await at("anthropic"))
    with pytest.raises(Invalid):
        await model.ask(PROMPT)
    assert len(vendors.requests) == 1


async def test_models_with_the_same_semaphore_share_its_limit(at: Opening, vendors: FakeVendors) -> None:
    semaphore = asyncio.Semaphore(3)
    models = [ConcurrencyLimit(await at(vendor), semaphore) for vendor in ("openai", "anthropic")]
    vendors.gate.clear()
    calls = [asyncio.create_task(models[number % 2].ask(PROMPT)) for number in range(20)]
    await vendors.crowded(3)
    vendors.gate.set()
    await asyncio.gather(*calls)
    assert (vendors.max_in_flight, len(vendors.requests)) == (3, 20)


async def test_the_semaphore_is_released_by_calls_that_fail_or_are_cancelled(at: Opening, vendors: FakeVendors) -> None:
    model = ConcurrencyLimit(await at("openai", limits=ONE_TRY), asyncio.Semaphore(1))
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
    vendors.finish_reason = "truncated"
    reply = await RecordingModel(model, tmp_path / "new" / "folder").ask(PROMPT)
    again = await ReplayModel(model.name, tmp_path / "new" / "folder").ask(PROMPT)
    assert again == evolve(reply, call=evolve(reply.call, cost=Decimal(0)))
    assert len(vendors.requests) == 1


async def test_only_the_same_prompt_to_the_same_model_has_the_same_answer(at: Opening, tmp_path: Path) -> None:
    model = await at("openai")
    await RecordingModel(model, tmp_path).ask(PROMPT)
    others = [
        *(evolve(PROMPT, **{part: "other"}) for part in ("rules", "case", "task")),
        evolve(PROMPT, rules=PROMPT.rules + PROMPT.case, case=""),
        evolve(PROMPT, response_format=ResponseFormat("other", PROMPT.response_format.schema)),
        evolve(PROMPT, response_format=ResponseFormat(PROMPT.response_format.name, {"type": "object"})),
    ]
    for other in others:
        with pytest.raises(Unavailable, match="TRADECORE_MODEL_RECORD"):
            await ReplayModel(model.name, tmp_path).ask(other)
    with pytest.raises(Unavailable, match=r"No answer of openai:gpt-y to this prompt is recorded"):
        await ReplayModel("openai:gpt-y", tmp_path).ask(PROMPT)


async def test_answers_to_one_prompt_may_come_side_by_side(at: Opening, tmp_path: Path) -> None:
    model = RecordingModel(await at("openai"), tmp_path)
    await asyncio.gather(*(model.ask(PROMPT) for _ in range(30)))
    assert len(list(tmp_path.iterdir())) == 1
    assert (await ReplayModel(model.name, tmp_path).ask(PROMPT)).text


async def test_a_file_holds_an_answer_and_neither_key_nor_prompt(
    at: Opening, vendors: FakeVendors, tmp_path: Path
) -> None:
    await RecordingModel(await at("openai"), tmp_path).ask(PROMPT)
    (file,) = tmp_path.iterdir()
    kept = json.loads(file.read_text("utf-8"))
    assert set(kept) == {"text", "call", "finish_reason"}
    for secret in (vendors.key, PROMPT.rules, PROMPT.case, PROMPT.task):
        assert secret not in file.read_text("utf-8")


@pytest.mark.parametrize("spoilt", ["", "{}", '{"text": 1}', "\x00"])
async def test_a_file_that_cannot_be_read_is_an_answer_that_is_missing(
    spoilt: str, at: Opening, tmp_path: Path
) -> None:
    model = await at("openai")
    await RecordingModel(model, tmp_path).ask(PROMPT)
    (file,) = tmp_path.iterdir()
    file.write_text(spoilt)
    with pytest.raises(Unavailable, match="record it again"):
        await ReplayModel(model.name, tmp_path).ask(PROMPT)


async def test_a_folder_that_cannot_be_written_is_said(at: Opening, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="check the folder in TRADECORE_MODEL_RECORD"):
        await RecordingModel(await at("openai"), tmp_path / "file").ask(PROMPT)
