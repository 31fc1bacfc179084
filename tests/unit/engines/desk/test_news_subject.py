"""The subject of a headline comes before its tone."""

import pytest

from tradecore.engines.desk.news_subject import Subject, subject_of

TERMS = ("NVDA", "Nvidia")


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Nvidia reports record revenue", Subject.OWN),
        ("Nvidia's profit doubles", Subject.OWN),
        ("Shares of NVDA fall as AMD unveils a faster chip", Subject.OWN),
        ("Intel, Nvidia fall on export rules", Subject.OWN),
        ("Goldman Sachs raises its price target on Nvidia", Subject.OWN),
        ("Microsoft orders more Nvidia chips", Subject.OWN),
        ("AMD unveils a chip to challenge Nvidia", Subject.OTHER),
        ("AMD buys ZT Systems to compete with Nvidia", Subject.OTHER),
        ("Nvidia rival AMD launches faster chip", Subject.OTHER),
        ("Intel launches new server chips", Subject.OTHER),
        ("Tesla's deliveries beat forecasts", Subject.OTHER),
        ("Chip shares rally on hopes for lower rates", Subject.GENERAL),
        ("Fed holds rates steady", Subject.GENERAL),
        ("", Subject.GENERAL),
    ],
)
def test_whose_news_a_headline_is(title: str, subject: Subject) -> None:
    assert subject_of(title, TERMS) is subject


@pytest.mark.parametrize(
    ("terms", "title", "subject"),
    [
        (("$SNOW", "Snowflake Inc"), "Snowflake cuts its forecast", Subject.OWN),
        (("$TGT", "Target Inc"), "Target slides after results", Subject.OWN),
        (("BTC", "Bitcoin"), "Bitcoin climbs past its record", Subject.OWN),
        (("BTC", "Bitcoin"), "Ethereum upgrade goes live", Subject.OTHER),
    ],
)
def test_names_of_every_form_are_known(terms: tuple[str, ...], title: str, subject: Subject) -> None:
    assert subject_of(title, terms) is subject
