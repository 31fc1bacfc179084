"""Measure an analysis by the rule-based desk, and the prompts of a language model: `python bench/desk.py`.

The baseline is reading the same bars (symbol and benchmark) from the same market and nothing else. Times are medians
on one core; `worst step` is the longest time for which one step blocked the event loop. Takes about twenty seconds.
"""

import asyncio
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from attrs import evolve

from tradecore.engines.budget import Budget
from tradecore.engines.desk.collect import NewsSources, Sources
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.market import AssetType, Symbol
from tradecore.model.news import ItemId, NewsItem, StoryId
from tradecore.model.steps import Analyst, Step
from tradecore.ports.language import Prompt
from tradecore.testing.scripted_model import ScriptedModel, rows_in, valid_answer
from tradecore_adapters.market.sample import SampleMarket
from tradecore_adapters.news.archive import MemoryNewsArchive
from tradecore_adapters.news.sample import sample_items
from tradecore_adapters.sentiment.vader import VaderSentiment

DAYS = [date(2024, 10, 10) + timedelta(days=7 * week) for week in range(30)]
NVDA, SPY = Symbol("NVDA"), Symbol("SPY")
PARALLEL = 50
FILLER = "The company said on Thursday that demand for its newest systems had exceeded supply in all regions"


def brief(day: date, depth: int) -> AnalysisBrief:
    """All analysts on NVDA."""
    return AnalysisBrief(NVDA, AssetType.EQUITY, day, tuple(Analyst), depth, "any")


async def measure_reading(market: SampleMarket) -> float:
    """Milliseconds to read the bars of one analysis."""
    times = []
    for day in DAYS:
        start = time.perf_counter()
        await asyncio.gather(*(market.bars(name, AssetType.EQUITY, day, 400) for name in (NVDA, SPY)))
        times.append(1e3 * (time.perf_counter() - start))
    return median(times)


async def measure_analysis(desk: Desk, depth: int) -> tuple[float, int, dict[str, list[float]]]:
    """Milliseconds of one analysis, its steps, and the milliseconds of each kind of step."""
    totals, kinds, steps = [], defaultdict(list), 0
    for day in DAYS:
        start = last = time.perf_counter()
        steps = 0
        async for output in desk.think(brief(day, depth), desk.plan(brief(day, depth)), {}, Budget()):
            now = time.perf_counter()
            if isinstance(output, Step):
                kinds[output.key.split(":")[0]].append(1e3 * (now - last))
                steps += 1
            last = now
        totals.append(1e3 * (time.perf_counter() - start))
    return median(totals), steps, kinds


async def measure_parallel(desk: Desk) -> tuple[float, float]:
    """Milliseconds for PARALLEL analyses, and the longest delay of a heartbeat beside them."""
    delays: list[float] = [0.0]

    async def heartbeat() -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0.001)
            delays.append(1e3 * (time.perf_counter() - start) - 1)

    async def analyse(number: int) -> None:
        made = brief(DAYS[number % len(DAYS)], 3)
        async for _ in desk.think(made, desk.plan(made), {}, Budget()):
            pass

    beat = asyncio.ensure_future(heartbeat())
    start = time.perf_counter()
    await asyncio.gather(*(analyse(number) for number in range(PARALLEL)))
    elapsed = 1e3 * (time.perf_counter() - start)
    beat.cancel()
    return elapsed, max(delays)


def long_answer(prompt: Prompt) -> str:
    """A valid answer with as many statements as the prompt allows, each of the allowed length."""
    made, rows = json.loads(valid_answer(prompt)), rows_in(prompt.case, "evidence")[:18]

    def statements(count: int, start: int = 0) -> list[dict[str, Any]]:
        chosen = (rows[(start + number) % len(rows)] for number in range(count))
        return [{"text": f"{row['statement']} {FILLER}"[:220], "cites": [row["id"]]} for row in chosen]

    lists = {"points": 5, "risks": 3, "summary": 3, "claims": 3, "reasons": 3, "thesis": 4, "concerns": 5}
    made |= {name: statements(count) for name, count in lists.items() if name in made}
    return json.dumps(made)


