"""Who is here: how many may be, who they are, and whether that still holds."""

import asyncio
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable
from time import monotonic

import structlog

from tradecore.model.errors import NotAllowed, NotSignedIn, Refusal, TooMany
from tradecore.model.ids import UserId
from tradecore.model.users import Caller
from tradecore_adapters.websocket.conversation import NOT_SIGNED_IN, TRY_LATER
from tradecore_adapters.websocket.options import LiveOptions
from tradecore_adapters.websocket.outgoing import Outgoing

audit = structlog.get_logger("tradecore.audit")
log = structlog.get_logger("tradecore.live")


class Guest(ABC):
    """One connection. Nothing is known about it until it has signed in."""

    def __init__(self) -> None:
        """Somebody, with nothing to be sent."""
        self.outgoing = Outgoing(monotonic, self._flooded)
        self.caller: Caller | None = None
        self.token = ""
        self.checked_at = 0.0
        self.deadline: asyncio.TimerHandle | None = None

    @abstractmethod
    def hang_up(self, code: int, reason: str) -> None:
        """Begin to end this connection; saying it again changes nothing."""

    @abstractmethod
    async def gone(self) -> None:
        """Return once this connection has ended."""

    def _flooded(self) -> None:
        self.hang_up(TRY_LATER, self.outgoing.resume_point())


class Guests:
    """Everybody who is connected to this process, over whatever transport."""

    def __init__(self, recognise: Callable[[str], Awaitable[Caller]], options: LiveOptions) -> None:
        """`recognise` tells who a token speaks for, or raises NotSignedIn."""
        self._recognise = recognise
        self._options = options
        self._here: set[Guest] = set()
        self._per_user: Counter[UserId] = Counter()
        self._rounds: asyncio.Task[None] | None = None
        self._closed = False

    def demand_room(self) -> None:
        """Raises TooMany when this process has as many connections as it may, or takes no more."""
        if self._closed or len(self._here) >= self._options.connections:
            audit.warning("limit_hit", reason="too many connections to this process")
            raise TooMany("This server has as many live connections as it takes; try again later.")

    def enter(self, guest: Guest) -> None:
        """Give somebody a place, and a short time to say who it is. Raises TooMany."""
        self.demand_room()
        self._here.add(guest)
        guest.deadline = asyncio.get_running_loop().call_later(
            self._options.signing_in,
            guest.hang_up,
            NOT_SIGNED_IN,
            f"Not signed in within {self._options.signing_in:g} seconds.",
        )
        if self._rounds is None:
            self._rounds = asyncio.create_task(self._make_rounds(), name="live rounds")

    async def sign_in(self, guest: Guest, token: str) -> Caller:
        """Settle who it is, or until when that holds. Raises NotSignedIn, NotAllowed for another user than before,
        TooMany beyond the user's share, Unavailable.
        """
        caller = await self._recognise(token)
        if guest.caller is None:
            if guest not in self._here:
                raise NotSignedIn("The connection has ended.")
            if self._per_user[caller.user] >= self._options.per_user:
                audit.warning("limit_hit", user=caller.user, reason="too many connections of one user")
                raise TooMany(f"More than {self._options.per_user} live connections of one user; close one first.")
            self._per_user[caller.user] += 1
        elif guest.caller.user != caller.user:
            raise NotAllowed("This connection belongs to another user; open a new one.")
        guest.caller, guest.token, guest.checked_at = caller, token, monotonic()
        if guest.deadline:
            guest.deadline.cancel()
            guest.deadline = None
        return caller

    def here(self, guest: Guest) -> bool:
        """Whether somebody still has a place."""
        return guest in self._here

    def leave(self, guest: Guest) -> None:
        """Free its place."""
        if guest not in self._here:
            return
        self._here.discard(guest)
        guest.outgoing.leave_all()
        if guest.deadline:
            guest.deadline.cancel()
        if guest.caller:
            self._per_user[guest.caller.user] -= 1
            if not self._per_user[guest.caller.user]:
                del self._per_user[guest.caller.user]

    async def close(self, code: int, reason: str, *, within: float) -> None:
        """Send everybody away and let nobody in any more; return when all have gone, or after `within` seconds."""
        self._closed = True
        if self._rounds:
            self._rounds.cancel()
        leaving = list(self._here)
        for guest in leaving:
            guest.hang_up(code, reason)
        if leaving:
            going = [asyncio.create_task(guest.gone()) for guest in leaving]
            _, late = await asyncio.wait(going, timeout=within)
            for each in late:
                each.cancel()

    async def _make_rounds(self) -> None:
        while True:
            await asyncio.sleep(self._options.glance)
            for guest in list(self._here):
                if guest.outgoing.stuck_for() > self._options.patience:
                    guest.hang_up(TRY_LATER, guest.outgoing.resume_point())
            await self._check_tokens()

    async def _check_tokens(self) -> None:
        now = monotonic()
        due = [guest for guest in self._here if guest.caller and now - guest.checked_at >= self._options.recheck]
        found: dict[str, Caller | NotSignedIn | None] = {}
        for guest in due:
            guest.checked_at = now
            if guest.token not in found:
                found[guest.token] = await self._look_again(guest.token)
                await asyncio.sleep(0)  # thousands of tokens are no reason to keep the others waiting
            verdict = found[guest.token]
            if isinstance(verdict, NotSignedIn):
                guest.hang_up(NOT_SIGNED_IN, str(verdict))

    async def _look_again(self, token: str) -> Caller | NotSignedIn | None:
        try:
            return await self._recognise(token)
        except NotSignedIn as refusal:
            return refusal
        except Refusal:
            return None  # a store that is out of reach is no reason to send everybody away
        except Exception:
            log.exception("a token could not be looked at again")
            return None  # nor is a surprise; and whoever makes the rounds has to go on
