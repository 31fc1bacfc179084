"""Every store row, opened fresh for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from servers import SettingOf
from tradecore.ports.store import Store
from tradecore_app.registry import STORES, find_row
from tradecore_app.settings import read_settings


@pytest.fixture(params=sorted(STORES))
async def store(request: pytest.FixtureRequest, setting_of: SettingOf, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store of each kind that can be chosen."""
    async with setting_of(request.param) as setting:
        open_store, rest = find_row(STORES, "STORE", setting)
        async with open_store(read_settings(data=tmp_path), rest) as opened:
            yield opened
