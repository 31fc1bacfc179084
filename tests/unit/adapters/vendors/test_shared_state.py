"""A state that processes share through a file, and that is of one process where there is no such file."""

from pathlib import Path

import pytest

from tradecore_adapters.vendors import shared_state
from tradecore_adapters.vendors.shared_state import Document, SharedState


def count(state: Document) -> tuple[Document, int]:
    total = state.get("count", 0) + 1
    return {"count": total}, total


def test_two_states_of_one_path_are_one(tmp_path: Path) -> None:
    first, second = SharedState(tmp_path / "a" / "state"), SharedState(tmp_path / "a" / "state")
    assert [first.update(count), second.update(count), first.update(count)] == [1, 2, 3]


def test_a_state_without_a_file_is_that_of_its_process(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (None, tmp_path / "file" / "state"):
        first, second = SharedState(path), SharedState(path)
        assert [first.update(count), second.update(count), first.update(count)] == [1, 1, 2]


def test_where_the_system_has_no_such_locks_each_process_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_state, "fcntl", None)
    first, second = SharedState(tmp_path / "state"), SharedState(tmp_path / "state")
    assert [first.update(count), second.update(count), first.update(count)] == [1, 1, 2]
    assert not (tmp_path / "state").exists()


def test_a_file_that_holds_no_state_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("[half")
    assert SharedState(tmp_path / "state").update(count) == 1
