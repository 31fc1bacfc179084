"""Answers of vendors on disk: written whole, read back, and never in the way."""

import asyncio
import os
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tradecore_adapters.vendors.answers import Answer, AnswerFolder

ANSWER = Answer(
    "https://prices.example/x", datetime(2026, 11, 27, 12, tzinfo=UTC), {"bars": [1.5, None]}, {"since": "2026-01-02"}
)


@pytest.mark.parametrize("key", ["NVDA", "BTC/USDT:USDT", "../../etc/passwd", "^GSPC", "M&M.NS", "CON"])
async def test_an_answer_comes_back_and_stays_inside_the_folder(tmp_path: Path, key: str) -> None:
    folder = AnswerFolder(tmp_path / "market/prices")
    assert await folder.read(key) is None
    await folder.write(key, ANSWER)
    assert await folder.read(key) == ANSWER
    assert [path.parent for path in tmp_path.rglob("*.gz")] == [tmp_path / "market/prices"]


@pytest.mark.parametrize("content", [b"", b"not gzip", b"\x1f\x8b\x08\x00broken"])
async def test_a_file_that_cannot_be_read_counts_as_missing(tmp_path: Path, content: bytes) -> None:
    folder = AnswerFolder(tmp_path)
    await folder.write("NVDA", ANSWER)
    next(tmp_path.iterdir()).write_bytes(content)
    assert await folder.read("NVDA") is None


async def test_readers_see_a_whole_answer_while_others_write(tmp_path: Path) -> None:
    folder = AnswerFolder(tmp_path)
    await folder.write("NVDA", ANSWER)
    writes = [folder.write("NVDA", Answer(str(n), ANSWER.fetched_at, ["x" * 50_000])) for n in range(20)]
    reads = [folder.read("NVDA") for _ in range(20)]
    results = await asyncio.gather(*writes, *reads)
    assert all(isinstance(result, Answer) for result in results[20:])
    assert len(list(tmp_path.iterdir())) == 1


async def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    await AnswerFolder(tmp_path / "file/below").write("NVDA", ANSWER)


async def test_beyond_the_bound_the_oldest_answers_go_and_the_newest_stay(tmp_path: Path) -> None:
    size = 2000
    folder = AnswerFolder(tmp_path, most_bytes=20 * size)
    for number in range(60):
        noise = random.Random(number).randbytes(size // 2).hex()
        await folder.write(f"S{number:02}", Answer("x", ANSWER.fetched_at, noise))
        # Times of files are coarse.
        os.utime(tmp_path / f"S{number:02}.json.gz", (number, number))
    kept = sorted(path.name[1:3] for path in tmp_path.iterdir())
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= folder.most_bytes
    assert kept == [f"{number:02}" for number in range(60 - len(kept), 60)]
    assert len(kept) > 10
    assert await folder.read("S59") is not None


async def test_an_answer_beyond_the_bound_alone_is_kept(tmp_path: Path) -> None:
    folder = AnswerFolder(tmp_path, most_bytes=10)
    for key in ("NVDA", "SPY"):
        await folder.write(key, ANSWER)
        assert await folder.read(key) == ANSWER
    assert len(list(tmp_path.iterdir())) == 1


async def test_what_a_writer_left_behind_is_removed_after_an_hour(tmp_path: Path) -> None:
    for name, age in (("NVDA.json.gz.17-0", 4000), ("NVDA.json.gz.18-0", 10)):
        (tmp_path / name).write_bytes(b"half")
        at = time.time() - age
        os.utime(tmp_path / name, (at, at))
    await AnswerFolder(tmp_path).write("NVDA", ANSWER)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["NVDA.json.gz", "NVDA.json.gz.18-0"]
