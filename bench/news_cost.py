"""What telling stories apart costs: by window, store, look-alike posts and ledger. `bench/news.py` prints it."""

import asyncio
import gc
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from attrs import evolve
from news_items import START, entries, made_up_word

from tradecore.engines.digest.digest import make_digest
from tradecore.engines.digest.features import features
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.match_index import match_keys
from tradecore.engines.digest.stories import assign_stories
from tradecore.model.digests import DigestId, DigestResult
from tradecore.model.ids import JobId, UserId
from tradecore.model.news import Delivery, DigestBrief, FetchState, ItemId, NewsItem, RawItem, StoryId
from tradecore.model.subscriptions import FeedSubscription
from tradecore.use_cases.gather import Reading, StoreNews
from tradecore_adapters.store.documents import encode
from tradecore_adapters.store.sqlite import SqliteStore
from tradecore_app.heap import collect_cycles_less_often, share_one_heap


def print_costs(*, quick: bool) -> None:
    """Print everything; `quick` takes the small sizes only."""
    _print_speed(most=1000 if quick else 10_000)
    _print_store(most=1000 if quick else 100_000)
    _print_look_alikes()
    _print_storage()
    _print_ledger(most=1000 if quick else 1_000_000)


def _synthetic(count: int, *, spread: timedelta) -> Iterator[NewsItem]:
    """Items of made-up words, as seen when they were published."""
    for entry in _entries(count, spread=spread):
        assert entry.published_at is not None
        yield identify(entry, entry.published_at)


