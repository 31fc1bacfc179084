"""What makes a story weigh more."""

from datetime import UTC, datetime, timedelta

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


def test_what_moves_markets_comes_before_crime_companies_and_columns() -> None:
    crime = points(*(item("Man charged over attack on holiday", f"S{at}") for at in range(3)))
    cut = points(item("Central bank cuts rates"))
    assert cut > crime
    assert points(item("Why the central bank cuts rates")) < cut
    assert points(item("Shop profit halves")) < cut


def test_points_stay_between_nothing_and_a_hundred() -> None:
    many = [item("Kraken hacked for $9B", f"S{at}") for at in range(40)]
    assert points(*many) == 100
    assert points(item("x"), weights=Weights(sources={"A": -900})) == 0
