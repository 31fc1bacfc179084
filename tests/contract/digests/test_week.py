"""A week of three feeds, hour by hour, with two readers: every document printed or counted, every event told."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from attrs import define, frozen

from opening import open_adapter
from tradecore.model.digests import DigestId, DigestItem, DigestResult
from tradecore.model.ids import UserId
from tradecore.model.jobs import Kind
from tradecore.model.news import DigestBrief, FetchState, RawItem, Reason
from tradecore.model.subscriptions import FeedSubscription
from tradecore.model.users import Caller
from tradecore.ports.news import FetchResult, FetchStatus, NewsSource
from tradecore.ports.store import Store
from tradecore.use_cases.digest import DigestLimits, DigestTask, LaunchDigest
from tradecore.use_cases.gather import GatherNews, StoreNews
from tradecore.use_cases.run import ClaimJob, RunJob
from tradecore_adapters.news.feeds import read_feed

START = datetime(2026, 3, 23, 0, 30, tzinfo=UTC)
HOURS = 7 * 24
KEY = Caller(UserId("key:1"))
LIMITS = DigestLimits()
# What is announced, and what happens then.
EVENTS = [
    ("SEC set to approve Harbor spot ether fund", "SEC approves Harbor spot ether fund"),
    ("Larkspur threatens to pull its bid for Quillnet", "Larkspur pulls its bid for Quillnet"),
    ("Texas prepares to sue lender Brightmoor over reserves", "Texas sues lender Brightmoor over reserves"),
    ("Kestrel exchange plans to list Otter token", "Kestrel exchange lists Otter token"),
    (
        "Central bank of Norland expected to cut rates by 25 basis points",
        "Central bank of Norland cuts rates by 25 basis points",
    ),
    (
        "Vantia agrees to buy custodian Stonegate for $230 million",
        "Vantia completes purchase of custodian Stonegate for $230 million",
    ),
    ("Marsh network to activate Juniper upgrade on Thursday", "Marsh network activates Juniper upgrade"),
    ("Governor vows to veto mining bill in Dakota", "Governor vetoes mining bill in Dakota"),
    ("Orbit Wallet reportedly in talks to acquire Pixelpay", "Orbit Wallet acquires Pixelpay"),
    ("Regulator considers ban on leveraged tokens in Malta", "Regulator bans leveraged tokens in Malta"),
]


@frozen
class Entry:
    """A document: when its feed publishes it, and how late it appears there."""

    feed: int
    at: datetime
    title: str
    late: timedelta = timedelta()
    dated: bool = True


def week() -> list[Entry]:
    """Announcements and events in one to three feeds, a column that is always called the same, and much else."""
    entries = [Entry(feed, START - timedelta(days=2 + feed), f"Older story {feed}") for feed in range(3)]
    for number, (announced, happened) in enumerate(EVENTS):
        plan, deed = START + timedelta(hours=3 + 13 * number), START + timedelta(hours=12 + 15 * number)
        for feed in range(1 + number % 3):
            entries.append(Entry(feed, plan + timedelta(minutes=17 * feed), announced))
            entries.append(Entry(feed, deed + timedelta(minutes=23 * feed), happened, timedelta(hours=2 * feed)))
    for hour in range(0, HOURS, 3):
        at = START + timedelta(hours=hour, minutes=11)
        entries.append(
            Entry(
                hour // 3 % 3, at, f"Company {hour} of district {hour * 7} opens plant {hour * 13}", dated=hour % 9 > 0
            )
        )
        if hour % 24 == 6:
            entries.append(Entry(2, at, "Market wrap"))
    return sorted(entries, key=lambda entry: entry.at + entry.late)


def rss(feed: int, entries: Sequence[Entry]) -> bytes:
    """The feed with its dates in the notation of its country."""
    spell = [
        format_datetime,
        lambda at: f"{at + timedelta(hours=1):%d.%m.%Y, %H:%M} MEZ",
        lambda at: f"{at:%Y年%m月%d日 %H:%M}",
    ][feed]
    items = "".join(
        f"<item><title>{escape(entry.title)}</title>"
        f"<link>https://feed{feed}.example/{entry.at:%d%H%M}-{sum(map(ord, entry.title))}</link>"
        f"<description>{escape(entry.title)}: what is known at {entry.at:%d %H:%M}.</description>"
        f"{f'<pubDate>{spell(entry.at)}</pubDate>' if entry.dated else ''}</item>"
        for entry in reversed(entries)
    )
    return f'<rss version="2.0"><channel><title>Feed {feed}</title>{items}</channel></rss>'.encode()


@define
class Feed:
    """A feed as it stands at the time of a fetch: its last six entries."""

    number: int
    entries: list[Entry]

    @property
    def name(self) -> str:
        return f"Feed {self.number}"

    @property
    def url(self) -> str | None:
        return None

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> FetchResult:
        shown = [entry for entry in self.entries if entry.feed == self.number and entry.at + entry.late <= now][-6:]
        later = FetchState(last_success=now, next_check=now, entity_tag=str(hash(tuple(shown))))
        if later.entity_tag == state.entity_tag:
            return FetchResult(FetchStatus.UNCHANGED, (), later)
        items: tuple[RawItem, ...] = read_feed(rss(self.number, shown), source=self.name).items
        return FetchResult(FetchStatus.FRESH, items, later)


@define
class Desk:
    """The use cases of news over a store, with the time in the hands of the test."""

    store: Store
    time: datetime = START
    jobs: int = 0

    def now(self) -> datetime:
        # Two readings of a clock differ.
        self.time += timedelta(milliseconds=1)
        return self.time

    def new_id(self) -> str:
        self.jobs += 1
        return f"{self.jobs:032x}"

    async def digest(self, user: str, hours: int) -> tuple[DigestResult, tuple[DigestItem, ...]]:
        launch = LaunchDigest(self.store, self.now, self.new_id, LIMITS)
        ticket = await launch(DigestBrief(user_id=UserId(user), hours=hours), by=KEY)
        tasks = {Kind.DIGEST: DigestTask(self.store, self.now, LIMITS.rules)}
        claim = await ClaimJob(self.store, self.now, tasks)("w")
        assert claim
        await RunJob(self.store, self.now, tasks)(claim)
        async with self.store.snapshot() as uow:
            id = DigestId(ticket.digest)
            return await uow.digests.result(id), await uow.digests.items(id)


async def test_a_week_of_three_feeds_for_an_hourly_and_a_daily_reader() -> None:
    entries = week()
    sources: list[NewsSource] = [Feed(number, entries) for number in range(3)]
    results: dict[str, list[tuple[DigestResult, tuple[DigestItem, ...]]]] = {"hourly": [], "daily": []}
    async with open_adapter("store", "memory:") as store:
        desk = Desk(store)

        def no_feed(_: FeedSubscription) -> NewsSource:
            raise AssertionError("all sources are local")

        def no_error(error: Exception) -> None:
            raise error

        gather = GatherNews(store, desk.now, StoreNews(store, desk.now), sources, no_feed, no_error)
        for hour in range(HOURS + 1):
            desk.time = START + timedelta(hours=hour, minutes=30)
            await gather()
            results["hourly"].append(await desk.digest("hourly", 1))
            if hour % 24 == 0:
                results["daily"].append(await desk.digest("daily", 24))
        async with store.snapshot() as uow:
            stored = await uow.items.arrived(START - timedelta(days=9), until=10**9)
    assert len(stored) == len(entries)
    for reader, made in results.items():
        assert {item.id for item in stored} == {line.item_id for _, items in made for line in items}, "lost"
        aside = {line.title for _, items in made for line in items if line.reason is Reason.FIRST_READING}
        assert aside == {f"Older story {n}" for n in range(3)}
        assert sum(result.counts.backlog for result, _ in made) == 3
        printed = Counter(line.item_id for _, items in made for line in items if line.reason.printed)
        assert set(printed.values()) == {1}, "printed twice"
        for result, items in made:
            counts = result.counts
            sums = counts.reported + counts.grouped + counts.already_delivered + counts.below_threshold
            considered = [line for line in items if line.reason not in (Reason.FIRST_READING, Reason.TOO_OLD)]
            assert counts.considered == len(considered) == sums
        headlines = [
            line for result, _ in made for line in result.markdown.splitlines() if not line.startswith("- More")
        ]
        for happened in (happened for _, happened in EVENTS):
            assert any(happened in line for line in headlines), f"{reader} was not told: {happened}"
        columns = [item for item in stored if item.title == "Market wrap"]
        assert len(columns) == 7
        assert all(printed[item.id] for item in columns)
