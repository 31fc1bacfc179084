"""Texts are as similar as their sets of runs are; short ones have none."""

from zlib import crc32

from hypothesis import example, given
from hypothesis import strategies as st

from tradecore.engines.digest.text_runs import TEXT_RUNS, TextRuns

LONG = [f"word{number}" for number in range(400)]
# Parts of one long text, so that texts have some, most or all of their runs in common.
PARTS = st.tuples(st.integers(0, 380), st.integers(0, 300), st.integers(0, 380)).map(
    lambda part: [*LONG[part[0] : part[0] + part[1]], *LONG[part[2] : part[2] + 20]]
)


def jaccard(one: list[str], other: list[str]) -> float:
    """The similarity by its definition."""
    a, b = ({crc32(" ".join(text[at : at + 3]).encode()) for at in range(len(text) - 2)} for text in (one, other))
    if len(a) < TEXT_RUNS or len(b) < TEXT_RUNS:
        return 0.0
    return len(a & b) / len(a | b)


@given(PARTS, PARTS, st.sampled_from([0.2, 0.6, 0.9]))
@example(LONG, LONG, 0.9)
@example(LONG[:300], LONG[200:], 0.2)
@example([], [], 0.2)
@example([], LONG, 0.2)
def test_similarity_is_that_of_the_sets_of_runs_from_the_least(one: list[str], other: list[str], least: float) -> None:
    expected = jaccard(one, other)
    a, b = TextRuns.of(one), TextRuns.of(other)
    assert a.similarity(b, least) == b.similarity(a, least) == (expected if expected >= least else 0.0)


def test_the_sketch_is_of_the_smallest_hashes() -> None:
    whole = TextRuns.of(LONG)
    assert list(whole.sketch) == sorted(whole.hashes)[:8]
    assert len(whole.hashes) == len(LONG) - 2
    assert not TextRuns.of(LONG[: TEXT_RUNS + 1]).hashes
    assert TextRuns.of(LONG[: TEXT_RUNS + 2]).shared_with(whole) == TEXT_RUNS
