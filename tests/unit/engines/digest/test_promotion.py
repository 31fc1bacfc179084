"""Promotion is recognised where it is plain, and news about promotion is news."""

from datetime import UTC, datetime

import pytest

from tradecore.engines.digest.digest import make_digest
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.promotion import all_promotion, is_promotion
from tradecore.engines.digest.stories import assign_stories
from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief, NewsItem, RawItem

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


def item(title: str, summary: str = "", url: str = "https://a.example/1") -> NewsItem:
    return identify(RawItem(source="A", title=title, summary=summary, url=url, published_at=NOON), NOON)


@pytest.mark.parametrize(
    ("title", "summary", "url"),
    [
        ("Sponsored: Why wallets matter", "", "https://a.example/1"),
        ("[Ad] A new card for everybody", "", "https://a.example/1"),
        ("Otter Finance opens office", "Paid press release. Otter opens.", "https://a.example/1"),
        ("Why wallets matter (Sponsored)", "", "https://a.example/1"),
        ("Why wallets matter", "This is a sponsored article by Otter.", "https://a.example/1"),
        ("Why wallets matter", "", "https://a.example/partner-content/otter"),
        ("Pocket Otter presale raises $4M, stage 3 ends soon", "", "https://a.example/1"),
        ("3 best altcoins to buy before Friday", "", "https://a.example/1"),
        ("Is Otter the next 100x?", "", "https://a.example/1"),
        ("Sign up now and get a 20% bonus on your first deposit", "", "https://a.example/1"),
        ("Trade on Otter with promo code RIVER", "", "https://a.example/1"),
        ("Limited-time offer: half the fees on Otter", "", "https://a.example/1"),
        ("Win up to $5,000 in the Otter trading cup", "", "https://a.example/1"),
    ],
)
def test_plain_promotion_is_recognised(title: str, summary: str, url: str) -> None:
    assert is_promotion(item(title, summary, url))


@pytest.mark.parametrize(
    "title",
    [
        "Regulator fines exchange for sponsored posts",
        "Ad revenue of the search company falls 4%",
        "SEC sues founders over token presale",
        "Press freedom group accepts bitcoin",
        "Leverage of up to 10x is banned for retail clients",
        "Best Buy reports lower sales",
        "Three charged over promo code fraud at broker",
        "Banks register to receive deposits of the central bank",
        "Bettors win $5M from exchange in court",
    ],
)
def test_news_about_promotion_is_news(title: str) -> None:
    assert not is_promotion(item(title))


def test_what_an_authority_releases_to_the_press_is_news() -> None:
    assert not is_promotion(item("Press release: rates unchanged", url="https://www.sec.gov/newsroom/press-releases/1"))


def test_a_report_marks_stories_that_only_promote_and_never_leads_with_them() -> None:
    items = assign_stories([item("Sponsored: Why wallets matter"), item("Miners sell", url="https://b.example/2")], ())
    report = make_digest(DigestBrief(user_id=UserId("r"), hours=1), items, (), (), NOON).markdown
    assert report.index("Miners sell") < report.index("Why wallets matter")  # in the summary
    assert "Why wallets matter" not in report.partition("## Top Stories")[2].partition("## By Category")[0]
    assert report.count("· promotion") == 1
    assert all_promotion(items[:1]) != all_promotion(items[1:])
