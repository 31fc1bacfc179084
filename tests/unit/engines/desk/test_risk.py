"""Risk is computed: classes from thresholds, sizes from budgets."""

import itertools
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given as for_all
from hypothesis import strategies as st

from tradecore.engines.desk.risk import liquidity_class, position_size, risk_evidence, volatility_class
from tradecore.model.market import AssetType, Bars, Symbol
from tradecore.model.steps import Action, Liquidity, Proposed, Volatility


def proposal(action: Action = Action.BUY, stop: str = "95", confidence: str = "8") -> Proposed:
    return Proposed(action, Decimal(confidence), Decimal(100), Decimal(stop), Decimal(115), "", "", ())


@pytest.mark.parametrize(
    ("percent", "expected"),
    [("19.9", Volatility.LOW), ("20", Volatility.MODERATE), ("40", Volatility.MODERATE), ("40.1", Volatility.HIGH)],
)
def test_volatility_has_three_classes(percent: str, expected: Volatility) -> None:
    assert volatility_class(Decimal(percent)) is expected


def test_an_unknown_volatility_counts_as_high() -> None:
    assert volatility_class(None) is Volatility.HIGH


def test_liquidity_follows_the_money_that_changes_hands() -> None:
    classes = [liquidity_class(Decimal(millions)) for millions in (9, 10, 100, 1000)]
    assert classes == [Liquidity.LOW, Liquidity.MODERATE, Liquidity.HIGH, Liquidity.EXCELLENT]


def test_a_hold_has_no_size() -> None:
    assert position_size(proposal(Action.HOLD), Decimal(20), Liquidity.HIGH) == 0


def test_twice_the_volatility_halves_the_position() -> None:
    calm = position_size(proposal(), Decimal(40), Liquidity.HIGH)
    assert (calm, position_size(proposal(), Decimal(80), Liquidity.HIGH)) == (Decimal("5.0"), Decimal("2.5"))


def test_a_position_never_exceeds_the_cap() -> None:
    assert position_size(proposal(stop="99.9"), Decimal("0.5"), Liquidity.EXCELLENT) == 10


def test_a_far_stop_bounds_the_loss_to_one_percent_of_the_portfolio() -> None:
    assert position_size(proposal(stop="75"), Decimal(10), Liquidity.HIGH) == Decimal("4.0")


def test_a_thin_market_and_little_confidence_make_a_position_smaller() -> None:
    assert position_size(proposal(), Decimal(40), Liquidity.LOW) == Decimal("2.5")
    assert position_size(proposal(confidence="3.5"), Decimal(40), Liquidity.HIGH) == Decimal("2.5")


def test_without_a_volatility_the_position_is_the_smallest() -> None:
    assert position_size(proposal(), None, Liquidity.EXCELLENT) == 1


@for_all(
    stop=st.decimals(min_value="0.01", max_value="99.99", places=2),
    volatility=st.none() | st.decimals(min_value=0, max_value=1000, places=1),
    confidence=st.decimals(min_value=0, max_value=10, places=1),
    liquidity=st.sampled_from(Liquidity),
)
def test_a_size_always_lies_between_nothing_and_the_cap(
    stop: Decimal, volatility: Decimal | None, confidence: Decimal, liquidity: Liquidity
) -> None:
    size = position_size(proposal(stop=str(stop), confidence=str(confidence)), volatility, liquidity)
    assert 0 <= size <= 10
    # What is lost at the stop is never more than one percent of the portfolio.
    assert size * (100 - stop) / 100 <= 1


def test_one_day_gives_drawdown_and_turnover_only(given: Any) -> None:
    bars = Bars(symbol=Symbol("NVDA"), source=given.source, bars=given.bars([5.0]))
    found = {draft.measure: draft.value for draft in risk_evidence(bars, None, AssetType.EQUITY)}
    assert found == {"drawdown.max": 0, "turnover": Decimal("5.0")}


def test_drawdown_is_a_positive_percentage(given: Any) -> None:
    bars = Bars(symbol=Symbol("NVDA"), source=given.source, bars=given.bars([100.0, 80.0, 90.0]))
    found = {draft.measure: draft.value for draft in risk_evidence(bars, None, AssetType.EQUITY)}
    assert (found["drawdown.max"], found["drawdown"], found["worst.day"]) == (20, 10, -20)


def test_beta_of_a_doubled_market_is_two(given: Any) -> None:
    market = given.walk(9, days=200, noise=0.01)
    own = [100.0]
    for before, after in itertools.pairwise(market):
        own.append(own[-1] * (1 + 2 * (after / before - 1)))
    series = [Bars(symbol=Symbol("NVDA"), source=given.source, bars=given.bars(closes)) for closes in (own, market)]
    found = {draft.measure: draft.value for draft in risk_evidence(*series, AssetType.EQUITY)}
    assert found["beta"] == Decimal("2.00")


def test_an_unknown_volume_gives_no_turnover(given: Any) -> None:
    bars = Bars(symbol=Symbol("NVDA"), source=given.source, bars=given.bars([100.0, 80.0, 90.0]))
    unknown = evolve(bars, bars=(*bars.bars[:-1], evolve(bars.last, volume=None)))
    measures = {draft.measure for draft in risk_evidence(unknown, None, AssetType.EQUITY)}
    assert measures == {draft.measure for draft in risk_evidence(bars, None, AssetType.EQUITY)} - {"turnover"}
