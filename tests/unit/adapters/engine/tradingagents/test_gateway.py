"""The gateway of an analysis to language models: who may use it, and what it forwards."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tradecore.engines.budget import Budget
from tradecore.model.errors import OverBudget
from tradecore_adapters.engine.tradingagents import gateway as module
from tradecore_adapters.engine.tradingagents.answers import KeptAnswers
from tradecore_adapters.engine.tradingagents.gateway import Gateway, open_gateway
from trading_agents import FrameworkModel, ScriptedChat, call, message

BODY: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "Argue."}]}


def post(path: str, body: bytes, key: str, method: str = "POST") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nAuthorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body


async def exchange(gateway: Gateway, request: bytes) -> bytes:
    async with asyncio.timeout(30):
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
    return answer


@pytest.mark.parametrize(
    ("request_of", "status"),
    [
        (lambda key: post("/v1/chat/completions", json.dumps(BODY).encode(), key), 200),
        (lambda key: post("/v1/chat/completions", json.dumps(BODY).encode(), "guessed"), 401),
        (lambda key: post("/v1/responses", json.dumps(BODY).encode(), key), 404),
        (lambda key: post("/v1/chat/completions", json.dumps({**BODY, "model": "dearer"}).encode(), key), 404),
        (lambda key: post("/v1/chat/completions", b"[]", key), 404),
        (lambda key: post("/v1/chat/completions", b"{", key), 404),
        (lambda key: post("/v1/chat/completions", b"", key, "GET"), None),
        (lambda key: b"\x16\x03\x01 hello\r\n\r\n", None),
        (lambda key: post("/", b"", key).replace(b"Content-Length: 0", b"Content-Length: 99999999999"), None),
    ],
)
async def test_only_known_requests_with_the_key_are_answered_and_others_cost_nothing(
    request_of: Any, status: int | None
) -> None:
    chat = ScriptedChat(FrameworkModel())
    async with open_gateway({"m": chat}, Budget(), KeptAnswers(None)) as gateway:
        answer = await exchange(gateway, request_of(gateway.key))
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()) if status else answer == b""
    assert chat.asked == (status == 200)


async def test_a_body_without_the_key_is_not_waited_for() -> None:
    async with open_gateway({"m": ScriptedChat(FrameworkModel())}, Budget(), KeptAnswers(None)) as gateway:
        head = post("/v1/chat/completions", b"", "guessed").replace(b"Content-Length: 0", b"Content-Length: 15000000")
        answer = await exchange(gateway, head)
    assert answer.startswith(b"HTTP/1.1 401 ")


async def test_typed_answers_are_told_with_what_they_cost_in_either_format() -> None:
    chat = ScriptedChat(lambda body: message(None, call("PortfolioDecision", rating="Buy")))
    async with open_gateway({"m": chat}, Budget(), KeptAnswers(None)) as gateway:
        await exchange(gateway, post("/v1/chat/completions", json.dumps(BODY).encode(), gateway.key))
        [answered] = gateway.take_calls()
        assert (answered.form, answered.values, answered.call.output_tokens) == (
            "PortfolioDecision", {"rating": "Buy"}, 100,
        )  # fmt: skip
        assert gateway.take_calls() == ()
    blocks = {"content": [{"type": "text", "text": "So"}, {"type": "tool_use", "name": "X", "input": {"a": 1}}]}
    schema = {"response_format": {"type": "json_schema", "json_schema": {"name": "Y"}}}
    assert module._typed(json.dumps(blocks), {}) == ("X", {"a": 1})
    assert module._typed(json.dumps({"choices": [{"message": message('{"b": 2}')}]}), schema) == ("Y", {"b": 2})
    for text in (
        "",
        "[]",
        "null",
        '{"choices": []}',
        '{"content": [7]}',
        '{"choices": [{"message": {"tool_calls": 7}}]}',
    ):
        assert module._typed(text, {}) == ("", {})


async def test_calls_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CALLS", 2)
    chat = ScriptedChat(FrameworkModel())
    async with open_gateway({"m": chat}, Budget(), KeptAnswers(None)) as gateway:
        for _ in range(4):
            await exchange(gateway, post("/v1/chat/completions", json.dumps(BODY).encode(), gateway.key))
        assert isinstance(gateway.failure.result(), OverBudget)
    assert chat.asked == 2


async def test_a_kept_answer_that_no_one_booked_is_booked_by_the_run_that_uses_it(tmp_path: Path) -> None:
    chat = ScriptedChat(FrameworkModel())
    request = json.dumps(BODY).encode()
    costs = []
    for booked in (False, True, False):
        answers, budget = KeptAnswers(tmp_path / "a"), Budget(cap=1)  # type: ignore[arg-type]
        async with open_gateway({"m": chat}, budget, answers) as gateway:
            for _ in range(2):
                await exchange(gateway, post("/v1/chat/completions", request, gateway.key))
            costs.append((sum(answered.call.cost or 0 for answered in gateway.take_calls()), budget.spent))
        if booked:
            await answers.mark_booked()
    # Two equal requests of one run are two calls. A killed run books nothing, the second run does, and the third has to
    # pay nothing.
    assert chat.asked == 2
    assert [(float(told), float(spent)) for told, spent in costs] == [(0.02, 0.02), (0.02, 0.02), (0.0, 0.0)]
    await answers.forget()
    assert not (tmp_path / "a").exists()
