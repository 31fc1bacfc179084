"""A reader gets the stories they asked for, and finds the others under a reason."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from tradecore.engines.digest.digest import make_digest, select_news
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.interests import wanted_by
from tradecore.engines.digest.stories import assign_stories
from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief, Interests, NewsItem, RawItem, Reason

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


def item(title: str, text: str = "", minutes: int = 10) -> NewsItem:
    moment = NOON - timedelta(minutes=minutes)
    url = f"https://a.example/{abs(hash(title))}"
    return identify(RawItem(source="A", title=title, summary=text, url=url, published_at=moment), moment)


@pytest.mark.parametrize(
    ("interests", "wanted"),
    [
        (Interests(), True),
        (Interests(assets=("BTC",)), True),
        (Interests(assets=("ether", "bitcoin")), True),
        (Interests(assets=("SOL",)), False),
        (Interests(categories=("Whales & Treasuries",)), True),
        (Interests(assets=("SOL",), categories=("Whales & Treasuries",)), True),
        (Interests(categories=("Macro",)), False),
        (Interests(excluded_words=("treasury",)), False),
        (Interests(assets=("BTC",), excluded_words=("Halvard",)), False),
        (Interests(excluded_words=("treason",)), True),
    ],
)
def test_assets_and_categories_let_stories_in_and_excluded_words_keep_them_out(
    interests: Interests, wanted: bool
) -> None:
    assert wanted_by(interests)([item("Treasury firm Halvard buys 500 bitcoin")]) is wanted


def test_a_ticker_that_is_a_word_is_meant_with_its_sign() -> None:
    wanted = wanted_by(Interests(assets=("$ON",)))
    assert wanted([item("Shares of ON Semiconductor (NASDAQ: ON) jump")])
    assert not wanted([item("Fed turns on liquidity")])


@pytest.mark.parametrize("asset", ["DOT", "$DOT", "dot", "polkadot"])
def test_a_ticker_of_a_coin_stands_for_its_names(asset: str) -> None:
    wanted = wanted_by(Interests(assets=(asset,)))
    assert wanted([item("Polkadot caps supply at 2.1 billion")])
    assert wanted([item("Treasury opens", "The fund holds Polkadot.")])
    assert not wanted([item("Treasury firm Halvard buys 500 bitcoin")])


def report_for(interests: Interests) -> tuple[str, list[Reason], int]:
    items = assign_stories(
        [
            item("Treasury firm Halvard buys 500 bitcoin"),
            item("Central bank cuts rates", minutes=20),
            item("Court fines Quillon $900M", minutes=30),
        ],
        (),
    )
    brief = DigestBrief(user_id=UserId("u"), hours=1, interests=interests)
    report = make_digest(brief, items, (), (), NOON)
    return report.markdown, sorted(each.reason for each in report.considered), report.counts.below_threshold


def test_stories_outside_the_interests_are_counted_and_have_a_reason() -> None:
    markdown, reasons, below = report_for(Interests(assets=("BTC",)))
    assert "Halvard" in markdown
    assert "Quillon" not in markdown
    assert "Of those below threshold, 2 items are not among your interests." in markdown
    assert reasons == [Reason.OUTSIDE_INTERESTS, Reason.OUTSIDE_INTERESTS, Reason.REPORTED]
    assert below == 2


def test_the_number_and_the_score_of_stories_can_be_limited() -> None:
    assert report_for(Interests(max_stories=1))[1] == [Reason.BELOW_THRESHOLD, Reason.BELOW_THRESHOLD, Reason.REPORTED]
    assert report_for(Interests(min_score=100))[2] == 3


def test_a_reader_weighs_sources_and_the_weight_is_of_the_best() -> None:
    items = assign_stories(
        [
            item("Central bank cuts rates"),
            item("Court fines Quillon $900M"),
            evolve(item("Miners report a loss"), source="B"),
        ],
        (),
    )

    def first(weights: dict[str, int]) -> str:
        brief = DigestBrief(user_id=UserId("u"), hours=1, interests=Interests(source_weights=weights))
        return select_news(brief, items, (), NOON).stories[0].lead.title

    assert first({}) == first({"Somewhere else": 20}) == "Central bank cuts rates"
    assert first({"A": -20, "B": 20}) == "Miners report a loss"
