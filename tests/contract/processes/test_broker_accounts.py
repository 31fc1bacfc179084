"""`tradecore users broker`: an account at a venue belongs to the user it was given to; all others trade on paper."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from click.testing import CliRunner, Result

from tradecore.model.change import Change
from tradecore.model.errors import Unavailable
from tradecore.model.ids import RecommendationId, UserId
from tradecore.model.orders import Order
from tradecore.model.users import Caller
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.commands.accounts import users
from tradecore_app.settings import read_settings
from trading_floor import ACME, FakeAlpaca, Shelf, whimsical

ANN, BEN = "ann@example.com", "ben@example.com"
KEY, SECRET = "PK-0123456789", "s3cret-s3cret-s3cret"


async def test_orders_of_a_user_with_an_account_go_there_and_its_credentials_are_kept_encrypted(tmp_path: Path) -> None:
    prices = tmp_path / "prices"
    prices.mkdir()
    day = datetime.now(UTC).date() - timedelta(days=1)
    (prices / "ACME.csv").write_text(f"date,open,high,low,close,volume\n{day},100,100,100,100,1000\n")
    environment = {"TRADECORE_DATA": str(tmp_path), "TRADECORE_MARKET": f"csv:{prices}"}

    async def run(*words: str, lines: str = "") -> Result:
        return await asyncio.to_thread(CliRunner(env=environment).invoke, users, words, input=lines)

    async with FakeAlpaca(Shelf({ACME: Decimal(100)})).serving() as fake:
        fake.key = KEY
        account = f"alpaca:{fake.url}"
        for name in (ANN, BEN):
            assert (await run("add", name, lines="a long password\n")).exit_code == 0
        assert (await run("broker", ANN)).output == "No account of its own.\n"
        refused = await run("broker", ANN, account, lines=f"wrong\n{SECRET}\n")
        assert isinstance(refused.exception, Unavailable)
        assert "does not accept the key" in str(refused.exception)
        given = await run("broker", ANN, account, lines=f"{KEY}\n{SECRET}\n")
        assert given.output.splitlines()[-1] == f"Orders of {ANN} go to {account}."
        assert (await run("broker", ANN)).output.startswith(f"{account}, since ")

        async with assemble(read_settings(data=tmp_path, market=f"csv:{prices}", slippage_percent=0)) as assembled:
            ids = {user.email: user.id for user in (await assembled.core.list_users(page=1)).users}
            orders = [await execute(assembled, ids[name], n) for n, name in enumerate((ANN, BEN))]
        assert [order.filled for order in orders] == [50, 50]
        assert [post["client_order_id"] for post in fake.posts] == [orders[0].id]
        assert {headers["apca-api-secret-key"] for headers in fake.seen[1:]} == {SECRET}

        taken = await run("broker", ANN, "paper:")
        assert taken.output.splitlines()[-1] == f"{ANN} has no account of its own at a broker any more."
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("tradecore.db*"))
    assert ANN.encode() in stored
    assert KEY.encode() not in stored
    assert SECRET.encode() not in stored


async def execute(assembled: Assembled, user: UserId, number: int) -> Order:
    async with whimsical() as floor:
        floor.time = assembled.now()
        id = RecommendationId(f"00000000-0000-4000-8000-{number:012x}")
        wanted = floor.recommendation(user=Caller(user), id=id)
    async with assembled.store.unit_of_work() as uow:
        await uow.recommendations.put(Change(wanted))
    return await assembled.core.execute_recommendation(wanted.id, by=Caller(user))
