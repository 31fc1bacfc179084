"""`tradecore portfolio`: positions, cash and recommendations of a user."""

from pathlib import Path

import rich_click as click
from rich.console import Console

from tradecore.model.errors import Invalid
from tradecore.model.exits import ExitPolicy
from tradecore.model.ids import OrderId, RecommendationId
from tradecore.model.money import decimal, price, quantity
from tradecore.model.orders import OrderState
from tradecore.model.position_import import ImportedPosition, parse_asset, parse_positions
from tradecore.model.steps import Action
from tradecore_adapters import ambient
from tradecore_app.commands.acting import as_user
from tradecore_app.portfolio_table import show_orders, show_portfolio, show_recommendations
from tradecore_app.price_text import price_text

# A list of positions is short; anything larger is another kind of file.
_MAX_FILE_BYTES = 4 * 1024 * 1024


@click.group(invoke_without_command=True)
@click.option("--user", metavar="EMAIL", help="Owner of the portfolio; by default the local user of the command line.")
@click.pass_context
def portfolio(ctx: click.Context, user: str | None) -> None:
    """Show the portfolio; the commands below change it."""
    ctx.obj = user
    if ctx.invoked_subcommand is None:
        show_portfolio(Console(), as_user(user, lambda core, caller: core.get_portfolio(by=caller)))


@portfolio.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_file(user: str | None, file: Path) -> None:
    """Import positions from the CSV FILE with the columns symbol, quantity, average price and, optionally, asset type.

    Importing the same file again changes nothing.
    """
    if file.stat().st_size > _MAX_FILE_BYTES:
        raise Invalid.one("file", f"{file.name} is larger than 4 MB; it should hold one row per position.")
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        owned = parse_positions(lines)
    count = as_user(user, lambda core, caller: core.import_positions(owned, by=caller))
    click.echo(f"Imported {count} of {len(owned)} positions; the others were imported before.")


@portfolio.command("add")
@click.argument("symbol")
@click.argument("units")
@click.argument("paid")
@click.option("--asset-type", default="", help="equity or crypto; by default crypto for pairs such as BTC-USD.")
@click.pass_obj
def add_position(user: str | None, symbol: str, units: str, paid: str, asset_type: str) -> None:
    """Add UNITS of SYMBOL, bought at an average price of PAID per unit."""
    owned = ImportedPosition(
        parse_asset(symbol, asset_type), quantity(decimal(units, "quantity")), price(decimal(paid, "price"), "price")
    )
    as_user(user, lambda core, caller: core.import_positions((owned,), by=caller, key=ambient.new_id()))
    click.echo(f"Added {owned.quantity} {owned.asset.symbol}.")


@portfolio.command("book")
@click.argument("action", type=click.Choice(["buy", "sell"]))
@click.argument("symbol")
@click.argument("units")
@click.argument("unit_price", metavar="PRICE")
@click.option("--fee", default="0", help="What was charged for the trade.")
@click.option("--asset-type", default="", help="equity or crypto; by default crypto for pairs such as BTC-USD.")
@click.option("--id", "trade_id", help="The broker's id of the trade: with it, repeating the command books nothing.")
@click.pass_obj
def book_trade(
    user: str | None,
    action: str,
    symbol: str,
    units: str,
    unit_price: str,
    fee: str,
    asset_type: str,
    trade_id: str | None,
) -> None:
    """Book a trade that was made elsewhere: UNITS of SYMBOL at PRICE per unit. Nothing is sent to a broker.

    It moves cash and position like an order. Trades that a restored backup lacks are booked so.
    """
    asset = parse_asset(symbol, asset_type)
    held = as_user(
        user,
        lambda core, caller: core.book_outside_trade(
            Action[action.upper()], asset, decimal(units, "quantity"), decimal(unit_price, "price"), by=caller,
            fee=decimal(fee, "fee"), trade_id=trade_id,
        ),
    )  # fmt: skip
    click.echo(f"Held: {held.held(asset).normalize():f} {asset.symbol}. Cash: {held.cash:,.2f}")


@portfolio.command("cash", context_settings={"ignore_unknown_options": True})
@click.argument("amount")
@click.pass_obj
def move_cash(user: str | None, amount: str) -> None:
    """Deposit AMOUNT, or withdraw it when it is negative."""
    cash = as_user(user, lambda core, caller: core.move_cash(decimal(amount, "amount"), by=caller))
    click.echo(f"Cash: {cash:,.2f}")


@portfolio.command("recommendations")
@click.pass_obj
def list_recommendations(user: str | None) -> None:
    """List the pending recommendations of completed analyses."""
    page = as_user(user, lambda core, caller: core.list_recommendations(by=caller))
    show_recommendations(Console(), page.recommendations)


@portfolio.command("execute")
@click.argument("id")
@click.option("--confirm", is_flag=True, help="Trade although the symbol was traded just now, or on the same evidence.")
@click.option(
    "--exits",
    type=click.Choice([policy.value for policy in ExitPolicy]),
    help="bracket places the stop and the target of a purchase with the order; watch raises an alert when one is "
    "reached. By default what TRADECORE_EXITS says.",
)
@click.pass_obj
def execute(user: str | None, id: str, confirm: bool, exits: str | None) -> None:
    """Execute the recommendation ID; `recommendations` shows ids."""
    policy = None if exits is None else ExitPolicy(exits)
    order = as_user(
        user,
        lambda core, caller: core.execute_recommendation(
            RecommendationId(id), by=caller, confirmed=confirm, exits=policy
        ),
    )
    if order.state is OrderState.FILLED and order.average_price is not None:
        average = price_text(order.average_price)
        click.echo(f"{order.action} {order.filled} {order.asset.symbol} at {average}, fee {order.fee:,.2f}.")
        if order.exits is not None:
            click.echo(f"Stop {price_text(order.exits.stop)} and target {price_text(order.exits.target)} are orders.")
    else:
        click.echo("The broker has the order; it is not filled yet.")


@portfolio.command("reject")
@click.argument("id")
@click.pass_obj
def reject(user: str | None, id: str) -> None:
    """Reject the recommendation ID; this is final."""
    rejected = as_user(user, lambda core, caller: core.reject_recommendation(RecommendationId(id), by=caller))
    click.echo(f"The recommendation for {rejected.asset.symbol} is rejected.")


@portfolio.command("orders")
@click.pass_obj
def list_orders(user: str | None) -> None:
    """List the newest orders; `cancel` takes their ids."""
    show_orders(Console(), as_user(user, lambda core, caller: core.list_orders(by=caller)))


@portfolio.command("cancel")
@click.argument("id")
@click.pass_obj
def cancel(user: str | None, id: str) -> None:
    """Cancel the order ID, which the broker has accepted and not filled."""
    order = as_user(user, lambda core, caller: core.cancel_order(OrderId(id), by=caller))
    if order.state is OrderState.CANCELLED:
        click.echo(f"The order for {order.asset.symbol} is cancelled.")
    elif order.state is OrderState.FILLED:
        click.echo(f"{order.filled} of {order.quantity} {order.asset.symbol} were filled; the rest is cancelled.")
    else:
        click.echo("The broker has been told to cancel the order; `orders` shows what became of it.")
