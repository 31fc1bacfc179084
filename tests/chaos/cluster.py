"""A cluster of real processes: web servers and workers over shared servers, each behind proxies of its own."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import httpx
from attrs import define, field

from chaos.history import History
from chaos.proxy import TcpProxy
from model_vendors import FakeVendors
from servers import Server, address, free_port, own_postgres, own_redis

_NODE = Path(__file__).with_name("node.py")
# How long a process may take to listen, and how long a supervisor waits before it starts a dead one again, in seconds.
_PATIENCE, _RESTART_DELAY = 60.0, 0.5


@define(eq=False)
class Node:
    """One process of tradecore, which is started again when it dies."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    log: Path
    metrics_port: int
    postgres: TcpProxy | None = None
    redis: TcpProxy | None = None
    process: "subprocess.Popen[bytes] | None" = None
    starts: int = 0

    def start(self) -> None:
        """Start it, in a process group of its own."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", _NODE, *self.arguments],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.starts += 1

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and to the processes that it has started."""
        assert self.process
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    async def supervise(self, history: History) -> None:
        """Start it again whenever it has ended, until cancelled."""
        while True:
            assert self.process
            while self.process.poll() is None:
                await asyncio.sleep(0.05)
            history.add("ended", node=self.name, code=self.process.returncode)
            await asyncio.sleep(_RESTART_DELAY)
            self.start()
            history.add("started", node=self.name)

    def stop(self) -> None:
        """Kill it and reap it."""
        if self.process:
            self.signal(signal.SIGKILL)
            self.process.wait(timeout=10)


@define(eq=False)
class Cluster:
    """What a scenario acts upon; `store` is postgresql or sqlite."""

    folder: Path
    history: History
    vendors: FakeVendors
    clock: Path
    postgres: Server | None
    redis: Server | None
    webs: list[Node] = field(factory=list)
    workers: list[Node] = field(factory=list)
    clients: list[httpx.AsyncClient] = field(factory=list)
    account: dict[str, str] = field(factory=dict)

    async def start(self, *, webs: int, workers: int, settings: dict[str, str], stack: AsyncExitStack) -> None:
        """Start all processes and sign in."""
        for number in range(workers):
            self.workers.append(await self._add(f"worker {number}", ["worker"], settings, stack))
        for number in range(webs):
            # A server that is started again listens on the same port.
            arguments = ["serve", "--port", str(free_port()), "--no-worker", *(["--demo"] if number == 0 else [])]
            web = await self._add(f"web {number}", arguments, settings, stack)
            self.webs.append(web)
            web.start()
            output = await self._output_of(web, "Try it" if number == 0 else "listens on")
            root = re.search(r"listens on (http://\S+)", output)
            assert root
            self.clients.append(
                await stack.enter_async_context(
                    httpx.AsyncClient(base_url=root[1].replace("localhost", "127.0.0.1"), timeout=30)
                )
            )
            if number == 0:
                account = re.search(r"Demo account: (\S+)  password: (\S+)", output)
                assert account
                self.account = {"email": account[1], "password": account[2]}
        await self.sign_in()
        for worker in self.workers:
            worker.start()
        for node in (*self.webs, *self.workers):
            supervisor = asyncio.create_task(node.supervise(self.history))
            stack.callback(supervisor.cancel)

    async def sign_in(self) -> None:
        """Give all clients a new access token; the old one expires when the clock jumps."""
        response = await self.clients[0].post("/api/auth/login", json=self.account)
        if response.status_code == 200:
            for client in self.clients:
                client.headers["Authorization"] = f"Bearer {response.json()['data']['token']}"

    async def _add(self, name: str, arguments: list[str], settings: dict[str, str], stack: AsyncExitStack) -> Node:
        """A process, not started yet, with proxies of its own in front of the servers."""
        node = Node(
            name, arguments, self._environment(settings), self.folder / f"{name.replace(' ', '-')}.log", free_port()
        )
        node.environment["TRADECORE_METRICS"] = f"127.0.0.1:{node.metrics_port}"
        if self.postgres:
            node.postgres = await stack.enter_async_context(TcpProxy(self.postgres.port).listening())
            node.environment["DATABASE_URL"] = _behind(node.postgres, self.postgres)
        if self.redis:
            node.redis = await stack.enter_async_context(TcpProxy(self.redis.port).listening())
            node.environment["REDIS_URL"] = _behind(node.redis, self.redis)
            if settings.get("TRADECORE_QUEUE") == "dramatiq":
                node.environment["TRADECORE_QUEUE"] = f"dramatiq+{node.environment['REDIS_URL']}"
        return node

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TRADECORE_")}
        return environment | {
            "CHAOS_CLOCK": str(self.clock),
            "OPENAI_API_KEY": self.vendors.key,
            "OPENAI_BASE_URL": f"{self.vendors.url}/v1",
            "TRADECORE_CONCURRENCY": "16",
            "TRADECORE_DATA": str(self.folder / "data"),
            "TRADECORE_MODEL_PRICES": "gpt-4o-mini=0.15/0.075/0.60",
            "TRADECORE_NEWS": "none:",
            "TRADECORE_PAPER_CASH": "10000000",
            "TRADECORE_RATE_PER_MINUTE": "0",
            "TRADECORE_SECRET": "the same for all nodes and long enough",
            **settings,
        }

    async def _output_of(self, node: Node, text: str) -> str:
        """What a process has written, once a text is in it."""
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while text not in (output := node.log.read_text(errors="replace")):
            if not node.alive or asyncio.get_running_loop().time() > deadline:
                raise RuntimeError(f"{node.name} does not start:\n{output}")
            await asyncio.sleep(0.05)
        return output


def _behind(proxy: TcpProxy, server: Server) -> str:
    return address(server).replace(f":{server.port}/", f":{proxy.port}/")


@asynccontextmanager
async def open_cluster(
    folder: Path,
    history: History,
    vendors: FakeVendors,
    *,
    store: str = "postgresql",
    webs: int = 2,
    workers: int = 2,
    settings: dict[str, str] | None = None,
) -> AsyncIterator[Cluster]:
    """A running cluster with an account that all clients are signed in to; its processes end with the context."""
    clock = folder / "clock"
    clock.write_text("0")
    servers = [own_postgres(survives_kill=True), own_redis()] if store == "postgresql" else [None, None]
    async with AsyncExitStack() as stack:
        for server in servers:
            if server:
                stack.callback(server.close)
                await asyncio.to_thread(server.start)
        cluster = Cluster(folder, history, vendors, clock, *servers)
        stack.callback(lambda: [node.stop() for node in (*cluster.webs, *cluster.workers)])
        # Supervisors end before the processes do.
        async with AsyncExitStack() as tasks:
            await cluster.start(webs=webs, workers=workers, settings=settings or {}, stack=tasks)
            yield cluster
