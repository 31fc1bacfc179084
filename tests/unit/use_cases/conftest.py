"""A small world to run use cases in: a memory store, a clock that stands still, ids that count."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from attrs import define, field

from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import Desk
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.ids import UserId
from tradecore.model.jobs import Kind
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller
from tradecore.ports.store import Store
from tradecore.use_cases.analysis_task import AnalysisTask
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.launch import LaunchAnalysis, Limits
from tradecore.use_cases.run import JobTask
from tradecore_adapters.calendar.exchange import ExchangeCalendar
from tradecore_adapters.market.sample import SampleMarket
from tradecore_adapters.store.sqlite import SqliteStore

ANN, BEN = Caller(UserId("ann")), Caller(UserId("ben"))


@define(repr=False)
class World:
    """Everything a use case may need, with time and chance in the hands of the test."""

    store: Store
    time: datetime = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    _ids: "count[int]" = field(factory=lambda: count(1))
    market: SampleMarket = field(factory=SampleMarket)

    def now(self) -> datetime:
        return self.time

    def pass_time(self, **spans: float) -> None:
        self.time += timedelta(**spans)

    def new_id(self) -> str:
        return f"id-{next(self._ids)}"

    @property
    def desk(self) -> Desk:
        return Desk(Sources(self.market))

    @property
    def engines(self) -> Engines:
        return Engines((self.desk,))

    @property
    def tasks(self) -> Mapping[Kind, JobTask]:
        return {Kind.ANALYSIS: AnalysisTask(self.store, self.now, self.engines, ExchangeCalendar())}

    def launch(self, *, waiting: int = 10, concurrency: int = 2) -> LaunchAnalysis:
        return LaunchAnalysis(
            self.store, self.market, self.now, self.new_id, Limits(waiting, concurrency), self.engines
        )


@asynccontextmanager
async def a_world() -> AsyncIterator[World]:
    async with SqliteStore(None) as store:
        yield World(store)


@pytest.fixture(scope="session")
def open_world() -> Callable[[], AbstractAsyncContextManager[World]]:
    """For tests that need many worlds."""
    return a_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """An empty world."""
    async with a_world() as opened:
        yield opened


@pytest.fixture(scope="session")
def brief() -> Callable[..., AnalysisBrief]:
    """A brief for the documented example, with whatever a test wants otherwise."""

    def make(**otherwise: object) -> AnalysisBrief:
        asked: dict[str, object] = {
            "symbol": Symbol("NVDA"),
            "asset_type": AssetType.EQUITY,
            "as_of": date(2024, 10, 10),
            "analysts": (Analyst.TECHNICAL,),
            "depth": 1,
            "model": "gpt-4o-mini",
        }
        return AnalysisBrief(**{**asked, **otherwise})  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def ann() -> Caller:
    return ANN


@pytest.fixture
def ben() -> Caller:
    return BEN
