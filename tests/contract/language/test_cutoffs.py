"""Training cutoffs: dated versions, the setting before the table, and entries that cannot be read."""

from datetime import date

import pytest

from tradecore_adapters.language.cutoffs import cutoff_of, read_cutoffs


def test_a_dated_version_has_the_cutoff_of_its_model() -> None:
    assert cutoff_of("openai:gpt-4o-2024-08-06", {}) == cutoff_of("openai:gpt-4o", {}) == date(2023, 10, 31)
    assert cutoff_of("anthropic:claude-haiku-4-5-20251001", {}) == date(2025, 7, 31)
    assert cutoff_of("ollama:llama3", {}) is None


def test_the_setting_comes_first_by_name_or_with_its_provider() -> None:
    own = read_cutoffs("llama3=2023-12-31, openai:gpt-4o=2024-01-01")
    assert cutoff_of("ollama:llama3", own) == date(2023, 12, 31)
    assert cutoff_of("openai:gpt-4o", own) == date(2024, 1, 1)
    assert cutoff_of("azure:gpt-4o", own) == date(2023, 10, 31)
    assert read_cutoffs("") == {}


@pytest.mark.parametrize("text", ["llama3", "llama3=soon", "=2024-01-01", "llama3=2024-13-01"])
def test_an_entry_that_cannot_be_read_is_shown(text: str) -> None:
    with pytest.raises(ValueError, match="is no training cutoff; write NAME=DAY"):
        read_cutoffs(text)
