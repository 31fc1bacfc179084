"""Descriptions in JSON schemas that come from docstrings."""

from inspect import cleandoc
from typing import Any


def with_plain_descriptions(schema: Any) -> Any:
    """The schema whose descriptions have no indentation.

    That of a docstring is part of it up to Python 3.12, and would make its lines a block of code in Markdown.
    """
    if isinstance(schema, list):
        return [with_plain_descriptions(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    # A property that is called `description` is a schema, not text.
    return {
        key: cleandoc(value) if key == "description" and isinstance(value, str) else with_plain_descriptions(value)
        for key, value in schema.items()
    }
