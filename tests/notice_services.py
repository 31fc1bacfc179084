"""Services for notices that take messages in this process."""

from collections.abc import Awaitable, Callable, Sequence

from attrs import define, field

from tradecore.model.errors import Invalid
from tradecore.model.notices import NoticeOutcome, NoticeResult
from tradecore.ports.notices import NoticeMessage, NoticeTarget

SENT = NoticeOutcome(NoticeResult.SENT)


async def take(message: NoticeMessage) -> NoticeOutcome:
    return SENT


@define
class Services:
    """A sender to services whose URLs begin with `chat://`. It records what is sent, and answers as `service` does."""

    service: Callable[[NoticeMessage], Awaitable[NoticeOutcome]] = take
    sent: list[NoticeMessage] = field(factory=list)
    max_length: int = 500

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.sent]

    async def describe(self, url: str) -> NoticeTarget:
        if not url.startswith("chat://"):
            raise Invalid.one("url", "This is no URL of a service; write one such as chat://SECRET.")
        return NoticeTarget("Chat", self.max_length)

    async def send(self, messages: Sequence[NoticeMessage]) -> Sequence[NoticeOutcome]:
        self.sent += messages
        return [await self.service(message) for message in messages]
