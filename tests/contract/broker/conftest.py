"""Floors to trade on, and a venue that speaks as Alpaca does."""

from collections.abc import AsyncIterator

import pytest

from trading_floor import FakeAlpaca, FakeMarket, Floor, open_paper_floor, open_scripted_floor


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    """A floor with the paper broker and neither fee nor slippage."""
    async with open_paper_floor() as made:
        yield made


@pytest.fixture
async def scripted() -> AsyncIterator[Floor]:
    """A floor whose broker does as the test wishes."""
    async with open_scripted_floor() as made:
        yield made


@pytest.fixture
async def fake() -> AsyncIterator[FakeAlpaca]:
    """Alpaca on a port of this machine."""
    async with FakeAlpaca(FakeMarket()).serving() as serving:
        yield serving
