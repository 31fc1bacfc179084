"""Price alerts: what is possible, and that each ends once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.ids import PriceAlertId, Topic, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.price_alerts import PriceAlert, PriceAlertState, PriceAlertTriggered, PriceCondition, Trigger

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NVDA = Asset(Symbol("NVDA"), AssetType.EQUITY)


def price_alert(**fields: Any) -> PriceAlert:
    chosen = {
        "id": PriceAlertId("a"), "user": UserId("ann"), "asset": NVDA, "condition": PriceCondition.ABOVE,
        "value": Decimal(150), "price": Decimal(140), "price_day": AT.date(), "created_at": AT, "currency": "USD",
    }  # fmt: skip
    return PriceAlert(**{**chosen, **fields})


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("value", {"value": Decimal(0)}),
        ("value", {"value": Decimal(-5)}),
        ("value", {"value": Decimal("0.05"), "condition": PriceCondition.MOVES}),
        ("value", {"value": Decimal(1001), "condition": PriceCondition.MOVES}),
        ("note", {"note": "x" * 201}),
        ("note", {"note": "two\nlines"}),
        ("expires_on", {"expires_on": date(2026, 3, 1)}),
    ],
)
def test_what_is_not_possible_is_refused_by_its_name(field: str, fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        price_alert(**fields)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_price_alert_is_triggered_once_and_says_what_happened() -> None:
    alert = price_alert(note="Sell half.").after_splits(Decimal(10))
    later = AT + timedelta(days=1)
    trigger = Trigger(Decimal("15.2"), later.date())
    change = alert.fire(trigger, synthetic=True, at=later)
    assert (change.entity.state, change.entity.ended_at) == (PriceAlertState.TRIGGERED, later)
    assert change.facts == (
        PriceAlertTriggered(
            Topic("price_alert:a"), later, NVDA.symbol, PriceCondition.ABOVE, Decimal(15), Decimal("15.2"),
            later.date(), None, "USD", "Sell half.", True,
        ),
    )  # fmt: skip
    for again in (lambda: change.entity.fire(trigger, synthetic=False, at=later), lambda: change.entity.expire(at=AT)):
        with pytest.raises(IllegalMove):
            again()


def test_an_expired_price_alert_tells_nothing() -> None:
    expired = price_alert(expires_on=AT.date()).expire(at=AT)
    assert (expired.entity.state, expired.facts) == (PriceAlertState.EXPIRED, ())


def test_a_level_follows_splits_and_a_percentage_does_not() -> None:
    assert price_alert().after_splits(Decimal(3)).threshold == Decimal(50)
    assert price_alert(condition=PriceCondition.MOVES, value=Decimal(5)).after_splits(Decimal(3)).threshold == 5
