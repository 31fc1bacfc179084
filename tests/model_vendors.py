"""A server with the APIs of OpenAI and Anthropic over a socket, whose answers, counts, refusals and faults tests set.

    async with FakeVendors().serving() as vendors:
        vendors.answer = lambda body: '{"stance": "bullish"}'
        async with open_openai(SecretStr(vendors.key), f"{vendors.url}/v1") as model: ...

Wire formats: https://developers.openai.com/api/reference and https://platform.claude.com/docs/en/api/messages.
"""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any

from attrs import define, field, frozen

from scripted_model import sensible
from tradecore.ports.language import Prompt, ResponseFormat

Body = dict[str, Any]
# Something to ask, in a shape that both vendors take.
SHAPE = ResponseFormat(
    "stance",
    {
        "type": "object",
        "properties": {"stance": {"type": "string", "enum": ["bullish", "bearish"]}, "score": {"type": "number"}},
        "required": ["stance", "score"],
        "additionalProperties": False,
    },
)
PROMPT = Prompt("Keep to the evidence.", "level.1: 875.4", "What is your stance?", SHAPE)

# What vendors keep of a prompt for the next one has at least so many tokens, and at OpenAI comes in such steps.
_KEPT, _STEP = 1024, 128
# What the schema of an answer may not say: structured output has none of it at one vendor or the other.
_BOUNDS = frozenset(
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern format minItems maxItems "
    "uniqueItems minProperties maxProperties patternProperties default".split()
)
# The words of an error, by its status: OpenAI's type and code, Anthropic's type, and what both say.
_ERRORS: dict[int, tuple[str, str | None, str, str]] = {
    400: ("invalid_request_error", None, "invalid_request_error", "This request is not liked."),
    401: ("invalid_request_error", "invalid_api_key", "authentication_error", "Incorrect API key provided: {key}."),
    402: ("insufficient_quota", "insufficient_quota", "billing_error", "Your credit balance is too low."),
    403: ("invalid_request_error", "unsupported_country_region_territory", "permission_error", "Not from there."),
    404: ("invalid_request_error", "model_not_found", "not_found_error", "model: {model}"),
    413: ("invalid_request_error", "context_length_exceeded", "request_too_large", "Too long: {prompt}"),
    429: ("requests", "rate_limit_exceeded", "rate_limit_error", "Rate limit reached for {model}."),
    500: ("server_error", None, "api_error", "The server had an error."),
    503: ("server_error", None, "api_error", "That model is overloaded."),
    529: ("server_error", None, "overloaded_error", "Overloaded"),
}


@frozen
class VendorRequest:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: Body

    @property
    def openai(self) -> bool:
        return self.path.endswith("/chat/completions")


def parts_of(body: Body) -> list[Body]:
    """The blocks of text of either vendor's request, in their order, with their marks."""
    said = [*_blocks(body.get("system", []))]
    for message in body["messages"]:
        said += _blocks(message["content"])
    return said


def text_of(body: Body) -> str:
    """All that a model reads of either vendor's request."""
    return "".join(part["text"] for part in parts_of(body))


def format_of(body: Body) -> str:
    """How either vendor's request asks for the form of its answer: json_schema, json_object or none."""
    asked = body.get("response_format") or body.get("output_config", {}).get("format") or {"type": "none"}
    return str(asked["type"])


def schema_of(body: Body) -> Body:
    """The schema that the answer to either vendor's request has to keep to; that of SHAPE where none is given."""
    if format_of(body) != "json_schema":
        return dict(SHAPE.schema)
    shape: Body = (
        body["response_format"]["json_schema"] if "response_format" in body else body["output_config"]["format"]
    )
    schema: Body = shape["schema"]
    return schema


def _blocks(content: str | list[Body] | None) -> list[Body]:
    """The blocks with text; calls of tools have none."""
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    return [block for block in blocks if "text" in block]


def _tokens(text: str) -> int:
    return len(text) // 4 + 1


def _example(schema: Body) -> Any:
    """Something that keeps to a schema."""
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "object":
        return {name: _example(each) for name, each in schema["properties"].items()}
    if schema["type"] == "array":
        return [_example(schema["items"])]
    return {"string": "word", "number": 0.5, "integer": 1, "boolean": True}[schema["type"]]


