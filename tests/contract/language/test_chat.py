"""Requests of other programs, passed on to the vendors' servers: what is sent, what is not, and what comes back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from model_vendors import FakeVendors
from tradecore.model.errors import Invalid, Unavailable
from tradecore.ports.language import ChatFormat, ChatModel, ChatRequest, FinishReason, LanguageModel
from tradecore_adapters.language.chat import chat_model
from tradecore_adapters.language.concurrency import ConcurrencyLimit
from tradecore_adapters.language.recorded import RecordingModel, ReplayModel
from tradecore_adapters.language.transport import CallLimits

Opening = Callable[..., Awaitable[LanguageModel]]

FUNCTION = {"type": "function", "function": {"name": "decide", "parameters": {"type": "object"}}}
TOOL = {"name": "decide", "input_schema": {"type": "object"}}
ASKED = [{"role": "user", "content": "Buy or sell?"}]


def chat_of(model: LanguageModel) -> ChatModel:
    chat = chat_model(model)
    assert chat is not None
    return chat


def request(**more: Any) -> ChatRequest:
    return ChatRequest(json.dumps({"model": "another-one", "messages": ASKED, **more}))


@pytest.mark.parametrize(
    ("vendor", "tools", "theirs"),
    [
        ("openai", [FUNCTION], {"type": "web_search_preview"}),
        ("anthropic", [TOOL], {"type": "web_search_20250305", "name": "web_search", "max_uses": 5}),
    ],
)
async def test_a_request_goes_to_the_configured_model_with_its_functions_and_within_the_limits(
    vendor: str, tools: list[Any], theirs: dict[str, Any], at: Opening, vendors: FakeVendors
) -> None:
    vendors.answer = lambda body: "Buy."
    vendors.formats = frozenset()
    sent = request(
        tools=[*tools, theirs],
        max_tokens=10**9,
        n=5,
        stream=True,
        service_tier="priority",
        store=True,
        metadata={"a": 1},
    )
    chat = chat_of(await at(vendor, "model-x", limits=CallLimits(max_tokens=300)))
    reply = await chat.ask(sent)
    [received] = vendors.requests
    assert received.body["model"] == "model-x"
    assert received.body["tools"] == tools
    limit = received.body.get("max_completion_tokens") or received.body["max_tokens"]
    assert limit == 300
    assert {*received.body} <= {"model", "messages", "tools", "max_tokens", "max_completion_tokens"}
    body = json.loads(reply.text)
    if vendor == "openai":
        assert (chat.format, body["choices"][0]["message"]["content"]) == (ChatFormat.CHAT_COMPLETIONS, "Buy.")
    else:
        texts = [block["text"] for block in body["content"] if block["type"] == "text"]
        assert (chat.format, texts) == (ChatFormat.MESSAGES, ["Buy."])
    assert reply.call.model.startswith(f"{vendor}:model-x")
    assert (reply.call.input_tokens > 0, reply.finish_reason) == (True, FinishReason.COMPLETE)


async def test_its_bound_holds_for_what_it_costs(vendor: str, at: Opening, vendors: FakeVendors) -> None:
    long = request(messages=[{"role": "user", "content": "Ä" * 5000}])
    chat = chat_of(await at(vendor))
    bound = chat.max_cost(long)
    reply = await chat.ask(long)
    assert bound is not None
    assert reply.call.cost is not None
    assert 0 < reply.call.cost < bound
    vendors.counted = "nothing"
    assert (await chat.ask(long)).call.cost == bound


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '{"messages": 7}',
        json.dumps(
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x"}}]}]}
        ),
        json.dumps(
            {"messages": [{"role": "user", "content": [{"type": "tool_result", "content": [{"type": "image"}]}]}]}
        ),
        json.dumps({"messages": [{"role": "user", "content": [{"text": "without a type"}]}]}),
    ],
)
async def test_what_is_no_request_or_more_than_text_is_not_sent(
    body: str, vendor: str, at: Opening, vendors: FakeVendors
) -> None:
    chat = chat_of(await at(vendor))
    with pytest.raises(Invalid, match="request"):
        await chat.ask(ChatRequest(body))
    assert vendors.requests == []


async def test_a_server_of_the_older_token_limit_is_asked_again_in_its_words(at: Opening, vendors: FakeVendors) -> None:
    vendors.token_limits = frozenset({"max_tokens"})
    chat = chat_of(await at("openai"))
    await chat.ask(request())
    await chat.ask(request())
    assert ["max_tokens" in received.body for received in vendors.requests] == [False, True, True]


async def test_refusals_are_those_of_prompts_and_hold_no_words_of_the_vendor(
    vendor: str, at: Opening, vendors: FakeVendors
) -> None:
    chat = chat_of(await at(vendor))
    vendors.always = 401
    with pytest.raises(Unavailable, match=r"rejects the key; check [A-Z]+_API_KEY\.$") as refused:
        await chat.ask(request())
    assert vendors.key not in str(refused.value)
    vendors.always = None
    vendors.faults = [503, 429]
    await chat.ask(request())


async def test_limits_on_concurrency_recording_and_replay_hold_for_it_too(
    at: Opening, vendors: FakeVendors, tmp_path: Path
) -> None:
    limited = ConcurrencyLimit(await at("openai"), asyncio.Semaphore(1))
    recorded = chat_of(RecordingModel(limited, tmp_path))
    first, _ = await asyncio.gather(recorded.ask(request(temperature=None)), recorded.ask(request(stop=["x"])))
    assert vendors.max_in_flight == 1
    replay = chat_of(ReplayModel("openai:gpt-priced", tmp_path))
    assert (replay.name, replay.format, replay.max_cost(request())) == ("openai:gpt-priced", recorded.format, 0)
    again = await replay.ask(request(temperature=None))
    assert (again.text, again.call.cost) == (first.text, 0)
    with pytest.raises(Unavailable, match="No answer of openai:gpt-priced"):
        await replay.ask(request(stop=["y"]))
    assert chat_of(ReplayModel("anthropic:c", tmp_path)).format is ChatFormat.MESSAGES
    assert vendors.key not in "".join(file.read_text() for file in tmp_path.iterdir())
