"""Answers in the shapes of real models, over the wire of both vendors: read, or called what they are."""

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from model_vendors import PROMPT, FakeVendors
from tradecore.engines.desk.replies import REPORT, InvalidReply, ReportReply
from tradecore.ports.language import FinishReason, LanguageModel
from tradecore_adapters.language.anthropic import API as ANTHROPIC
from tradecore_adapters.language.openai import API as OPENAI
from tradecore_adapters.language.vendor import VendorApi
from tradecore_app.answer_corpus import GOOD, READABLE, STRICT, UNREADABLE

Opening = Callable[..., Awaitable[LanguageModel]]

REPORT_PROMPT = evolve(PROMPT, response_format=REPORT.response_format)
EXPECTED = REPORT.parse(STRICT).reply

TEXT_PART = {"type": "text", "text": STRICT}
TOOL_CALL = {"id": "call_1", "type": "function", "function": {"name": "report", "arguments": STRICT}}
# The whole message of each vendor's format, with the answer where some server or model puts it.
OPENAI_MESSAGES: dict[str, Any] = {
    "a list of one text": {"content": [TEXT_PART]},
    "thinking before the text": {
        "content": [{"type": "thinking", "thinking": [{"type": "text", "text": "{}"}]}, TEXT_PART]
    },
    "reasoning before the text": {"content": [{"type": "reasoning", "text": "{}"}, TEXT_PART]},
    "text in two parts": {"content": [{"type": "text", "text": STRICT[:20]}, {"type": "text", "text": STRICT[20:]}]},
    "parts that are plain texts": {"content": [STRICT]},
    "output text": {"content": [{"type": "output_text", "text": STRICT}]},
    "a tool call without content": {"content": None, "tool_calls": [TOOL_CALL]},
    "a tool call beside empty content": {"content": "", "tool_calls": [TOOL_CALL]},
    "arguments as an object": {"content": None, "tool_calls": [{"function": {"arguments": GOOD}}]},
    "a function call": {"content": None, "function_call": {"name": "report", "arguments": STRICT}},
    "a tool call beside words": {"content": "Let me report that.", "tool_calls": [TOOL_CALL]},
    "content as an object": {"content": GOOD},
    "reasoning in a field of its own": {"content": STRICT, "reasoning_content": "Well, {}."},
    "unknown fields": {"content": STRICT, "audio": None, "reasoning_details": [{"type": "reasoning.text"}]},
}
ANTHROPIC_MESSAGES: dict[str, Any] = {
    "one text": [TEXT_PART],
    "thinking before the text": [{"type": "thinking", "thinking": "{}", "signature": "x"}, TEXT_PART],
    "redacted thinking": [{"type": "redacted_thinking", "data": "x"}, TEXT_PART],
    "text in two parts": [{"type": "text", "text": STRICT[:20]}, {"type": "text", "text": STRICT[20:]}],
    "text with citations": [{**TEXT_PART, "citations": None}],
    "a tool call alone": [{"type": "tool_use", "id": "t", "name": "report", "input": GOOD}],
    "a tool call after blank text": [
        {"type": "text", "text": " "}, {"type": "tool_use", "id": "t", "name": "r", "input": GOOD}
    ],
    "a tool call after words": [
        {"type": "text", "text": "I report."}, {"type": "tool_use", "id": "t", "name": "r", "input": GOOD}
    ],
    "arguments as text": [{"type": "tool_use", "id": "t", "name": "r", "input": STRICT}],
    "a plain text": STRICT,
}  # fmt: skip


def test_the_corpus_has_at_least_sixty_shapes_on_each_wire() -> None:
    for messages in (OPENAI_MESSAGES, ANTHROPIC_MESSAGES):
        assert len(READABLE) + len(UNREADABLE) + len(messages) >= 60


async def read(model: LanguageModel) -> ReportReply:
    reply = await model.ask(REPORT_PROMPT)
    assert reply.finish_reason is FinishReason.COMPLETE
    return REPORT.parse(reply.text).reply


@pytest.mark.parametrize("shape", READABLE)
async def test_what_reads_as_an_answer_is_read(shape: str, vendor: str, at: Opening, vendors: FakeVendors) -> None:
    vendors.answer = lambda body: READABLE[shape][0]
    assert await read(await at(vendor)) == EXPECTED
    assert EXPECTED.score == Decimal("0.40")


@pytest.mark.parametrize("shape", UNREADABLE)
async def test_what_does_not_is_called_what_it_is(shape: str, vendor: str, at: Opening, vendors: FakeVendors) -> None:
    text, reason = UNREADABLE[shape]
    vendors.answer = lambda body: text
    model = await at(vendor)
    with pytest.raises(InvalidReply) as refused:
        await read(model)
    assert refused.value.reason == reason


@pytest.mark.parametrize("shape", OPENAI_MESSAGES)
async def test_openais_messages_are_read_wherever_the_answer_stands(
    shape: str, at: Opening, vendors: FakeVendors
) -> None:
    vendors.message = lambda text: {"role": "assistant", **OPENAI_MESSAGES[shape]}
    assert await read(await at("openai")) == EXPECTED


@pytest.mark.parametrize("shape", ANTHROPIC_MESSAGES)
async def test_anthropics_messages_are_read_wherever_the_answer_stands(
    shape: str, at: Opening, vendors: FakeVendors
) -> None:
    vendors.message = lambda text: ANTHROPIC_MESSAGES[shape]
    assert await read(await at("anthropic")) == EXPECTED


async def test_a_refusal_in_a_part_is_a_refusal(at: Opening, vendors: FakeVendors) -> None:
    vendors.message = lambda text: {"content": [{"type": "refusal", "refusal": "No."}]}
    assert (await (await at("openai")).ask(REPORT_PROMPT)).finish_reason is FinishReason.REFUSED


async def test_no_content_at_all_is_an_empty_answer(vendor: str, at: Opening, vendors: FakeVendors) -> None:
    vendors.message = lambda text: {"content": None} if vendor == "openai" else []
    with pytest.raises(InvalidReply) as refused:
        await read(await at(vendor))
    assert refused.value.reason == "its last answer was empty"
    assert json.loads(STRICT) == GOOD


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("length", FinishReason.TRUNCATED),
        ("MAX_TOKENS", FinishReason.TRUNCATED),
        ("model_length", FinishReason.TRUNCATED),
        ("SAFETY", FinishReason.REFUSED),
        ("eos", FinishReason.COMPLETE),
    ],
)
def test_a_server_may_pass_on_the_word_of_another_vendor_for_the_end(word: str, reason: FinishReason) -> None:
    body = {"model": "m", "choices": [{"message": {"content": STRICT}, "finish_reason": word}]}
    assert OPENAI.read(json.dumps(body).encode()).finish_reason is reason


@pytest.mark.parametrize("api", [OPENAI, ANTHROPIC], ids=["openai", "anthropic"])
def test_half_a_character_and_a_byte_order_mark_cost_no_answer(api: VendorApi) -> None:
    half = STRICT.replace("up.", "up \\ud83d.")
    message = {"choices": [{"message": {"content": half}}]} if api is OPENAI else {"content": half}
    escaped = json.dumps(message).replace("\\\\ud83d", "\\ud83d")
    assert "\\ud83d" in escaped
    assert REPORT.parse(api.read(b"\xef\xbb\xbf" + escaped.encode()).text).reply.score == Decimal("0.4")
