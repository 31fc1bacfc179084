"""The contract of identities over every row that is installed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from opening import open_adapter
from tradecore.ports.identity import Identity
from tradecore.testing import IdentitySuite
from tradecore_app.registry import rows


class TestIdentities(IdentitySuite):
    @pytest.fixture(params=sorted(rows("identity")))
    async def identity(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Identity]:
        async with open_adapter("identity", f"{request.param}:", data=tmp_path) as opened:
            yield opened
