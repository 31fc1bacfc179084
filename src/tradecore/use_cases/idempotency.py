"""Idempotency: a request that is repeated under its key gets its first response, and has no second effect."""

from datetime import datetime
from typing import TypeVar

from tradecore.model.errors import KeyReused
from tradecore.model.ids import UserId
from tradecore.model.receipts import IdempotencyKey, IdempotencyReceipt
from tradecore.ports.store import UnitOfWork

T = TypeVar("T")


async def find_response(
    uow: UnitOfWork, owner: UserId, operation: str, idempotency: IdempotencyKey | None, response: type[T]
) -> T | None:
    """The response to the first request under this key; None for a first request, and without a key.

    Raises KeyReused when the first request was a different one, TypeError when its response is no `response`.
    """
    if idempotency is None:
        return None
    receipt = await uow.receipts.find(owner, operation, idempotency.key)
    if receipt is None:
        return None
    if receipt.idempotency.fingerprint != idempotency.fingerprint:
        raise KeyReused(f"The idempotency key {idempotency.key!r} was used before with a different request.")
    if not isinstance(receipt.response, response):
        raise TypeError(f"The receipt of {idempotency.key!r} holds no {response.__name__}.")
    return receipt.response


async def keep_response(
    uow: UnitOfWork,
    owner: UserId,
    operation: str,
    idempotency: IdempotencyKey | None,
    response: object,
    *,
    at: datetime,
) -> None:
    """Keep the response to a first request, in the unit of work of its effect; nothing without a key.

    Raises Stale when another request kept one under this key meanwhile.
    """
    if idempotency is not None:
        await uow.receipts.add(IdempotencyReceipt(owner, operation, idempotency, response, at))
