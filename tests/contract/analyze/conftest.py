"""A house with its news room open: every verb real, on a memory store, with time and ids in the hands of the test."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from attrs import define, evolve, field, fields_dict
from litestar import Litestar

from http_applications import Applications, borrowed_applications
from tradecore.core import Tradecore
from tradecore.model.jobs import Kind
from tradecore.model.news import FetchState, RawItem
from tradecore.model.subscriptions import FeedSubscription, SourceName
from tradecore.ports.limits import Limiter
from tradecore.ports.store import Store
from tradecore.use_cases.gather import StoreNews
from tradecore.use_cases.run import JobClaim
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.websocket.app import Live
from tradecore_adapters.websocket.options import LiveOptions
from tradecore_app.assembly import assemble
from tradecore_app.settings import read_settings

KEY = "your-api-key"
# That of the documented example.
FIRST_ID = "2f205899562a4104868384e65f81c8c1"


@define
class NewsRoom:
    """The core behind the news API, and ways to bring about what a request may find."""

    core: Tradecore
    store: Store
    limiter: Limiter
    _applications: Applications
    time: datetime = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    _ids: "count[int]" = field(factory=lambda: count(int(FIRST_ID, 16)))

    def now(self) -> datetime:
        return self.time

    def new_id(self) -> str:
        return str(UUID(int=next(self._ids)))

    def new_secret(self) -> str:
        return f"secret{next(self._ids):032x}"

    def pass_time(self, **spans: float) -> None:
        self.time += timedelta(**spans)

    def app(self, core: Tradecore | None = None, **options: Any) -> Litestar:
        live = Live(
            self.core.watch_analysis,
            self.core.watch_user,
            self.core.authenticate,
            LiveOptions(),
            now=self.now,
            new_id=self.new_id,
        )
        chosen = HttpOptions(**{"requests_per_minute": 0, **options})
        app = self._applications(chosen)
        app.connect(
            core or self.core,
            chosen,
            limiter=self.limiter,
            now=self.now,
            new_id=lambda: "a-request",
            ready=self.store.check,
            events=live.events,
            user_events=live.user_events,
        )
        return app

    def client(self, app: Litestar | None = None, key: str | None = KEY, **options: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app or self.app(**options)),  # type: ignore[arg-type]
            base_url="http://testserver",
            headers={"Authorization": f"Bearer {key}"} if key else {},
        )

    async def say(self, *items: RawItem, health: FetchState | None = None) -> None:
        """Let sources say something, now."""
        for source in dict.fromkeys(item.source for item in items):
            async with self.store.snapshot() as uow:
                known = {each.id: each for each in await uow.subscriptions.all()}
            read = known.get(SourceName(source)) or FeedSubscription.begin(source, None, at=self.time)
            said = [item for item in items if item.source == source]
            state = health or evolve(read.state, last_success=self.time)
            await StoreNews(self.store, self.now)(said, read.fetched(state))

    async def claim(self) -> JobClaim:
        claim = await self.core.claim_job("a worker")
        assert claim
        return claim

    async def unit_of_work(self) -> None:
        """Run jobs until there are none."""
        while claim := await self.core.claim_job("a worker"):
            await self.core.run_job(claim)

    async def dump(self) -> Sequence[Any]:
        """Everything that is stored, table by table."""
        async with self.store.snapshot() as uow:
            connection: Any = uow.jobs.connection  # type: ignore[attr-defined]
            tables = await connection.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            return [(name, await connection.rows(f"SELECT * FROM {name}")) for (name,) in tables]


def _with_ambient(core: Tradecore, **given: Any) -> Tradecore:
    def moved(verb: Any) -> Any:
        if isinstance(verb, list):
            return [moved(each) for each in verb]
        known = fields_dict(type(verb))
        return evolve(verb, **{name: value for name, value in given.items() if name in known})

    return Tradecore(**{name: moved(getattr(core, name)) for name in fields_dict(Tradecore)})


@pytest.fixture
def applications() -> Iterator[Applications]:
    """Applications that this test alone uses."""
    with borrowed_applications() as borrowed:
        yield borrowed


@pytest.fixture
async def room(tmp_path: Path, applications: Applications) -> AsyncIterator[NewsRoom]:
    """An empty news room."""
    settings = read_settings(data=tmp_path, store="memory:", news="none:", secret="x" * 32, api_key=KEY)
    async with assemble(settings) as assembled:
        made = NewsRoom(assembled.core, assembled.store, assembled.limiter, applications)
        made.limiter = MemoryLimiter(lambda: made.time.timestamp())
        tasks = {Kind.DIGEST: evolve(assembled.core.run_job.tasks[Kind.DIGEST], now=made.now)}  # type: ignore[misc]
        made.core = _with_ambient(
            assembled.core, now=made.now, new_id=made.new_id, new_secret=made.new_secret, tasks=tasks
        )
        yield made


@pytest.fixture
async def client(room: NewsRoom) -> AsyncIterator[httpx.AsyncClient]:
    """Whoever holds the key of the installation."""
    async with room.client() as made:
        yield made