def _lax(schema: Any) -> Iterator[str]:
    """What structured output does not take of a schema."""
    if isinstance(schema, list):
        for each in schema:
            yield from _lax(each)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        if schema.get("additionalProperties") is not False:
            yield "additionalProperties has to be false"
        if set(schema.get("required", ())) != set(schema["properties"]):
            yield "required has to name all properties"
    for name, each in schema.items():
        if name in _BOUNDS and not isinstance(each, dict):
            yield f"{name} is not permitted"
        yield from _lax(each)


# By what is in it, the shape that an answer at the desk has.
_SHAPES = {"points": "report", "claims": "argument", "balance": "ruling", "thesis": "plan", "concerns": "concerns"}


def plausible(body: Body) -> str:
    """What a sensible model would say at the desk."""
    text = text_of(body)
    shape = text[text.rindex("The shape of your answer:") :]
    [name] = [name for key, name in _SHAPES.items() if f'"{key}"' in shape]
    return sensible(Prompt("", text, text, ResponseFormat(name, {})))


class _Cut(Exception):
    """The connection ends here."""


@define
class FakeVendors:
    """Both vendors behind one address.

    `faults` are of the next requests, one each, and `always` of all others: a status, a body that comes as a success,
    or `hole` (no answer), `reset`, `html`, `half` (of the JSON), `broken` (off within the body), `empty`,
    `huge` (6 MB), `drip` (a byte now and then), `redirect`, `gzip` (that was not accepted), `no choice`.
    """

    # What the model says to a request, in the form of a request to either vendor.
    answer: Callable[[Body], str] = field(default=lambda body: json.dumps(_example(schema_of(body))))
    finish_reason: str = "complete"  # or truncated, refused
    faults: list[int | str | Body] = field(factory=list)
    always: int | str | Body | None = None
    # The whole message in place of the usual one around a text: OpenAI's message, or Anthropic's content.
    message: Callable[[str], Any] | None = None
    # What the server takes: forms of answers, and names of the parameter that limits them.
    formats: frozenset[str] = frozenset({"json_schema"})
    token_limits: frozenset[str] = frozenset({"max_completion_tokens"})
    # The status and the body of the error for anything else.
    rejection: tuple[int, Callable[[str], Body]] = (400, lambda part: {"error": {"message": f"Unsupported: {part}"}})
    # What a refusal says about itself, over what it usually says: param, message, code ...
    words: Body = field(factory=dict)
    # The header of a 429, in seconds; whoever comes back earlier is sent away again.
    pause: str | None = None
    key: str = "fake-key"
    models: frozenset[str] = frozenset()  # that exist; empty is all
    # What is counted, if it is not the truth: "nothing", or an object in place of the usage.
    counted: str | Body = ""
    writes: bool = False  # whether OpenAI charges for what goes into its cache
    # How long the model thinks about a request, in seconds.
    thinks_for: Callable[[], float] = field(default=lambda: 0.0)
    # While it is cleared, no answer leaves.
    gate: asyncio.Event = field(factory=asyncio.Event)
    arrived: asyncio.Event = field(factory=asyncio.Event)
    gone: asyncio.Event = field(factory=asyncio.Event)
    requests: list[VendorRequest] = field(factory=list)
    in_flight: int = 0
    max_in_flight: int = 0
    early: int = 0
    url: str = ""
    _kept: set[str] = field(factory=set)
    _not_before: float = 0.0
    _ids: "count[int]" = field(factory=lambda: count(1))

    def __attrs_post_init__(self) -> None:
        self.gate.set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["FakeVendors"]:
        """The same, reachable at `url`: OpenAI at url + "/v1", Anthropic at url."""
        talks: set[asyncio.Task[None]] = set()

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task
            talks.add(task)
            with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError, _Cut):
                while True:
                    await self._turn(reader, writer)
            talks.discard(task)
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in tuple(talks):
                task.cancel()
            await asyncio.gather(*talks, return_exceptions=True)

    async def crowded(self, calls: int) -> None:
        """Wait until so many calls are under way."""
        while self.in_flight < calls:
            self.arrived.clear()
            await self.arrived.wait()

    async def _turn(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        _, path, _ = head[0].split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        request = VendorRequest(
            path, headers, json.loads(await reader.readexactly(int(headers.get("content-length", 0))))
        )
        self.requests.append(request)
        self.in_flight += 1
        self.arrived.set()
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        try:
            await self._while_there(reader, self._think())
            fault = self.faults.pop(0) if self.faults else self.always
            status, extra, body = self._reply(request, fault)
            if isinstance(fault, str):
                status, extra, body = await self._spoilt(fault, reader, writer, status, extra, body)
        finally:
            self.in_flight -= 1
        await self._send(writer, status, extra, body)

    async def _think(self) -> None:
        await asyncio.sleep(self.thinks_for())
        await self.gate.wait()

    async def _while_there(self, reader: asyncio.StreamReader, waited: Any) -> None:
        """Wait, unless the other side hangs up first."""
        waiting, listening = asyncio.ensure_future(waited), asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({waiting, listening}, return_when=asyncio.FIRST_COMPLETED)
            if listening.done() and not waiting.done():
                self.gone.set()
                raise _Cut
        finally:
            for each in (waiting, listening):
                each.cancel()
            await asyncio.gather(waiting, listening, return_exceptions=True)

    async def _spoilt(
        self,
        fault: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        status: int,
        extra: Body,
        body: bytes,
    ) -> tuple[int, Body, bytes]:
        """An answer after what went wrong with it."""
        if fault == "hole":
            await self._while_there(reader, asyncio.Event().wait())
        if fault == "reset":
            writer.transport.abort()
            raise _Cut
        if fault == "broken":
            writer.write(_head(status, extra, len(body)) + body[: len(body) // 2])
            await writer.drain()
            raise _Cut
        if fault == "drip":
            writer.write(_head(status, extra, 1_000_000))
            while True:
                writer.write(b" ")
                await self._while_there(reader, asyncio.sleep(0.02))
        if fault == "redirect":
            return 307, {"location": f"{self.url}/elsewhere/chat/completions"}, b""
        if fault == "gzip":
            return status, extra | {"content-encoding": "gzip"}, gzip.compress(body)
        spoilt = {
            "html": b"<html>Bad gateway</html>",
            "half": body[: len(body) // 2],
            "empty": b"",
            "huge": body[:-1] + b" " * 6_000_000 + b"}",
            "no choice": json.dumps({"model": "m", "choices": [], "content": None}).encode(),
        }
        return status, extra, spoilt.get(fault, body)

    async def _send(self, writer: asyncio.StreamWriter, status: int, extra: Body, body: bytes) -> None:
        writer.write(_head(status, extra, len(body)) + body)
        await writer.drain()

    def _unsupported(self, request: VendorRequest) -> str | None:
        """The part of a request that this server does not take."""
        asked = format_of(request.body)
        if asked not in self.formats | {"none"}:
            name = "response_format" if request.openai else "output_config.format"
            return f"{name}.type {asked}"
        limits = {"max_completion_tokens", "max_tokens"} & request.body.keys()
        return next(iter(limits - self.token_limits), None) if request.openai else None

    def _reply(self, request: VendorRequest, fault: int | str | Body | None) -> tuple[int, Body, bytes]:
        """Status, headers and body to a request."""
        id = f"req_{next(self._ids):08d}"
        extra: Body = {"content-type": "application/json"} | (
            {"x-request-id": id, "openai-version": "2020-10-01"} if request.openai else {"request-id": id}
        )
        if isinstance(fault, dict):
            return 200, extra, json.dumps(fault).encode()
        if part := self._unsupported(request):
            status, words_of = self.rejection
            return status, extra, json.dumps(words_of(part)).encode()
        status, words = self._judged(request, fault)
        if status == 200:
            said = self._completion(request.body) if request.openai else self._message(request.body)
            return 200, extra, json.dumps(said, ensure_ascii=False).encode()
        if status == 429 and self.pause is not None:
            extra["retry-after"] = self.pause
            with suppress(ValueError):
                self._not_before = asyncio.get_running_loop().time() + float(self.pause)
        elif status >= 429:
            # Spares the tests the pause that the kits make of themselves.
            extra["retry-after-ms"] = "1"
        type_, code, anthropic, message = _ERRORS.get(status, _ERRORS[400])
        told = {"model": request.body.get("model"), "key": self.key, "prompt": text_of(request.body)}
        words = {"message": message.format(**told)} | words | self.words
        if request.openai:
            error = {"type": type_, "param": None, "code": code} | words
            return status, extra, json.dumps({"error": error}).encode()
        error = {"type": anthropic} | words
        return status, extra, json.dumps({"type": "error", "error": error, "request_id": id}).encode()

    def _judged(self, request: VendorRequest, fault: int | str | None) -> tuple[int, Body]:
        """A status, and what there is to say about it."""
        body = request.body
        if not (request.openai or request.path.endswith("/v1/messages")):
            return 404, {"message": f"Unknown request URL: POST {request.path}"}
        given = request.headers.get("authorization", "").removeprefix("Bearer ") or request.headers.get("x-api-key")
        if given != self.key:
            return 401, {}
        if asyncio.get_running_loop().time() < self._not_before:
            self.early += 1
            return 429, {}
        if isinstance(fault, int):
            return fault, {}
        if self.models and body["model"] not in self.models:
            return 404, {}
        refused = {"temperature", "top_p", *([] if request.openai else ["max_completion_tokens"])} & body.keys()
        if refused:
            return 400, {"message": f"Unsupported parameter: {refused.pop()}"}
        if not all(part["text"].strip() for part in parts_of(body)):
            return 400, {"message": "text content blocks must be non-empty"}
        if format_of(body) == "json_schema" and (lax := next(_lax(schema_of(body)), None)):
            name = "response_format" if request.openai else "output_config.format.schema"
            return 400, {"param": name, "message": f"Invalid schema for {name}: {lax}"}
        return 200, {}

    def _said(self, body: Body, most: int) -> tuple[str, int]:
        """What the model says, and how many tokens that is."""
        text = self.answer(body)
        if self.finish_reason == "truncated":
            return text[: len(text) // 2], most
        return text, _tokens(text)

    def _completion(self, body: Body) -> Body:
        text, output = self._said(body, body.get("max_completion_tokens") or body["max_tokens"])
        prompt = text_of(body)
        kept = max((_shared(prompt, other) for other in self._kept), default=0) // _STEP * _STEP
        cached = kept if kept >= _KEPT else 0
        self._kept.add(prompt)
        details = {"cached_tokens": cached, "audio_tokens": 0}
        if self.writes:
            details["cache_write_tokens"] = _tokens(prompt) // _STEP * _STEP - cached
        refused = self.finish_reason == "refused"
        return self._counted(
            {
                "id": f"chatcmpl-{next(self._ids)}",
                "object": "chat.completion",
                "created": 1_790_000_000,
                "model": f"{body['model']}-2026-01-02",
                "choices": [
                    {
                        "index": 0,
                        "message": self.message(text)
                        if self.message
                        else {
                            "role": "assistant",
                            "content": None if refused else text,
                            "refusal": "I cannot help with that." if refused else None,
                            "annotations": [],
                        },
                        "logprobs": None,
                        "finish_reason": "length" if self.finish_reason == "truncated" else "stop",
                    }
                ],
                "usage": {
                    "prompt_tokens": _tokens(prompt),
                    "completion_tokens": output,
                    "total_tokens": _tokens(prompt) + output,
                    "prompt_tokens_details": details,
                    "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
                },
                "service_tier": "default",
                "system_fingerprint": "fp_fake",
            }
        )

    def _message(self, body: Body) -> Body:
        text, output = self._said(body, body["max_tokens"])
        prompt, read, written = "", 0, 0
        for part in parts_of(body):
            prompt += part["text"]
            if "cache_control" in part and _tokens(prompt) >= _KEPT:
                if prompt in self._kept:
                    read, written = _tokens(prompt), 0
                else:
                    written = _tokens(prompt) - read
                self._kept.add(prompt)
        reason = {"complete": "end_turn", "truncated": "max_tokens", "refused": "refusal"}[self.finish_reason]
        return self._counted(
            {
                "id": f"msg_{next(self._ids):08d}",
                "type": "message",
                "role": "assistant",
                "model": f"{body['model']}-20260102",
                "content": self.message(text) if self.message else [] if self.finish_reason == "refused" else [
                    {"type": "thinking", "thinking": "", "signature": "c2lnbmVk"}, {"type": "text", "text": text}
                ],
                "stop_reason": reason,
                "stop_sequence": None,
                "usage": {
                    "input_tokens": _tokens(prompt) - read - written,
                    "cache_creation_input_tokens": written,
                    "cache_read_input_tokens": read,
                    "cache_creation": {"ephemeral_5m_input_tokens": written, "ephemeral_1h_input_tokens": 0},
                    "output_tokens": output,
                    "service_tier": "standard",
                },
            }
        )  # fmt: skip

    def _counted(self, said: Body) -> Body:
        if self.counted == "nothing":
            del said["usage"]
        elif self.counted:
            said["usage"] = self.counted
        return said


def _shared(one: str, other: str) -> int:
    """How many tokens two prompts begin with in common."""
    alike = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return alike // 4


def _head(status: int, extra: Body, length: int) -> bytes:
    lines = [
        f"HTTP/1.1 {status} X",
        *(f"{name}: {value}" for name, value in extra.items()),
        f"content-length: {length}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()
