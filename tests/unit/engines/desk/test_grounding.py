"""Figures may be quoted as people do, and a figure without evidence is found."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from tradecore.engines.desk.grounding import ungrounded
from tradecore.model.evidence import Evidence, EvidenceId, EvidenceKind
from tradecore.model.market import AssetType

DAY = date(2024, 10, 10)
# What measures say, and the value where it stands in no other form in the statement.
SAID = {
    "close": ("BTC-USD closed at 60,274.50 on 2024-10-10.", "60274.50"),
    "change.1": ("The last day's change was +3.3%.", "3.3"),
    "change.month": ("Over a month (21 trading days) the price changed by +12.5%.", "12.5"),
    "change.year": ("Over a year (252 trading days) the price changed by -9.4%.", "-9.4"),
    "sma.20": ("The close is 4.6% above its 20-day average of 822.25.", "4.6"),
    "sma.cross": ("The 50-day average runs 11.9% below the 200-day average.", "-11.9"),
    "rsi": ("RSI(14) stands at 67.6.", "67.6"),
    "macd": ("MACD(12,26,9) is above its signal line, by 0.29% of the price, for 1 trading day now.", "0.29"),
    "bollinger": ("Within its Bollinger band (790.39 to 854.12) the close sits at 109%.", "109"),
    "turnover": ("On average of 20 trading days, 36,331 million of the quote currency changed hands a day.", "36331"),
    "atr": ("The average true range of 14 days is 26.86, which is 3.1% of the close.", "26.86"),
    "level.stop.long.range": ("A long stop at 806.36 lies two average ranges from the close.", "806.36"),
    "headline": ("“Bitcoin falls below $60,000” (a paper, 2024-09-28); tone -0.76.", "-0.76"),
}
Ungrounded = Callable[..., list[str]]


@pytest.fixture
def ungrounded_of(given: Any) -> Ungrounded:
    """The numbers and dates in a text that the evidence of these measures does not hold."""

    def found(text: str, *measures: str, asset_type: AssetType = AssetType.EQUITY) -> list[str]:
        cited = [
            Evidence(
                id=EvidenceId(f"E{number}"),
                kind=EvidenceKind.PRICE,
                statement=SAID[measure][0],
                as_of=DAY,
                source="a source",
                digest="",
                value=Decimal(SAID[measure][1]),
                unit="",
                measure=measure,
            )
            for number, measure in enumerate(measures, 1)
        ]
        numbers, dates = ungrounded(text, cited, evolve(given.brief(), asset_type=asset_type))
        return [*numbers, *dates]

    return found


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        # Roundings.
        ("RSI is at 68, up from nothing", "rsi"),
        ("It closed at 60,275", "close"),
        ("It closed at 60,274", "close"),
        ("It closed near $60,300", "close"),
        ("It closed near $60.3k", "close"),
        ("$36.3 billion, or 36.33bn, or 36,300 million, or 36 billion change hands", "turnover"),
        ("It fell below $60k", "headline"),
        # Periods and parameters, in other forms than the evidence has them.
        ("The 14-day RSI is 67.6; MACD (12, 26, 9) leads by 0.29%", "rsi macd"),
        ("The 50/200-day cross", "sma.cross"),
        ("Above its 20-, 50- and 200-day averages", "sma.20 sma.cross"),
        ("It is 9.4% down over 12 months, from its 52-week high, in a 1-year downtrend", "change.year"),
        ("A 1-month gain of 12.5% in about 4 weeks", "change.month"),
        ("A 1-day jump of 3.3%", "change.1"),
        ("At 109% of the 20-day Bollinger band", "bollinger"),
        ("The stop is 2 ATRs, 2x ATR or 2-ATR away", "level.stop.long.range"),
        # Dates.
        ("On 28 September 2024, Sept. 28, September 28th, 2024 or the 28th of September", "headline"),
        ("In September 2024, in Sep 2024 and in 2024", "headline"),
        ("As of 10 October, of 2024-10-10 and of Oct 10", ""),
        # Derived from what is cited; the arithmetic has tests of its own.
        ("RSI is 2.4 points below 70", "rsi"),
        ("It closed above 60,000 and rose by more than 3%", "close change.1"),
        ("MACD turned a trading day ago", "macd"),
        # Names.
        ("In round 2 the bull names the S&P 500 and the Nasdaq-100; Q3 results are due, and trade goes on 24/7", ""),
    ],
)
def test_figures_may_be_quoted_as_people_do(text: str, measures: str, ungrounded_of: Ungrounded) -> None:
    assert ungrounded_of(text, *measures.split()) == []


def test_spans_are_called_as_the_market_of_the_security_calls_them(ungrounded_of: Ungrounded) -> None:
    assert ungrounded_of("A 12-month low", "change.year", asset_type=AssetType.CRYPTO) == ["12"]


@pytest.mark.parametrize(
    ("text", "measures", "expected"),
    [
        ("RSI nears 75", "rsi", ["75"]),
        ("RSI is at 67.5", "rsi", ["67.5"]),
        ("RSI is at 67", "rsi", ["67"]),
        ("It closed near 60,000", "close", ["60,000"]),
        ("It closed near 60,350", "close", ["60,350"]),
        ("It closed near 60,200", "close", ["60,200"]),
        ("It closed near 61k", "close", ["61"]),
        ("It may fall to 0.1 million", "close", ["0.1"]),
        ("36.3 million change hands", "turnover", ["36.3"]),
        ("36.4 billion change hands", "turnover", ["36.4"]),
        ("1 billion change hands", "turnover", ["1"]),
        ("A 52-week high", "change.month", ["52"]),
        ("A 26-week high", "change.year", ["26"]),
        ("Up 52% in a year", "change.year", ["52"]),
        ("Up 52.1% in a year", "change.year", ["52.1"]),
        ("Up 2% to its stop", "level.stop.long.range", ["2"]),
        ("The stop is 3 ATRs away", "level.stop.long.range", ["3"]),
        ("Up 20% in its band", "bollinger", ["20"]),
        ("On 29 September", "headline", ["29"]),
        ("On 28 August 2024", "headline", ["28"]),
        ("In September 2025", "headline", ["2025"]),
        ("In September 10.5% were lost", "headline", ["10.5"]),
        ("In October 10% were lost", "", ["10"]),
        ("October 10, 2024.5", "", ["2024.5"]),
        ("It is worth $2024", "", ["2024"]),
        ("It is worth 2024.5, 2,024 or 2024%", "", ["2024.5", "2,024", "2024"]),
        ("On 2024-11-20", "", ["2024-11-20"]),
        ("On 2023-10-10", "", ["2023-10-10"]),
        ("Q5, Q3.5 and round 7", "", ["5", "3.5", "7"]),
        ("The S&P 5000", "", ["5000"]),
        ("A round 5% more", "", ["5"]),
    ],
)
def test_no_figure_is_made_up(text: str, measures: str, expected: list[str], ungrounded_of: Ungrounded) -> None:
    assert ungrounded_of(text, *measures.split()) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@for_all(
    value=st.decimals(100, 10**6, places=2),
    off=st.decimals("0.006", "0.5", places=3),
    up=st.booleans(),
    form=st.sampled_from(["{:,f}", "${:f}", "{:,.0f}", "{:.1f}"]),
)
def test_no_number_half_a_percent_away_passes(value: Decimal, off: Decimal, up: bool, form: str, given: Any) -> None:
    one = Evidence(
        id=EvidenceId("E1"), kind=EvidenceKind.PRICE, statement=f"It is {value}.", as_of=DAY, source="s", digest="",
        value=value, unit="price", measure="close",
    )  # fmt: skip
    wrong = form.format((value * (1 + off if up else 1 - off)).quantize(Decimal("0.01")))
    assume(wrong != "2024")
    # What rounding adds or takes away lies within a unit.
    assume(abs(Decimal(wrong.strip("$").replace(",", "")) - value) > 1)
    assert ungrounded(wrong, [one], given.brief())[0]


def test_what_is_allowed_needs_no_evidence(given: Any) -> None:
    assert ungrounded("A position of 3.4%", [], given.brief(), [Decimal("3.4")]) == ((), ())
