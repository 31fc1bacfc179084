"""Receipts: what was answered to a request that must not be carried out twice."""

import re
from datetime import datetime

from attrs import frozen

from tradecore.model.errors import Invalid

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@frozen
class Once:
    """A request that its caller may repeat: its idempotency key, and a fingerprint of everything it asks."""

    key: str
    fingerprint: str

    def __attrs_post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise Invalid.one(
                "Idempotency-Key", "An idempotency key has 1 to 255 printable ASCII characters and no space."
            )


@frozen
class Receipt:
    """The first answer to a request: scoped to its owner and verb, so that equal keys of two users never meet."""

    owner: str
    verb: str
    once: Once
    answer: object
    at: datetime
