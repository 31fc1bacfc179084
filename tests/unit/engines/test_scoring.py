"""Scoring: cases computed by hand, and what may never matter."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.scoring import Aftermath, score
from tradecore.model.market import Bar, Bars, PriceSource, Symbol
from tradecore.model.steps import Action, Decision
from tradecore.model.track_record import Exit, TradeOutcome

AS_OF = date(2024, 10, 10)
SOURCE = PriceSource("bars of the test")


def bar(ahead: int, prices: str) -> Bar:
    """A bar so many days after the decision: open, high, low, close."""
    first, high, low, close = (Decimal(price) for price in prices.split())
    return Bar(AS_OF + timedelta(days=ahead), first, high, low, close, Decimal(1000))


THEN = bar(0, "99 101 98 100")


def plan(action: Action = Action.BUY, stop: str = "90", target: str = "120") -> Decision:
    """What was decided at a close of 100."""
    return Decision(action, Decimal(7), Decimal(5), Decimal(100), Decimal(stop), Decimal(target), "because")


def after(*bars: Bar, then: Bar = THEN, days: int = 7, benchmark: Bars | None = None) -> Aftermath:
    known = Bars(Symbol("NVDA"), SOURCE, (then, *bars))
    return Aftermath(AS_OF, AS_OF + timedelta(days=days), THEN, known, benchmark)


def scored(decision: Decision, known: Aftermath, fee: str = "0") -> TradeOutcome:
    outcome = score(decision, known, fee=Decimal(fee))
    assert outcome
    return outcome


def test_a_buy_enters_at_the_next_open_and_leaves_at_the_last_close() -> None:
    outcome = scored(plan(), after(bar(1, "102 105 101 104"), bar(4, "104 112 103 107.1")))
    assert outcome == TradeOutcome(
        entered_on=AS_OF + timedelta(days=1),
        entry=Decimal(102),
        exited_on=AS_OF + timedelta(days=4),
        exit=Decimal("107.1"),
        reason=Exit.HORIZON,
        return_percent=Decimal(5),
        fees=Decimal(0),
        benchmark=None,
        source="bars of the test",
    )


def test_a_sell_gains_what_the_price_falls() -> None:
    short = plan(Action.SELL, stop="110", target="80")
    assert scored(short, after(bar(1, "100 101 94 95"))).return_percent == 5
    assert scored(short, after(bar(1, "100 106 99 105"))).return_percent == -5


@pytest.mark.parametrize(
    ("action", "stop", "target", "days", "price", "reason", "returned"),
    [
        # touched within a day: filled at the level
        (Action.BUY, "90", "120", ["100 101 89 95", "95 130 94 129"], "90", Exit.STOP, "-10"),
        (Action.BUY, "90", "120", ["100 121 99 115", "115 116 80 81"], "120", Exit.TARGET, "20"),
        (Action.SELL, "110", "80", ["100 111 99 105"], "110", Exit.STOP, "-10"),
        (Action.SELL, "110", "80", ["100 101 79 85"], "80", Exit.TARGET, "20"),
        # touched to the cent counts
        (Action.BUY, "90", "120", ["100 101 90 95"], "90", Exit.STOP, "-10"),
        (Action.BUY, "90", "120", ["100 120 99 110"], "120", Exit.TARGET, "20"),
        # opened beyond it: filled at the open, for better and for worse
        (Action.BUY, "90", "120", ["100 101 95 96", "85 86 80 84"], "85", Exit.STOP, "-15"),
        (Action.BUY, "90", "120", ["100 101 95 96", "125 126 119 121"], "125", Exit.TARGET, "25"),
        (Action.SELL, "110", "80", ["100 101 95 96", "115 116 112 113"], "115", Exit.STOP, "-15"),
        (Action.SELL, "110", "80", ["100 101 95 96", "75 76 70 71"], "75", Exit.TARGET, "25"),
        # both within one day: the worse is assumed
        (Action.BUY, "90", "120", ["100 125 85 110"], "90", Exit.STOP, "-10"),
        (Action.SELL, "110", "80", ["100 115 75 90"], "110", Exit.STOP, "-10"),
        # opened beyond the stop, and the target later that day: the open came first
        (Action.BUY, "90", "120", ["100 101 95 96", "85 125 84 120"], "85", Exit.STOP, "-15"),
        # the plan was void before it began: in and out at the same open
        (Action.BUY, "90", "120", ["85 86 84 85"], "85", Exit.STOP, "0"),
        (Action.BUY, "90", "120", ["130 140 125 139"], "130", Exit.TARGET, "0"),
    ],
)
def test_stop_and_target_are_followed_day_by_day(
    action: Action, stop: str, target: str, days: list[str], price: str, reason: Exit, returned: str
) -> None:
    known = after(*(bar(1 + n, prices) for n, prices in enumerate(days)))
    outcome = scored(plan(action, stop, target), known)
    assert (outcome.exit, outcome.reason, outcome.return_percent) == (Decimal(price), reason, Decimal(returned))


def test_fees_are_paid_on_both_sides_of_what_is_traded() -> None:
    outcome = scored(plan(), after(bar(1, "100 111 99 110")), fee="0.1")
    assert outcome.fees == Decimal("0.21")
    assert outcome.return_percent == Decimal("9.79")
    void = scored(plan(), after(bar(1, "85 86 84 85")), fee="0.1")
    assert void.return_percent == Decimal("-0.2")


def test_a_holiday_shortens_the_holding_and_no_more() -> None:
    outcome = scored(plan(), after(bar(4, "100 101 99 100"), bar(7, "100 104 99 103")))
    assert (outcome.entered_on, outcome.exited_on, outcome.return_percent) == (
        AS_OF + timedelta(days=4),
        AS_OF + timedelta(days=7),
        Decimal(3),
    )


def test_crypto_is_traded_through_the_weekend() -> None:
    # 2024-10-12 and 13 are a weekend
    days = [bar(n, f"{99 + n} {101 + n} {98 + n} {100 + n}") for n in range(1, 8)]
    outcome = scored(plan(), after(*days))
    assert (outcome.entered_on, outcome.exited_on) == (AS_OF + timedelta(days=1), AS_OF + timedelta(days=7))
    assert outcome.return_percent == 7


def test_where_nothing_was_traded_there_is_nothing_to_score() -> None:
    assert score(plan(), after(), fee=Decimal(0)) is None
    assert score(plan(), after(bar(8, "100 101 99 100")), fee=Decimal(0)) is None


def test_a_hold_cannot_be_scored() -> None:
    with pytest.raises(ValueError, match="HOLD"):
        score(plan(Action.HOLD), after(bar(1, "100 101 99 100")), fee=Decimal(0))


def test_a_split_that_the_source_tells_of_moves_the_levels_with_the_prices() -> None:
    # four for one: what closed at 100 is told as 25 ever after
    split = after(bar(1, "25 26 23 24"), bar(2, "24 31 23.5 30"), then=bar(0, "24.75 25.25 24.5 25"))
    outcome = scored(plan(), split)
    assert (outcome.entry, outcome.exit, outcome.reason, outcome.return_percent) == (25, 30, Exit.TARGET, 20)


def test_a_split_that_the_source_keeps_to_itself_looks_like_the_fall_it_quotes() -> None:
    outcome = scored(plan(), after(bar(1, "100 101 99 100"), bar(2, "25 26 24 25")))
    assert (outcome.exit, outcome.reason, outcome.return_percent) == (25, Exit.STOP, -75)


def test_the_benchmark_is_held_over_the_same_days() -> None:
    market = Bars(
        Symbol("SPY"),
        SOURCE,
        (bar(0, "50 50 50 50"), bar(1, "100 103 99 102"), bar(2, "102 104 101 103"), bar(3, "90 91 80 81")),
    )
    known = after(bar(1, "100 101 99 100"), bar(2, "100 121 99 120"), bar(3, "1 1 1 1"), benchmark=market)
    assert scored(plan(), known).benchmark == 3
    assert scored(plan(Action.SELL, "200", "0.5"), evolve(known, ends=AS_OF + timedelta(days=2))).benchmark == 3


def test_real_prices_are_not_measured_against_generated_ones() -> None:
    made = Bars(Symbol("SPY"), PriceSource("walk", synthetic=True), (bar(1, "100 103 99 102"),))
    assert scored(plan(), after(bar(1, "100 101 99 100"), benchmark=made)).benchmark is None


percents = st.integers(-15, 15)
walks = st.lists(st.tuples(percents, percents, st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=9)
plans = st.builds(
    lambda buy, stop, target: plan(
        Action.BUY if buy else Action.SELL,
        str(100 - stop if buy else 100 + stop),
        str(100 + target if buy else 100 - target),
    ),
    st.booleans(),
    st.integers(1, 20),
    st.integers(1, 30),
)


def walk(moves: list[tuple[int, int, int, int]]) -> list[Bar]:
    """Bars that begin near 100 and move by whole percents between and within days."""
    bars, price = [], Decimal(100)
    for n, (gap, move, above, below) in enumerate(moves):
        first = price * (100 + gap) / 100
        price = first * (100 + move) / 100
        high, low = max(first, price) * (100 + above) / 100, min(first, price) * (100 - below) / 100
        bars.append(Bar(AS_OF + timedelta(days=n + 1), first, high, low, price, Decimal(1)))
    return bars


def scaled(bars: list[Bar], by: Decimal) -> list[Bar]:
    return [
        evolve(each, open=each.open * by, high=each.high * by, low=each.low * by, close=each.close * by)
        for each in bars
    ]


@given(plans, walks, st.integers(-4, 6))
def test_the_unit_of_money_does_not_matter(decision: Decision, moves: list[tuple[int, int, int, int]], n: int) -> None:
    by, bars = Decimal(7) * Decimal(10) ** n, walk(moves)
    outcome = scored(decision, after(*bars), "0.1")
    dear = evolve(decision, stop=decision.stop * by, target=decision.target * by)
    [then] = scaled([THEN], by)
    known = Bars(Symbol("NVDA"), SOURCE, (then, *scaled(bars, by)))
    again = scored(dear, Aftermath(AS_OF, AS_OF + timedelta(days=7), then, known), "0.1")
    assert (again.return_percent, again.reason, again.exited_on) == (
        outcome.return_percent,
        outcome.reason,
        outcome.exited_on,
    )
    # nor whether the source restates everything in it
    restated = after(*scaled(bars, by), then=then)
    assert scored(decision, restated, "0.1") == again


@given(plans, walks, walks)
def test_what_comes_after_the_horizon_does_not_matter(
    decision: Decision, moves: list[tuple[int, int, int, int]], later: list[tuple[int, int, int, int]]
) -> None:
    bars = walk(moves)
    days = len(bars)
    future = [evolve(each, day=each.day + timedelta(days=days)) for each in walk(later)]
    market = Bars(Symbol("SPY"), SOURCE, tuple(bars + future))
    whole = after(*bars, *future, days=days, benchmark=market)
    cut = after(*bars, days=days, benchmark=evolve(market, bars=tuple(bars)))
    assert score(decision, whole, fee=Decimal(0)) == score(decision, cut, fee=Decimal(0))


@given(plans, walks)
def test_a_position_never_outlives_its_stop_nor_leaves_at_a_price_that_was_not_traded(
    decision: Decision, moves: list[tuple[int, int, int, int]]
) -> None:
    bars = walk(moves)
    outcome = scored(decision, after(*bars, days=len(bars)))
    held = [each for each in bars if each.day <= outcome.exited_on]
    sign = 1 if decision.action is Action.BUY else -1
    for each in held[:-1]:
        worst = each.low if sign > 0 else each.high
        assert sign * (worst - decision.stop) > 0
    shade = Decimal("1e-9")
    assert held[-1].low * (1 - shade) <= outcome.exit <= held[-1].high * (1 + shade)
    assert (outcome.reason is Exit.HORIZON) <= (outcome.exited_on == bars[-1].day)
    assert abs(outcome.return_percent - sign * (outcome.exit / outcome.entry - 1) * 100) < Decimal("0.001")
