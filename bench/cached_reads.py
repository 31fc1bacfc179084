"""Status and results read from Postgres, from Redis, and from the cache of a web process, in one run of ten seconds.

    python bench/cached_reads.py

Each read ends with the bytes of a response. `Redis` holds these bytes, as a cache that several web processes share
would; what it would cost to sign them and to delete those of a status at each event is left out. `memory` is the cache
of results that a web process has, and `tag` what a client costs that has the result and sends its entity tag. Prints
processor time of this process and time per read; reads run one after the other and take turns.
"""

import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers import some_postgres, some_redis
from tradecore.model.ids import UserId
from tradecore.model.users import Caller
from tradecore_adapters.http.api import serializers
from tradecore_adapters.http.api.analyses import EncodedResults
from tradecore_adapters.http.responses import json_bytes
from tradecore_adapters.redis_server import RedisServer
from tradecore_app.embed import open_tradecore

READS, ROUNDS = 100, 5


async def timed(read: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Microseconds of processor time and of time per read."""
    cpu, began = time.process_time(), time.perf_counter()
    for _ in range(READS):
        await read()
    return (time.process_time() - cpu) / READS * 1e6, (time.perf_counter() - began) / READS * 1e6


async def main() -> None:
    """Measure and print the medians."""
    async with AsyncExitStack() as stack:
        databases = stack.enter_context(some_postgres())
        redis = RedisServer(stack.enter_context(some_redis()))
        address = await stack.enter_async_context(databases.bare())
        tradecore = await stack.enter_async_context(open_tradecore(user="bench", store=address))
        ticket = await tradecore.launch("AAPL", date(2012, 10, 10), depth=3)
        await tradecore.result(ticket.analysis)
        core, caller, id = tradecore.core, Caller(UserId("bench")), ticket.analysis
        encoded = EncodedResults(core)

        async def status() -> bytes:
            return json_bytes(serializers.status(await core.get_analysis_status(id, by=caller)))

        async def result() -> bytes:
            return json_bytes(serializers.result(await core.get_analysis_result(id, by=caller)))

        async def result_in_memory() -> bytes:
            return (await encoded(id, by=caller)).body()

        async def tag() -> bytes:
            return (await encoded(id, by=caller)).tag

        sizes = {}
        for name, read in (("status", status), ("result", result)):
            body = await read()
            sizes[name] = len(body)
            await redis.call(lambda client, name=name, body=body: client.set(name, body))
        reads: dict[str, Callable[[], Awaitable[object]]] = {
            "status, Postgres": status,
            "status, Redis": lambda: redis.call(lambda client: client.get("status")),
            "result, Postgres": result,
            "result, Redis": lambda: redis.call(lambda client: client.get("result")),
            "result, memory": result_in_memory,
            "result, tag": tag,
        }
        figures: dict[str, list[tuple[float, float]]] = {name: [] for name in reads}
        for turn in range(ROUNDS + 1):
            for name, read in reads.items():
                taken = await timed(read)
                # The first turn warms caches and compiles statements.
                figures[name].extend([taken] if turn else [])
        print(f"a status has {sizes['status'] / 1024:.1f} KiB, a result {sizes['result'] / 1024:.0f} KiB")
        for name, taken in figures.items():
            print(f"{name:<18} CPU {median(cpu for cpu, _ in taken):7.0f} us   {median(s for _, s in taken):7.0f} us")
        await redis.close()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
