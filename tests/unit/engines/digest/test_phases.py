"""The phases of an event, and the law that a reader of its announcement gets to see the event."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.digest.digest import make_digest
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.phases import is_later, parse_phase_words, phase_of
from tradecore.engines.digest.stories import assign_stories
from tradecore.model.ids import JobId, UserId
from tradecore.model.news import DigestBrief, DigestReport, NewsItem, Phase, RawItem, Reason

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
BRIEF = DigestBrief(user_id=UserId("reader"), hours=24)
CORPUS = Path(__file__).parents[3] / "corpus" / "phases.jsonl"
TABLE = files("tradecore.engines.digest").joinpath("phases.toml").read_text("utf-8")

Pair = dict[str, Any]


def pairs(part: str, *, look_alikes: bool = False) -> list[Pair]:
    rows = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
    return [row for row in rows if row["part"] == part and (row["kind"] == "look-alike") is look_alikes]


def told_in_turn(pair: Pair, second_outlet: str) -> tuple[NewsItem, DigestReport]:
    """The second document of a pair, and its report to a reader of the first."""
    first = item("A", pair["first"], pair.get("first_text", ""), NOON)
    second = item(second_outlet, pair["second"], pair.get("second_text", ""), NOON + timedelta(hours=3))
    known = assign_stories([first], ())
    ledger = make_digest(BRIEF, known, (), (), NOON).deliveries(BRIEF.user_id, JobId("1"), NOON)
    everything = [*known, *assign_stories([second], known)]
    return everything[-1], make_digest(BRIEF, everything, ledger, (), NOON + timedelta(hours=4))


def item(source: str, title: str, text: str, at: datetime) -> NewsItem:
    url = f"https://{source.lower()}.example/{at:%d%H%M}"
    return identify(RawItem(source=source, title=title, summary=text, url=url, published_at=at), at)


def second_reason(pair: Pair) -> Reason:
    """Why the second document is in the report or not, when another outlet publishes it."""
    second, report = told_in_turn(pair, "B")
    return next(placed.reason for placed in report.considered if placed.item.id == second.id)


@pytest.mark.parametrize(
    ("title", "phase"),
    [
        ("Fed cuts rates by 25 basis points and signals fewer cuts", Phase.DEED),
        ("Riksbank leaves its rate at 2.25% and hints at a cut", Phase.DEED),
        ("Fed may cut rates and signals more to come", Phase.PLAN),
        ("Kraken buys Ninja and Deribit, sources say", Phase.RUMOUR),
        ("SEC and CFTC set to approve the rule", Phase.PLAN),
    ],
)
def test_what_is_done_decides_and_not_what_is_said_of_the_time_after(title: str, phase: Phase) -> None:
    assert phase_of(title) is phase


@pytest.mark.parametrize("part", ["tune", "held-out"])
@pytest.mark.parametrize("outlet", ["A", "B"])
def test_every_second_document_is_printed_with_its_link(part: str, outlet: str) -> None:
    for pair in [*pairs(part), *pairs(part, look_alikes=True)]:
        second, report = told_in_turn(pair, outlet)
        assert f"({second.url})" in report.markdown, pair
        assert "Nothing new" not in report.markdown, pair


@pytest.mark.parametrize(("part", "least"), [("tune", 1.0), ("held-out", 0.9)])
def test_a_later_phase_another_actor_and_another_object_are_news(part: str, least: float) -> None:
    judged = {pair["second"]: second_reason(pair) for pair in pairs(part)}
    missed = [title for title, reason in judged.items() if reason not in (Reason.REPORTED, Reason.UPDATE)]
    assert len(missed) <= (1 - least) * len(judged), missed


@pytest.mark.parametrize("part", ["tune", "held-out"])
def test_the_same_event_in_other_words_is_more_coverage(part: str) -> None:
    for pair in pairs(part, look_alikes=True):
        assert second_reason(pair) is Reason.MORE_COVERAGE, pair


def test_the_corpus_has_at_least_a_hundred_and_fifty_pairs_half_of_them_held_out() -> None:
    parts: Sequence[int] = [len(pairs(part) + pairs(part, look_alikes=True)) for part in ("tune", "held-out")]
    assert parts == [77, 77]


@pytest.mark.parametrize(
    ("title", "phase"),
    [
        ("SEC approves spot ether ETFs", Phase.DEED),
        ("SEC to approve spot ether ETFs", Phase.PLAN),
        ("Judge refuses to dismiss case", Phase.DEED),
        ("SEC approves ETFs as expected", Phase.DEED),
        ("Bitcoin rises to record high", Phase.DEED),
        ("Binance threatens to pull out of Canada", Phase.THREAT),
        ("Stripe reportedly set to buy Fernkey", Phase.RUMOUR),
        ("Binance denies plan to leave Canada", Phase.DENIAL),
        ("Correction: fund lost $30M", Phase.CORRECTION),
        ("", Phase.DEED),
        ("Trump drops threat of chip tariffs after talks with Xi", Phase.DEED),
        ("Norland lifts its tariff threat", Phase.DEED),
        ("Halvard walks away from planned merger with Osterline", Phase.DEED),
        ("Larkspur to drop its bid for Quillnet", Phase.PLAN),
        ("Larkspur reportedly drops its bid for Quillnet", Phase.RUMOUR),
        ("Larkspur denies it dropped its bid for Quillnet", Phase.DENIAL),
    ],
)
def test_the_words_of_a_headline_tell_its_phase(title: str, phase: Phase) -> None:
    assert phase_of(title) is phase


def test_the_text_tells_the_phase_of_a_headline_that_does_not() -> None:
    assert phase_of("The ether ETFs", "The SEC is set to approve them. It did so before.") is Phase.PLAN
    assert phase_of("SEC approves ether ETFs", "Trading is set to begin soon.") is Phase.DEED


@given(st.sampled_from(Phase), st.sets(st.sampled_from(Phase)))
def test_a_deed_a_denial_and_a_correction_are_later_unless_told(phase: Phase, told: set[Phase]) -> None:
    if phase in told:
        assert not is_later(phase, told)
    elif phase in (Phase.DEED, Phase.DENIAL, Phase.CORRECTION):
        assert is_later(phase, told)
    else:
        assert not is_later(phase, {*told, Phase.DEED})


def test_a_rumour_is_not_later_than_a_plan() -> None:
    assert is_later(Phase.PLAN, {Phase.RUMOUR})
    assert is_later(Phase.PLAN, {Phase.THREAT})
    assert not is_later(Phase.RUMOUR, {Phase.PLAN})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("neutral = [", "neutrals = [", "missing or unknown: neutral, neutrals"),
        ('"denies",', '"denies", "denies",', "denial lists 'denies' a second time"),
        ('"correction",', '"Correction",', "write words in small letters"),
    ],
)
def test_a_wrong_table_is_refused_by_name(old: str, new: str, message: str) -> None:
    assert old in TABLE
    with pytest.raises(ValueError, match=message):
        parse_phase_words(TABLE.replace(old, new, 1))
