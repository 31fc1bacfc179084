"""Answers kept in a folder, and given again instead of asking anyone: for tests, demonstrations and measurements."""

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
class Recording:
    """Keeps each answer of a model in a file; of two answers to the same prompt the later one."""

    model: LanguageModel
    folder: Path

    @property
    def name(self) -> str:
        """That of the model."""
        return self.model.name

    def most(self, prompt: Prompt) -> Decimal | None:
        """That of the model."""
        return self.model.most(prompt)

    async def ask(self, prompt: Prompt) -> Reply:
        """See the port. Raises Unavailable when the folder cannot be written."""
        reply = await self.model.ask(prompt)
        try:
            await asyncio.to_thread(_keep, self.folder / _file(self.name, prompt), reply)
        except OSError as error:
            raise Unavailable("Answers cannot be kept; check the folder in TRADECORE_MODEL_RECORD.") from error
        return reply


@frozen
class Replay:
    """What a model once answered, in its name. Nobody is asked, and nothing is paid."""

    name: str
    folder: Path

    def most(self, prompt: Prompt) -> Decimal:
        """Nothing."""
        return Decimal(0)

    async def ask(self, prompt: Prompt) -> Reply:
        """The kept answer to exactly this prompt. Raises Unavailable without one."""
        file = self.folder / _file(self.name, prompt)
        try:
            reply = msgspec.json.decode(await asyncio.to_thread(file.read_bytes), type=Reply)
        except (OSError, msgspec.MsgspecError) as error:
            raise Unavailable(
                f"No answer of {self.name} to this prompt has been kept as {file.name}; record it again with "
                "TRADECORE_MODEL_RECORD."
            ) from error
        return evolve(reply, call=evolve(reply.call, cost=Decimal(0)))


def _file(model: str, prompt: Prompt) -> str:
    asked = [model, prompt.rules, prompt.case, prompt.task, prompt.shape.name, prompt.shape.schema]
    return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:40] + ".json"


def _keep(file: Path, reply: Reply) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and moved, so that nobody reads half of it; answers to one prompt may come side by side.
    handle, draft = mkstemp(suffix=".draft", dir=file.parent)
    with open(handle, "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(reply)))
    Path(draft).replace(file)
