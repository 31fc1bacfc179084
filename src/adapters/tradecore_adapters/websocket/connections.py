"""The open connections of this process: how many there may be, whose they are, and whether their tokens still hold."""

import asyncio
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable
from time import monotonic

import structlog

from tradecore.model.errors import NotAllowed, NotAuthenticated, RateLimited, Refusal
from tradecore.model.ids import UserId
from tradecore.model.users import Caller, Scope
from tradecore_adapters.background import call_forever
from tradecore_adapters.websocket.conversation import NOT_AUTHENTICATED, TRY_LATER
from tradecore_adapters.websocket.options import LiveOptions
from tradecore_adapters.websocket.outgoing import Outgoing

_BEARER = re.compile(r"bearer +", re.IGNORECASE)

audit = structlog.get_logger("tradecore.audit")
log = structlog.get_logger("tradecore.live")


class LiveConnection(ABC):
    """One client over any transport. `caller` is None until it has signed in."""

    def __init__(self) -> None:
        """An unauthenticated connection with nothing to send."""
        self.outgoing = Outgoing(monotonic, self._overflowed)
        self.caller: Caller | None = None
        self.token = ""
        self.checked_at = 0.0
        self.sign_in_timer: asyncio.TimerHandle | None = None

    @abstractmethod
    def close(self, code: int, reason: str) -> None:
        """Begin to close the connection; further calls have no effect."""

    @abstractmethod
    async def wait_closed(self) -> None:
        """Return once the connection is closed."""

    def _overflowed(self) -> None:
        self.close(TRY_LATER, self.outgoing.resume_point())


class LiveConnections:
    """All connections of this process, over all transports."""

    def __init__(self, authenticate: Callable[[str], Awaitable[Caller]], options: LiveOptions) -> None:
        """`authenticate` returns the caller of an access token, or raises NotAuthenticated."""
        self._authenticate = authenticate
        self._options = options
        self._open_connections: set[LiveConnection] = set()
        self._per_user: Counter[UserId] = Counter()
        self._sweeper: asyncio.Task[None] | None = None
        self._closed = False

    def add(self, connection: LiveConnection) -> None:
        """Admit a connection, which has `sign_in_timeout` seconds to sign in.

        Raises RateLimited when this process has as many connections as it may, or is closing.
        """
        if self._closed or len(self._open_connections) >= self._options.connections:
            audit.warning("limit_hit", reason="too many connections to this process")
            raise RateLimited("This server has as many live connections as it takes; try again later.")
        self._open_connections.add(connection)
        connection.sign_in_timer = asyncio.get_running_loop().call_later(
            self._options.sign_in_timeout,
            connection.close,
            NOT_AUTHENTICATED,
            f"Not signed in within {self._options.sign_in_timeout:g} seconds.",
        )
        if self._sweeper is None:
            pause = self._options.sweep_interval
            self._sweeper = asyncio.create_task(call_forever("live sweeper", self._sweep, pause=pause))

    async def authenticate(self, connection: LiveConnection, token: str) -> Caller:
        """Authenticate a connection, or replace its token by a fresh one of the same user.

        A token may be given as headers have it, `Bearer <token>`. Raises NotAuthenticated, NotAllowed for a token of
        another user or without the scope `read`, RateLimited beyond `per_user`, and Unavailable.
        """
        token = _BEARER.sub("", token)
        caller = await self._authenticate(token)
        caller.require(Scope.READ)
        if connection.caller is None:
            if connection not in self._open_connections:
                raise NotAuthenticated("The connection has ended.")
            if self._per_user[caller.user] >= self._options.per_user:
                audit.warning("limit_hit", user=caller.user, reason="too many connections of one user")
                raise RateLimited(f"More than {self._options.per_user} live connections of one user; close one first.")
            self._per_user[caller.user] += 1
        elif connection.caller.user != caller.user:
            raise NotAllowed("This connection belongs to another user; open a new one.")
        connection.caller, connection.token, connection.checked_at = caller, token, monotonic()
        if connection.sign_in_timer:
            connection.sign_in_timer.cancel()
            connection.sign_in_timer = None
        return caller

    def is_open(self, connection: LiveConnection) -> bool:
        """Whether a connection was added and not removed."""
        return connection in self._open_connections

    def remove(self, connection: LiveConnection) -> None:
        """Forget a connection that has ended; further calls have no effect."""
        if connection not in self._open_connections:
            return
        self._open_connections.discard(connection)
        connection.outgoing.unsubscribe_all()
        if connection.sign_in_timer:
            connection.sign_in_timer.cancel()
        if connection.caller:
            self._per_user[connection.caller.user] -= 1
            if not self._per_user[connection.caller.user]:
                del self._per_user[connection.caller.user]

    async def close(self, code: int, reason: str, *, within: float) -> None:
        """Close all connections and admit no more; return when all are closed, or after `within` seconds."""
        self._closed = True
        if self._sweeper:
            self._sweeper.cancel()
        closing = list(self._open_connections)
        for connection in closing:
            connection.close(code, reason)
        if closing:
            waits = [asyncio.create_task(connection.wait_closed()) for connection in closing]
            _, late = await asyncio.wait(waits, timeout=within)
            for wait in late:
                wait.cancel()

    async def _sweep(self) -> None:
        for connection in list(self._open_connections):
            if connection.outgoing.stalled_for() > self._options.stall_timeout:
                connection.close(TRY_LATER, connection.outgoing.resume_point())
        await self._recheck_tokens()

    async def _recheck_tokens(self) -> None:
        now, interval = monotonic(), self._options.recheck_interval
        due = [
            connection
            for connection in self._open_connections
            if connection.caller and now - connection.checked_at >= interval
        ]
        verdicts: dict[str, NotAuthenticated | NotAllowed | None] = {}
        for connection in due:
            connection.checked_at = now
            if connection.token not in verdicts:
                verdicts[connection.token] = await self._recheck(connection.token)
                # Verifying thousands of tokens must not hold up the event loop.
                await asyncio.sleep(0)
            if refusal := verdicts[connection.token]:
                connection.close(NOT_AUTHENTICATED, str(refusal))

    async def _recheck(self, token: str) -> NotAuthenticated | NotAllowed | None:
        """Why a token no longer holds; None where it does, or where that cannot be found out now."""
        try:
            (await self._authenticate(token)).require(Scope.READ)
        except (NotAuthenticated, NotAllowed) as refusal:
            return refusal
        except Refusal:
            pass  # an unreachable store is no reason to close every connection
        except Exception:
            # One failed check must not end the sweeper.
            log.exception("a token could not be rechecked")
        return None
