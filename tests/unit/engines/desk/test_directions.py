"""The table of words: it is read strictly, and knows measures of the desk only."""

import pytest

from tradecore.engines.desk.directions import directions, parse_directions

WORDS = '[words]\nup = ["rose", "climb*", "north of"]\ndown = ["fell"]\n[measures]\n'


def test_every_entry_of_the_package_is_a_measure_and_names_known_words() -> None:
    assert {"change.month", "sma.200", "relative", "volume.busy"} <= set(directions())


@pytest.mark.parametrize(
    ("clause", "points"),
    [("it climbed", 1), ("it fell", -1), ("it stands north of there", 1), ("it moved", 0), ("it arose", 0)],
)
def test_words_point_up_or_down(clause: str, points: int) -> None:
    table = parse_directions(WORDS + 'close = { up = "up", down = "down" }')
    assert table["close"].points(clause, 0) == points


def test_the_nearest_word_counts() -> None:
    entry = parse_directions(WORDS + 'close = { up = "up", down = "down" }')["close"]
    assert entry.points("it fell, then rose 5", 19) == 1


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("nothing = {}", "measures.nothing is not a measure"),
        ('close = { up = "left" }', "measures.close.up names the unknown set of words 'left'"),
        ("close = { top = 1 }", "measures.close has the unknown key 'top'"),
    ],
)
def test_a_wrong_entry_is_refused_by_its_name(entry: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_directions(WORDS + entry)
