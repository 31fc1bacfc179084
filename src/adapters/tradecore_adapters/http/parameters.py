"""Parameters that several routes share, as Litestar annotations."""

from hashlib import sha256
from typing import Annotated

from litestar.params import HeaderParameter

from tradecore.model.receipts import IdempotencyKey

# The core checks the key; the schema only documents what it accepts.
IdempotencyHeader = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description="A retry with the same key and the same request gets the response to the first one.",
        schema_extra={"minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    ),
]


def idempotency_key_of(header: str | None, fingerprint: str) -> IdempotencyKey | None:
    """The `Idempotency-Key` header with a hash of `fingerprint`, or None without the header.

    `fingerprint` is a canonical text of everything the request contains; the same key with another fingerprint is a
    conflict. Raises Invalid if the header's value is not a valid key.
    """
    return None if header is None else IdempotencyKey(header, sha256(fingerprint.encode()).hexdigest())
