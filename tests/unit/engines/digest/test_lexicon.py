"""The tables can be looked up the way they are used."""

from tradecore.engines.digest.lexicon import (
    ASSETS,
    ENTITIES,
    MARKERS,
    NEGATIONS,
    NEUTRAL,
    PHRASES,
    PLACES,
    PLANNED,
    SUBJECT_SLOTS,
)


def test_words_are_in_small_letters_and_markers_are_slots_with_values() -> None:
    for table in (ASSETS, ENTITIES, MARKERS, PHRASES):
        assert all(word == word.casefold() and word for word in table)
    assert all(marker.count(":") == 1 and not marker.endswith(":") for marker in MARKERS.values())


def test_a_word_has_one_meaning() -> None:
    assert not ASSETS.keys() & ENTITIES.keys()
    assert not (ASSETS.keys() | ENTITIES.keys()) & MARKERS.keys()
    assert not (NEGATIONS | NEUTRAL) & MARKERS.keys()
    assert not PLANNED & MARKERS.keys()


def test_the_tables_refer_to_each_other() -> None:
    assert set(ENTITIES.values()) >= PLACES
    assert {marker.partition(":")[0] for marker in MARKERS.values()} >= SUBJECT_SLOTS
    assert all(word in ENTITIES or word in ASSETS for word in PHRASES.values())