def _entries(count: int, *, spread: timedelta) -> Iterator[RawItem]:
    """Entries of made-up words, a fifth of them about the event of another."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    names = ["Bitcoin", "Ether", "Solana", "Nvidia", "Coinbase", "Binance", "Kraken", "SEC", "Fed", "Tether"]
    verbs = ["lists", "halts", "buys", "sells", "approves", "rejects", "launches", "delays", "sues", "backs"]
    for at in range(count):
        event = at - 1 if at % 5 == 4 else at
        subject, verb = names[event % 10], verbs[event // 10 % 10]
        about = " ".join(made_up_word(event * prime % 4999) for prime in (7, 31, 101))
        title = f"{subject} {verb} {about} for ${event % 9000 + 1}M {made_up_word(event % 89)}"
        body = " ".join(made_up_word((event * 31 + step * step * (event % 7 + 1)) % 20011) for step in range(30))
        moment = start + spread * (at / count)
        source, url = f"source {at % 40}", f"https://s.example/{at}"
        yield RawItem(source=source, title=title, summary=body, url=url, published_at=moment)


def _print_speed(most: int) -> None:
    print("cost of one more batch of 200 items, by the size of the window (72 h):")
    size = 1000
    while size <= most:
        started = time.perf_counter()
        items = list(_synthetic(size + 200, spread=timedelta(hours=70)))
        identified = time.perf_counter()
        known = assign_stories(items[:size], ())
        placed = time.perf_counter()
        line = (
            f"  {size:>9,} items: identity {(size + 200) / (identified - started):>7,.0f} items/s, "
            f"stories {size / (placed - identified):>7,.0f} items/s"
        )
        started = time.perf_counter()
        report = make_digest(
            DigestBrief(user_id=UserId("u"), hours=72), known, (), (), known[-1].happened_at + timedelta(minutes=1)
        )
        print(f"{line}, report {time.perf_counter() - started:.2f} s ({report.counts.new_stories:,} stories printed)")
        del items, known, report
        gc.collect()
        size *= 10


async def _first_fetch(count: int) -> str:
    """The first fetch of 200 items over a store of `count`."""
    items = _synthetic(count, spread=timedelta(days=14))
    newest: deque[NewsItem] = deque(maxlen=200)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news.db"
        async with SqliteStore(path) as store:
            while batch := list(islice(items, 1000)):
                async with store.unit_of_work() as uow:
                    placed = [evolve(item, story_id=StoryId("story_" + item.id)) for item in batch]
                    await uow.items.add([(item, match_keys(features(item))) for item in placed])
                newest.extend(batch)
            now = newest[-1].happened_at
            raw = [
                RawItem(source="new", title=f"{item.title} again", url=f"https://n.example/{at}", published_at=now)
                for at, item in enumerate(newest)
            ]
            subscription = FeedSubscription.begin("new", None, at=now).fetched(FetchState())
            started = time.perf_counter()
            added = await StoreNews(store, lambda: now)(raw, subscription)
            spent = time.perf_counter() - started
        size = path.stat().st_size / count
    return f"{count:>9,} stored: {added} new ones in {spent:.1f} s, {_peak()}, {size:,.0f} bytes an item"


async def _visit(count: int) -> str:
    """One visit to 100 sources, which have `count` new items of a day in all."""
    now = START + timedelta(days=1)
    by_source: dict[str, list[RawItem]] = {}
    for entry in entries(count, span=timedelta(hours=20)):
        by_source.setdefault(entry.source, []).append(entry)
    readings = [
        Reading(listed, FeedSubscription.begin(name, None, at=now).fetched(FetchState()))
        for name, listed in by_source.items()
    ]
    with tempfile.TemporaryDirectory() as folder:
        async with SqliteStore(Path(folder) / "news.db") as store:
            started, used = time.perf_counter(), time.process_time()
            added = sum(await StoreNews(store, lambda: now).visit(readings))
            spent, used = time.perf_counter() - started, time.process_time() - used
    each = f"{1e3 * used / added:.2f} ms of a processor for each"
    return f"{added:>9,} new items of {len(readings)} sources in {spent:.1f} s, {each}, {_peak()}"


def _peak() -> str:
    # Unlike that of `getrusage`, the maximum in this file begins anew with the program of a process.
    status = Path("/proc/self/status")
    if not status.exists():
        return "memory not measured"
    [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return f"process at most {int(line.split()[1]) / 1024:,.0f} MB"


_ALONE = {"stored": _first_fetch, "visit": _visit}
"""What runs in a process of its own, so that its memory is measured without that of the others."""


def _print_alone(name: str, count: int) -> None:
    command = [sys.executable, __file__, name, str(count)]
    print(f"  {subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()}")


def _print_store(most: int) -> None:
    print("first fetch of 200 items over a store of two weeks:")
    size = 1000
    while size <= most:
        _print_alone("stored", size)
        size *= 10
    print("one visit:")
    for size in (1000, 10_000, 50_000):
        if size <= most:
            _print_alone("visit", size)


def _print_look_alikes() -> None:
    print("posts of a bot and one foreign item, 24 h:")
    now = datetime(2026, 3, 2, tzinfo=UTC)
    for count in (500, 1000, 2000):
        raw = [
            RawItem(
                source="bot",
                title=f"Whale alert: {at * 13 + 100} BTC moved from unknown wallet to Binance",
                url=f"https://bot.example/{at}",
                published_at=now - timedelta(seconds=at),
            )
            for at in range(count)
        ]
        raw.append(evolve(raw[0], source="desk", url="https://desk.example/1"))
        items = [identify(entry, now) for entry in raw]
        started = time.perf_counter()
        known = assign_stories(items, ())
        assigned = time.perf_counter()
        report = make_digest(DigestBrief(user_id=UserId("u"), hours=24), known, (), (), now)
        print(
            f"  {count:>9,} posts: stories {assigned - started:.2f} s, report {time.perf_counter() - assigned:.2f} s, "
            f"{len(report.markdown) / 1000:,.0f} kB, {report.counts.stories:,} stories"
        )


def _print_storage() -> None:
    print("stored for each digest of 24 h, half of whose items were considered before:")
    user = UserId("u")
    for count in (1000, 10_000):
        known = [
            evolve(item, sequence=number, story_id=StoryId("story_" + item.id))
            for number, item in enumerate(_synthetic(count, spread=timedelta(hours=20)), 1)
        ]
        now = known[-1].happened_at + timedelta(minutes=1)
        brief = DigestBrief(user_id=user, hours=24)
        before = make_digest(brief, known[: count // 2], (), (), now).deliveries(user, JobId("1"), now)
        report = make_digest(brief, known, before, (), now)
        result = len(encode(DigestResult.of(DigestId("2"), report)))
        ledger = report.deliveries(user, JobId("2"), now)
        entries = sum(len(encode(entry)) for entry in ledger)
        printed = len(report.markdown.encode())
        print(
            f"  {count:>9,} items: result {result / 1000:,.0f} kB with a report of {printed / 1000:,.0f} kB, "
            f"ledger {entries / 1000:,.0f} kB of {len(ledger)} entries"
        )


def _print_ledger(most: int) -> None:
    print("report over 1,000 items, by the size of the user's ledger:")
    known = assign_stories(list(_synthetic(1000, spread=timedelta(hours=20))), ())
    now = known[-1].happened_at + timedelta(minutes=1)
    brief = DigestBrief(user_id=UserId("u"), hours=24)
    first = make_digest(brief, known[:500], (), (), now).deliveries(UserId("u"), JobId("1"), now)
    size = 1000
    while size <= most:
        ledger = list(_grown(first, size))
        started = time.perf_counter()
        report = make_digest(brief, known, ledger, (), now)
        spent = time.perf_counter() - started
        print(f"  {size:>9,} entries: {spent:.2f} s, {report.counts.already_delivered} already told")
        size *= 10


def _grown(entries: Sequence[Delivery], size: int) -> Iterator[Delivery]:
    yield from entries[:size]
    for at in range(size - len(entries)):
        like = entries[at % len(entries)]
        yield evolve(
            like,
            item_id=ItemId(f"item_{at}"),
            story_id=StoryId(f"story_{at}"),
            url_key=f"https://old.example/{at}",
            doc_hash=str(at),
        )


if __name__ == "__main__":
    # As in the processes that fetch news.
    share_one_heap()
    collect_cycles_less_often()
    print(asyncio.run(_ALONE[sys.argv[1]](int(sys.argv[2]))))
