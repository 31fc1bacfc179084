"""The webhooks port: signed messages to addresses that users chose."""

from datetime import datetime
from typing import Protocol

from attrs import field, frozen

from tradecore.model.ids import DeliveryId
from tradecore.model.webhooks import WebhookAnswer


@frozen
class WebhookMessage:
    """What is posted: the id of the delivery, the time of the attempt, the JSON text, and the secrets that sign it.

    A secret is `whsec_` and the Base64 of its bytes.
    """

    id: DeliveryId
    at: datetime
    body: str
    secrets: tuple[str, ...] = field(repr=False)


class WebhookSender(Protocol):
    """Posts messages as Standard Webhooks describes, with one signature for each secret.

    It connects to addresses that are allowed only, and follows no redirects. Nothing of an answer is kept but its
    status and when to call again.
    """

    async def send(self, url: str, message: WebhookMessage) -> WebhookAnswer:
        """The answer of the receiver. Raises Unavailable where there is none, with a sentence for the user."""
        ...
