"""Concerns name what could go wrong, each with its evidence."""

from typing import Any

from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.validate import faults
from tradecore.model.market import PriceSource
from tradecore.model.steps import Analyst, Assessed, Collected, Step


async def assessed(given: Any, closes: list[float], **fields: Any) -> tuple[Case, Assessed]:
    """A case and its risk assessment."""
    brief = given.brief(analysts=fields.pop("analysts", tuple(Analyst)))
    steps = [one for one in await given.thought(given.desk(closes, **fields), brief) if isinstance(one, Step)]
    collected = steps[0]
    assert isinstance(collected, Collected)
    return Case(brief, collected), next(one for one in steps if isinstance(one, Assessed))


async def test_a_wild_series_is_called_wild_with_its_numbers(given: Any) -> None:
    case, risk = await assessed(given, given.walk(3, noise=0.05), analysts=(Analyst.TECHNICAL,))
    said = " ".join(risk.concerns)
    assert "% a year" in said
    assert "A single day has cost" in said
    assert faults(case, risk) == ()


async def test_what_was_not_looked_at_is_said(given: Any) -> None:
    _, risk = await assessed(given, given.walk(3, noise=0.005, drift=0.001))
    assert any("no figures are connected" in concern for concern in risk.concerns)
    assert any("No news spoke to this decision" in concern for concern in risk.concerns)


async def test_generated_prices_are_the_first_concern(given: Any) -> None:
    _, risk = await assessed(given, given.walk(3), source=PriceSource("a walk", synthetic=True))
    assert "synthetic" in risk.concerns[0]


async def test_a_short_history_is_a_concern(given: Any) -> None:
    _, risk = await assessed(given, given.walk(3, days=30))
    assert any("Prices go back 30 trading days only" in concern for concern in risk.concerns)


async def test_a_calm_market_still_gets_a_word_of_caution(given: Any) -> None:
    calm = given.walk(3, noise=0.003)
    _, risk = await assessed(given, [price * 100 for price in calm], analysts=(Analyst.TECHNICAL,))
    assert risk.concerns
