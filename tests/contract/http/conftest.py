"""The HTTP application over real use cases and a memory store; the test sets time and ids."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import httpx
import pytest
import structlog
import uvicorn
from attrs import define, evolve, field, fields_dict, has
from litestar import Litestar

from http_applications import Applications, borrowed_applications
from sessions import session_id, session_of
from tradecore.core import Tradecore
from tradecore.engines.digest.digest import make_digest
from tradecore.engines.digest.identity import identify
from tradecore.model.analyses import Analysis, AnalysisState
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.analysis_results import AnalysisResult, Round
from tradecore.model.change import Change
from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.digests import Digest, DigestId, DigestResult
from tradecore.model.edge import Edge
from tradecore.model.engine_records import DecisionCalibration
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.evidence import Evidence, EvidenceId, EvidenceKind
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.intervals import Interval
from tradecore.model.jobs import Job, Kind
from tradecore.model.language_models import ListedModel, TokenPrice
from tradecore.model.listings import matching
from tradecore.model.market import AssetType, Bar, Bars, Listing, PriceSource, Quote, Symbol
from tradecore.model.news import DigestBrief, RawItem, StoryId
from tradecore.model.steps import Action, Analyst, Assessed, Decision, Liquidity, Reported, Volatility
from tradecore.model.users import User
from tradecore.ports.limits import Limiter
from tradecore.ports.store import Store
from tradecore.use_cases.analysis_task import AnalysisTask
from tradecore.use_cases.throttle import PasswordThrottle
from tradecore.use_cases.usage import ListModels
from tradecore_adapters.http.app import HttpApplication
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.identity.jwt import JwtAccessTokens
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.store.sqlite import SqliteStore
from tradecore_adapters.websocket.app import Live
from tradecore_adapters.websocket.options import LiveOptions
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.settings import read_settings

EPOCH = datetime(2024, 10, 10, 14, 23, 45, 678901, tzinfo=UTC)
EMAIL, PASSWORD = "user@example.com", "securepassword123"
LAUNCH: dict[str, Any] = {
    "symbol": "NVDA",
    "assetType": "equity",
    "date": "2024-10-10",
    "analysts": ["technical", "sentiment", "news", "fundamentals"],
    "config": {"researchDepth": 3, "llmModel": "gpt-4o-mini", "llmProvider": "openai"},
}

_EDGE = Edge(
    decisions=420, scored=300, weeks=150, variants=1, horizon_weeks=4, hit_rate=51.0,
    hit_interval=Interval(51.0, 44.2, 57.8),
    base_rate=48.5, skill=Interval(2.5, -3.9, 8.9), predicted=280, brier_raw=0.2561, brier_calibrated=0.2489,
    brier_base=0.2493, brier_gain=Interval(0.0004, -0.0011, 0.0019),
)  # fmt: skip
_WORDS = {
    "reasoning": "Strong technical momentum combined with positive sentiment...",
    "technical": "# Technical Analysis\n\n**MACD**: Bullish crossover...",
    "sentiment": "# Sentiment Analysis\n\n**Social Score**: 7.8/10...",
    "news": "# News Analysis\n\n**Key Headlines**: AI chip demand...",
    "fundamentals": "# Fundamental Analysis\n\n**Revenue Growth**: 40% YoY...",
    "bull": "AI demand will drive 40% revenue growth...",
    "bear": "Valuation stretched at 45x P/E...",
    "judge": "Bull case stronger on fundamentals...",
}


class AnyMarket:
    """Every symbol but NOPE has a price on every day."""

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        if symbol == "NOPE":
            raise Invalid.one("symbol", "The symbol NOPE is not traded here.")
        price = Decimal("140.50") if symbol == "GOOGL" else Decimal("875.20")
        return Bars(symbol, PriceSource("prices of a test"), (Bar(as_of, price, price, price, price, Decimal(1)),))

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        newest = await self.bars(symbol, asset_type, at.date(), 1)
        return Quote(symbol, newest.last.close, newest.last.day, at, newest.source)

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        await self.bars(symbol, asset_type, until, 1)
        return CorporateActions(symbol, PriceSource("prices of a test"))

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        return None

    async def search(self, query: str, limit: int) -> tuple[Listing, ...]:
        listing = Listing(Symbol("NVDA"), "NVIDIA Corporation", AssetType.EQUITY, "USD", "NASDAQ")
        return matching([listing], query, limit)

    async def symbols(self) -> tuple[Symbol, ...]:
        return ()


@define
class SlowBroker:
    """A broker that accepts orders, and ends one when it is cancelled unless it is away."""

    name: str = "slow"
    report: ExecutionReport = field(factory=lambda: ExecutionReport(BrokerStatus.ACCEPTED))
    away: bool = False

    async def exits_objection(self, order: Any) -> str:
        return "This broker has no exits."

    async def submit(self, order: Any) -> ExecutionReport:
        return self.report

    async def find(self, id: Any) -> ExecutionReport | None:
        return self.report

    async def cancel(self, id: Any) -> ExecutionReport | None:
        if self.away:
            raise Unavailable("The broker is away; try again.")
        if self.report.status is BrokerStatus.ACCEPTED:
            self.report = ExecutionReport(BrokerStatus.REFUSED)
        return self.report


# What an installation with one key, and a default of another provider, lists.
MODELS = (
    ListedModel(
        "gpt-5.4-mini",
        "openai",
        price=TokenPrice(Decimal("0.75"), Decimal("0.075"), Decimal("4.50")),
        cutoff=date(2025, 8, 31),
        default=True,
    ),
    ListedModel("claude-haiku-4-5", "anthropic", "The provider anthropic has no key here."),
)


@define(repr=False)
class House:
    """The core behind the HTTP API, and ways to bring about what a request may find."""

    core: Tradecore
    store: Store
    limiter: Limiter
    _applications: Applications
    time: datetime = EPOCH
    ready_error: Exception | None = None
    _ids: "count[int]" = field(factory=lambda: count(1))
    _apps: dict[tuple[tuple[str, Any], ...], Litestar] = field(factory=dict, init=False)

    def now(self) -> datetime:
        return self.time

    def seconds(self) -> float:
        return self.time.timestamp()

    def new_id(self) -> str:
        return f"00000000-0000-4000-8000-{next(self._ids):012x}"

    def new_secret(self) -> str:
        return f"secret-{next(self._ids):012x}"

    async def ready(self) -> None:
        if self.ready_error:
            raise self.ready_error
        await self.store.check()

    def pass_time(self, **spans: float) -> None:
        self.time += timedelta(**spans)

    @property
    def live(self) -> Live:
        """Streams what happens to analyses."""
        return Live(
            self.core.watch_analysis,
            self.core.watch_user,
            self.core.authenticate,
            LiveOptions(),
            now=self.now,
            new_id=self.new_id,
        )

    def app(self, core: Tradecore | None = None, *, on_app_init: Any = (), **options: Any) -> Litestar:
        chosen = HttpOptions(**{"cors_origins": ("http://localhost:3000",), "requests_per_minute": 0, **options})
        app = HttpApplication(chosen, on_app_init) if on_app_init else self._applications(chosen)
        app.connect(
            core or self.core,
            chosen,
            limiter=self.limiter,
            now=self.now,
            new_id=self.new_id,
            ready=self.ready,
            events=self.live.events,
            user_events=self.live.user_events,
        )
        return app

    def client(self, app: Litestar | None = None, token: str | None = None, **options: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app or self._app_of(options)),  # type: ignore[arg-type]
            base_url="http://testserver",
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )

    def _app_of(self, options: dict[str, Any]) -> Litestar:
        """One application for all clients with the same options."""
        key = tuple(sorted(options.items()))
        if key not in self._apps:
            self._apps[key] = self.app(**options)
        return self._apps[key]

    async def user(self, email: str = EMAIL, id: str | None = None, **fields: Any) -> User:
        """An account; its password hash fits nothing, so signing in needs `create_user`."""
        user = User(UserId(id or self.new_id()), email, "John Doe", "no hash", self.time, **fields)
        async with self.store.unit_of_work() as uow:
            stored = await uow.users.put(Change(user))
            await uow.users.put_session(Change(session_of(user, at=self.time)))
            return stored

    def token(self, user: User, lifetime: float = 3600) -> str:
        """An access token of the session that `user` has begun."""
        session = session_id(user)
        return self.core.authenticate.tokens.issue(user.id, session, at=self.time, lifetime=timedelta(seconds=lifetime))

    async def analysis(
        self,
        user: User,
        state: AnalysisState = AnalysisState.QUEUED,
        *,
        id: str | None = None,
        created: datetime | None = None,
        returned: str | None = None,
        confidence: str = "8.5",
        action: Action = Action.BUY,
        **brief: Any,
    ) -> Analysis:
        """An analysis in one of its states, with its job."""
        at = created or self.time
        brief = AnalysisBrief(
            **{
                "symbol": Symbol("NVDA"),
                "asset_type": AssetType.EQUITY,
                "as_of": date(2024, 10, 10),
                "analysts": tuple(Analyst),
                "depth": 1,
                "model": "gpt-4o-mini",
                **brief,
            }
        )
        new = AnalysisId(id or self.new_id())
        decision = Decision(
            action, Decimal(confidence), Decimal(5), Decimal("875.20"), Decimal(850), Decimal(920), "Strong momentum"
        )
        engine, brief = self.core.launch_analysis.engines.resolve(brief)
        label, plan = engine.label(brief), engine.plan(brief)
        begun = Analysis.begin(new, user.id, brief, engine=label, plan=plan, at=at).entity
        stored = {
            AnalysisState.QUEUED: begun,
            AnalysisState.RUNNING: begun.start(at=at).entity,
            AnalysisState.COMPLETED: evolve(
                begun.start(at=at).entity.complete(decision, at=at).entity,
                actual_return=None if returned is None else Decimal(returned),
            ),
            AnalysisState.FAILED: begun.start(at=at).entity.fail("The model is out of reach.", at=at).entity,
        }[state]
        async with self.store.unit_of_work() as uow:
            await uow.jobs.put(Job.queue(begun.job, user.id, Kind.ANALYSIS, at=at))
            return await uow.analyses.put(Change(stored))

    async def digest(self, user: User, *titles: str, reader: str = "me", completed: bool = True) -> Digest:
        """A digest of the last hour for a reader of `user`, with a story for each title."""
        brief = DigestBrief(user_id=UserId(reader), hours=1)
        digest = Digest.begin(DigestId(self.new_id()), user.id, brief, at=self.time)
        items = [
            evolve(identify(entry, self.time), story_id=StoryId(f"story_{entry.url}"))
            for n, title in enumerate(titles)
            for entry in [RawItem(source="Wire", title=title, url=f"https://wire.example/{n}")]
        ]
        async with self.store.unit_of_work() as uow:
            stored = await uow.digests.put(digest)
            if not completed:
                return stored
            known = [item for item in await uow.items.find(items) if item]
            ids = {item.id for item in known}
            known += await uow.items.add([(item, ()) for item in items if item.id not in ids])
            report = make_digest(brief, known, (), (), self.time)
            stored = await uow.digests.put(stored.start(at=self.time, snapshot=0))
            await uow.digests.add_result(DigestResult.of(stored.id, report))
            return await uow.digests.put(stored.complete(report.items_processed, at=self.time))

    async def result(self, user: User, id: str = "a1b2c3d4-e5f6-7890-abcd-ef1234567890") -> AnalysisResult:
        """A finished analysis with the numbers and words of the documented example."""
        analysis = await self.analysis(user, AnalysisState.COMPLETED, id=id)
        assert analysis.decision
        made = AnalysisResult(
            id=analysis.id,
            user=user.id,
            brief=analysis.brief,
            engine=analysis.engine,
            decision=evolve(analysis.decision, reasoning=_WORDS["reasoning"]),
            reports=tuple(
                Reported(analyst, Decimal("0.5"), (), (), _WORDS[analyst.value]) for analyst in analysis.brief.analysts
            ),
            rounds=(Round(1, _WORDS["bull"], _WORDS["bear"], _WORDS["judge"]),),
            verdict="Recommend BUY with 5% position size",
            risk=Assessed(
                Volatility.MODERATE,
                Decimal("1.20"),
                Decimal("12.000"),
                Liquidity.EXCELLENT,
                Decimal(5),
                ("Tech sector concentration", "China export restrictions"),
            ),
            evidence=(
                Evidence(
                    EvidenceId("E1"),
                    EvidenceKind.PRICE,
                    "NVDA closed at 875.20 on 2024-10-10.",
                    date(2024, 10, 10),
                    "prices of a test",
                    "0" * 64,
                    value=Decimal("875.20"),
                    unit="price",
                ),
            ),
            sources=("prices of a test",),
            started_at=self.time - timedelta(seconds=180),
            completed_at=self.time,
            calibration=DecisionCalibration(Decimal("5.1"), 280, _EDGE, "a backtest of a test from 2022 to 2024"),
        )
        async with self.store.unit_of_work() as uow:
            await uow.analyses.add_result(made)
        return made


def _is_verb(value: object) -> bool:
    return has(type(value)) and type(value).__module__.startswith("tradecore.use_cases") and callable(value)


def _with_ambient(core: Tradecore, **given: Any) -> Tradecore:
    """The same verbs, with their time, ids and market replaced."""

    def moved(verb: Any) -> Any:
        if isinstance(verb, list):
            return [moved(each) for each in verb]
        known = fields_dict(type(verb))
        # Verbs that call other verbs hold them as fields.
        inner = {
            name: moved(getattr(verb, name)) for name in known if known[name].init and _is_verb(getattr(verb, name))
        }
        if "broker" in known:
            # The paper broker trades on the same prices, in the same store.
            common = verb.broker.common
            moved_common = evolve(common, adapter=moved(common.adapter))
            inner["broker"] = evolve(verb.broker, common=moved_common, store=given.get("store", verb.broker.store))
        if "listener" in known:
            inner["listener"] = moved(verb.listener)
        return evolve(verb, **inner, **{name: value for name, value in given.items() if name in known})

    return Tradecore(**{name: moved(getattr(core, name)) for name in fields_dict(Tradecore)})


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Records go nowhere, unless a test captures them."""
    structlog.configure(
        logger_factory=structlog.ReturnLoggerFactory(), processors=[structlog.processors.JSONRenderer()]
    )
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def assembled(tmp_path_factory: pytest.TempPathFactory) -> Assembled:
    """Everything as it is put together for a process; each test brings a store of its own."""

    async def once() -> Assembled:
        settings = read_settings(data=tmp_path_factory.mktemp("data"), store="memory:", secret="x" * 32)
        async with assemble(settings) as made:
            return made

    return asyncio.run(once())


