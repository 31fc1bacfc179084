"""Measure analyses by slow language models: many at once, deep ones, and what a cancellation still spends.

    python bench/slow_models.py              everything, in about four minutes
    python bench/slow_models.py many         64 analyses with a model of two seconds, against one of them
    python bench/slow_models.py deep         depth 5 with a model of eight seconds
    python bench/slow_models.py cancel       cancelling at every stage: calls that start later, and when the last ends
    python bench/slow_models.py many --profile     with the functions that took most processor time

The model is a server with OpenAI's API in a process of its own, which answers each call after a fixed time; the product
is the whole one with an SQLite store, its worker in this process. Wall times depend on what else the machine does, so
the processor time of this process is printed beside them, and for how long it was ready and had none.
"""

import argparse
import asyncio
import contextlib
import cProfile
import json
import os
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tradecore.model.analyses import AnalysisState
from tradecore.model.errors import NotReady
from tradecore.ports.language import Prompt, ResponseFormat
from tradecore.testing.scripted_model import valid_answer
from tradecore_app.embed import Embedded, open_tradecore

MANY, DEPTH = 64, 3
DAY = "2024-10-10"
# By a field of the shape in the prompt, the name of the answer.
NAMES = {"points": "report", "claims": "argument", "balance": "ruling", "thesis": "plan", "concerns": "concerns"}


async def serve(delay: float) -> None:
    """Answer calls after `delay` seconds; `GET /` tells the calls so far and those under way."""
    calls = running = 0

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls, running
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                if head.startswith("get"):
                    _send(writer, {"calls": calls, "running": running})
                    continue
                length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
                body = json.loads(await reader.readexactly(length))
                calls, running = calls + 1, running + 1
                gone = asyncio.ensure_future(reader.read(1))
                try:
                    await asyncio.wait({gone}, timeout=delay)
                finally:
                    running -= 1
                if gone.done():
                    break
                gone.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await gone
                _send(writer, _completion(body))
        writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0, limit=2**20, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _completion(body: dict[str, Any]) -> dict[str, Any]:
    text = body["messages"][-1]["content"]
    shape = text[text.rindex("The shape of your answer:") :]
    name = next(name for field, name in NAMES.items() if f'"{field}"' in shape)
    answer = valid_answer(Prompt("", text, text, ResponseFormat(name, {})))
    message = {"role": "assistant", "content": answer}
    usage = {"prompt_tokens": len(text) // 4, "completion_tokens": len(answer) // 4, "total_tokens": 0}
    return {
        "id": "c", "object": "chat.completion", "created": 1, "model": body["model"], "usage": usage,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }  # fmt: skip


def _send(writer: asyncio.StreamWriter, value: dict[str, Any]) -> None:
    body = json.dumps(value).encode()
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
    writer.write(f"content-length: {len(body)}\r\n\r\n".encode() + body)


@contextlib.contextmanager
def model_server(delay: float) -> Iterator[int]:
    """The port of a model server in a process of its own."""
    command = [sys.executable, __file__, "serve", "--delay", str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # this file
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


async def tally(port: int) -> tuple[int, int]:
    """The calls that the server has got so far, and those under way."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.decode().lower().partition("content-length: ")[2].partition("\r\n")[0])
    counts = json.loads(await reader.readexactly(length))
    writer.close()
    return counts["calls"], counts["running"]


@contextlib.asynccontextmanager
async def opened(port: int) -> AsyncIterator[Embedded]:
    """The product over an SQLite store in a folder of its own."""
    os.environ |= {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1"}
    with tempfile.TemporaryDirectory() as folder:
        store = f"sqlite:{folder}/bench.db"
        async with open_tradecore(model="openai:bench", store=store, data=Path(folder)) as desk:
            yield desk


async def analyse(desk: Embedded, count: int, depth: int) -> float:
    """Seconds until so many analyses, launched at once, have ended."""
    start = time.perf_counter()
    tickets = [await desk.launch("NVDA", DAY, depth=depth) for _ in range(count)]
    results = await asyncio.gather(*(desk.result(ticket.analysis) for ticket in tickets))
    assert not any(result.decision.needs_review for result in results)
    return time.perf_counter() - start


def waited() -> float:
    """Seconds for which the main thread was ready and had no processor, as far as the system tells."""
    try:
        return int(Path(f"/proc/{os.getpid()}/schedstat").read_text("ascii").split()[1]) / 1e9
    except OSError:
        return 0.0


async def many(port: int, count: int) -> None:
    """Print how much longer `count` analyses take than one."""
    async with opened(port) as desk:
        await analyse(desk, 1, 1)  # imports, connections, the generated series
        before = time.process_time()
        one = await analyse(desk, 1, DEPTH)
        alone = time.process_time() - before
        before, ready = time.process_time(), waited()
        all_of_them = await analyse(desk, count, DEPTH)
        spent, ready = time.process_time() - before, waited() - ready
    print(
        f"{count} analyses at depth {DEPTH} with a model of 2 s: {all_of_them:.1f} s, one {one:.1f} s, "
        f"{all_of_them / one:.2f}x; processor {spent:.1f} s, {1e3 * spent / count:.0f} ms an analysis (one alone "
        f"{1e3 * alone:.0f} ms); others had the processor for {ready:.1f} s while it was needed"
    )


async def deep(port: int, count: int) -> None:
    """Print how long an analysis at depth 5 takes."""
    async with opened(port) as desk:
        print(
            f"an analysis at depth 5 with a model of 8 s: {await analyse(desk, 1, 5):.0f} s; at most 300 s is the aim"
        )


async def cancel(port: int, count: int) -> None:
    """Cancel analyses at every stage, and print what was spent after it."""
    later, last, stated = [], [], []
    async with opened(port) as desk:
        await analyse(desk, 1, 1)
        for moment in (0.0, 0.2, 1.0, 2.1, 3.0, 4.05, 5.0, 6.1, 7.0, 8.0, 9.5, 10.05):
            ticket = await desk.launch("NVDA", DAY, depth=2)
            await asyncio.sleep(moment)
            start, (calls, _) = time.perf_counter(), await tally(port)
            await desk.core.cancel_analysis(ticket.analysis, by=desk.caller)
            while (await desk.core.get_analysis_status(ticket.analysis, by=desk.caller)).analysis.state is not (
                AnalysisState.CANCELLED
            ):
                await asyncio.sleep(0.005)
            stated.append(time.perf_counter() - start)
            while (await tally(port))[1]:
                await asyncio.sleep(0.01)
            last.append(time.perf_counter() - start)
            await asyncio.sleep(1.0)
            later.append((await tally(port))[0] - calls)
            with contextlib.suppress(NotReady):
                await desk.result(ticket.analysis)
    print(
        f"{len(last)} cancellations at depth 2 with a model of 2 s: stated after {median(stated):.2f} s (at most "
        f"{max(stated):.2f} s), the last call abandoned after {median(last):.2f} s (at most {max(last):.2f} s), "
        f"{sum(later)} calls started after it"
    )


MEASURES = {"many": (many, 2.0), "deep": (deep, 8.0), "cancel": (cancel, 2.0)}


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measure", nargs="?", choices=(*MEASURES, "serve"))
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--count", type=int, default=MANY, help="analyses at once")
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    if arguments.measure == "serve":
        asyncio.run(serve(arguments.delay))
        return
    profile = cProfile.Profile() if arguments.profile else None
    for name in [arguments.measure] if arguments.measure else MEASURES:
        measure, delay = MEASURES[name]
        with model_server(delay) as port, profile or contextlib.nullcontext():
            asyncio.run(measure(port, arguments.count))
    if profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    main()
