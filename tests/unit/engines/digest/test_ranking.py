"""What makes a story weigh more."""

from datetime import UTC, datetime, timedelta

import pytest

from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.ranking import Weights, score
from tradecore.model.news import NewsItem, RawItem

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
DAY = timedelta(hours=24)


def item(title: str, source: str = "A", hours: int = 1) -> NewsItem:
    return identify(RawItem(source=source, title=title, published_at=NOON - timedelta(hours=hours)), NOON)


def points(*items: NewsItem, weights: Weights | None = None) -> int:
    return score(items, NOON, DAY, weights or Weights())


def test_more_outlets_larger_sums_names_gravity_and_freshness_weigh_more() -> None:
    plain = points(item("Some shop opens"))
    assert points(item("Some shop opens"), item("Some shop opens", "B")) > plain
    assert points(item("Some shop opens for $2B")) > points(item("Some shop opens for $20M")) > plain
    assert points(item("Kraken shop opens")) > plain
    assert points(item("Zyxelmart shop opens")) == plain
    assert points(item("Some shop hacked")) > plain
    assert points(item("Some shop opens", hours=20)) < plain
    assert points(item("Some shop opens"), weights=Weights(sources={"A": 9})) == plain + 9


def test_what_moves_markets_comes_before_crime_plans_companies_and_columns() -> None:
    crime = points(*(item("Man charged over attack on holiday", f"S{at}") for at in range(4)))
    cut = points(item("Central bank cuts rates"))
    assert cut > crime
    assert points(item("Central bank may cut rates")) < cut
    assert points(item("Why the central bank cuts rates")) < cut
    assert points(item("Shop profit halves")) < cut


@pytest.mark.parametrize(
    ("unsettled", "deed"),
    [
        ("Kraken prepares to list Pocket Otter", "Kraken lists Pocket Otter"),
        ("Tariffs on steel set to double", "Tariffs on steel double"),
        ("Baker said to be in talks to buy mill", "Baker buys mill"),
        ("Union threatens strike at mill", "Union begins strike at mill"),
    ],
)
def test_a_rumour_a_threat_or_a_plan_comes_after_the_deed_of_its_kind(unsettled: str, deed: str) -> None:
    assert points(item(unsettled)) < points(item(deed))
    assert points(item(unsettled), item(unsettled, "B")) < points(item(deed), item(unsettled, "B"))


def test_outlets_weigh_less_for_what_reaches_no_market() -> None:
    def gain(title: str) -> int:
        return points(item(title), item(title, "B")) - points(item(title))

    assert gain("Some shop opens") < gain("Some shop opens for $2M")
    assert gain("Some shop opens") < gain("Some shop raises its outlook")


def test_points_stay_between_nothing_and_a_hundred() -> None:
    many = [item("Kraken hacked for $9B", f"S{at}") for at in range(40)]
    assert points(*many) == 100
    assert points(item("x"), weights=Weights(sources={"A": -900})) == 0


def test_an_inquiry_into_what_reaches_something_weighs_as_a_charge_does() -> None:
    plain = points(item("Central bank links meeting to rates"))
    assert points(item("Central bank links probe to rates")) == plain + Weights().grave
    assert points(item("Library visitors face probe")) == points(item("Library visitors face delay"))
