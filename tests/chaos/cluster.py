"""A cluster of real processes over shared servers: that of `make up`, and those of scenarios behind proxies."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import httpx
from attrs import define, field

from chaos.history import History
from chaos.proxy import TcpProxy
from servers import Server, address, free_port, own_postgres, own_redis

# The installed command, and one with faults of its own that a scenario chooses.
INSTALLED = (Path(sys.executable).with_name("tradecore"),)
FAULTY = (sys.executable, "-P", Path(__file__).with_name("node.py"))
# How long a process may take to listen and to stop, and how long a supervisor waits before it starts a dead one again,
# in seconds.
_PATIENCE, _STOP_TIMEOUT, _RESTART_DELAY = 60.0, 30.0, 0.5


@define(eq=False)
class Node:
    """One process of tradecore, which is started again when it dies."""

    name: str
    command: Sequence[str | Path]
    environment: dict[str, str]
    log: Path
    metrics_port: int | None = None
    postgres: TcpProxy | None = None
    redis: TcpProxy | None = None
    process: "subprocess.Popen[bytes] | None" = None
    starts: int = 0

    def start(self) -> None:
        """Start it, in a process group of its own."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
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

    def reap(self) -> None:
        """Wait until it has stopped; kill it where that takes too long."""
        assert self.process
        try:
            self.process.wait(_STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.process.wait()


@define(eq=False)
class Cluster:
    """Its processes, and the servers that they share; without these, it is one machine with SQLite."""

    folder: Path
    history: History
    postgres: Server | None
    redis: Server | None
    webs: list[Node] = field(factory=list)
    workers: list[Node] = field(factory=list)
    clients: list[httpx.AsyncClient] = field(factory=list)
    account: dict[str, str] = field(factory=dict)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All processes."""
        return (*self.webs, *self.workers)

    @property
    def clock(self) -> Path:
        """The file with the seconds that scenarios add to the clock."""
        return self.folder / "clock"

    async def start(self, stack: AsyncExitStack) -> None:
        """Start all processes and sign in; the first server migrates the store."""
        for number, web in enumerate(self.webs):
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
        for node in self.nodes:
            supervisor = asyncio.create_task(node.supervise(self.history))
            stack.callback(supervisor.cancel)

    def stop(self, how: signal.Signals) -> None:
        """Stop all processes with a signal, and reap them."""
        started = [node for node in self.nodes if node.process]
        for node in started:
            node.signal(how)
        for node in started:
            node.reap()

    async def sign_in(self) -> None:
        """Give all clients a new access token; the old one expires when the clock jumps."""
        response = await self.clients[0].post("/api/auth/login", json=self.account)
        if response.status_code == 200:
            for client in self.clients:
                client.headers["Authorization"] = f"Bearer {response.json()['data']['token']}"

    async def _output_of(self, node: Node, text: str) -> str:
        """What a process has written, once a text is in it."""
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while text not in (output := node.log.read_text(errors="replace")):
            if not node.alive or asyncio.get_running_loop().time() > deadline:
                raise RuntimeError(f"{node.name} does not start:\n{output}")
            await asyncio.sleep(0.05)
        return output


async def _reach(server: Server, stack: AsyncExitStack, *, proxied: bool) -> tuple[str, TcpProxy | None]:
    """The address of a server for a process, behind a proxy of its own if it is `proxied`."""
    if not proxied:
        return address(server), None
    proxy = await stack.enter_async_context(TcpProxy(server.port).listening())
    return address(server).replace(f":{server.port}/", f":{proxy.port}/"), proxy


@asynccontextmanager
async def open_cluster(
    folder: Path,
    history: History,
    environment: Mapping[str, str],
    *,
    command: Sequence[str | Path] = INSTALLED,
    proxied: bool = False,
    store: str = "postgresql",
    webs: int = 2,
    workers: int = 2,
    worker_nice: int = 0,
    ports: Iterator[int] | None = None,
    metrics_ports: Iterator[int] | None = None,
    stop_with: signal.Signals = signal.SIGTERM,
) -> AsyncIterator[Cluster]:
    """A running cluster with an account that all clients are signed in to; its processes end with the context.

    Servers listen on `ports`, by default free ones, and on the same again when they are started again. All processes
    have the environment, and their data and logs are in the folder. `worker_nice` is the priority of workers; with 10,
    servers beside them have the processor first.
    """
    servers = [own_postgres(survives_kill=True), own_redis()] if store == "postgresql" else [None, None]
    async with AsyncExitStack() as stack:
        for server in servers:
            if server:
                stack.callback(server.close)
                await asyncio.to_thread(server.start)
        cluster = Cluster(folder, history, *servers)

        async def add(name: str, *arguments: str, nice: int = 0) -> Node:
            log = folder / f"{name.replace(' ', '-')}.log"
            priority = ("nice", "-n", str(nice)) if nice else ()
            node = Node(
                name, (*priority, *command, *arguments), {**environment, "TRADECORE_DATA": str(folder / "data")}, log
            )
            if metrics_ports:
                node.metrics_port = next(metrics_ports)
                node.environment["TRADECORE_METRICS"] = f"127.0.0.1:{node.metrics_port}"
            if cluster.postgres:
                node.environment["DATABASE_URL"], node.postgres = await _reach(cluster.postgres, stack, proxied=proxied)
            if cluster.redis:
                node.environment["REDIS_URL"], node.redis = await _reach(cluster.redis, stack, proxied=proxied)
                if environment.get("TRADECORE_QUEUE") == "dramatiq":
                    node.environment["TRADECORE_QUEUE"] = f"dramatiq+{node.environment['REDIS_URL']}"
            return node

        for number in range(webs):
            port = str(next(ports) if ports else free_port())
            demo = ["--demo"] if number == 0 else []
            cluster.webs.append(await add(f"web {number}", "serve", "--port", port, "--no-worker", *demo))
        for number in range(workers):
            cluster.workers.append(await add(f"worker {number}", "worker", nice=worker_nice))
        stack.callback(cluster.stop, stop_with)
        # Supervisors end before the processes do.
        async with AsyncExitStack() as tasks:
            await cluster.start(tasks)
            yield cluster
