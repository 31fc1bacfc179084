"""The laws of telling each thing once, over every store, with crashes and failures between all steps."""

import asyncio
import json
import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define, evolve, field
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from opening import open_adapter
from servers import SettingOf
from tradecore.engines.digest.editor import DigestEditor
from tradecore.model.digests import Digest, DigestId, DigestItem, DigestResult, DigestState, recipient_of
from tradecore.model.errors import NotReady, Stale, Unavailable
from tradecore.model.ids import UserId
from tradecore.model.jobs import Kind
from tradecore.model.news import EVERYTHING, DigestBrief, Interests, RawItem, Reason
from tradecore.model.subscriptions import FeedSubscription, SourceName
from tradecore.model.users import Caller
from tradecore.ports.language import Prompt
from tradecore.ports.store import Store
from tradecore.testing import ScriptedModel
from tradecore.use_cases.digest import DigestLimits, DigestTask, LaunchDigest
from tradecore.use_cases.gather import StoreNews
from tradecore.use_cases.interests import SetInterests
from tradecore.use_cases.retention import DeleteExpired, delete_deliveries
from tradecore.use_cases.run import ClaimJob, JobClaim, ReleaseJob, RunJob
from tradecore_app.registry import rows

NOW = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
KEY = Caller(UserId("key:1"))
LIMITS = DigestLimits()
EVER = datetime(1990, 1, 1, tzinfo=UTC)

HEADLINES = [
    "Bitcoin ETF inflows $200M on Friday",
    "Bitcoin ETF outflows $200M on Friday",
    "Spot bitcoin ETFs see inflows of 200 million dollars on Friday",
    "SEC approves Solana fund after long review",
    "SEC rejects Solana fund after long review",
    "Exchange halts withdrawals after theft of $40 million",
    "Exchange restarts withdrawals after theft of $40 million",
    "Miners sell holdings as hash price falls to record low",
]


@st.composite
def raw_items(draw: st.DrawFn) -> tuple[str, str, int, int | None, int]:
    """Source, headline, number of the article, hours since publication or no date, decoration of the address.

    An article that comes again under another headline is a revision of it.
    """
    return (
        draw(st.sampled_from(["wire", "desk", "blog"])),
        draw(st.sampled_from(HEADLINES)),
        draw(st.integers(0, 6)),
        draw(st.none() | st.integers(-2, 30)),
        draw(st.integers(0, 2)),
    )


Said = tuple[str, str, int, int | None, int]


def raw(said: Said, now: datetime) -> RawItem:
    source, title, number, hours, decoration = said
    tail = ("", "?utm_source=feed", "/#top")[decoration]
    published = None if hours is None else now - timedelta(hours=hours)
    return RawItem(
        source=source, title=title, url=f"https://{source}.example/{number}-news{tail}", published_at=published
    )


@define(repr=False)
class NewsHouse:
    """News over a store, with the time in the hands of the test."""

    store: Store
    editor: DigestEditor | None = None
    time: datetime = NOW
    jobs: int = 0

    def now(self) -> datetime:
        # Two readings of a clock differ.
        self.time += timedelta(milliseconds=1)
        return self.time

    def new_id(self) -> str:
        self.jobs += 1
        return f"{self.jobs:032x}"

    @property
    def task(self) -> DigestTask:
        return DigestTask(self.store, self.now, LIMITS.rules, self.editor)

    async def ingest(self, said: Sequence[Said]) -> None:
        for source in {each[0] for each in said}:
            items = [raw(each, self.time) for each in said if each[0] == source]
            async with self.store.snapshot() as uow:
                known = {each.id: each for each in await uow.subscriptions.all()}
            visited = known.get(SourceName(source)) or FeedSubscription.begin(source, None, at=self.time)
            await StoreNews(self.store, self.now)(items, visited.fetched(visited.state))

    async def submit(self, user: str, hours: int = 1, interests: Interests = EVERYTHING) -> DigestId:
        launch = LaunchDigest(self.store, self.now, self.new_id, LIMITS)
        brief = DigestBrief(user_id=UserId(user), hours=hours, interests=interests)
        return (await launch(brief, by=KEY)).digest

    async def claim(self, worker_id: str = "w") -> JobClaim | None:
        return await ClaimJob(self.store, self.now, {Kind.DIGEST: self.task})(worker_id)

    async def run(self, claim: JobClaim, task: Any = None) -> None:
        await RunJob(self.store, self.now, {Kind.DIGEST: task or self.task})(claim)

    async def run_all(self) -> None:
        while claim := await self.claim():
            await self.run(claim)

    async def report(self, user: str, hours: int = 1) -> DigestResult:
        id = await self.submit(user, hours)
        await self.run_all()
        return await self.result(id)

    async def digest(self, id: DigestId) -> Digest:
        async with self.store.snapshot() as uow:
            return await uow.digests.get(id, owner=KEY.user)

    async def considered(self, id: DigestId) -> tuple[DigestItem, ...]:
        async with self.store.snapshot() as uow:
            return await uow.digests.items(id)

    async def result(self, id: DigestId) -> DigestResult:
        async with self.store.snapshot() as uow:
            return await uow.digests.result(id)

    async def told(self, user: str) -> Counter[tuple[str, str]]:
        async with self.store.snapshot() as uow:
            entries = await uow.deliveries.related(recipient_of(KEY.user, user), EVER, until=10**9)
        return Counter((entry.item_id, entry.job_id) for entry in entries)


