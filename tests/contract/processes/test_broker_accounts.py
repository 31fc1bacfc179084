"""`tradecore users broker`: an account at a venue belongs to the user it was given to; all others trade on paper."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tradecore.model.change import Change
from tradecore.model.errors import Unavailable
from tradecore.model.exits import ExitPolicy
from tradecore.model.ids import RecommendationId, UserId
from tradecore.model.orders import Order, exit_id_for
from tradecore.model.users import Caller
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.commands.accounts import users
from tradecore_app.embed import Embedded, open_tradecore
from tradecore_app.settings import read_settings
from trading_floor import ACME, FakeAlpaca, FakeMarket, open_scripted_floor

ANN, BEN = "ann@example.com", "ben@example.com"
KEY, SECRET = "PK-0123456789", "s3cret-s3cret-s3cret"


async def test_orders_of_a_user_with_an_account_go_there_and_its_credentials_are_kept_encrypted(tmp_path: Path) -> None:
    prices = write_prices(tmp_path)
    environment = {"TRADECORE_DATA": str(tmp_path), "TRADECORE_MARKET": f"csv:{prices}"}

    async def run(*words: str, lines: str = "") -> Result:
        return await asyncio.to_thread(CliRunner(env=environment).invoke, users, words, input=lines)

    async with FakeAlpaca(FakeMarket({ACME: Decimal(100)})).serving() as fake:
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


def write_prices(folder: Path) -> Path:
    """A folder in which ACME costs 100."""
    prices = folder / "prices"
    prices.mkdir()
    day = datetime.now(UTC).date() - timedelta(days=1)
    (prices / "ACME.csv").write_text(f"date,open,high,low,close,volume\n{day},100,100,100,100,1000\n")
    return prices


async def execute(assembled: Assembled | Embedded, user: UserId, number: int, **options: Any) -> Order:
    core = assembled.core
    async with open_scripted_floor() as floor:
        floor.time = core.execute_recommendation.now()
        id = RecommendationId(f"00000000-0000-4000-8000-{number:012x}")
        wanted = floor.recommendation(user=Caller(user), id=id)
    async with core.execute_recommendation.store.unit_of_work() as uow:
        await uow.recommendations.put(Change(wanted))
    return await core.execute_recommendation(wanted.id, by=Caller(user), confirmed=True, **options)


async def test_the_account_of_the_installation_belongs_to_the_user_whom_the_settings_name(tmp_path: Path) -> None:
    prices = write_prices(tmp_path)
    options = {"data": tmp_path, "market": f"csv:{prices}", "slippage_percent": 0}
    async with FakeAlpaca(FakeMarket({ACME: Decimal(100)})).serving() as fake:
        venue = {"broker": f"alpaca:{fake.url}", "alpaca_key": KEY, "alpaca_secret": SECRET}
        with pytest.raises(Unavailable, match=r"is one account\. Set TRADECORE_BROKER_USER to the e-mail address"):
            async with assemble(read_settings(**options, **venue)):
                pass
        async with assemble(read_settings(**options, **venue, broker_user=ANN)) as assembled:
            ann, ben = [await assembled.core.create_user(name, "a long password") for name in (ANN, BEN)]
            orders = [await execute(assembled, user.id, n) for n, user in enumerate((ann, ben))]
            assert [order.filled for order in orders] == [50, 50]
            assert list(fake.orders) == [orders[0].id]
        async with assemble(read_settings(**options, **venue, broker_user="*")) as assembled:
            shared = await execute(assembled, ben.id, 2)
        async with open_tradecore(**options, **venue) as desk:
            own = await execute(desk, desk.caller.user, 3)
        assert list(fake.orders) == [orders[0].id, shared.id, own.id]


async def test_a_changed_secret_loses_no_order_and_the_former_one_can_go(tmp_path: Path) -> None:
    options = {"data": tmp_path, "market": f"csv:{write_prices(tmp_path)}", "slippage_percent": 0}
    former, new = "former " * 8, "new " * 12
    async with FakeAlpaca(FakeMarket({ACME: Decimal(100)})).serving() as fake:
        account = f"alpaca:{fake.url}"
        credentials = json.dumps({"TRADECORE_ALPACA_KEY": KEY, "TRADECORE_ALPACA_SECRET": SECRET})
        async with assemble(read_settings(**options, secret=former)) as assembled:
            ann = await assembled.core.create_user(ANN, "a long password")
            await assembled.core.give_broker_account(ANN, account, credentials)
            bracket = await execute(assembled, ann.id, 0, exits=ExitPolicy.BRACKET)
        async with assemble(read_settings(**options, secret=new)) as assembled:
            for call in (assembled.core.reencrypt_credentials(), execute(assembled, ann.id, 1)):
                with pytest.raises(Unavailable, match="put the former secret behind the new one in TRADECORE_SECRET"):
                    await call
            # With its keys the account can be given again, although orders are open.
            await assembled.core.give_broker_account(ANN, account, credentials)
            assert (await assembled.core.cancel_order(exit_id_for(bracket.id, 1), by=Caller(ann.id))).ended
            assert (await execute(assembled, ann.id, 2)).filled == 50
        async with assemble(read_settings(**options, secret=f"{former},{new}")) as assembled:
            assert [await assembled.core.reencrypt_credentials() for _ in range(2)] == [1, 0]
        async with assemble(read_settings(**options, secret=former)) as assembled:
            assert (await execute(assembled, ann.id, 3)).filled == 50
