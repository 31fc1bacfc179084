"""The base rate: the plans of decisions, replayed on other days by the rules of scoring."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.plan_replays import Replays
from tradecore.engines.scoring import Aftermath, score
from tradecore.engines.simulation import Prices
from tradecore.model.market import Bar, Bars, PriceSource, Symbol
from tradecore.model.steps import Action, Decision

START = date(2024, 1, 1)


def series(moves: list[tuple[int, int, int, int]]) -> Bars:
    bars, close = [], Decimal(100)
    for n, (gap, up, down, end) in enumerate(moves):
        first = close * (100 + gap) / 100
        high, low = first * (100 + up) / 100, first * (100 - down) / 100
        close = low + (high - low) * end / 100
        bars.append(Bar(START + timedelta(days=n), first, high, low, close, None))
    return Bars(Symbol("NVDA"), PriceSource("bars of the test"), tuple(bars))


def plan(action: Action, entry: Decimal, stop: int, target: int) -> Decision:
    sign = 1 if action is Action.BUY else -1
    # No bar, whose moves are whole percents, ends exactly at these levels, which floats could tell otherwise.
    return Decision(
        action,
        Decimal(7),
        Decimal(5),
        entry,
        entry * (100 - sign * (stop + Decimal("0.0137"))) / 100,
        entry * (100 + sign * (target + Decimal("0.0137"))) / 100,
        "",
    )


move = st.tuples(st.integers(-5, 5), st.integers(0, 5), st.integers(0, 5), st.integers(0, 100))


@given(
    st.lists(move, min_size=7, max_size=12),
    st.sampled_from([Action.BUY, Action.SELL]),
    st.integers(2, 9),
    st.integers(2, 9),
)
def test_the_base_rate_is_the_share_of_wins_that_scoring_finds(
    moves: list[tuple[int, int, int, int]], action: Action, stop: int, target: int
) -> None:
    bars = series(moves)
    days = [bar.day for bar in bars.bars]
    replays = Replays.of(Prices.of(bars), days, 3, 0.0973)
    wins = []
    for place in range(len(bars.bars) - 3):
        then, ends = bars.bars[place], bars.bars[place + 3].day
        outcome = score(
            plan(action, then.close, stop, target), Aftermath(then.day, ends, then, bars), fee=Decimal("0.0973")
        )
        assert outcome
        wins.append(outcome.return_percent > 0)
    assert len(replays.windows) == len(wins)
    rate = replays.base_rate(plan(action, bars.bars[0].close, stop, target))
    assert rate == pytest.approx(sum(wins) / len(wins))


def test_without_a_full_horizon_after_any_day_there_is_no_base_rate() -> None:
    bars = series([(0, 1, 1, 50)] * 4)
    replays = Replays.of(Prices.of(bars), [bar.day for bar in bars.bars], 5, 0.1)
    assert replays.base_rate(plan(Action.BUY, Decimal(100), 5, 5)) is None
