"""The attendant: carries out what a conversation decides, for whichever transport."""

from collections.abc import Iterable

from tradecore.model.errors import NotSignedIn, Refusal
from tradecore.ports.ambient import Now
from tradecore_adapters.websocket.conversation import Act, Conversation, Follow, HangUp, Leave, Say, SignIn
from tradecore_adapters.websocket.guests import Guest, Guests
from tradecore_adapters.websocket.hub import Hub


class Attendant:
    """Looks after all guests of one process."""

    def __init__(self, hub: Hub, guests: Guests, now: Now) -> None:
        """What it needs to be of service."""
        self.hub = hub
        self.guests = guests
        self.now = now

    async def hear(self, guest: Guest, conversation: Conversation, text: str, ack: int | None = None) -> None:
        """Do what a message asks for."""
        await self._carry_out(guest, conversation, conversation.hear(text, at=self.now(), ack=ack))

    async def _carry_out(self, guest: Guest, conversation: Conversation, acts: Iterable[Act]) -> None:
        for act in acts:
            match act:
                case Say(text):
                    guest.outgoing.say(text)
                case HangUp(code, reason):
                    guest.hang_up(code, reason)
                case Leave(analysis):
                    guest.outgoing.leave(conversation, analysis)
                case SignIn(token, ack):
                    await self._sign_in(guest, conversation, token, ack)
                case Follow():
                    await self._follow(guest, conversation, act)

    async def _sign_in(self, guest: Guest, conversation: Conversation, token: str, ack: int | None) -> None:
        try:
            await self.guests.sign_in(guest, token)
        except Refusal as refusal:
            answer = conversation.refuse(refusal, "", ack, at=self.now())
        else:
            answer = conversation.welcome(ack)
        await self._carry_out(guest, conversation, answer)

    async def _follow(self, guest: Guest, conversation: Conversation, asked: Follow) -> None:
        id, ack = asked.analysis, asked.ack
        try:
            if guest.caller is None:
                raise NotSignedIn("Sign in first.")
            seen = await self.hub.look(id, asked.since, by=guest.caller)
        except Refusal as refusal:
            await self._carry_out(guest, conversation, conversation.refuse(refusal, id, ack, at=self.now()))
            return
        # The answer first, then the events: nothing is awaited in between.
        for say in conversation.show(seen.analysis, seen.seq, ack):
            if isinstance(say, Say):
                guest.outgoing.say(say.text)
        guest.outgoing.follow(conversation, seen.record, asked.since, seen.start)
        if not self.guests.here(guest):
            # It left while the store was asked, and nobody would ever take its place away.
            guest.outgoing.leave_all()
