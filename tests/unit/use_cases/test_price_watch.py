"""The watch over prices: each alert is triggered once, whatever fails, and never by a split."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from tradecore.model.alerts import AlertKind
from tradecore.model.change import Change
from tradecore.model.errors import Stale, Unavailable
from tradecore.model.ids import TopicKind, topic_of
from tradecore.model.market import AssetType, Quote, Symbol
from tradecore.model.money import Asset
from tradecore.model.price_alerts import PriceAlert, PriceAlertState, PriceCondition
from tradecore.model.users import Caller
from tradecore.use_cases.alerts import ListAlerts
from tradecore.use_cases.listeners import RunListener
from tradecore.use_cases.price_alerts import CreatePriceAlert, DeletePriceAlert, ListPriceAlerts
from tradecore.use_cases.price_watch import WatchPriceAlerts
from tradecore.use_cases.raise_alerts import RaiseAlerts
from tradecore.use_cases.relay import RelayEvents
from tradecore_adapters.market.csv import CsvMarket
from trading_floor import ACME, COIN, FakeMarket

ABOVE, BELOW, MOVES = PriceCondition
DAY = date(2026, 3, 2)
NVDA = Asset(Symbol("NVDA"), AssetType.EQUITY)
# NVIDIA in June 2024, adjusted for the split of ten for one on the tenth (Yahoo Finance).
NVIDIA = """date,open,high,low,close,volume
2024-06-05,118.3042,122.3799,117.4018,122.3709,528402000
2024-06-06,123.9780,125.5162,118.2533,120.9298,664696000
2024-06-07,119.7025,121.6234,117.9554,120.8198,412386000
2024-06-10,120.3021,123.0306,116.9440,121.7213,313434100
2024-06-11,121.7113,122.8108,118.6828,120.8517,222551200
2024-06-12,123.0007,126.8189,122.5109,125.1397,299595000
2024-06-13,129.3276,129.7374,127.0987,129.5475,260704500
2024-06-14,129.8974,132.7760,128.2582,131.8165,309320400
2024-06-17,132.9259,133.6656,129.5176,130.9169,288504400
"""


@pytest.fixture
def market() -> FakeMarket:
    """A market where ACME is at 100."""
    made = FakeMarket()
    made.walk(ACME, DAY, "99", "108", "95", "100")
    return made


async def make(world: Any, market: Any, by: Caller, condition: PriceCondition, value: str, **fields: Any) -> PriceAlert:
    asset = fields.pop("asset", ACME)
    create = CreatePriceAlert(world.store, market, world.now, world.new_id)
    return await create(asset, condition, Decimal(value), by=by, **fields)


async def states(world: Any, by: Caller) -> list[PriceAlertState]:
    """The states of the price alerts of a user, the oldest first."""
    return [alert.state for alert in reversed((await ListPriceAlerts(world.store)(by=by)).alerts)]


async def raised(world: Any, by: Caller) -> list[tuple[AlertKind, str]]:
    """What a user is told once every event was handled."""
    await RelayEvents(world.store, ())()
    await RunListener(world.store, world.now, RaiseAlerts(world.store, print))()
    return [(alert.kind, alert.message) for alert in (await ListAlerts(world.store)(by=by)).alerts]


async def test_a_price_alert_is_triggered_once_and_told_with_its_note(
    world: Any, ann: Caller, market: FakeMarket
) -> None:
    made = await make(world, market, ann, ABOVE, "110", note="Sell half.")
    watch = WatchPriceAlerts(world.store, market, world.now)
    assert await watch() == 0
    world.pass_time(days=1)
    market.walk(ACME, date(2026, 3, 3), "105", "112", "104", "109")
    assert await watch() == 1
    world.pass_time(days=1)
    market.walk(ACME, date(2026, 3, 4), "120", "120", "120", "120")
    assert await watch() == 0
    assert await states(world, ann) == [PriceAlertState.TRIGGERED]
    assert await raised(world, ann) == [
        (AlertKind.PRICE_ALERT, "ACME rose to 110 on 2026-03-03; the alert was for 110 or more. Note: Sell half.")
    ]
    async with world.store.snapshot() as uow:
        assert len(await uow.events.after(topic_of(TopicKind.PRICE_ALERT, made.id), 0)) == 1


@pytest.mark.parametrize(
    ("condition", "value", "told"),
    [
        (BELOW, "90", "ACME fell to 90 on 2026-03-03; the alert was for 90 or less."),
        (MOVES, "5", "ACME moved by -12.00% to 88 on 2026-03-03; the alert was for 5% in a day."),
    ],
)
async def test_what_a_price_did_is_told_in_a_sentence(
    world: Any, ann: Caller, market: FakeMarket, condition: PriceCondition, value: str, told: str
) -> None:
    await make(world, market, ann, condition, value)
    world.pass_time(days=1)
    market.walk(ACME, date(2026, 3, 3), "100", "101", "88", "99")
    assert await WatchPriceAlerts(world.store, market, world.now)() == 1
    assert await raised(world, ann) == [(AlertKind.PRICE_ALERT, told)]


async def test_of_two_processes_one_triggers_it(world: Any, ann: Caller, market: FakeMarket) -> None:
    made = await make(world, market, ann, ABOVE, "110")
    world.pass_time(days=1)
    market.walk(ACME, date(2026, 3, 3), "112", "112", "112", "112")
    other = WatchPriceAlerts(world.store, market, world.now)

    class Slow(FakeMarket):
        async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
            assert await other() == 1
            return await FakeMarket.quote(self, symbol, asset_type, at)

    slow = Slow(market.prices, paths=market.paths)
    assert await WatchPriceAlerts(world.store, slow, world.now)() == 0
    async with world.store.snapshot() as uow:
        assert len(await uow.events.after(topic_of(TopicKind.PRICE_ALERT, made.id), 0)) == 1


async def test_one_that_is_deleted_meanwhile_is_not_triggered(world: Any, ann: Caller, market: FakeMarket) -> None:
    made = await make(world, market, ann, ABOVE, "110")
    world.pass_time(days=1)
    market.walk(ACME, date(2026, 3, 3), "112", "112", "112", "112")
    await DeletePriceAlert(world.store)(made.id, by=ann)
    with pytest.raises(Stale):
        async with world.store.unit_of_work() as uow:
            await uow.price_alerts.put(Change(evolve(made, note="Late.")))
    assert await WatchPriceAlerts(world.store, market, world.now)() == 0
    assert await raised(world, ann) == []


async def test_prices_that_cannot_be_read_keep_no_other_alert_waiting(
    world: Any, ann: Caller, market: FakeMarket
) -> None:
    await make(world, market, ann, ABOVE, "110")
    await make(world, market, ann, ABOVE, "0.6", asset=COIN)
    world.pass_time(days=1)
    market.prices[COIN] = Decimal("0.7")

    class HalfDown(FakeMarket):
        async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
            if symbol == ACME.symbol:
                raise Unavailable("The feed of equities is down.")
            return await FakeMarket.quote(self, symbol, asset_type, at)

    with pytest.raises(Unavailable, match="equities"):
        await WatchPriceAlerts(world.store, HalfDown(market.prices), world.now)()
    assert await states(world, ann) == [PriceAlertState.ACTIVE, PriceAlertState.TRIGGERED]


async def test_a_price_alert_expires_when_the_prices_of_its_last_day_are_complete(
    world: Any, ann: Caller, market: FakeMarket
) -> None:
    await make(world, market, ann, ABOVE, "110", expires_on=date(2026, 3, 3))
    watch = WatchPriceAlerts(world.store, market, world.now)
    world.pass_time(days=1, hours=10)
    await watch()
    assert await states(world, ann) == [PriceAlertState.ACTIVE]
    market.walk(ACME, date(2026, 3, 4), "120", "120", "120", "120")
    world.pass_time(days=1)
    assert await watch() == 0
    assert await states(world, ann) == [PriceAlertState.EXPIRED]
    assert await raised(world, ann) == []


async def test_a_symbol_that_is_not_traded_any_more_triggers_nothing_and_expires(
    world: Any, ann: Caller, market: FakeMarket
) -> None:
    await make(world, market, ann, ABOVE, "110", expires_on=date(2026, 3, 3))
    del market.prices[ACME]
    watch = WatchPriceAlerts(world.store, market, world.now)
    for days, state in ((2, PriceAlertState.ACTIVE), (2, PriceAlertState.EXPIRED)):
        world.pass_time(days=days)
        assert await watch() == 0
        assert await states(world, ann) == [state]


async def nvidia(world: Any, ann: Caller, folder: Path, table: str, splits: str) -> list[tuple[PriceCondition, str]]:
    """What is triggered, day by day, of five alerts that were made when NVIDIA closed at 1208.20 before its split."""
    (folder / "NVDA.csv").write_text(table)
    if splits:
        (folder / "NVDA.splits.csv").write_text(splits)
    market = CsvMarket(folder)
    world.time = datetime(2024, 6, 7, 22, 0, tzinfo=UTC)
    conditions = ((BELOW, "1100"), (BELOW, "1170"), (ABOVE, "1300"), (ABOVE, "1400"), (MOVES, "20"))
    made = [await make(world, market, ann, *condition, asset=NVDA) for condition in conditions]
    assert {alert.price for alert in made} == {Decimal("1208.198")}
    watch = WatchPriceAlerts(world.store, market, world.now)
    while world.time.date() < date(2024, 6, 18):
        world.pass_time(days=1)
        await watch()
    listed = (await ListPriceAlerts(world.store)(by=ann)).alerts
    triggers = ((alert.condition, alert.trigger) for alert in listed if alert.trigger is not None)
    return sorted((condition, f"{trigger.price.normalize():f} on {trigger.day}") for condition, trigger in triggers)


async def test_the_split_of_nvidia_triggers_nothing_and_levels_follow_it(
    world: Any, ann: Caller, tmp_path: Path
) -> None:
    triggered = await nvidia(world, ann, tmp_path, NVIDIA, "date,ratio\n2024-06-10,10:1\n")
    # Of the levels, 1170 and 1300 were reached after it, as 117 and 130.
    assert triggered == [(ABOVE, "130 on 2024-06-14"), (BELOW, "117 on 2024-06-10")]
    active = (await ListPriceAlerts(world.store)(by=ann, state=PriceAlertState.ACTIVE)).alerts
    assert sorted(alert.threshold for alert in active) == [Decimal(20), Decimal(110), Decimal(140)]
    assert all("split" not in message for _, message in await raised(world, ann))


async def test_a_split_that_the_source_does_not_know_is_told_and_triggers_nothing(
    world: Any, ann: Caller, tmp_path: Path
) -> None:
    def as_traded(line: str) -> str:
        day, *prices, volume = line.split(",")
        return ",".join((day, *(str(Decimal(price) * 10) for price in prices), str(int(volume) // 10)))

    rows = [as_traded(line) if line[:10] < "2024-06-10" else line for line in NVIDIA.splitlines()[1:]]
    table = "\n".join([NVIDIA.splitlines()[0], *rows[:7]]) + "\n"
    assert await nvidia(world, ann, tmp_path, table, "") == []
    [(kind, message)] = await raised(world, ann)
    assert kind is AlertKind.PRICE_JUMPED
    assert "looks like a 10-for-1 split" in message
    assert "price alerts wait" in message


async def test_a_restart_after_the_price_was_reached_finds_it(world: Any, ann: Caller, market: FakeMarket) -> None:
    await make(world, market, ann, ABOVE, "110")
    for days, price in ((1, "111"), (2, "100"), (3, "99")):
        market.walk(ACME, DAY + timedelta(days=days), price, price, price, price)
    world.pass_time(days=4)
    assert await WatchPriceAlerts(world.store, market, world.now)() == 1
    assert (await raised(world, ann))[0][1].startswith("ACME rose to 111 on 2026-03-03")
