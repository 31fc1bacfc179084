"""The contract of exchange rates, and the ECB over a local server that speaks its format, failures included."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from opening import open_adapter
from tradecore.model.errors import Unavailable
from tradecore.ports.fx import ExchangeRates
from tradecore.testing import ExchangeRatesSuite, ManualClock
from tradecore_adapters.fx.ecb import UnknownTableError, read_table
from tradecore_app.registry import rows
from vendors.ecb import ecb_server, table
from vendors.server import FAULTS, Reply, VendorServer

DAY = date(2024, 10, 10)


@asynccontextmanager
async def opened(server: VendorServer, data: Path, moment: datetime) -> AsyncIterator[Any]:
    context = {"now": ManualClock(moment).now}
    async with open_adapter("fx", f"ecb:{server.base}", data=data, context=context) as rates:
        yield rates


class TestRates(ExchangeRatesSuite):
    @pytest.fixture(params=sorted(rows("fx")))
    async def exchange_rates(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ExchangeRates]:
        async with ecb_server().serving() as server:
            setting = f"ecb:{server.base}" if request.param == "ecb" else f"{request.param}:"
            async with open_adapter("fx", setting, data=tmp_path) as rates:
                yield rates


async def test_the_short_table_serves_recent_days_and_the_long_one_all_others(tmp_path: Path) -> None:
    async with ecb_server().serving() as server, opened(server, tmp_path, datetime(2024, 10, 15, tzinfo=UTC)) as ecb:
        assert (await ecb.rates(DAY, DAY)).rate("EUR", "USD", DAY) == Decimal("1.0932")
        await ecb.rates(date(2023, 10, 10), DAY)
    assert [request.path.rpartition("-")[2] for request in server.requests] == ["90d.xml", "hist.xml"]


async def test_twenty_questions_are_one_request_and_a_restart_needs_none(tmp_path: Path) -> None:
    moment = datetime(2024, 10, 15, tzinfo=UTC)
    async with ecb_server().serving() as server:
        async with opened(server, tmp_path, moment) as ecb:
            await asyncio.gather(*(ecb.rates(DAY, DAY) for _ in range(20)))
        async with opened(server, tmp_path, moment) as ecb:
            await ecb.rates(DAY, DAY)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (FAULTS["429"], "429"),
        (FAULTS["500"], "500"),
        (Reply(404), "404"),
        (FAULTS["HTML"], "does not know"),
        (Reply(body=table()[:300]), "does not know"),
        (Reply(body=table({})), "it has no day"),
        (Reply(body=table({"2024-10-10": {"USD": "-1"}})), "does not know"),
        (FAULTS["empty"], "does not know"),
    ],
    ids=["429", "500", "404", "HTML", "truncated", "no day", "negative", "empty"],
)
async def test_a_failure_is_one_true_sentence_and_nothing_is_kept(tmp_path: Path, fault: Reply, sentence: str) -> None:
    async with ecb_server().serving() as server:
        async with opened(server, tmp_path, datetime(2024, 10, 15, tzinfo=UTC)) as ecb:
            server.fault = fault
            with pytest.raises(Unavailable, match=sentence):
                await ecb.rates(DAY, DAY)
        server.fault = None
        # After a refusal no request is sent for a minute, by whichever process.
        async with opened(server, tmp_path, datetime(2024, 10, 15, 0, 2, tzinfo=UTC)) as ecb:
            assert (await ecb.rates(DAY, DAY)).rate("EUR", "USD", DAY)


def test_a_table_that_defines_entities_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with pytest.raises(UnknownTableError, match="document type"):
        read_table(bomb)
