"""A server of HTTP and live events on a port of its own, and ways to change analyses."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import structlog
import uvicorn
from attrs import define, evolve, field
from websockets.asyncio.client import ClientConnection, connect

from http_applications import Applications, borrowed_applications
from sessions import session_id, session_of
from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analyses import AgentBegan, Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change
from tradecore.model.ids import AnalysisId, TopicKind, UserId, topic_of
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action, Agent, Analyst, Decision
from tradecore.model.users import User
from tradecore_adapters import ambient
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.websocket.app import Live
from tradecore_adapters.websocket.connections import LiveConnection
from tradecore_adapters.websocket.options import LiveOptions
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.embed import running
from tradecore_app.settings import read_settings
from tradecore_app.sockets import websocket_settings

ORIGIN = "http://localhost:3000"
_numbers = count(1)


@define(repr=False)
class House:
    """An assembled core behind a real server."""

    assembled: Assembled
    live: Live
    server: uvicorn.Server
    port: int
    _known: dict[AnalysisId, Analysis] = field(factory=dict)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def open_connections(self) -> list[LiveConnection]:
        return list(self.live._connections._open_connections)

    @property
    def connections(self) -> int:
        return len(self.open_connections)

    async def user(self, **fields: Any) -> User:
        n = next(_numbers)
        user = User(UserId(f"user-{n}"), f"user{n}@example.com", "User", "no hash", datetime.now(UTC), **fields)
        async with self.assembled.store.unit_of_work() as uow:
            stored = await uow.users.put(Change(user))
            await uow.users.put_session(Change(session_of(user, at=user.created_at)))
            return stored

    def token(self, user: User, seconds: float = 3600) -> str:
        tokens = self.assembled.core.authenticate.tokens
        return tokens.issue(user.id, session_id(user), at=datetime.now(UTC), lifetime=timedelta(seconds=seconds))

    async def analysis(self, user: User) -> AnalysisId:
        """One that runs, and to which nothing has happened."""
        id, now = AnalysisId(ambient.new_id()), datetime.now(UTC)
        brief = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), tuple(Analyst), 1, "rules")
        begun = Analysis.begin(id, user.id, brief, engine="test", plan=plan_desk(brief, by_model=False), at=now).entity
        await self._put(Change(begun.start(at=now).entity))
        return id

    async def happen(self, id: AnalysisId, times: int = 1, message: str = "Sentiment analysis started") -> None:
        """Let so many things happen."""
        facts = (AgentBegan(topic_of(TopicKind.ANALYSIS, id), datetime.now(UTC), Agent.SENTIMENT, 50, message),) * times
        await self._put(Change(self._known[id], facts))

    async def complete(self, id: AnalysisId) -> None:
        decision = Decision(Action.BUY, Decimal("8.5"), Decimal(5), Decimal(875), Decimal(850), Decimal(920), "Because")
        await self._put(self._known[id].complete(decision, at=datetime.now(UTC)))

    async def fail(self, id: AnalysisId, error: str) -> None:
        await self._put(self._known[id].fail(error, at=datetime.now(UTC)))

    async def disable(self, user: User) -> None:
        async with self.assembled.store.unit_of_work() as uow:
            await uow.users.put(Change(evolve(user, disabled=True)))

    def socket(self, token: str | None = None, query: str = "", **settings: Any) -> connect:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"ws://127.0.0.1:{self.port}/ws{query}"
        return connect(url, additional_headers=headers, compression=None, close_timeout=1, **settings)

    @staticmethod
    async def send(socket: ClientConnection, event: str, **data: Any) -> None:
        """Send a raw message."""
        await socket.send(json.dumps({"event": event, "data": data}))

    @staticmethod
    async def receive(socket: ClientConnection) -> tuple[str, dict[str, Any]]:
        """The next raw message: its name and data."""
        async with asyncio.timeout(20):
            said = json.loads(await socket.recv())
        return said["event"], said["data"]

    @staticmethod
    async def follow(socket: ClientConnection, id: str, since: int | None = None) -> dict[str, Any]:
        """Subscribe, and return the snapshot."""
        await House.send(socket, "subscribe_analysis", analysisId=id, **({} if since is None else {"since": since}))
        while True:
            name, data = await House.receive(socket)
            if name == "analysis_subscribed":
                return data
            assert name == "authenticated", (name, data)

    @staticmethod
    async def closed(socket: ClientConnection) -> tuple[int | None, str | None]:
        """How the server closed, once it has."""
        async with asyncio.timeout(20):
            await socket.wait_closed()
        return socket.close_code, socket.close_reason

    @staticmethod
    async def until(true: Callable[[], bool]) -> None:
        """Wait for something that is going to be so."""
        async with asyncio.timeout(40):
            while not true():
                await asyncio.sleep(0.01)

    async def _put(self, change: Change[Analysis]) -> None:
        async with self.assembled.store.unit_of_work() as uow:
            self._known[change.entity.id] = await uow.analyses.put(change)


@asynccontextmanager
async def open_house(
    folder: Path, applications: Applications, store: str = "memory:", **options: Any
) -> AsyncIterator[House]:
    """Serve until the context is left; `options` are those of `LiveOptions`."""
    settings = read_settings(data=folder, store=store, news="none:", secret="x" * 32, market="sample:")
    async with assemble(settings) as assembled, running(assembled, worker=False):
        core = assembled.core
        chosen = LiveOptions(**{"origins": (ORIGIN,), "sweep_interval": 0.1, **options})
        live = Live(
            core.watch_analysis, core.watch_user, core.authenticate, chosen, now=ambient.now, new_id=ambient.new_id
        )
        http_options = HttpOptions(cors_origins=(ORIGIN,), requests_per_minute=0)
        http = applications(http_options)
        http.connect(
            core,
            http_options,
            limiter=assembled.limiter,
            now=ambient.now,
            new_id=ambient.new_id,
            ready=assembled.store.check,
            events=live.events,
            user_events=live.user_events,
        )
        config = uvicorn.Config(
            live.wrap(http),
            port=0,
            log_config=None,
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=5,
            **websocket_settings(),
        )
        server = uvicorn.Server(config)
        server.capture_signals = nullcontext  # type: ignore[method-assign]  # they belong to pytest
        serving = asyncio.create_task(server.serve())
        while not server.started:
            assert not serving.done(), "the server did not start"
            await asyncio.sleep(0)
        try:
            yield House(assembled, live, server, server.servers[0].sockets[0].getsockname()[1])
        finally:
            await live.close()
            server.should_exit = True
            await serving


OpenHouse = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Records go nowhere, unless a test captures them."""
    structlog.configure(
        logger_factory=structlog.ReturnLoggerFactory(), processors=[structlog.processors.JSONRenderer()]
    )
    yield
    structlog.reset_defaults()


@pytest.fixture
def applications() -> Iterator[Applications]:
    """Applications that this test alone uses."""
    with borrowed_applications() as borrowed:
        yield borrowed


@pytest.fixture
async def house(tmp_path: Path, applications: Applications) -> AsyncIterator[House]:
    """A house with everything as shipped, but quick to sweep."""
    async with open_house(tmp_path, applications) as made:
        yield made


@pytest.fixture
def opened(tmp_path: Path, applications: Applications) -> OpenHouse:
    """Open a house with options of one's own."""
    return lambda **options: open_house(tmp_path, applications, **options)


@pytest.fixture
async def ann(house: House) -> User:
    """Somebody with an account."""
    return await house.user()
