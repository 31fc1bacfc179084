"""The contract of job queues over every row that is installed."""

from collections.abc import AsyncIterator

import pytest

from opening import open_adapter
from servers import SettingOf
from tradecore.ports.queue import JobQueue
from tradecore.testing import JobQueueSuite
from tradecore_app.registry import rows


class TestQueues(JobQueueSuite):
    @pytest.fixture(params=sorted(rows("queue")))
    async def queue(self, request: pytest.FixtureRequest, setting_of: SettingOf) -> AsyncIterator[JobQueue]:
        async with setting_of(request.param) as setting, open_adapter("queue", setting) as opened:
            yield opened
