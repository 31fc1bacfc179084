"""`tradecore portfolio`: what a person types, and what a terminal shows."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid, NotFound
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import OrderId, RecommendationId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.orders import Order
from tradecore.model.recommendations import Recommendation
from tradecore.model.steps import Action
from tradecore_app.adapters import GivenAdapters
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.commands.portfolio import portfolio
from tradecore_app.settings import Settings, read_settings

Ask = Callable[..., Result]
ID = RecommendationId("a1b2c3d4-e5f6-7890-abcd-ef1234567890")


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """Prices of one symbol, as of yesterday."""
    folder = tmp_path / "prices"
    folder.mkdir()
    day = datetime.now(UTC).date() - timedelta(days=1)
    (folder / "ACME.csv").write_text(f"date,open,high,low,close,volume\n{day},100,100,100,100,1000\n")
    return folder


@pytest.fixture
def ask(tmp_path: Path, prices: Path) -> Ask:
    """Runs the command on a fresh installation."""
    environment = {
        "TRADECORE_DATA": str(tmp_path),
        "TRADECORE_MARKET": f"csv:{prices}",
        "TRADECORE_SLIPPAGE_PERCENT": "0",
        "COLUMNS": "140",
    }

    def run(*words: str) -> Result:
        return CliRunner(env=environment).invoke(portfolio, words)

    return run


def recommend(folder: Path, prices: Path) -> None:
    async def put() -> None:
        now = datetime.now(UTC)
        levels = Decimal(100), Decimal(90), Decimal(120)
        acme = Asset(Symbol("ACME"), AssetType.EQUITY)
        made = Recommendation(
            ID, UserId("local"), acme, Action.BUY, Decimal(7), Decimal(5), *levels, "It looks so.", now,
            now + timedelta(hours=6),
        )  # fmt: skip
        async with (
            assemble(read_settings(data=folder, market=f"csv:{prices}")) as assembled,
            assembled.store.unit_of_work() as uow,
        ):
            await uow.recommendations.put(Change(made))

    asyncio.run(put())


def test_exits_are_placed_with_the_order_and_listed(ask: Ask, tmp_path: Path, prices: Path) -> None:
    recommend(tmp_path, prices)
    assert ask("execute", ID, "--exits", "bracket").output == (
        "BUY 50 ACME at 100.00, fee 0.00.\nStop 90.00 and target 120.00 are orders.\n"
    )
    lines = ask("orders").output.splitlines()
    assert "SELL ACME  accepted, filled 0 of 50, stop 90.00, target 120.00" in lines
    assert "BUY ACME  filled, filled 50 of 50 at 100.00, stop 90.00, target 120.00" in lines
    assert ask("cancel", f"tradecore-{ID}.1").output == "The order for ACME is cancelled.\n"


def test_positions_come_in_from_a_table_once_and_unknown_prices_say_so(ask: Ask, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("Ticker,Shares,Avg Cost\nACME,15,85.00\nRARE,2,10\n")
    assert ask("import", str(table)).output.startswith("Imported 2 of 2 positions")
    assert ask("import", str(table)).output.startswith("Imported 0 of 2 positions")
    shown = ask().output
    [acme] = [line for line in shown.splitlines() if "ACME" in line]
    assert [acme.split()[n] for n in (2, 3, 4, 5, 6)] == ["15", "85.00", "100.00", "1,500.00", "+225.00"]
    rare = next(line for line in shown.splitlines() if "RARE" in line and "total" not in line)
    assert rare.count("unknown") == 4
    assert "in no total: RARE" in shown
    assert "101,500.00" in shown


def test_a_position_entered_by_hand_and_money_moved(ask: Ask) -> None:
    for _ in range(2):
        assert ask("add", "acme", "1.5", "80").output == "Added 1.5 ACME.\n"
    assert ask("cash", "-500.25").output == "Cash: 99,499.75\n"
    assert "3" in next(line for line in ask().output.splitlines() if "ACME" in line).split()


def test_a_recommendation_is_listed_executed_and_then_final(ask: Ask, tmp_path: Path, prices: Path) -> None:
    assert "There are no pending recommendations" in ask("recommendations").output
    recommend(tmp_path, prices)
    assert ID in ask("recommendations").output
    assert ask("execute", ID).output == "BUY 50 ACME at 100.00, fee 0.00.\n"
    assert ask("execute", ID).output == "BUY 50 ACME at 100.00, fee 0.00.\n"
    assert isinstance(ask("reject", ID).exception, IllegalMove)
    assert "95,000.00" in ask().output


class SlowBroker:
    """A broker that accepts an order and does not fill it before it is cancelled."""

    name = "slow"
    report = ExecutionReport(BrokerStatus.ACCEPTED)

    async def exits_objection(self, order: Order) -> str:
        return "This broker has no exits."

    async def submit(self, order: Order) -> ExecutionReport:
        return self.report

    async def find(self, id: OrderId) -> ExecutionReport:
        return self.report

    async def cancel(self, id: OrderId) -> ExecutionReport:
        return ExecutionReport(BrokerStatus.REFUSED)


def test_an_order_that_waits_at_the_broker_is_listed_and_cancelled(
    ask: Ask, tmp_path: Path, prices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def with_slow_broker(settings: Settings) -> AsyncIterator[Assembled]:
        async with assemble(settings, GivenAdapters(broker=SlowBroker())) as assembled:
            yield assembled

    monkeypatch.setattr("tradecore_app.commands.acting.assemble", with_slow_broker)
    assert "There are no orders" in ask("orders").output
    recommend(tmp_path, prices)
    assert ask("execute", ID).output == "The broker has the order; it is not filled yet.\n"
    shown = ask("orders").output
    assert "BUY ACME  accepted, filled 0 of 50" in shown
    assert f"tradecore-{ID}" in shown
    assert ask("cancel", f"tradecore-{ID}").output == "The order for ACME is cancelled.\n"
    assert "cancelled, filled 0 of 50" in ask("orders").output


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("cancel", "tradecore-nothing"), NotFound),
        (("reject", ID), NotFound),
        (("add", "ACME", "0", "80"), Invalid),
        (("add", "ACME", "many", "80"), Invalid),
        (("cash", "0.001"), Invalid),
        (("cash", "-100000.01"), IllegalMove),
        (("--user", "nobody@example.com", "recommendations"), Invalid),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(words: tuple[str, ...], refusal: type, ask: Ask) -> None:
    assert isinstance(ask(*words).exception, refusal)
