"""Terminal tables of a portfolio, of recommendations and of orders; unknown values are shown as such."""

from collections.abc import Sequence
from decimal import Decimal

from rich import box
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tradecore.model.decimals import plain
from tradecore.model.money import cents
from tradecore.model.recommendations import Recommendation
from tradecore.model.steps import Action
from tradecore.model.valuation import AiStatus, Holding, Portfolio
from tradecore.use_cases.orders import OrderPage
from tradecore_app.price_text import price_text

_STATUS = {AiStatus.HOLD: "green", AiStatus.REVIEW: "yellow", AiStatus.ALERT: "bold red"}
_UNKNOWN = Text("unknown", "dim italic")


def show_portfolio(console: Console, portfolio: Portfolio) -> None:
    """Print positions with the day and source of their prices, then the totals."""
    # Eight columns that fit a terminal of eighty characters.
    table = Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, 1), collapse_padding=True, pad_edge=False)
    table.add_column("symbol", no_wrap=True)
    for name in ("quantity", "paid", "price", "value", "gain", "%"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("desk", no_wrap=True)
    for holding in portfolio.holdings:
        table.add_row(*_cells(holding))
    totals = Table.grid(padding=(0, 3))
    performance = portfolio.performance
    totals.add_row("cash", _money(portfolio.book.cash), "day", _percent(performance.daily))
    totals.add_row("total value", _money(portfolio.total_value), "week", _percent(performance.weekly))
    totals.add_row("net deposits", _money(portfolio.net_deposits), "month", _percent(performance.monthly))
    totals.add_row("return", _signed(portfolio.total_return), "year", _percent(performance.yearly))
    totals.add_row("realised", _signed(portfolio.book.realised), "return", _percent(portfolio.total_return_percent))
    totals.add_row("fees", _money(portfolio.book.fees))
    prices = sorted({(holding.quote.day, str(holding.quote.source)) for holding in portfolio.holdings if holding.quote})
    notes = [Text(f"Prices of {day}: {source}", "dim italic") for day, source in prices]
    if portfolio.unpriced:
        names = ", ".join(holding.position.asset.symbol for holding in portfolio.unpriced)
        notes.append(Text(f"Without a price, and in no total: {names}", "yellow"))
    body = table if portfolio.holdings else Text("No positions yet.", "dim")
    console.print(Panel(Group(body, Text(), totals, Text(), *notes), title="[bold]Portfolio[/bold]", box=box.ROUNDED))


def _cells(holding: Holding) -> list[str | Text]:
    position, quote = holding.position, holding.quote
    head: list[str | Text] = [
        position.asset.symbol,
        f"{position.quantity.normalize():,f}",
        price_text(position.average_price),
    ]
    status = Text(holding.status, _STATUS[holding.status])
    if quote is None or holding.value is None or holding.gain is None:
        return [*head, _UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN, status]
    percent = "–" if holding.gain_percent is None else f"{holding.gain_percent:+.2f}"
    return [*head, price_text(quote.price), _money(holding.value), _signed(holding.gain), percent, status]


def show_recommendations(console: Console, recommendations: Sequence[Recommendation]) -> None:
    """Print each recommendation on two lines, the second with the id that `execute` and `reject` take."""
    for recommendation in recommendations:
        action = Text(recommendation.action, "bold green" if recommendation.action is Action.BUY else "bold red")
        entry, stop, target = map(price_text, (recommendation.entry, recommendation.stop, recommendation.target))
        size = f"{recommendation.position_size} %, confidence {recommendation.confidence}"
        console.print(
            Text.assemble(
                action, f" {recommendation.asset.symbol}  {size}; entry {entry}, stop {stop}, target {target}"
            )
        )
        console.print(Text(f"    {recommendation.id}  until {recommendation.expires_at:%Y-%m-%d %H:%M} UTC", "dim"))
    if not recommendations:
        console.print("There are no pending recommendations.")


def show_orders(console: Console, page: OrderPage) -> None:
    """Print each order on two lines, the second with the id that `cancel` takes."""
    for order in page.orders:
        side = Text(order.action, "bold green" if order.action is Action.BUY else "bold red")
        filled = f"{plain(order.filled)} of {plain(order.quantity)}"
        average = f" at {price_text(order.average_price)}" if order.average_price is not None else ""
        levels = order.exits
        exits = f", stop {price_text(levels.stop)}, target {price_text(levels.target)}" if levels else ""
        console.print(Text.assemble(side, f" {order.asset.symbol}  {order.state}, filled {filled}{average}{exits}"))
        console.print(
            Text(
                f"    {order.id}  limit {price_text(order.limit)}  {order.placed_at or order.at:%Y-%m-%d %H:%M} UTC",
                "dim",
            )
        )
    if not page.orders:
        console.print("There are no orders.")
    elif page.total > len(page.orders):
        console.print(Text(f"The newest {len(page.orders)} of {page.total} orders.", "dim"))


def _money(value: Decimal) -> str:
    return f"{cents(value):,}"


def _signed(value: Decimal) -> Text:
    return Text(f"{cents(value):+,}", "green" if value > 0 else "red" if value < 0 else "")


def _percent(value: Decimal) -> Text:
    return Text(f"{value:+.2f} %", "green" if value > 0 else "red" if value < 0 else "")
