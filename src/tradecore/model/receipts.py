"""Idempotency receipts: the responses to requests that must not be carried out twice."""

import re
from datetime import datetime

from attrs import frozen

from tradecore.model.errors import Invalid

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@frozen
class IdempotencyKey:
    """Marks a request that its caller may repeat: a key of the caller's choice, and a fingerprint of the request.

    Raises Invalid for a key that is not 1 to 255 printable ASCII characters without a space.
    """

    key: str
    fingerprint: str

    def __attrs_post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise Invalid.one(
                "idempotency_key", "An idempotency key has 1 to 255 printable ASCII characters and no space."
            )


@frozen
class IdempotencyReceipt:
    """The response to a first request. Keys of different owners or operations never meet."""

    owner: str
    operation: str
    idempotency: IdempotencyKey
    response: object
    at: datetime