def news_items() -> tuple[NewsItem, ...]:
    """Forty items of ten days, each with a long summary."""
    first, newest = sample_items()[4], datetime(2024, 10, 9, tzinfo=UTC)
    return tuple(
        evolve(
            first,
            id=ItemId(f"item-{number}"),
            story_id=StoryId(f"story-{number}"),
            doc_hash=f"{number:064x}",
            source=f"Outlet {number % 7}",
            title=f"Nvidia headline number {number} about chips and the demand for them",
            summary=f"{FILLER} {FILLER} {FILLER}",
            published_at=newest - timedelta(hours=6 * number),
            first_seen_at=newest - timedelta(hours=6 * number),
        )
        for number in range(40)
    )


async def measure_prompts(depth: int, items: tuple[NewsItem, ...], answer: Callable[[Prompt], str]) -> Counter[str]:
    """Tokens of the prompts of an analysis by role, at four bytes of UTF-8 to a token."""
    model = ScriptedModel(answer=answer)
    news = NewsSources(MemoryNewsArchive(items), VaderSentiment())
    desk = Desk(Sources(SampleMarket(), news), ModelRouter(providers={"bench": lambda _: model}))
    asked = desk.resolve(brief(date(2024, 10, 10), depth))
    plan = desk.plan(asked)
    async for _ in desk.think(asked, plan, {}, Budget()):
        pass
    tokens: Counter[str] = Counter()
    for prompt in model.prompts:
        match = re.search(r"Your task: you are the ([a-z ]+?)(?:\.| in round| after round)", prompt.task)
        assert match
        tokens[match[1]] += len(f"{prompt.rules}{prompt.case}{prompt.task}".encode()) // 4
    return tokens


async def print_prompts() -> None:
    """Print the tokens of short and of long analyses."""
    print("\ntokens of all prompts of an analysis by a language model (four bytes each):")
    for name, items, answer in (
        ("the sample's news, short answers", sample_items(), valid_answer),
        ("forty news items, long answers", news_items(), long_answer),
    ):
        for depth in (1, 3, 5):
            tokens = await measure_prompts(depth, items, answer)
            roles = ", ".join(f"{role} {count:,}" for role, count in tokens.items())
            print(f"  depth {depth}, {name}: {tokens.total():,} ({roles})")


async def main() -> None:
    """Measure and print."""
    market = SampleMarket()
    desk = Desk(Sources(market, NewsSources(MemoryNewsArchive(sample_items()), VaderSentiment())))
    start = time.perf_counter()
    await measure_analysis(desk, 1)
    first = 1e3 * (time.perf_counter() - start) / len(DAYS)
    print(f"the first analyses, with the series being generated: {first:.1f} ms each")
    base = await measure_reading(market)
    print(f"reading the bars only: {base:.2f} ms (the unit of the ratios)\n")
    print(f"{'depth':>5} {'steps':>6} {'ms':>8} {'ratio':>7} {'ms/step':>8} {'worst step':>22}")
    kinds: dict[str, list[float]] = {}
    for depth in (1, 3, 5):
        taken, steps, kinds = await measure_analysis(desk, depth)
        kind, worst = max(((kind, max(times)) for kind, times in kinds.items()), key=lambda each: each[1])
        longest = f"{worst:.1f} ms ({kind})"
        print(f"{depth:>5} {steps:>6} {taken:>8.1f} {taken / base:>6.1f}x {taken / steps:>8.2f} {longest:>22}")
    print("\nmedian per kind of step at depth 5:")
    for kind, times in kinds.items():
        print(f"  {kind:<8} {median(times):>6.2f} ms {median(times) / base:>6.2f}x")
    taken, late = await measure_parallel(desk)
    print(f"\n{PARALLEL} analyses at once on one loop: {taken:.0f} ms, {taken / PARALLEL / base:.1f}x each;", end=" ")
    print(f"a heartbeat beside them waited {late:.1f} ms at most")
    await print_prompts()


if __name__ == "__main__":
    asyncio.run(main())
