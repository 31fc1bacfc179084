"""Every store row, opened fresh for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from opening import open_adapter
from servers import SettingOf
from tradecore.ports.store import Store
from tradecore_app.registry import rows


@pytest.fixture(params=sorted(rows("store")))
async def store(request: pytest.FixtureRequest, setting_of: SettingOf, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store of each kind that can be chosen."""
    async with setting_of(request.param) as setting, open_adapter("store", setting, data=tmp_path) as opened:
        yield opened
