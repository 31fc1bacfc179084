"""Recording the answers of a model in a folder, and replaying them: for tests, demonstrations and measurements."""

import asyncio
import json
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import Generic, TypeVar

import msgspec
from attrs import evolve, frozen

from tradecore.model.errors import Unavailable
from tradecore.ports.language import Answering, ChatFormat, ChatModel, ChatRequest, LanguageModel, Prompt, Reply
from tradecore_adapters.language.chat import chat_model
from tradecore_adapters.typed_json import decoder

RequestT = TypeVar("RequestT")


@frozen
class _Recording(Generic[RequestT]):
    model: Answering[RequestT]
    folder: Path

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.model.name

    def max_cost(self, request: RequestT) -> Decimal | None:
        """The bound of the model."""
        return self.model.max_cost(request)

    async def ask(self, request: RequestT) -> Reply:
        """See `LanguageModel`.

        Raises: Unavailable when the folder cannot be written; the errors of the model.
        """
        reply = await self.model.ask(request)
        try:
            await asyncio.to_thread(write_reply, self.folder / _file_name(self.name, request), reply)
        except OSError as error:
            raise Unavailable("Answers cannot be recorded; check the folder in TRADECORE_MODEL_RECORD.") from error
        return reply


@frozen
class RecordingModel(_Recording[Prompt]):
    """Writes each answer of a model to a file of `folder`, named after the prompt; the latest answer wins."""

    model: LanguageModel
    folder: Path

    @property
    def chat(self) -> ChatModel | None:
        """The model for requests of other programs, recorded as well; None where it takes prompts only."""
        chat = chat_model(self.model)
        return None if chat is None else RecordingChat(chat, self.folder)


@frozen
class RecordingChat(_Recording[ChatRequest]):
    """Writes each answer to a request of another program to a file of `folder`, named after the request."""

    model: ChatModel
    folder: Path

    @property
    def format(self) -> ChatFormat:
        """The format of the model."""
        return self.model.format


@frozen
class _Replay(Generic[RequestT]):
    name: str
    folder: Path

    def max_cost(self, request: RequestT) -> Decimal:
        """Zero."""
        return Decimal(0)

    async def ask(self, request: RequestT) -> Reply:
        """The recorded answer to exactly this request, at a cost of zero.

        Raises: Unavailable when there is no readable record of it.
        """
        file = self.folder / _file_name(self.name, request)
        reply = await asyncio.to_thread(read_reply, file)
        if reply is None:
            raise Unavailable(
                f"No answer of {self.name} to this prompt is recorded as {file.name}; record it again with "
                "TRADECORE_MODEL_RECORD."
            )
        return evolve(reply, call=evolve(reply.call, cost=Decimal(0)))


@frozen
class ReplayModel(_Replay[Prompt]):
    """Answers from the files of a `RecordingModel`, under the name of its model. Calls cost nothing."""

    @property
    def chat(self) -> ChatModel:
        """The recorded answers to requests of other programs."""
        return ReplayChat(self.name, self.folder)


@frozen
class ReplayChat(_Replay[ChatRequest]):
    """Answers from the files of a `RecordingChat`, under the name of its model. Calls cost nothing."""

    @property
    def format(self) -> ChatFormat:
        """The format of the provider: that of Anthropic is its own, and all others take that of OpenAI."""
        return ChatFormat.MESSAGES if self.name.startswith("anthropic:") else ChatFormat.CHAT_COMPLETIONS


def _file_name(model: str, request: object) -> str:
    if isinstance(request, ChatRequest):
        return request_key(model, request) + ".json"
    assert isinstance(request, Prompt)
    response_format = request.response_format
    key = [model, request.rules, request.case, request.task, response_format.name, response_format.schema]
    return sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:40] + ".json"


def request_key(model: str, request: ChatRequest) -> str:
    """What a request of another program to a model is filed under: 40 hexadecimal digits."""
    return sha256(f"{model}\n{request.body}".encode(errors="replace")).hexdigest()[:40]


def read_reply(file: Path) -> Reply | None:
    """The reply in a file; None where there is no readable one."""
    try:
        reply: Reply = decoder(Reply).decode(file.read_bytes())
    except (OSError, msgspec.MsgspecError):
        return None
    return reply


def write_reply(file: Path, reply: Reply) -> None:
    """Write a reply to a file, whose folder is made. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # Written to a draft and renamed, so that no reader sees a partial file; two writers of one file may be at work.
    handle, draft = mkstemp(suffix=".draft", dir=file.parent)
    with open(handle, "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(reply)))
    Path(draft).replace(file)
