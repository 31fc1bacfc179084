"""Sentences whose words say the opposite of what they cite are found; the corpus tells how many of each kind."""

import pytest

from tradecore.engines.desk.statements import statement
from tradecore.engines.desk.validate import unsupported
from tradecore_app.sentence_corpus import Sentence, cases, sentences


def faults(case: str, text: str, *measures: str) -> tuple[str, ...]:
    known = cases()[case]
    return unsupported(known, statement(text, [known.by_measure[measure].id for measure in measures]))


def shares(part: str) -> tuple[float, float]:
    """The share of true sentences that are kept and of false ones that are dropped."""
    rows = [(row.holds, not row.faults()) for row in sentences(part)]
    true = [kept for holds, kept in rows if holds]
    false = [not kept for holds, kept in rows if not holds]
    return sum(true) / len(true), sum(false) / len(false)


@pytest.mark.parametrize(("part", "kept", "dropped"), [("tune", 0.95, 0.95), ("held-out", 0.90, 0.80)])
def test_true_sentences_are_kept_and_false_ones_dropped(part: str, kept: float, dropped: float) -> None:
    shares_kept, shares_dropped = shares(part)
    assert (shares_kept, shares_dropped) >= (kept, 0)
    assert shares_dropped >= dropped


def test_the_corpus_is_large_and_labelled() -> None:
    held_out = sentences("held-out")
    assert len(held_out) >= 60
    assert len(held_out) + len(sentences("tune")) >= 160
    assert all(row.reason for row in (*held_out, *sentences("tune")))
    assert {row.case for row in held_out}.isdisjoint(row.case for row in sentences("tune"))
    assert isinstance(held_out[0], Sentence)


def test_a_fault_names_the_evidence_that_is_contradicted() -> None:
    (fault,) = faults("nvda", "The price fell 9.7% over the week.", "change.week")
    assert "contradicts E4: Over a week (5 trading days) the price changed by +9.7%." in fault


@pytest.mark.parametrize(
    "text",
    [
        "The price did not fall over the week.",
        "If the price fell below its 20-day average, the trend would be broken.",
        "The price would have to fall by 9.7% to undo the week.",
    ],
)
def test_what_is_denied_or_supposed_is_not_judged(text: str) -> None:
    assert faults("nvda", text, "change.week", "sma.20") == ()


def test_a_list_goes_on_in_the_direction_of_its_first_item() -> None:
    text = "The close is above its 20-day and 50-day averages."
    assert faults("nvda", text, "sma.20", "sma.50") == ()
    assert len(faults("msft", text, "sma.20", "sma.50")) == 2


def test_the_benchmark_may_be_the_subject() -> None:
    assert faults("msft", "SPY did better by 4.3 points.", "relative") == ()
    assert faults("msft", "Microsoft did better by 4.3 points.", "relative") != ()


def test_being_under_pressure_is_no_direction() -> None:
    text = "The distance to the low decides who is under pressure."
    assert faults("nvda", text, "range.low") == ()
    assert faults("nvda", "The close is 243.7% under the lowest price.", "range.low") != ()


def test_a_sign_is_a_direction() -> None:
    assert faults("msft", "The week's move was -2.9%.", "change.week") == ()
    assert faults("msft", "The week's move was +2.9%.", "change.week") != ()


def test_a_longer_text_is_judged_sentence_by_sentence() -> None:
    known = cases()["nvda"]
    week, rsi = known.by_measure["change.week"].id, known.by_measure["rsi"].id
    claim = statement(f"The price rose 9.7% [{week}]. The RSI has fallen to 67.6 [{rsi}]", [])
    assert unsupported(known, claim) == ()