@define
class Broken:
    """A task that fails at the last moment."""

    error: Exception
    inner: DigestTask

    async def steps(self, uow: Any, job: Any) -> int:
        return await self.inner.steps(uow, job)

    async def begin(self, uow: Any, job: Any) -> None:
        await self.inner.begin(uow, job)

    async def run(self, claim: JobClaim) -> None:
        raise self.error

    async def fail(self, uow: Any, job: Any, error: str, *, cancelled: bool = False) -> None:
        await self.inner.fail(uow, job, error, cancelled=cancelled)


def printed(considered: Sequence[DigestItem]) -> set[str]:
    return {item.item_id for item in considered if item.reason.printed}


CHOICES = [
    EVERYTHING,
    Interests(assets=("bitcoin",)),
    Interests(assets=(), excluded_words=("withdrawals",), source_weights={"wire": 20, "blog": -20}),
    Interests(min_score=50, max_stories=1),
    Interests(categories=("Regulation & Legal",), language="de"),
]


def edit(prompt: Prompt) -> str:
    """Answers of a model, from good to useless, by what is asked."""
    stories = [
        {"number": int(number), "happened": title, "matters": "It moves $7.", "category": "?", "importance": "4/5"}
        for number, title in re.findall(r"Story (\d)\n- [^:]+: (.*)", prompt.task)
    ]
    answers = ["no", json.dumps({"stories": stories}), json.dumps({"stories": stories})[:-40], '{"stories": 7}']
    return answers[len(prompt.task) % len(answers)]


