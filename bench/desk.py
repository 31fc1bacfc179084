"""What an analysis by the rule-based desk costs: `python bench/desk.py`.

The baseline is reading the same bars (symbol and benchmark) from the same market and nothing else. Times are medians
on one core; `worst step` is the longest time the event loop had to wait for one step. Takes about twenty seconds.
"""

import asyncio
import time
from collections import defaultdict
from datetime import date, timedelta
from statistics import median

from tradecore.engines.desk.collect import Press, Sources
from tradecore.engines.desk.desk import Began, Desk
from tradecore.model.analyses import AnalysisBrief
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore_adapters.market.sample import SampleMarket
from tradecore_adapters.news.archive import MemoryNewsArchive
from tradecore_adapters.news.sample import sample_items
from tradecore_adapters.sentiment.vader import VaderSentiment

DAYS = [date(2024, 10, 10) + timedelta(days=7 * week) for week in range(30)]
NVDA, SPY = Symbol("NVDA"), Symbol("SPY")
TOGETHER = 50


def brief(day: date, depth: int) -> AnalysisBrief:
    """All analysts on NVDA."""
    return AnalysisBrief(NVDA, AssetType.EQUITY, day, tuple(Analyst), depth, "any")


async def reading(market: SampleMarket) -> float:
    """Milliseconds to read the bars of one analysis."""
    times = []
    for day in DAYS:
        start = time.perf_counter()
        await asyncio.gather(*(market.bars(name, AssetType.EQUITY, day, 400) for name in (NVDA, SPY)))
        times.append(1e3 * (time.perf_counter() - start))
    return median(times)


async def thinking(desk: Desk, depth: int) -> tuple[float, int, dict[str, list[float]]]:
    """Milliseconds of one analysis, its steps, and the milliseconds of each kind of step."""
    wholes, kinds, steps = [], defaultdict(list), 0
    for day in DAYS:
        start = last = time.perf_counter()
        steps = 0
        async for one in desk.think(brief(day, depth), {}):
            now = time.perf_counter()
            if not isinstance(one, Began):
                kinds[one.key.split(":")[0]].append(1e3 * (now - last))
                steps += 1
            last = now
        wholes.append(1e3 * (time.perf_counter() - start))
    return median(wholes), steps, kinds


async def crowd(desk: Desk) -> tuple[float, float]:
    """Milliseconds for many analyses at once, and the longest that a heartbeat beside them had to wait."""
    late: list[float] = [0.0]

    async def heartbeat() -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0.001)
            late.append(1e3 * (time.perf_counter() - start) - 1)

    async def one(at: int) -> None:
        async for _ in desk.think(brief(DAYS[at % len(DAYS)], 3), {}):
            pass

    beating = asyncio.ensure_future(heartbeat())
    start = time.perf_counter()
    await asyncio.gather(*(one(at) for at in range(TOGETHER)))
    taken = 1e3 * (time.perf_counter() - start)
    beating.cancel()
    return taken, max(late)


async def main() -> None:
    """Measure and print."""
    market = SampleMarket()
    desk = Desk(Sources(market, Press(MemoryNewsArchive(sample_items()), VaderSentiment())))
    start = time.perf_counter()
    await thinking(desk, 1)
    first = 1e3 * (time.perf_counter() - start) / len(DAYS)
    print(f"the first analyses, with the series being generated: {first:.1f} ms each")
    base = await reading(market)
    print(f"reading the bars only: {base:.2f} ms (the unit of the ratios)\n")
    print(f"{'depth':>5} {'steps':>6} {'ms':>8} {'ratio':>7} {'ms/step':>8} {'worst step':>22}")
    kinds: dict[str, list[float]] = {}
    for depth in (1, 3, 5):
        taken, steps, kinds = await thinking(desk, depth)
        kind, worst = max(((kind, max(times)) for kind, times in kinds.items()), key=lambda each: each[1])
        longest = f"{worst:.1f} ms ({kind})"
        print(f"{depth:>5} {steps:>6} {taken:>8.1f} {taken / base:>6.1f}x {taken / steps:>8.2f} {longest:>22}")
    print("\nmedian per kind of step at depth 5:")
    for kind, times in kinds.items():
        print(f"  {kind:<8} {median(times):>6.2f} ms {median(times) / base:>6.2f}x")
    taken, late = await crowd(desk)
    print(f"\n{TOGETHER} analyses at once on one loop: {taken:.0f} ms, {taken / TOGETHER / base:.1f}x each;", end=" ")
    print(f"a heartbeat beside them waited {late:.1f} ms at most")


if __name__ == "__main__":
    asyncio.run(main())
