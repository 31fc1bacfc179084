"""A server that has just started does once what its first requests would otherwise wait for."""

from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import pytest

from chaos.proxy import Mode, TcpProxy
from servers import SettingOf
from tradecore.model.errors import Unavailable
from tradecore_adapters.store.postgres import PostgresStore
from tradecore_app.assembly import assemble
from tradecore_app.settings import read_settings
from tradecore_app.warm_up import warm_up


async def test_every_connection_knows_the_statements_of_launches_and_reads_and_nothing_is_written(
    setting_of: SettingOf, tmp_path: Path
) -> None:
    async with setting_of("postgresql") as address, assemble(read_settings(store=address, data=tmp_path)) as assembled:
        await warm_up(assembled)
        connections = cast(PostgresStore, assembled.store)._pool._idle
        assert len(connections) == PostgresStore.connections
        known = "SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE $1"
        for connection in connections:
            assert await connection.fetchval(known, "%INSERT INTO jobs%") == 2, "for one launch, and for several"
            assert await connection.fetchval(known, "%FROM sessions%") >= 1
        for table in ("jobs", "analyses", "events", "outbox", "users"):
            assert await connections[0].fetchval(f"SELECT COUNT(*) FROM {table}") == 0


async def test_a_database_that_goes_away_meanwhile_keeps_no_server_from_being_ready(
    setting_of: SettingOf, tmp_path: Path
) -> None:
    async with setting_of("postgresql") as address:
        port = urlsplit(address).port
        assert port
        async with TcpProxy(port).listening() as proxy:
            proxied = address.replace(f":{port}/", f":{proxy.port}/")
            async with assemble(read_settings(store=proxied, data=tmp_path)) as assembled:
                await proxy.set(Mode.REFUSE)
                await warm_up(assembled)
                with pytest.raises(Unavailable):
                    await assembled.store.check()


async def test_a_store_in_a_file_has_nothing_to_warm_up(tmp_path: Path) -> None:
    async with assemble(read_settings(data=tmp_path)) as assembled:
        assert not hasattr(assembled.store, "connections")
        await warm_up(assembled)
