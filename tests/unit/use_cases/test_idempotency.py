"""Idempotency: a repeated request finds its first response, and a different one under its key is refused."""

from typing import Any

import pytest
from attrs import frozen

from tradecore.model.errors import KeyReused, Stale
from tradecore.model.ids import OrderId, UserId
from tradecore.model.receipts import IdempotencyKey
from tradecore.use_cases.execute import OrderTicket
from tradecore.use_cases.idempotency import find_response, keep_response

ANN, BEN = UserId("ann"), UserId("ben")
KEY = IdempotencyKey("key", "a" * 64)
TICKET = OrderTicket(OrderId("order"))


@frozen
class OtherTicket:
    """A response of another operation."""


async def keep(world: Any, owner: UserId = ANN, operation: str = "execute") -> None:
    async with world.store.unit_of_work() as uow:
        await keep_response(uow, owner, operation, KEY, TICKET, at=world.now())


async def test_a_first_request_finds_nothing_and_a_repeated_one_its_response(world: Any) -> None:
    async with world.store.snapshot() as uow:
        assert await find_response(uow, ANN, "execute", KEY, OrderTicket) is None
    await keep(world)
    async with world.store.snapshot() as uow:
        assert await find_response(uow, ANN, "execute", KEY, OrderTicket) == TICKET


async def test_equal_keys_of_other_owners_and_operations_never_meet(world: Any) -> None:
    await keep(world)
    async with world.store.snapshot() as uow:
        assert await find_response(uow, BEN, "execute", KEY, OrderTicket) is None
        assert await find_response(uow, ANN, "launch", KEY, OrderTicket) is None


async def test_a_different_request_under_a_known_key_is_refused(world: Any) -> None:
    await keep(world)
    async with world.store.snapshot() as uow:
        with pytest.raises(KeyReused, match="'key'"):
            await find_response(uow, ANN, "execute", IdempotencyKey("key", "b" * 64), OrderTicket)


async def test_without_a_key_nothing_is_found_or_kept(world: Any) -> None:
    async with world.store.unit_of_work() as uow:
        await keep_response(uow, ANN, "execute", None, TICKET, at=world.now())
        assert await find_response(uow, ANN, "execute", None, OrderTicket) is None


async def test_of_two_that_keep_a_response_under_one_key_the_second_is_stale(world: Any) -> None:
    await keep(world)
    with pytest.raises(Stale):
        await keep(world)


async def test_a_response_of_an_unexpected_kind_is_a_mistake(world: Any) -> None:
    await keep(world)
    async with world.store.snapshot() as uow:
        with pytest.raises(TypeError, match="OtherTicket"):
            await find_response(uow, ANN, "execute", KEY, OtherTicket)