def machine(row: str, setting_of: SettingOf) -> type[RuleBasedStateMachine]:
    """The machine over one row of the table of stores."""

    class Ledger(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.runner = asyncio.Runner()
            self.folder = tempfile.TemporaryDirectory()
            self.choice = setting_of(row)
            self.setting = self.runner.run(self.choice.__aenter__())
            self.open()
            self.house = NewsHouse(self.store, DigestEditor(ScriptedModel(edit)))
            self.chosen = EVERYTHING
            self.digests: dict[DigestId, str] = {}
            self.claims: list[JobClaim] = []
            self.stories: dict[str, str | None] = {}

        def open(self) -> None:
            self.opened = open_adapter("store", self.setting, data=Path(self.folder.name))
            self.store = self.runner.run(self.opened.__aenter__())

        def teardown(self) -> None:
            """Law 22: whatever happened, every job ends once somebody runs jobs again."""
            self.house.time += timedelta(minutes=1)
            for _ in range(10):
                self.runner.run(self.house.run_all())
                self.house.time += timedelta(minutes=1)
            for id in self.digests:
                assert self.runner.run(self.house.digest(id)).ended
            self.told_is_what_completed_digests_printed()
            self.runner.run(self.opened.__aexit__(None, None, None))
            self.runner.run(self.choice.__aexit__(None, None, None))
            self.runner.close()
            self.folder.cleanup()

        @rule(said=st.lists(raw_items(), min_size=1, max_size=5))
        def ingest(self, said: list[Said]) -> None:
            self.runner.run(self.house.ingest(said))

        @rule(
            user=st.sampled_from(["a", " a\n", "A", "b"]),
            hours=st.sampled_from([1, 2, 24, 99]),
            interests=st.sampled_from(CHOICES),
        )
        def submit(self, user: str, hours: int, interests: Interests) -> None:
            id = self.runner.run(self.house.submit(user, hours, interests))
            self.digests[id] = user.strip()
            assert self.runner.run(self.house.digest(id)).brief.interests == interests.over(self.chosen)

        @rule(interests=st.sampled_from(CHOICES))
        def choose(self, interests: Interests) -> None:
            """For the whole account: it holds for digests that are launched from now on."""
            self.runner.run(SetInterests(self.store)(interests, by=KEY))
            self.chosen = interests

        @rule()
        def claim(self) -> None:
            if claim := self.runner.run(self.house.claim()):
                self.claims.append(claim)

        @precondition(lambda self: self.claims)
        @rule(data=st.data())
        def carry_out(self, data: st.DataObject) -> None:
            """Also by runners that were given up for dead: they must not bring anything about."""
            self.runner.run(self.house.run(data.draw(st.sampled_from(self.claims))))

        @precondition(lambda self: self.claims)
        @rule(data=st.data(), error=st.sampled_from([Unavailable("later"), NotReady("no")]))
        def fail(self, data: st.DataObject, error: Exception) -> None:
            claim = data.draw(st.sampled_from(self.claims))
            self.runner.run(self.house.run(claim, Broken(error, self.house.task)))

        @precondition(lambda self: self.claims)
        @rule(data=st.data())
        def release(self, data: st.DataObject) -> None:
            claim = data.draw(st.sampled_from(self.claims))
            with suppress(Stale):
                self.runner.run(ReleaseJob(self.store, self.house.now)(claim))

        @precondition(lambda self: row != "memory")
        @rule()
        def restart(self) -> None:
            """Every process dies; claims are lost, the store is opened anew."""
            self.runner.run(self.opened.__aexit__(None, None, None))
            self.claims.clear()
            self.open()
            self.house.store = self.store

        @rule(minutes=st.sampled_from([0.5, 7, 61, 150]))
        def pass_time(self, minutes: float) -> None:
            self.house.time += timedelta(minutes=minutes)

        @rule()
        def forget(self) -> None:
            assert self.runner.run(DeleteExpired(self.store, self.house.now, delete_deliveries, LIMITS.memory)()) == 0

        @invariant()
        def told_is_what_completed_digests_printed(self) -> None:
            """Laws 16, 18 and 20 to 25, after every step."""
            running: Counter[str] = Counter()
            expected: dict[str, Counter[tuple[str, str]]] = {"a": Counter(), "A": Counter(), "b": Counter()}
            for id, user in self.digests.items():
                digest = self.runner.run(self.house.digest(id))
                running[digest.recipient] += digest.state is DigestState.RUNNING and self.leased(id)
                times = [digest.created_at, digest.started_at, digest.completed_at]
                known = [each for each in times if each is not None]
                assert known == sorted(known)
                assert all(each.utcoffset() == timedelta() for each in known)
                if digest.state is not DigestState.COMPLETED:
                    assert digest.items_processed == 0
                    continue
                result = self.runner.run(self.house.result(id))
                counts, listed = result.counts, self.runner.run(self.house.considered(id))
                considered = [each for each in listed if each.reason not in (Reason.TOO_OLD, Reason.FIRST_READING)]
                assert len(listed) - len(considered) == counts.too_old + counts.backlog
                assert counts.considered == len(considered) == digest.items_processed
                assert counts.considered == (
                    counts.reported + counts.grouped + counts.already_delivered + counts.below_threshold
                )
                expected[user].update((item, id) for item in printed(considered))
                self.nothing_vanishes(result, considered)
            assert all(count <= 1 for count in running.values())
            for user, entries in expected.items():
                assert self.runner.run(self.house.told(user)) == entries
                items = Counter(item for item, _ in entries)
                assert all(count == 1 for count in items.values())

        def nothing_vanishes(self, result: DigestResult, considered: Sequence[DigestItem]) -> None:
            """What is printed is linked, edited or not; a report that says that nothing is new links nothing."""
            linked = result.markdown.count("https://")
            assert linked >= len(printed(considered))
            assert ("Nothing new for you" in result.markdown) <= (linked == 0)

        def leased(self, id: DigestId) -> bool:
            async def read() -> bool:
                async with self.store.snapshot() as uow:
                    return (await uow.jobs.get(id)).lease is not None  # type: ignore[arg-type]  # one id for both

            return self.runner.run(read())

        @invariant()
        def stories_are_settled(self) -> None:
            """Law 15: an item's story is given once."""

            async def read() -> dict[str, str | None]:
                async with self.store.snapshot() as uow:
                    return {item.id: item.story_id for item in await uow.items.arrived(EVER, until=10**9)}

            now = self.runner.run(read())
            assert {id: now[id] for id in self.stories} == self.stories
            self.stories = now

    return Ledger


# The work is bounded by examples, whatever the load. Hypothesis may shrink a failure for five minutes.
@pytest.mark.timeout(600)
@pytest.mark.parametrize("row", sorted(rows("store")))
def test_whatever_happens_each_reader_is_told_each_thing_once(row: str, setting_of: SettingOf) -> None:
    # A store on a server takes its time.
    examples = 15 if row in ("memory", "sqlite") else 5
    run_state_machine_as_test(
        machine(row, setting_of), settings=settings(max_examples=examples, stateful_step_count=25)
    )


Step = tuple[str, list[Said], float]
steps = st.tuples(
    st.sampled_from(["a", "b", "A"]),
    st.lists(raw_items(), max_size=4),
    st.sampled_from([1.0, 40.0, 61.0]),
)


async def reports_of(reader: str, script: Sequence[Step], *, alone: bool) -> list[str]:
    said = []
    async with open_adapter("store", "memory:") as store:
        house = NewsHouse(store)
        for number, (user, items, _) in enumerate(script):
            house.time = NOW + timedelta(minutes=sum(each[2] for each in script[:number]))
            await house.ingest(items)
            if user == reader or not alone:
                # What a job costs in readings of the clock must not shift anybody's window.
                house.time = NOW + timedelta(minutes=sum(each[2] for each in script[:number]), seconds=30)
                result = await house.report(user, 2)
                if user == reader:
                    said.append(result.markdown)
    return said


@given(script=st.lists(steps, max_size=6))
@settings(max_examples=25)
def test_law_17_what_others_do_never_changes_a_report(script: list[Step]) -> None:
    with_others = asyncio.run(reports_of("a", script, alone=False))
    assert with_others == asyncio.run(reports_of("a", script, alone=True))


@define
class Arrival:
    """An article that arrives so many minutes after the start, published so many hours before it arrived."""

    minute: int
    late: float
    number: int = field(default=0)


@given(
    arrivals=st.lists(st.builds(Arrival, st.integers(0, 300), st.floats(0, 22)), max_size=8),
    late=st.lists(st.integers(0, 25), min_size=8, max_size=8),
)
@settings(max_examples=20)
def test_law_19_an_hourly_reader_misses_nothing_however_late_it_comes(arrivals: list[Arrival], late: list[int]) -> None:
    """Also when the reader is some minutes late itself, as everything that runs by the hour is."""
    numbered = [evolve(each, number=number) for number, each in enumerate(sorted(arrivals, key=lambda a: a.minute))]

    async def accounted() -> tuple[set[str], set[str]]:
        async with open_adapter("store", "memory:") as store:
            house = NewsHouse(store)
            pending, seen = list(numbered), set[str]()
            for hour in range(8):
                asks = 60 * hour + late[hour]
                while pending and pending[0].minute <= asks:
                    one = pending.pop(0)
                    house.time = max(house.time, NOW + timedelta(minutes=one.minute))
                    published = house.time - timedelta(hours=one.late)
                    item = RawItem(source=f"s{one.number}", title=f"Event {one.number}", published_at=published)
                    subscription = FeedSubscription.begin(item.source, None, at=house.time)
                    await StoreNews(store, house.now)([item], subscription.fetched(subscription.state))
                house.time = max(house.time, NOW + timedelta(minutes=asks))
                considered = await house.considered((await house.report("a", 1)).id)
                seen |= {item.title for item in considered}
            return seen, {f"Event {one.number}" for one in numbered}

    seen, stored = asyncio.run(accounted())
    assert seen == stored
