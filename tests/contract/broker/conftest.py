"""Floors to trade on, and a venue that speaks as Alpaca does."""

from collections.abc import AsyncIterator

import pytest

from trading_floor import FakeAlpaca, Floor, Shelf, papery, whimsical


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    """A floor with the paper broker and neither fee nor slippage."""
    async with papery() as made:
        yield made


@pytest.fixture
async def whims() -> AsyncIterator[Floor]:
    """A floor whose broker does as the test wishes."""
    async with whimsical() as made:
        yield made


@pytest.fixture
async def fake() -> AsyncIterator[FakeAlpaca]:
    """Alpaca on a port of this machine."""
    async with FakeAlpaca(Shelf()).serving() as serving:
        yield serving
