"""Servers that speak a vendor's API in a dialect of their own, and refusals that stay until somebody acts."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from model_vendors import PROMPT, FakeVendors, format_of
from tradecore.model.errors import Refusal, Unavailable
from tradecore.ports.language import FinishReason, LanguageModel
from tradecore_adapters.language.dialect import AnswerFormat, Dialect, TokenLimit
from tradecore_adapters.language.dialect_memory import DialectMemory
from tradecore_adapters.language.transport import CallLimits

Opening = Callable[..., Awaitable[LanguageModel]]
Body = dict[str, Any]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def unavailable_now(part: str) -> Body:
    return {"error": {"message": "This response_format type is unavailable now", "type": "invalid_request_error"}}


def extra_forbidden(part: str) -> Body:
    detail = [{"type": "extra_forbidden", "loc": ["body", part], "msg": "Extra inputs are not permitted"}]
    return {"object": "error", "message": {"detail": detail}, "type": "invalid_request_error", "code": None}


def plain(part: str) -> Body:
    return {"error": f"'{part}' is not supported"}


def bad_request(part: str) -> Body:
    return {"object": "error", "message": f"{part}: Extra inputs are not permitted", "code": 400}


# Forms of answers that a server takes, its name for the limit of tokens, how it refuses others, and the calls until
# an answer comes. After the vendors' documentation and public issues.
SERVERS: dict[str, tuple[set[str], str, tuple[int, Callable[[str], Body]], int]] = {
    "OpenAI": ({"json_schema", "json_object"}, "max_completion_tokens", (400, plain), 1),
    "DeepSeek": ({"json_object"}, "max_completion_tokens", (400, unavailable_now), 2),
    "Mistral": ({"json_schema", "json_object"}, "max_tokens", (422, extra_forbidden), 2),
    "Ollama": ({"json_schema", "json_object"}, "max_completion_tokens", (400, plain), 1),
    "vLLM": ({"json_schema"}, "max_tokens", (400, bad_request), 2),
    "LM Studio": ({"json_schema"}, "max_completion_tokens", (400, plain), 1),
    "one that takes neither": (set(), "max_tokens", (400, plain), 4),
}


@pytest.mark.parametrize("server", SERVERS)
async def test_what_a_server_does_not_take_is_left_out_and_remembered(
    server: str, at: Opening, vendors: FakeVendors, tmp_path: Path
) -> None:
    formats, limit, rejection, calls = SERVERS[server]
    vendors.formats, vendors.token_limits, vendors.rejection = frozenset(formats), frozenset({limit}), rejection
    memory = DialectMemory(tmp_path / "data" / "servers.json", lambda: NOW)
    model = await at("openai", memory=memory)
    assert (await model.ask(PROMPT)).finish_reason is FinishReason.COMPLETE
    assert len(vendors.requests) == calls
    await asyncio.gather(*(model.ask(PROMPT) for _ in range(3)))
    assert len(vendors.requests) == calls + 3
    # Another process of the same installation, or the same one after a restart.
    await (await at("openai", memory=memory)).ask(PROMPT)
    assert len(vendors.requests) == calls + 4
    assert memory.path.exists() == (calls > 1)
    last = vendors.requests[-1].body
    assert limit in last
    assert format_of(last) in formats | {"none"}


DIALECT = Dialect((AnswerFormat.SCHEMA, AnswerFormat.OBJECT, AnswerFormat.NONE), tuple(TokenLimit))
LEARNT = Dialect((AnswerFormat.OBJECT, AnswerFormat.NONE), (TokenLimit.PLAIN,))


async def test_what_was_remembered_is_of_one_server_and_model_for_a_week(tmp_path: Path) -> None:
    path = tmp_path / "servers.json"
    memory = DialectMemory(path, lambda: NOW)
    await memory.keep(LEARNT, "http://one.example", "m")
    recalled = memory.recall(DIALECT, "http://one.example", "m")
    assert (recalled.formats, recalled.token_limits) == (LEARNT.formats, LEARNT.token_limits)
    for address, model in (("http://one.example", "n"), ("http://two.example", "m")):
        assert memory.recall(DIALECT, address, model) is DIALECT
    later = DialectMemory(path, lambda: NOW + timedelta(days=7))
    assert later.recall(DIALECT, "http://one.example", "m") is DIALECT


@pytest.mark.parametrize("text", ["", "[]", "{", '{"k": 1}', '{"k": {"at": "2026-01-01"}}', "9" * 2_000_000])
async def test_a_file_of_another_form_is_as_if_there_were_none(text: str, tmp_path: Path) -> None:
    path = tmp_path / "servers.json"
    path.write_text(text)
    memory = DialectMemory(path, lambda: NOW)
    assert memory.recall(DIALECT, "http://one.example", "m") is DIALECT
    await memory.keep(LEARNT, "http://one.example", "m")
    assert memory.recall(DIALECT, "http://one.example", "m").formats == LEARNT.formats


async def test_a_folder_that_cannot_be_written_costs_the_memory_and_no_answer(
    at: Opening, vendors: FakeVendors, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    vendors.formats = frozenset({"json_object"})
    model = await at("openai", memory=DialectMemory(tmp_path / "data" / "servers.json", lambda: NOW))
    assert (await model.ask(PROMPT)).finish_reason is FinishReason.COMPLETE


async def test_a_server_with_anthropics_api_may_know_no_schema(at: Opening, vendors: FakeVendors) -> None:
    vendors.formats = frozenset()
    model = await at("anthropic")
    await model.ask(PROMPT)
    await model.ask(PROMPT)
    assert [format_of(request.body) for request in vendors.requests] == ["json_schema", "none", "none"]


@pytest.mark.parametrize("path", ["/v1", "/openai/v1/", "/v1beta/openai", "/api/v1"])
async def test_an_address_may_have_any_path(path: str, at: Opening, vendors: FakeVendors) -> None:
    await (await at("openai", address=f"{vendors.url}{path}")).ask(PROMPT)
    assert vendors.requests[0].path == f"{path.rstrip('/')}/chat/completions"


HIDDEN: list[tuple[Body, str, bool]] = [
    ({"error": {"code": 429, "message": "Rate limited"}}, "accepts no more requests at present", True),
    ({"error": {"code": "rate_limit_exceeded", "message": "x"}}, "accepts no more requests at present", True),
    ({"error": {"code": 502, "message": "x"}, "choices": None}, "has an outage or is overloaded", True),
    ({"error": "Something broke"}, "has an outage or is overloaded", True),
    ({"choices": [{"message": {"content": ""}, "error": {"code": 503}}]}, "has an outage or is overloaded", True),
    ({"type": "error", "error": {"type": "authentication_error", "message": "x"}}, "rejects the key", False),
    ({"error": {"code": 402, "message": "Insufficient credits"}}, "requires payment", False),
    ({"error": {"type": "insufficient_quota", "message": "x"}}, "requires payment", False),
]


@pytest.mark.parametrize(("body", "sentence", "transient"), HIDDEN)
async def test_an_error_inside_a_success_is_an_error(
    body: Body, sentence: str, transient: bool, vendor: str, at: Opening, vendors: FakeVendors
) -> None:
    vendors.always = body
    with pytest.raises(Unavailable, match=sentence) as caught:
        await (await at(vendor, limits=CallLimits(tries=1))).ask(PROMPT)
    assert caught.value.transient is transient


async def test_an_error_inside_a_success_is_tried_again(vendor: str, at: Opening, vendors: FakeVendors) -> None:
    vendors.faults = [{"error": {"code": 429, "message": "x"}}]
    assert (await (await at(vendor)).ask(PROMPT)).finish_reason is FinishReason.COMPLETE
    assert len(vendors.requests) == 2


PERMANENT: list[tuple[int, Body, str]] = [
    (401, {}, "rejects the key"),
    (402, {}, "requires payment"),
    (403, {}, "does not permit this use"),
    (404, {}, "has no model"),
    (429, {"code": "insufficient_quota", "type": "insufficient_quota"}, "requires payment"),
    (400, {"message": "Unknown parameter: foo", "param": "foo"}, "rejects the request"),
]


@pytest.mark.parametrize(("status", "words", "sentence"), PERMANENT)
async def test_a_refusal_that_stays_costs_one_call_however_many_are_made_at_a_time(
    status: int, words: Body, sentence: str, vendor: str, at: Opening, vendors: FakeVendors
) -> None:
    vendors.always, vendors.words = status, words
    model = await at(vendor)
    refusals = await asyncio.gather(*(model.ask(PROMPT) for _ in range(4)), return_exceptions=True)
    assert len(vendors.requests) == 1
    for refusal in refusals:
        assert isinstance(refusal, Refusal)
        assert sentence in str(refusal)
        assert not getattr(refusal, "transient", False)
    # Somebody has acted: the next call finds out.
    vendors.always = None
    assert (await model.ask(PROMPT)).finish_reason is FinishReason.COMPLETE


async def test_calls_do_not_wait_for_a_first_one_that_takes_long(
    vendor: str, at: Opening, vendors: FakeVendors
) -> None:
    vendors.gate.clear()
    model = await at(vendor)
    calls = [asyncio.ensure_future(model.ask(PROMPT)) for _ in range(4)]
    await vendors.crowded(4)
    vendors.gate.set()
    assert len(await asyncio.gather(*calls)) == 4


async def test_a_first_call_that_is_cancelled_holds_nobody_up(vendor: str, at: Opening, vendors: FakeVendors) -> None:
    vendors.gate.clear()
    model = await at(vendor)
    first, second = (asyncio.ensure_future(model.ask(PROMPT)) for _ in range(2))
    await vendors.crowded(1)
    first.cancel()
    vendors.gate.set()
    assert (await second).finish_reason is FinishReason.COMPLETE


async def test_F35_a_call_ends_within_four_times_the_seconds_of_a_try(
    vendor: str, at: Opening, vendors: FakeVendors
) -> None:
    limits = CallLimits(deadline=0.5)
    assert limits.total == 4 * limits.deadline
    vendors.always = "hole"
    with pytest.raises(Unavailable, match="does not answer in time") as caught:
        await (await at(vendor, limits=limits)).ask(PROMPT)
    assert caught.value.transient


@pytest.mark.endurance
async def test_F35_a_server_that_never_answers_gets_one_try_a_call_until_it_answers(
    vendor: str, at: Opening, vendors: FakeVendors
) -> None:
    # A second try begins only while there is time for it, which a busy machine takes away from a shorter deadline.
    model = await at(vendor, limits=CallLimits(deadline=3, pauses=5, tries=2))
    tries = []
    for always in ("hole", "hole", None, "hole"):
        vendors.always, before = always, len(vendors.requests)
        with suppress(Unavailable):
            await model.ask(PROMPT)
        tries.append(len(vendors.requests) - before)
    vendors.always = None
    assert tries == [2, 1, 1, 2]
