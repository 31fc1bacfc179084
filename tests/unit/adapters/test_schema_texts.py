"""Descriptions of JSON schemas."""

from typing import Any

from tradecore_adapters.schema_texts import with_plain_descriptions


def test_descriptions_lose_the_indentation_of_docstrings_and_all_else_stays() -> None:
    schema: dict[str, Any] = {
        "description": "One.\n\n    Two.\n    Three.\n    ",
        "properties": {"description": {"description": "  A text.", "type": "string", "default": "  kept"}},
        "anyOf": [{"description": "Four.\n        Five."}, {"type": "null"}],
    }
    assert with_plain_descriptions(schema) == {
        "description": "One.\n\nTwo.\nThree.",
        "properties": {"description": {"description": "A text.", "type": "string", "default": "  kept"}},
        "anyOf": [{"description": "Four.\nFive."}, {"type": "null"}],
    }
