"""Idempotency keys: what may be one."""

import pytest

from tradecore.model.errors import Invalid
from tradecore.model.receipts import IdempotencyKey


@pytest.mark.parametrize("key", ["a", "x" * 255, "5f0c0d6e-2f3a-4c47-9d0c-0a4be6c1b1c2", "!~"])
def test_printable_ascii_without_spaces_is_a_key(key: str) -> None:
    assert IdempotencyKey(key, "f").key == key


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "tab\t", "ü", "\x00", "line\n"])
def test_anything_else_is_refused(key: str) -> None:
    with pytest.raises(Invalid):
        IdempotencyKey(key, "f")
