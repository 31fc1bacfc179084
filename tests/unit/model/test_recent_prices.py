"""Which prices meet a condition, and which do not count."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tradecore.model.ids import PriceAlertId, UserId
from tradecore.model.market import AssetType, Bar, PriceSource, Quote, Symbol
from tradecore.model.money import Asset
from tradecore.model.price_alerts import PriceAlert, PriceCondition, Trigger
from tradecore.model.price_rows import Split
from tradecore.model.recent_prices import RecentPrices, last_jump

# A Tuesday.
MADE = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
ABOVE, BELOW, MOVES = PriceCondition
Path = tuple[int, str, str, str, str]
STEADY: Path = (2, "100", "101", "99", "100")


def bar(path: Path) -> Bar:
    """A day of March 2026: open, high, low, close."""
    day, *prices = path
    opened, high, low, close = map(Decimal, prices)
    return Bar(date(2026, 3, day), opened, high, low, close, Decimal(1))


def prices(
    *paths: Path, quote: tuple[int, str] | None = None, splits: tuple[Split, ...] = (), **of: str
) -> RecentPrices:
    """The prices of these days; the quote is the last close unless another one is given."""
    bars = [bar(path) for path in paths]
    day, price = quote or (bars[-1].day.day, str(bars[-1].close))
    kind = AssetType(of.get("asset_type", "equity"))
    newest = Quote(
        Symbol("NVDA"), Decimal(price), date(2026, 3, day), MADE, PriceSource("a test"), of.get("currency", "USD")
    )
    return RecentPrices(Asset(Symbol("NVDA"), kind), newest, bars, splits)


def alert(condition: PriceCondition, value: str, *, price_day: int = 2, expires_on: int | None = None) -> PriceAlert:
    """An alert that was made on the third, in the middle of the session."""
    return PriceAlert(
        id=PriceAlertId("a"),
        user=UserId("ann"),
        asset=Asset(Symbol("NVDA"), AssetType.EQUITY),
        condition=condition,
        value=Decimal(value),
        price=Decimal(100),
        price_day=date(2026, 3, price_day),
        created_at=MADE,
        currency="USD",
        expires_on=None if expires_on is None else date(2026, 3, expires_on),
    )


@pytest.mark.parametrize(
    ("condition", "value", "paths", "expected"),
    [
        # A whole day counts with its range, and a day that opens beyond the level with its open.
        (ABOVE, "110", [(4, "105", "110", "104", "106")], ("110", 4, None)),
        (ABOVE, "110", [(4, "112", "115", "104", "106")], ("112", 4, None)),
        (BELOW, "90", [(4, "95", "99", "90", "97")], ("90", 4, None)),
        (BELOW, "90", [(4, "88", "99", "87", "97")], ("88", 4, None)),
        (ABOVE, "110", [(4, "105", "109.99", "104", "106")], None),
        (BELOW, "90", [(4, "95", "99", "90.01", "97")], None),
        # Of the day on which it was made, the newest price counts only: the rest may have been before.
        (ABOVE, "110", [(3, "105", "115", "104", "109")], None),
        (ABOVE, "110", [(3, "105", "115", "104", "111")], ("111", 3, None)),
        # The first day counts.
        (ABOVE, "110", [(4, "105", "111", "104", "106"), (5, "120", "121", "119", "120")], ("110", 4, None)),
        # A move is against the close before.
        (MOVES, "5", [(4, "100", "105", "99", "101")], ("105", 4, "5.00")),
        (MOVES, "5", [(4, "100", "104", "94", "101")], ("94", 4, "-6.00")),
        (MOVES, "5", [(3, "100", "108", "92", "103"), (4, "103", "108", "99", "103")], None),
        (MOVES, "5", [(3, "100", "108", "92", "106"), (4, "103", "108", "99", "103")], ("106", 3, "6.00")),
    ],
)
def test_the_first_price_that_meets_the_condition_triggers(
    condition: PriceCondition, value: str, paths: list[Path], expected: tuple[str, int, str | None] | None
) -> None:
    trigger = prices(STEADY, *paths).trigger(alert(condition, value))
    if expected is None:
        assert trigger is None
    else:
        price, day, change = expected
        assert trigger == Trigger(Decimal(price), date(2026, 3, day), None if change is None else Decimal(change))


def test_a_live_price_counts_before_the_day_has_a_bar() -> None:
    live = prices(STEADY, quote=(3, "111"))
    assert live.trigger(alert(ABOVE, "110")) == Trigger(Decimal(111), date(2026, 3, 3))
    assert live.trigger(alert(MOVES, "11")) == Trigger(Decimal(111), date(2026, 3, 3), Decimal("11.00"))


@pytest.mark.parametrize("condition", [ABOVE, BELOW])
def test_a_price_from_before_the_alert_was_made_triggers_nothing(condition: PriceCondition) -> None:
    stale = prices((2, "100", "101", "99", "100"))
    assert stale.trigger(alert(condition, "100")) is None


def test_days_after_the_last_day_do_not_count() -> None:
    later = prices(STEADY, (4, "100", "101", "99", "100"), (5, "120", "121", "119", "120"))
    assert later.trigger(alert(ABOVE, "110", expires_on=4)) is None
    assert later.trigger(alert(ABOVE, "110", expires_on=5)) is not None


def test_a_price_in_another_currency_triggers_nothing() -> None:
    assert prices(STEADY, (4, "120", "121", "119", "120"), currency="EUR").trigger(alert(ABOVE, "110")) is None


@pytest.mark.parametrize(("price", "met"), [("110", True), ("109.99", False)])
def test_a_level_that_the_newest_price_has_reached_is_met_whenever_that_was(price: str, met: bool) -> None:
    assert prices((2, "100", "115", "99", price)).is_met(alert(ABOVE, "110")) is met


def test_a_move_is_met_where_the_day_has_made_it() -> None:
    assert prices(STEADY, quote=(3, "106")).is_met(alert(MOVES, "5"))
    assert not prices((1, "90", "90", "90", "90"), STEADY).is_met(alert(MOVES, "5")), "yesterday is over"


@pytest.mark.parametrize(("condition", "level"), [(ABOVE, "110"), (BELOW, "90")])
def test_a_known_split_triggers_nothing_and_moves_the_level(condition: PriceCondition, level: str) -> None:
    split = (Split(date(2026, 3, 4), Decimal(10)),)
    # The source gives earlier bars on the basis of the newest one.
    after = prices((2, "10", "10.1", "9.9", "10"), (4, "10", "10.9", "9.1", "10"), splits=split)
    assert after.splits_since(date(2026, 3, 2)) == 10
    assert after.trigger(alert(condition, level)) is None
    reached = prices((2, "10", "10.1", "9.9", "10"), (4, "10", "11", "9", "10"), splits=split)
    assert reached.trigger(alert(condition, level)) == Trigger(Decimal(level) / 10, date(2026, 3, 4))


def test_a_live_price_after_a_split_is_compared_on_its_own_basis() -> None:
    split = (Split(date(2026, 3, 4), Decimal(10)),)
    live = prices(STEADY, (3, "100", "101", "99", "100"), quote=(4, "10.5"), splits=split)
    assert live.jump is None
    for condition, value in ((ABOVE, "110"), (BELOW, "90"), (MOVES, "6")):
        assert live.trigger(alert(condition, value)) is None
    assert live.trigger(alert(MOVES, "5")) == Trigger(Decimal("10.5"), date(2026, 3, 4), Decimal("5.00"))


@pytest.mark.parametrize("quote", [None, (4, "10")])
def test_what_may_be_an_unknown_split_waits_for_some_sessions(quote: tuple[int, str] | None) -> None:
    fallen: list[Path] = [(4, "10", "10.1", "9.9", "10")] if quote is None else []
    jumped = prices(STEADY, (3, "100", "101", "99", "100"), *fallen, quote=quote)
    assert jumped.jump is not None
    assert jumped.jump.ratio == 10
    for condition, value in ((BELOW, "90"), (MOVES, "20")):
        assert jumped.trigger(alert(condition, value)) is None
    sessions: list[Path] = [(day, "10", "10.1", "9.9", "10") for day in (4, 5, 6, 9, 10, 11)]
    real = prices(STEADY, (3, "100", "101", "99", "100"), *sessions)
    assert real.jump is None
    assert real.trigger(alert(BELOW, "90")) == Trigger(Decimal(10), date(2026, 3, 4))


def test_what_happened_before_a_jump_counts() -> None:
    jumped = prices(STEADY, (4, "100", "111", "99", "100"), (5, "10", "10.1", "9.9", "10"))
    assert jumped.trigger(alert(ABOVE, "110")) == Trigger(Decimal(110), date(2026, 3, 4))


def test_a_jump_before_an_alert_was_made_does_not_concern_it() -> None:
    jumped = prices(STEADY, (3, "10", "10.1", "9.9", "10"), (4, "10", "10.1", "8.9", "10"))
    assert jumped.jump is not None
    assert jumped.trigger(alert(BELOW, "9", price_day=3)) == Trigger(Decimal(9), date(2026, 3, 4))
    assert jumped.trigger(alert(BELOW, "9", price_day=2)) is None


def test_the_price_of_a_coin_is_never_taken_for_that_of_a_split() -> None:
    fallen = prices(STEADY, (4, "10", "10.1", "9.9", "10"), asset_type="crypto")
    assert fallen.jump is None
    assert fallen.trigger(alert(BELOW, "90")) is not None


def test_a_jump_is_no_jump_where_something_explains_it() -> None:
    bars = [bar(STEADY), bar((3, "10", "10.1", "9.9", "10"))]
    assert last_jump(bars) is not None
    assert last_jump(bars, since=date(2026, 3, 3)) is None
    assert last_jump(bars, explained={date(2026, 3, 3)}) is None
