"""Answers of one analysis that were paid for, kept until it has ended, so that a later run need not buy them again."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import Any

from attrs import define, field

from tradecore.model.errors import Unavailable
from tradecore.model.ids import AnalysisId
from tradecore.ports.language import ChatRequest, Reply
from tradecore_adapters.language.recorded import read_reply, request_key, write_reply

_DOSSIER = "dossier.json"


@define
class KeptAnswers:
    """The folder of one analysis; None where nothing is kept, such as in a backtest.

    Equal requests of one analysis are told apart by their order.
    """

    folder: Path | None
    _counts: dict[str, int] = field(factory=dict, init=False)
    _unbooked: list[Path] = field(factory=list, init=False)

    @classmethod
    def of(cls, root: Path, analysis: AnalysisId | None) -> "KeptAnswers":
        """The answers of an analysis in a folder below `root`."""
        return cls(root / str(analysis) if analysis else None)

    async def dossier(self) -> Mapping[str, Any] | None:
        """What the first run gave to the framework; None where there was none."""
        if self.folder is None:
            return None
        try:
            document: Mapping[str, Any] = json.loads(await asyncio.to_thread((self.folder / _DOSSIER).read_bytes))
        except (OSError, ValueError):
            return None
        return document

    async def keep_dossier(self, document: Mapping[str, Any]) -> None:
        """Keep what the framework is given. Raises Unavailable where the folder cannot be written."""
        if self.folder is not None:
            await self._written(_write_text, self.folder / _DOSSIER, json.dumps(document))

    def file_of(self, model: str, request: ChatRequest) -> Path | None:
        """The file of the answer to the next request of this kind."""
        if self.folder is None:
            return None
        key = request_key(model, request)
        count = self._counts[key] = self._counts.get(key, 0) + 1
        return self.folder / f"{key}-{count}.json"

    async def reply(self, file: Path | None) -> tuple[Reply, bool] | None:
        """The kept answer, and whether it is booked already; None where there is none."""
        reply = None if file is None else await asyncio.to_thread(read_reply, file)
        if file is None or reply is None:
            return None
        booked = await asyncio.to_thread(_mark_of(file).exists)
        if not booked:
            self._unbooked.append(file)
        return reply, booked

    async def keep(self, file: Path | None, reply: Reply) -> None:
        """Keep an answer before it is used. Raises Unavailable where the folder cannot be written."""
        if file is not None:
            await self._written(write_reply, file, reply)
            self._unbooked.append(file)

    async def mark_booked(self) -> None:
        """Note that the answers so far are booked: with a stored step, or at the end of a run that ends in order."""
        files, self._unbooked = self._unbooked, []
        for file in files:
            with suppress(OSError):
                await asyncio.to_thread(_mark_of(file).touch)

    async def forget(self) -> None:
        """Remove everything, when the analysis is done."""
        if self.folder is not None:
            await asyncio.to_thread(rmtree, self.folder, ignore_errors=True)

    async def _written(self, write: Any, file: Path, content: object) -> None:
        try:
            await asyncio.to_thread(write, file, content)
        except OSError as error:
            raise Unavailable("Answers of language models cannot be kept; check the data folder.") from error


async def forget_ended(root: Path, has_ended: Callable[[AnalysisId], Awaitable[bool]]) -> None:
    """Remove the answers of all analyses below `root` that have ended, such as those of a worker that was killed."""
    for folder in await asyncio.to_thread(lambda: [*root.glob("*/")]):
        if await has_ended(AnalysisId(folder.name)):
            await KeptAnswers(folder).forget()


def _mark_of(file: Path) -> Path:
    return file.with_suffix(".booked")


def _write_text(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text(text)
    draft.replace(file)
