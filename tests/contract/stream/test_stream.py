"""The contract of event streams over every row that is installed."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from opening import open_adapter
from servers import SettingOf
from tradecore.ports.stream import EventStream
from tradecore.testing import EventStreamSuite
from tradecore_app.registry import rows


class TestStreams(EventStreamSuite):
    @pytest.fixture(params=sorted(rows("stream")))
    async def stream(self, request: pytest.FixtureRequest, setting_of: SettingOf) -> AsyncIterator[EventStream]:
        async with (
            setting_of(request.param) as setting,
            open_adapter("stream", setting, secret=SecretStr("s" * 32)) as opened,
        ):
            yield opened
