"""The embeddings port over a local server with OpenAI's API, well behaved and otherwise, and stories by meaning."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from attrs import define, field
from click.testing import CliRunner
from pydantic import SecretStr
from structlog.testing import capture_logs

from opening import open_adapter
from tradecore.engines.digest.semantic import YARDSTICK
from tradecore.model.errors import Invalid, Unavailable
from tradecore.ports.embeddings import Embeddings
from tradecore.testing import EmbeddingsSuite
from tradecore_adapters.embeddings.openai import OpenAiEmbeddings
from tradecore_app import open_tradecore
from tradecore_app.commands.doctor import doctor
from tradecore_app.registry import rows

# What a text is about, as the axis of its vector.
AXES = ("fine", "penalty", "harvest", "office")


def vector_of(text: str) -> list[float]:
    """Words of punishment point in nearly one direction, all others in directions of their own."""
    values = [float(text.lower().count(word)) for word in AXES]
    values[1] = values[0] = values[0] + values[1]
    rest = [float(text == headline) for headline in YARDSTICK]
    return [*values, *rest, 0.01]


@define
class EmbeddingServer:
    """A server of `POST /v1/embeddings`; `spoil` changes the status and the body of its answers."""

    spoil: Callable[[dict[str, Any]], tuple[int, object]] = field(default=lambda answer: (200, answer))
    requests: list[dict[str, Any]] = field(factory=list)
    url: str = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["EmbeddingServer"]:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        async with server:
            yield self

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length")
        )
        request = json.loads(await reader.readexactly(length))
        self.requests.append({**request, "head": head})
        # In an order of its own, as servers may send them.
        data = [{"index": at, "embedding": vector_of(text)} for at, text in enumerate(request["input"])][::-1]
        status, answer = self.spoil({"object": "list", "data": data, "model": request["model"]})
        body = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def opened(server: EmbeddingServer) -> AsyncIterator[OpenAiEmbeddings]:
    async with server.serving(), httpx2.AsyncClient() as client:
        yield OpenAiEmbeddings(client, "small-1", server.url, SecretStr("a-key"))


class TestEmbeddings(EmbeddingsSuite):
    @pytest.fixture(params=sorted(rows("embeddings")))
    async def embeddings(
        self, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> AsyncIterator[Embeddings]:
        server = EmbeddingServer()
        async with server.serving():
            # The only row reads the address of OpenAI's API.
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            async with open_adapter("embeddings", f"{request.param}:small-1", data=tmp_path) as model:
                yield model


async def test_texts_have_vectors_in_their_order_and_long_lists_go_in_parts() -> None:
    server = EmbeddingServer()
    async with opened(server) as embeddings:
        texts = [f"fine {'fine ' * (at % 7)}" for at in range(150)]
        vectors = await embeddings.embed(texts)
        assert [list(vector) for vector in vectors] == [vector_of(text) for text in texts]
        assert await embeddings.embed([]) == ()
        assert len({len(vector) for vector in await embeddings.embed(["", "\ud800", "x" * 100_000])}) == 1
    assert [len(request["input"]) for request in server.requests] == [64, 64, 22, 3]
    assert {request["model"] for request in server.requests} == {"small-1"}
    assert "authorization: bearer a-key" in server.requests[0]["head"].lower()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: (500, answer),
        lambda answer: (200, "no JSON"),
        lambda answer: (200, {"data": answer["data"][1:]}),
        lambda answer: (200, {"data": [{**each, "embedding": []} for each in answer["data"]]}),
        lambda answer: (200, {"data": [{**each, "embedding": "base64"} for each in answer["data"]]}),
        lambda answer: (200, json.dumps(answer).replace("0.01", "1e999")),
        lambda answer: (200, {"data": [{**each, "embedding": [1.0] * (each["index"] + 1)} for each in answer["data"]]}),
    ],
)
async def test_a_server_that_fails_or_answers_with_nonsense_is_unavailable(
    spoil: Callable[[dict[str, Any]], tuple[int, object]],
) -> None:
    async with opened(EmbeddingServer(spoil)) as embeddings:
        with pytest.raises(Unavailable) as refused:
            await embeddings.embed(["one", "two"])
    assert "a-key" not in str(refused.value)


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    async with httpx2.AsyncClient() as client:
        with pytest.raises(Unavailable, match="cannot be reached"):
            await OpenAiEmbeddings(client, "small-1", "http://127.0.0.1:9").embed(["one"])


def wire(folder: Path) -> str:
    """Two outlets on one event in other words, and one on another event."""
    moment = datetime.now(UTC) - timedelta(minutes=30)
    settings = []
    for name, title in (
        ("alpha", "Halvard fined by court"),
        ("beta", "Penalty for Ohio lender"),
        ("gamma", "Rich harvest"),
    ):
        file = folder / f"{name}.jsonl"
        row = {"title": title, "url": f"https://{name}.example/1", "published_at": moment.isoformat()}
        file.write_text(json.dumps(row), "utf-8")
        settings.append(f"file:{file}")
    return ",".join(settings)


@pytest.mark.parametrize(("status", "stories"), [(200, 2), (503, 3)])
async def test_reports_in_other_words_are_one_story_and_a_failing_server_leaves_words(
    tmp_path: Path, status: int, stories: int
) -> None:
    server = EmbeddingServer(lambda answer: (status, answer))
    async with (
        server.serving(),
        open_tradecore(
            data=tmp_path,
            store="memory:",
            news=wire(tmp_path),
            embeddings="openai:small-1",
            openai_base_url=server.url,
        ) as desk,
    ):
        await desk.core.gather_news()
        assert f"3 items · {stories} stories" in (await desk.digest(24, "me")).markdown
    # A failing server is left alone for a while.
    assert len(server.requests) == 1 if status == 503 else server.requests


def all_alike(answer: dict[str, Any]) -> tuple[int, object]:
    """The same vector for each text, as a server without its weights gives."""
    return 200, {"data": [{**each, "embedding": [0.6, 0.8]} for each in answer["data"]]}


async def test_a_model_to_which_all_texts_are_alike_joins_nothing_and_the_log_says_so_once(tmp_path: Path) -> None:
    server = EmbeddingServer(all_alike)
    with capture_logs() as logged:
        async with (
            server.serving(),
            open_tradecore(
                data=tmp_path,
                store="memory:",
                news=wire(tmp_path),
                embeddings="openai:small-1",
                openai_base_url=server.url,
            ) as desk,
        ):
            await desk.core.gather_news(force=True)
            await desk.core.gather_news(force=True)
            assert "3 items · 3 stories" in (await desk.digest(24, "me")).markdown
    [line] = [line for line in logged if line["event"] == "stories are joined by words only"]
    assert (line["log_level"], line["model"]) == ("warning", "openai:small-1")
    assert "nearly the same vector" in line["error"]


@pytest.mark.parametrize(
    ("spoil", "code", "shown"),
    [
        (lambda answer: (200, answer), 0, "ok    embeddings: openai:small-1 answers; unrelated headlines have a mean"),
        (all_alike, 1, "FAIL  embeddings: openai:small-1 gives headlines that have nothing to do with each other"),
        (lambda answer: (503, answer), 1, "FAIL  embeddings: "),
    ],
)
async def test_doctor_asks_the_embedding_model(
    spoil: Callable[[dict[str, Any]], tuple[int, object]],
    code: int,
    shown: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    server = EmbeddingServer(spoil)
    async with server.serving():
        for name, value in {
            "TRADECORE_DATA": str(tmp_path),
            "TRADECORE_EMBEDDINGS": "openai:small-1",
            "OPENAI_BASE_URL": server.url,
        }.items():
            monkeypatch.setenv(name, value)
        done = await asyncio.to_thread(CliRunner().invoke, doctor, [])
    assert shown in done.output
    assert done.exit_code == code, done.output


async def test_a_setting_without_a_model_or_a_server_is_refused(tmp_path: Path) -> None:
    for embeddings, address in (("openai:", "http://127.0.0.1:9"), ("openai:small-1", None)):
        with pytest.raises(Invalid, match="TRADECORE_EMBEDDINGS"):
            async with open_tradecore(
                data=tmp_path, store="memory:", news="none:", embeddings=embeddings, openai_base_url=address
            ):
                pass
