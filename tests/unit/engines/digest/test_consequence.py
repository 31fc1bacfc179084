"""How far an event reaches, by its headline."""

import pytest

from tradecore.engines.digest.consequence import Reach, is_column, is_inquiry, is_roundup, parse_reaches, reach_of


@pytest.mark.parametrize(
    ("headline", "reach"),
    [
        ("Bank of England cuts rates to 4.25% in three-way split", Reach.POLICY),
        ("US doubles tariffs on steel", Reach.POLICY),
        ("Maersk cuts full-year outlook", Reach.BUSINESS),
        ("Man charged over holiday attack", None),
        ("Vault of 10 million dollars opens", None),
    ],
)
def test_the_widest_reach_of_its_words_is_that_of_a_headline(headline: str, reach: Reach | None) -> None:
    assert reach_of(headline) is reach


@pytest.mark.parametrize(
    ("headline", "column"),
    [
        ("How could Hawaii block it?", True),
        ("Opinion: the EU must act", True),
        ("4 reasons why the budget fails", True),
        ("Whole Foods is bought", False),
        ("Issuer sued by regulator", False),
        ("Howard Marks leaves Oaktree", False),
        ("Coin slips below $90,000: Crypto Markets Today", True),
        ("Morning Minute: fund raises $15B", True),
        ("Price predictions 1/12: BTC, ETH", True),
        ("Index 20 Performance Update: ABC gains 3%", True),
        ("Here’s what happened in crypto today", True),
        ("Team quits! Coin falls 19%! Guest: Ann", True),
        ("Scarcity: How investors price it", True),
        ("Rates under fire: 5 things to know this week", True),
        ("Regulator: bank must pay $5 million", False),
        ("Morning Coin: Lazarus, tariffs and a vote", True),
        ("Good morning crypto: what to expect", True),
        ("Evening trade in ether doubles: report", False),
        ("Morningstar: funds lose $2 million", False),
        ("Daily volume of exchange doubles", False),
        ("Exchange sets record in daily volume: report", False),
    ],
)
def test_questions_and_comments_report_no_event(headline: str, column: bool) -> None:
    assert is_column(headline) is column


@pytest.mark.parametrize(
    ("headline", "roundup"),
    [
        ("Markets downplay exit of bank chief despite probe: Asia Morning Briefing", False),
        ("Coin slips below $90,000: Crypto Markets Today", False),
        ("Inflation report, hard fork: Crypto Week Ahead", True),
        ("Morning call: inflation and the ECB", True),
        ("Price predictions 1/12: BTC, ETH", True),
        ("The daily: rates fall", True),
    ],
)
def test_a_headline_that_names_one_event_before_its_series_is_no_roundup(headline: str, roundup: bool) -> None:
    assert is_column(headline)
    assert is_roundup(headline) is roundup


@pytest.mark.parametrize(
    ("headline", "inquiry"),
    [
        ("Fed chief links probe to his stance on rates", True),
        ("Justice department subpoenas regulator", True),
        ("Lender under investigation", True),
        ("Investigative reporters win prize", False),
        ("Problems at lender", False),
    ],
)
def test_headlines_of_inquiries_are_known_by_their_words(headline: str, inquiry: bool) -> None:
    assert is_inquiry(headline) is inquiry


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ('galaxy = ["star"]', "no reach"),
        ('policy = "rate"', "list of words"),
        ('policy = ["rate"]\nbusiness = ["rates"]', "of two reaches"),
    ],
)
def test_a_table_that_cannot_be_is_refused(document: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_reaches(document)
