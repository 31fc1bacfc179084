"""Recording the answers of a model in a folder, and replaying them: for tests, demonstrations and measurements."""

import asyncio
import json
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

import msgspec
from attrs import evolve, frozen

from tradecore.model.errors import Unavailable
from tradecore.ports.language import LanguageModel, Prompt, Reply


@frozen
class RecordingModel:
    """Writes each answer of a model to a file of `folder`, named after the prompt; the latest answer wins."""

    model: LanguageModel
    folder: Path

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.model.name

    def max_cost(self, prompt: Prompt) -> Decimal | None:
        """The bound of the model."""
        return self.model.max_cost(prompt)

    async def ask(self, prompt: Prompt) -> Reply:
        """See `LanguageModel`.

        Raises: Unavailable when the folder cannot be written; the errors of the model.
        """
        reply = await self.model.ask(prompt)
        try:
            await asyncio.to_thread(_write, self.folder / _file_name(self.name, prompt), reply)
        except OSError as error:
            raise Unavailable("Answers cannot be recorded; check the folder in TRADECORE_MODEL_RECORD.") from error
        return reply


@frozen
class ReplayModel:
    """Answers from the files of a `RecordingModel`, under the name of its model. Calls cost nothing."""

    name: str
    folder: Path

    def max_cost(self, prompt: Prompt) -> Decimal:
        """Zero."""
        return Decimal(0)

    async def ask(self, prompt: Prompt) -> Reply:
        """The recorded answer to exactly this prompt, at a cost of zero.

        Raises: Unavailable when there is no readable record of it.
        """
        file = self.folder / _file_name(self.name, prompt)
        try:
            reply = msgspec.json.decode(await asyncio.to_thread(file.read_bytes), type=Reply)
        except (OSError, msgspec.MsgspecError) as error:
            raise Unavailable(
                f"No answer of {self.name} to this prompt is recorded as {file.name}; record it again with "
                "TRADECORE_MODEL_RECORD."
            ) from error
        return evolve(reply, call=evolve(reply.call, cost=Decimal(0)))


def _file_name(model: str, prompt: Prompt) -> str:
    response_format = prompt.response_format
    key = [model, prompt.rules, prompt.case, prompt.task, response_format.name, response_format.schema]
    return sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:40] + ".json"


def _write(file: Path, reply: Reply) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Written to a draft and renamed, so that no reader sees a partial file; two writers of one file may be at work.
    handle, draft = mkstemp(suffix=".draft", dir=file.parent)
    with open(handle, "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(reply)))
    Path(draft).replace(file)
