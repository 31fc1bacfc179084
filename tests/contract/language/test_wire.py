"""What goes over the wire to each vendor, what is believed of what comes back, and what is told about it."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Awaitable, Callable
from decimal import Decimal
from email.utils import format_datetime
from importlib import import_module

import pytest
from attrs import evolve
from pydantic import SecretStr

from model_vendors import PROMPT, FakeVendors, schema_of
from tradecore.model.errors import Invalid, Refusal, Unavailable
from tradecore.ports.language import FinishReason, LanguageModel, Prompt
from tradecore_adapters import ambient
from tradecore_adapters.language import openai
from tradecore_adapters.language.anthropic import open_anthropic
from tradecore_adapters.language.openai import open_openai
from tradecore_adapters.language.transport import CallLimits

Opening = Callable[..., Awaitable[LanguageModel]]
# Long enough for the caches of the vendors.
LONG = evolve(PROMPT, rules="Keep to the evidence. " * 300, case="level.1: 875.4\n" * 400)


def another_task(prompt: Prompt) -> Prompt:
    return evolve(prompt, task="And what speaks against it?")


async def test_openai_is_asked_in_its_own_words(at: Opening, vendors: FakeVendors) -> None:
    await (await at("openai", "gpt-x", limits=CallLimits(max_tokens=500))).ask(PROMPT)
    (request,) = vendors.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {vendors.key}"
    assert request.headers["accept-encoding"] == "identity"
    assert request.body == {
        "model": "gpt-x",
        "messages": [
            {"role": "system", "content": "Keep to the evidence."},
            {"role": "user", "content": "level.1: 875.4\n\nWhat is your stance?"},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "stance", "schema": PROMPT.response_format.schema, "strict": True},
        },
        "max_completion_tokens": 500,
    }


async def test_anthropic_is_asked_in_its_own_words(at: Opening, vendors: FakeVendors) -> None:
    await (await at("anthropic", "claude-x", limits=CallLimits(max_tokens=500))).ask(PROMPT)
    (request,) = vendors.requests
    kept = {"cache_control": {"type": "ephemeral"}}
    assert request.path == "/v1/messages"
    assert request.headers["authorization"] == f"Bearer {vendors.key}"
    assert request.headers["anthropic-version"]
    assert request.body == {
        "model": "claude-x",
        "system": [{"type": "text", "text": "Keep to the evidence."} | kept],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "level.1: 875.4"} | kept,
                    {"type": "text", "text": "What is your stance?"},
                ],
            }
        ],
        "output_config": {"format": {"type": "json_schema", "schema": PROMPT.response_format.schema}},
        "max_tokens": 500,
    }


async def test_an_effort_is_asked_for_in_each_vendors_own_place(vendor: str, at: Opening, vendors: FakeVendors) -> None:
    await (await at(vendor, limits=CallLimits(effort="low"))).ask(PROMPT)
    body = vendors.requests[0].body
    assert (body["reasoning_effort"] if vendor == "openai" else body["output_config"]["effort"]) == "low"
    assert schema_of(body) == PROMPT.response_format.schema


async def test_a_part_of_a_prompt_may_be_empty(vendor: str, at: Opening, vendors: FakeVendors) -> None:
    reply = await (await at(vendor)).ask(evolve(PROMPT, case=""))
    assert reply.finish_reason is FinishReason.COMPLETE


async def test_what_openai_read_from_its_cache_is_counted_and_cheaper(at: Opening, vendors: FakeVendors) -> None:
    model = await at("openai")
    first, second = (await model.ask(LONG)).call, (await model.ask(another_task(LONG))).call
    assert first.cached_tokens == 0
    assert first.cost == Decimal(2 * first.input_tokens + 8 * first.output_tokens) / 1_000_000
    assert 1024 <= second.cached_tokens < second.input_tokens
    fresh = second.input_tokens - second.cached_tokens
    units = 2 * fresh + Decimal("0.5") * second.cached_tokens + 8 * second.output_tokens
    assert second.cost == units / 1_000_000


async def test_what_goes_into_openais_cache_costs_more_where_it_is_counted(at: Opening, vendors: FakeVendors) -> None:
    vendors.writes = True
    call = (await (await at("openai")).ask(LONG)).call
    written = call.input_tokens // 128 * 128
    units = Decimal("2.5") * written + 2 * (call.input_tokens - written) + 8 * call.output_tokens
    assert call.cost == units / 1_000_000


async def test_what_anthropics_cache_takes_and_gives_is_counted_as_input(at: Opening, vendors: FakeVendors) -> None:
    model = await at("anthropic")
    first, second = (await model.ask(LONG)).call, (await model.ask(another_task(LONG))).call
    prefix = len(LONG.rules + LONG.case) // 4 + 1
    assert first.input_tokens == len(LONG.rules + LONG.case + LONG.task) // 4 + 1
    assert first.cached_tokens == 0
    written = Decimal("2.5") * prefix + 2 * (first.input_tokens - prefix)
    assert first.cost == (written + 8 * first.output_tokens) / 1_000_000
    assert second.cached_tokens == prefix
    read = Decimal("0.5") * prefix + 2 * (second.input_tokens - prefix)
    assert second.cost == (read + 8 * second.output_tokens) / 1_000_000


@pytest.mark.parametrize(
    "counted",
    [
        {"prompt_tokens": 10, "completion_tokens": -1, "input_tokens": 10, "output_tokens": -1},
        {"prompt_tokens": 10**12, "completion_tokens": 1, "input_tokens": 10**12, "output_tokens": 1},
        {"prompt_tokens": "10", "completion_tokens": 1, "input_tokens": "10", "output_tokens": 1},
        {"prompt_tokens": 1.5, "completion_tokens": 1, "input_tokens": 1.5, "output_tokens": 1},
        {"prompt_tokens": 10, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 11},
         "input_tokens": 10, "output_tokens": 1, "cache_read_input_tokens": -1},
        {"total": 11},
    ],
)  # fmt: skip
async def test_a_count_that_cannot_be_true_is_the_worst_one(
    counted: dict[str, object], vendor: str, at: Opening, vendors: FakeVendors
) -> None:
    vendors.counted = counted
    model = await at(vendor)
    call = (await model.ask(PROMPT)).call
    assert call.output_tokens == CallLimits().max_tokens
    assert call.cost == model.max_cost(PROMPT)


async def test_a_model_without_a_price_has_no_cost_and_no_bound(vendor: str, at: Opening, vendors: FakeVendors) -> None:
    model = await at(vendor, "nobody-knows")
    assert model.max_cost(PROMPT) is None
    assert (await model.ask(PROMPT)).call.cost is None


async def test_listed_prices_are_believed_of_the_vendors_own_server_only(vendors: FakeVendors) -> None:
    key = SecretStr("k")
    async with (
        open_openai(key) as ours,
        open_openai(key, openai.API.address) as same,
        open_openai(key, vendors.url) as else_,
    ):
        bound = Decimal("0.0049875")
        assert ours("gpt-4o-mini").max_cost(PROMPT) == same("gpt-4o-mini").max_cost(PROMPT) == bound
        assert else_("gpt-4o-mini").max_cost(PROMPT) is None
    async with open_anthropic(key) as ours, open_anthropic(key, vendors.url) as other:
        assert ours("claude-haiku-5-5").max_cost(PROMPT) == Decimal("0.00415625")
        assert other("claude-haiku-5-5").max_cost(PROMPT) is None


REFUSALS: list[tuple[int, dict[str, object], type[Refusal], str]] = [
    (401, {}, Unavailable, "rejects the key; check {}_API_KEY."),
    (403, {}, Unavailable, "does not permit this use of the key; check the permissions of {}_API_KEY."),
    (402, {}, Unavailable, "requires payment; add credit to the account of {}_API_KEY."),
    (429, {"code": "insufficient_quota", "type": "billing_error"}, Unavailable, "requires payment"),
    (400, {"message": "Your credit balance is too low."}, Unavailable, "requires payment"),
    (404, {}, Invalid, "has no model"),
    (403, {"code": "model_not_found", "type": "model_not_found"}, Invalid, "has no model"),
    (400, {"param": "model", "message": "invalid model ID"}, Invalid, "has no model"),
    (413, {}, Unavailable, "does not accept a prompt of this length"),
    (400, {"code": "context_length_exceeded", "type": "request_too_large"}, Unavailable, "does not accept a prompt"),
    (400, {"param": "response_format"}, Unavailable, "choose a model with structured output."),
    (400, {"message": "output_config.format: not supported"}, Unavailable, "does not support a JSON schema"),
    (400, {"param": "reasoning_effort"}, Unavailable, "does not accept this effort for"),
    (400, {"message": "output_config.effort: not supported"}, Unavailable, "change TRADECORE_MODEL_EFFORT."),
    (400, {}, Unavailable, "rejects the request"),
    (429, {}, Unavailable, "accepts no more requests at present; try again later."),
    (529, {}, Unavailable, "has an outage or is overloaded; try again later."),
]  # fmt: skip


@pytest.mark.parametrize(("status", "words", "refusal", "sentence"), REFUSALS)
async def test_a_refusal_says_who_has_to_do_what(
    status: int, words: dict[str, object], refusal: type[Refusal], sentence: str,
    vendor: str, at: Opening, vendors: FakeVendors,
) -> None:  # fmt: skip
    vendors.always, vendors.words = status, words
    with pytest.raises(refusal) as caught:
        await (await at(vendor, limits=CallLimits(tries=1))).ask(PROMPT)
    assert sentence.format(vendor.upper()) in str(caught.value)
    assert str(caught.value).startswith(f"The server in {vendor.upper()}_BASE_URL ")
    # For the administrator: enough to find the call at the vendor.
    assert f"{vendor}: {status}" in str(caught.value.__cause__)
    assert "req_0000" in str(caught.value.__cause__)


async def test_a_wrong_address_is_no_wrong_model(vendor: str, at: Opening, vendors: FakeVendors) -> None:
    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 18\r\n\r\n404 page not found")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(nothing, "127.0.0.1", 0)
    async with server:
        model = await at(vendor, address=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v2")
        with pytest.raises(Unavailable, match=f"is not at its address; check {vendor.upper()}_BASE_URL"):
            await model.ask(PROMPT)


async def test_nobody_at_the_address(vendor: str, at: Opening) -> None:
    closed = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = closed.sockets[0].getsockname()[1]
    closed.close()
    await closed.wait_closed()
    with pytest.raises(Unavailable, match="cannot be reached"):
        await (await at(vendor, address=f"http://127.0.0.1:{port}", limits=CallLimits(tries=1))).ask(PROMPT)


async def test_F36_a_pause_that_the_vendor_asks_for_is_kept(vendor: str, at: Opening, vendors: FakeVendors) -> None:
    vendors.faults, vendors.pause = [429], "0.4"
    assert (await (await at(vendor)).ask(PROMPT)).finish_reason is FinishReason.COMPLETE
    assert (vendors.early, len(vendors.requests)) == (0, 2)


async def test_a_pause_that_no_call_outlasts_is_not_waited_for(vendor: str, at: Opening, vendors: FakeVendors) -> None:
    vendors.always, vendors.pause = 429, "3600"
    with pytest.raises(Unavailable, match="accepts no more requests at present"):
        await (await at(vendor)).ask(PROMPT)
    assert len(vendors.requests) == 1


async def test_a_call_ends_within_its_whole_time_however_long_a_pause_is_asked_for(
    vendor: str, at: Opening, vendors: FakeVendors
) -> None:
    vendors.always = 429
    vendors.pause = format_datetime(ambient.now().replace(microsecond=0), usegmt=True).replace(
        str(ambient.now().year), str(ambient.now().year + 1)
    )
    with pytest.raises(Unavailable):
        await (await at(vendor, limits=CallLimits(deadline=0.1, pauses=0.1))).ask(PROMPT)


async def test_F35_every_try_into_a_black_hole_ends(vendor: str, at: Opening, vendors: FakeVendors) -> None:
    # Importing the SDK counts to the time of a call.
    import_module(vendor)
    vendors.always = "hole"
    with pytest.raises(Unavailable, match="does not answer in time"):
        await (await at(vendor, limits=CallLimits(deadline=1, tries=2))).ask(PROMPT)
    assert len(vendors.requests) == 2


async def test_an_answer_that_is_too_long_is_not_asked_for_again(
    vendor: str, at: Opening, vendors: FakeVendors
) -> None:
    vendors.always = "huge"
    with pytest.raises(Unavailable, match="an answer of more than 5 MB"):
        await (await at(vendor)).ask(PROMPT)
    assert len(vendors.requests) == 1


async def test_a_redirect_is_not_followed_with_the_key(vendor: str, at: Opening, vendors: FakeVendors) -> None:
    vendors.always = "redirect"
    with pytest.raises(Unavailable, match="is not at its address"):
        await (await at(vendor)).ask(PROMPT)
    assert len(vendors.requests) == 1


async def test_the_environment_decides_neither_where_nor_as_whom_to_ask(
    vendor: str, at: Opening, vendors: FakeVendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = "http://127.0.0.1:9"
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"):
        monkeypatch.setenv(name, nowhere)
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "another-key")
    assert (await (await at(vendor)).ask(PROMPT)).finish_reason is FinishReason.COMPLETE


@pytest.mark.parametrize("opener", [open_openai, open_anthropic])
async def test_a_key_or_an_address_that_is_none_is_said_at_the_start(opener: Callable[..., object]) -> None:
    for key in ("", " ", "sk-\u0430bc", "sk\nab"):
        with pytest.raises(Unavailable, match="_API_KEY is not a valid key"):
            async with opener(SecretStr(key)):  # type: ignore[attr-defined]
                pass
    for address in ("127.0.0.1:11434/v1", "ftp://a.example", "http://", "http://user:word@a.example", "x"):
        with pytest.raises(Unavailable, match="_BASE_URL is not the address"):
            async with opener(SecretStr("k"), address):  # type: ignore[attr-defined]
                pass


async def test_a_server_that_wants_no_key_gets_none_of_anyones(vendors: FakeVendors) -> None:
    vendors.key = "none"
    async with open_openai(None, f"{vendors.url}/v1") as named:
        assert (await named("llama").ask(PROMPT)).finish_reason is FinishReason.COMPLETE


async def test_an_sdk_that_is_not_installed_is_named(vendor: str, at: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, vendor, None)
    with pytest.raises(Unavailable, match=rf"pip install 'tradecore\[{vendor}\]'"):
        await (await at(vendor)).ask(PROMPT)


def test_no_sdk_is_loaded_before_the_first_call() -> None:
    rooms = "openai anthropic concurrency recorded prices"
    imports = ", ".join(f"tradecore_adapters.language.{room}" for room in rooms.split())
    code = f"import sys, {imports}; assert not {{'openai', 'anthropic'}} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


async def test_S67_S68_no_log_holds_a_key_a_prompt_or_an_answer(
    vendor: str, at: Opening, vendors: FakeVendors, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_LOG", "debug")
    monkeypatch.setenv("ANTHROPIC_LOG", "debug")
    caplog.set_level(logging.DEBUG)
    vendors.key = "canary-key"
    vendors.answer = lambda body: '{"stance": "canary-answer"}'
    prompt = Prompt("canary-rules", "canary-case", "canary-task", PROMPT.response_format)
    model = await at(vendor, limits=CallLimits(deadline=0.5, tries=2, pauses=0.1))
    await model.ask(prompt)
    for vendors.always in (401, 413, 500, "hole", "reset", "half"):
        with pytest.raises(Unavailable):
            await model.ask(prompt)
    assert any(record.name.startswith("httpx2") for record in caplog.records), "something was logged at all"
    assert "canary" not in caplog.text
    assert "canary" not in repr(model)