@pytest.fixture
def applications() -> Iterator[Applications]:
    """Applications that this test alone uses."""
    with borrowed_applications() as borrowed:
        yield borrowed


@pytest.fixture
async def house(assembled: Assembled, applications: Applications) -> AsyncIterator[House]:
    """An empty house."""
    async with SqliteStore(None) as store:
        yield _house(assembled, store, applications)


def _house(assembled: Assembled, store: Store, applications: Applications) -> House:
    house = House(evolve(assembled.core, list_models=ListModels(MODELS)), store, assembled.limiter, applications)
    house.limiter = MemoryLimiter(house.seconds)
    token_ids = count(1)
    task = assembled.core.run_job.tasks[Kind.ANALYSIS]
    assert isinstance(task, AnalysisTask)
    house.core = _with_ambient(
        house.core,
        store=store,
        now=house.now,
        new_id=house.new_id,
        new_secret=house.new_secret,
        throttle=PasswordThrottle(house.limiter),
        tokens=JwtAccessTokens(["x" * 32], lambda: f"token-{next(token_ids)}"),
        market=AnyMarket(),
        tasks={Kind.ANALYSIS: evolve(task, store=store, now=house.now)},
    )
    return house


@pytest.fixture
def launch() -> dict[str, Any]:
    """The documented body of a launch."""
    return {**LAUNCH, "config": dict(LAUNCH["config"])}


