"""What a person sees of a portfolio and of recommendations in a terminal; what is unknown says so."""

from collections.abc import Sequence
from decimal import Decimal

from rich import box
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tradecore.model.money import cents
from tradecore.model.recommendations import Recommendation
from tradecore.model.steps import Action
from tradecore.model.valuation import AiStatus, Holding, Portfolio

_STATUS = {AiStatus.HOLD: "green", AiStatus.REVIEW: "yellow", AiStatus.ALERT: "bold red"}
_UNKNOWN = Text("unknown", "dim italic")


def show_portfolio(console: Console, portfolio: Portfolio) -> None:
    """Positions with the day and source of their prices, then the totals."""
    # Eight columns that fit a terminal of eighty characters.
    table = Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, 1), collapse_padding=True, pad_edge=False)
    table.add_column("symbol", no_wrap=True)
    for name in ("quantity", "paid", "price", "value", "gain", "%"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("desk", no_wrap=True)
    for holding in portfolio.holdings:
        table.add_row(*_cells(holding))
    totals = Table.grid(padding=(0, 3))
    did = portfolio.performance
    totals.add_row("cash", _money(portfolio.book.cash), "day", _percent(did.daily))
    totals.add_row("total value", _money(portfolio.total_value), "week", _percent(did.weekly))
    totals.add_row("net deposits", _money(portfolio.net_deposits), "month", _percent(did.monthly))
    totals.add_row("return", _signed(portfolio.total_return), "year", _percent(did.yearly))
    totals.add_row("realised", _signed(portfolio.book.realised), "return", _percent(portfolio.total_return_percent))
    totals.add_row("fees", _money(portfolio.book.fees))
    prices = sorted({(each.quote.day, str(each.quote.source)) for each in portfolio.holdings if each.quote})
    notes = [Text(f"Prices of {day}: {source}", "dim italic") for day, source in prices]
    if portfolio.unpriced:
        names = ", ".join(each.position.asset.symbol for each in portfolio.unpriced)
        notes.append(Text(f"Without a price, and in no total: {names}", "yellow"))
    body = table if portfolio.holdings else Text("No positions yet.", "dim")
    console.print(Panel(Group(body, Text(), totals, Text(), *notes), title="[bold]Portfolio[/bold]", box=box.ROUNDED))


def _cells(holding: Holding) -> list[str | Text]:
    position, quote = holding.position, holding.quote
    head: list[str | Text] = [
        position.asset.symbol,
        f"{position.quantity.normalize():,f}",
        _price(position.average_price),
    ]
    status = Text(holding.status, _STATUS[holding.status])
    if quote is None or holding.value is None or holding.gain is None:
        return [*head, _UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN, status]
    percent = "–" if holding.gain_percent is None else f"{holding.gain_percent:+.2f}"
    return [*head, _price(quote.price), _money(holding.value), _signed(holding.gain), percent, status]


def show_recommendations(console: Console, found: Sequence[Recommendation]) -> None:
    """Two lines each: what is recommended, and the id that `execute` and `reject` take."""
    for each in found:
        action = Text(each.action, "bold green" if each.action is Action.BUY else "bold red")
        plan = f"entry {_price(each.entry)}, stop {_price(each.stop)}, target {_price(each.target)}"
        size = f"{each.position_size} %, confidence {each.confidence}"
        console.print(Text.assemble(action, f" {each.asset.symbol}  {size}; {plan}"))
        console.print(Text(f"    {each.id}  until {each.expires_at:%Y-%m-%d %H:%M} UTC", "dim"))
    if not found:
        console.print("Nothing is recommended right now.")


def _price(price: Decimal) -> str:
    """Two decimals, or four significant digits of what is worth less than one."""
    return f"{price:,.2f}" if price >= 1 else f"{price:.4g}"


def _money(value: Decimal) -> str:
    return f"{cents(value):,}"


def _signed(value: Decimal) -> Text:
    return Text(f"{cents(value):+,}", "green" if value > 0 else "red" if value < 0 else "")


def _percent(value: Decimal) -> Text:
    return Text(f"{value:+.2f} %", "green" if value > 0 else "red" if value < 0 else "")
