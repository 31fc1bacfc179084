"""The notices port: short messages through the chat, mail and push services that users chose."""

from collections.abc import Sequence
from typing import Protocol

from attrs import field, frozen

from tradecore.model.notices import NoticeOutcome


@frozen
class NoticeMessage:
    """A message: the URL of a service, with its secrets, and what it says, in plain text."""

    url: str = field(repr=False)
    title: str
    text: str


@frozen
class NoticeTarget:
    """The name of a service, and how many characters a message may have there."""

    name: str
    max_length: int


class NoticeSender(Protocol):
    """Sends messages to the services that URLs name.

    It connects to addresses that are allowed only, sends a message at most once per call, and ends within its limits of
    time. What a service answers is not kept, and no URL is in an error.
    """

    async def describe(self, url: str) -> NoticeTarget:
        """The service of a URL, which is not connected to.

        Raises Invalid about `url` for one that names no service or several recipients, Unavailable where this
        installation cannot send.
        """
        ...

    async def send(self, messages: Sequence[NoticeMessage]) -> Sequence[NoticeOutcome]:
        """What came of each message, in their order. Raises Unavailable where none was sent."""
        ...
