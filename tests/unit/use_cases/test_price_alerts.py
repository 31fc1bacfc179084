"""Price alerts of users: which can be made, and what only their owner may do."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tradecore.model.errors import IllegalMove, Invalid, KeyReused, NotFound, Unavailable
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.price_alerts import PriceAlertState, PriceCondition
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.users import Caller
from tradecore.use_cases.price_alerts import MAX_PRICE_ALERTS, CreatePriceAlert, DeletePriceAlert, ListPriceAlerts
from trading_floor import ACME, FakeMarket

ABOVE = PriceCondition.ABOVE
DAY = date(2026, 3, 2)


@pytest.fixture
def market() -> FakeMarket:
    """A market where ACME is at 100."""
    made = FakeMarket()
    made.walk(ACME, DAY, "99", "108", "95", "100")
    return made


def create(world: Any, market: Any) -> CreatePriceAlert:
    return CreatePriceAlert(world.store, market, world.now, world.new_id)


async def test_a_price_alert_knows_the_price_at_which_it_was_made(world: Any, ann: Caller, market: FakeMarket) -> None:
    made = await create(world, market)(ACME, ABOVE, Decimal(110), by=ann, note="Sell.", expires_on=DAY)
    assert (made.price, made.price_day, made.note, made.expires_on) == (Decimal(100), DAY, "Sell.", DAY)
    assert (await ListPriceAlerts(world.store)(by=ann)).alerts == (made,)


@pytest.mark.parametrize(
    ("condition", "value"), [(ABOVE, "100"), (PriceCondition.BELOW, "100"), (PriceCondition.BELOW, "120")]
)
async def test_a_condition_that_is_met_already_is_refused(
    world: Any, ann: Caller, market: FakeMarket, condition: PriceCondition, value: str
) -> None:
    with pytest.raises(Invalid, match="ACME is at 100 as of 2026-03-02") as refused:
        await create(world, market)(ACME, condition, Decimal(value), by=ann)
    assert [problem.field for problem in refused.value.problems] == ["value"]


async def test_an_asset_without_prices_is_refused_and_a_market_that_is_away_says_so(
    world: Any, ann: Caller, market: FakeMarket
) -> None:
    with pytest.raises(Invalid, match="NOPE"):
        await create(world, market)(Asset(Symbol("NOPE"), AssetType.EQUITY), ABOVE, Decimal(1), by=ann)

    class Away:
        async def quote(self, *_: object) -> None:
            raise Unavailable("The market is away.")

    with pytest.raises(Unavailable):
        await create(world, Away())(ACME, ABOVE, Decimal(110), by=ann)
    assert (await ListPriceAlerts(world.store)(by=ann)).total == 0


async def test_a_request_that_is_repeated_under_its_key_makes_one_price_alert(
    world: Any, ann: Caller, market: FakeMarket
) -> None:
    key = IdempotencyKey("k", "110")
    made = await create(world, market)(ACME, ABOVE, Decimal(110), by=ann, idempotency=key)
    # Also where the price has reached it since.
    market.walk(ACME, date(2026, 3, 3), "120", "120", "120", "120")
    assert await create(world, market)(ACME, ABOVE, Decimal(110), by=ann, idempotency=key) == made
    with pytest.raises(KeyReused):
        await create(world, market)(ACME, ABOVE, Decimal(120), by=ann, idempotency=IdempotencyKey("k", "120"))
    assert (await ListPriceAlerts(world.store)(by=ann)).total == 1


async def test_a_user_has_a_limited_number_of_active_ones(
    world: Any, ann: Caller, ben: Caller, market: FakeMarket
) -> None:
    for value in range(MAX_PRICE_ALERTS):
        made = await create(world, market)(ACME, ABOVE, Decimal(101 + value), by=ann)
    with pytest.raises(IllegalMove, match="100 active price alerts"):
        await create(world, market)(ACME, ABOVE, Decimal(101), by=ann)
    await create(world, market)(ACME, ABOVE, Decimal(101), by=ben)
    async with world.store.unit_of_work() as uow:
        await uow.price_alerts.put(made.expire(at=world.now()))
    await create(world, market)(ACME, ABOVE, Decimal(101), by=ann)
    ended = await ListPriceAlerts(world.store)(by=ann, state=PriceAlertState.EXPIRED)
    assert ([alert.id for alert in ended.alerts], ended.total) == ([made.id], 1)


async def test_only_its_owner_deletes_it(world: Any, ann: Caller, ben: Caller, market: FakeMarket) -> None:
    made = await create(world, market)(ACME, ABOVE, Decimal(110), by=ann)
    with pytest.raises(NotFound):
        await DeletePriceAlert(world.store)(made.id, by=ben)
    await DeletePriceAlert(world.store)(made.id, by=ann)
    with pytest.raises(NotFound):
        await DeletePriceAlert(world.store)(made.id, by=ann)


@pytest.mark.parametrize(("page", "page_size"), [(0, 1), (1, 0), (1, 201)])
async def test_a_page_that_there_is_not_is_refused(world: Any, ann: Caller, page: int, page_size: int) -> None:
    with pytest.raises(Invalid):
        await ListPriceAlerts(world.store)(by=ann, page=page, page_size=page_size)
