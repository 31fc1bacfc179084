"""The gateway of one analysis to language models: a server on this machine that forwards requests and pays for them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from hmac import compare_digest
from typing import Any

from attrs import define, evolve, field, frozen

from tradecore.model.errors import Invalid, OverBudget, Refusal
from tradecore.model.usage import Call
from tradecore.ports.engine import Budget
from tradecore.ports.language import ChatFormat, ChatModel, ChatRequest, FinishReason, Reply
from tradecore_adapters.ambient import new_secret
from tradecore_adapters.engine.tradingagents.answers import KeptAnswers

_HOST = "127.0.0.1"
_MAX_HEADER, _MAX_BODY = 32_768, 16_000_000
# The framework makes one call at a time; what else connects is another program of this machine.
_MAX_CONNECTIONS = 64
# One analysis has at most so many calls: a model that asks for data in every answer must not go on for ever.
MAX_CALLS = 200
_PATHS: Mapping[ChatFormat, str] = {ChatFormat.CHAT_COMPLETIONS: "/chat/completions", ChatFormat.MESSAGES: "/messages"}


@frozen
class AnsweredCall:
    """A call of the framework: what it used, how it ended, and the typed answer, if there was one.

    `form` is the name of the type, such as `PortfolioDecision`, and `values` are its fields, which are not validated.
    """

    call: Call
    finish_reason: FinishReason
    form: str = ""
    values: Mapping[str, Any] = field(factory=dict, hash=False)


@define(eq=False)
class Gateway:
    """The open gateway at `port`. Requests authenticate with `key`; `models` are those that they may name.

    `failure` gets the refusal that ended the analysis: no call is passed on after it.
    """

    models: Mapping[str, ChatModel]
    budget: Budget
    answers: KeptAnswers
    key: str = field(factory=new_secret)
    port: int = field(default=0, init=False)
    failure: "asyncio.Future[Refusal]" = field(factory=lambda: asyncio.get_running_loop().create_future(), init=False)
    _calls: list[AnsweredCall] = field(factory=list, init=False)
    _count: int = field(default=0, init=False)

    def take_calls(self) -> tuple[AnsweredCall, ...]:
        """The calls since they were last taken, oldest first."""
        calls, self._calls = tuple(self._calls), []
        return calls

    def accepts(self, key: str) -> bool:
        """Whether this is the key."""
        return compare_digest(key.encode(), self.key.encode())

    async def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to a request that came with the key."""
        try:
            document = json.loads(body)
        except ValueError:
            document = None
        model = self.models.get(str(document.get("model"))) if isinstance(document, dict) else None
        if model is None or not path.endswith(_PATHS[model.format]):
            return 404, _error("There is no such model or path.")
        if self.failure.done():
            return 400, _error("The analysis has ended.")
        try:
            reply = await self._reply(model, document)
        except Refusal as refusal:
            if not self.failure.done():
                self.failure.set_result(refusal)
            return 400, _error("The call was refused.")
        self._calls.append(_answered(reply, document))
        return 200, reply.text.encode(errors="replace")

    async def _reply(self, model: ChatModel, document: Mapping[str, Any]) -> Reply:
        self._count += 1
        if self._count > MAX_CALLS:
            raise OverBudget(f"The analysis needs more than {MAX_CALLS} calls of language models.")
        request = ChatRequest(json.dumps(document, sort_keys=True))
        file = self.answers.file_of(model.name, request)
        kept = await self.answers.reply(file)
        if kept is None:
            reply = await self.budget.ask(model, request)
            await self.answers.keep(file, reply)
            return reply
        reply, booked = kept
        if booked:
            return evolve(reply, call=evolve(reply.call, cost=reply.call.cost and reply.call.cost * 0))
        return await self.budget.ask(_Kept(model.name, reply), request)


@frozen
class _Kept:
    """An answer that an earlier run paid for, and that it did not book before it was interrupted."""

    name: str
    reply: Reply

    def max_cost(self, request: ChatRequest) -> Decimal | None:
        return self.reply.call.cost

    async def ask(self, request: ChatRequest) -> Reply:
        return self.reply


@asynccontextmanager
async def open_gateway(models: Mapping[str, ChatModel], budget: Budget, answers: KeptAnswers) -> AsyncIterator[Gateway]:
    """Open the gateway of an analysis; when the context ends, calls in flight are abandoned."""
    gateway = Gateway(models, budget, answers)
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(serving) >= _MAX_CONNECTIONS:
            writer.close()
            return
        serving.add(task)
        try:
            # What the framework sends is its own affair, and the end of the analysis cancels what is in flight.
            with suppress(OSError, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError, Invalid):
                while await _serve_one(gateway, reader, writer):
                    pass
        finally:
            serving.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, _HOST, 0, limit=_MAX_HEADER)
    gateway.port = server.sockets[0].getsockname()[1]
    try:
        yield gateway
    finally:
        server.close()
        for task in (left := [*serving]):
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _serve_one(gateway: Gateway, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Answer one request of a connection. False at its end. Raises Invalid for what is no request."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, _, rest = first.partition(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = headers.get("content-length", "0")
    if method != "POST" or not length.isdecimal() or int(length) > _MAX_BODY:
        raise Invalid.one("request", "This gateway takes requests of language models only.")
    authenticated = gateway.accepts(
        headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
    )
    status, answer = 401, _error("This key is not valid.")
    if authenticated:
        # Other programs of this machine may send much; only what comes with the key is read.
        body = await reader.readexactly(int(length))
        status, answer = await gateway.answer(rest.partition(" ")[0].partition("?")[0], body)
    writer.write(
        f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
        + answer
    )
    await writer.drain()
    return authenticated and headers.get("connection", "").lower() != "close"


def _error(message: str) -> bytes:
    return json.dumps({"type": "error", "error": {"type": "invalid_request_error", "message": message}}).encode()


def _answered(reply: Reply, request: Mapping[str, Any]) -> AnsweredCall:
    form, values = _typed(reply.text, request)
    return AnsweredCall(reply.call, reply.finish_reason, form, values)


def _typed(text: str, request: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Name and fields of the typed answer in a body of either format; empty where there is none."""
    try:
        body = json.loads(text)
        if "choices" in body:
            message = body["choices"][0]["message"]
            for tool in message.get("tool_calls") or ():
                return _named(tool["function"]["name"], tool["function"]["arguments"])
            schema = (request.get("response_format") or {}).get("json_schema")
            return _named(schema["name"], message["content"]) if schema else ("", {})
        for block in body.get("content") or ():
            if block.get("type") == "tool_use":
                return _named(block["name"], block["input"])
    except (ValueError, LookupError, TypeError, AttributeError):
        pass
    return "", {}


def _named(name: object, values: object) -> tuple[str, Mapping[str, Any]]:
    parsed = json.loads(values) if isinstance(values, str) else values
    return (str(name), parsed) if isinstance(parsed, dict) else ("", {})
