"""What comparisons use of an item."""

from datetime import UTC, datetime

from tradecore.engines.digest.features import features, terms_of
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.text_runs import TEXT_RUNS
from tradecore.model.news import RawItem

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


def test_terms_are_free_of_notation_and_small_words() -> None:
    assert terms_of("The SEC approves a $5M bitcoin fund") == {"5000000 usd", "sec", "verdict:yes", "bitcoin", "fund"}


def test_a_text_that_begins_with_the_headline_counts_from_behind_it() -> None:
    title, text = "Fund opens in Lisbon", " ".join(f"word{at}" for at in range(TEXT_RUNS + 2))
    repeated, plain = (
        features(identify(RawItem(source="A", title=title, summary=summary, guid="1", published_at=NOON), NOON))
        for summary in (f"{title} {text}", text)
    )
    assert repeated.runs.hashes == plain.runs.hashes
    assert plain.runs.hashes
    assert repeated.body_words == plain.body_words
    assert repeated.text_identifies is plain.text_identifies is False


def test_a_short_text_has_no_runs_to_compare() -> None:
    raw = RawItem(
        source="A", title="Fund opens", summary="It has happened, both sides say.", guid="1", published_at=NOON
    )
    assert not features(identify(raw, NOON)).runs.hashes