@pytest.fixture
async def ann(house: House) -> User:
    """Somebody with an account."""
    return await house.user()


@pytest.fixture
async def ben(house: House) -> User:
    """Somebody else."""
    return await house.user("ben@example.com")


@pytest.fixture
async def client(house: House, ann: User) -> AsyncIterator[httpx.AsyncClient]:
    """Ann's client, in process."""
    async with house.client(token=house.token(ann)) as made:
        yield made


@pytest.fixture
async def stranger(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A client of nobody."""
    async with house.client() as made:
        yield made


@pytest.fixture
async def completed(house: House, ann: User) -> AnalysisResult:
    """Ann's finished analysis: the documented example of a result."""
    return await house.result(ann)


@asynccontextmanager
async def _serve(app: Litestar) -> AsyncIterator[str]:
    config = uvicorn.Config(
        app,
        port=0,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="on",
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        assert not running.done(), "the server did not start"
        await asyncio.sleep(0)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


@pytest.fixture
def serve() -> Callable[[Litestar], AbstractAsyncContextManager[str]]:
    """Serves an application by uvicorn on a port of this machine; gives its address."""
    return _serve


@pytest.fixture
def broker() -> SlowBroker:
    """The broker of `slowly`, whose report on every order a test sets."""
    return SlowBroker()


@pytest.fixture
async def slowly(house: Any, ann: User, broker: SlowBroker) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an installation whose broker takes its time."""
    execute, cancel = house.core.execute_recommendation, house.core.cancel_order
    settle = evolve(execute.settle, broker=broker)
    core = evolve(
        house.core,
        execute_recommendation=evolve(execute, broker=broker, settle=settle),
        cancel_order=evolve(cancel, settle=settle),
    )
    async with house.client(house.app(core), token=house.token(ann)) as client:
        yield client
