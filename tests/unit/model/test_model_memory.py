"""What models may remember: which decisions are in sample."""

from datetime import date

import pytest

from tradecore.model.model_memory import is_in_sample

CUTOFFS = {"openai:old": date(2024, 6, 30), "openai:new": date(2025, 8, 31)}


@pytest.mark.parametrize(
    ("models", "as_of", "made_on", "expected"),
    [
        (["openai:old"], date(2024, 6, 30), date(2026, 1, 1), True),
        (["openai:old"], date(2024, 7, 1), date(2026, 1, 1), False),
        (["openai:old", "openai:new"], date(2024, 7, 1), date(2026, 1, 1), True),
        # a model of unknown cutoff knows everything but the last days
        (["ollama:llama"], date(2025, 12, 1), date(2026, 1, 1), True),
        (["ollama:llama"], date(2025, 12, 31), date(2026, 1, 1), False),
        # rules remember nothing
        ([], date(2010, 1, 1), date(2026, 1, 1), False),
    ],
)
def test_a_decision_is_in_sample_where_a_model_may_have_read_on(
    models: list[str], as_of: date, made_on: date, expected: bool
) -> None:
    assert is_in_sample(as_of, made_on, models, CUTOFFS.get) is expected
