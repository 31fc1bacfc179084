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
    table = Table(box=box.SIMPLE_HEAD, expand=True)
    for name, side in (
        ("symbol", "left"), ("quantity", "right"), ("average price", "right"), ("price", "right"), ("as of", "left"),
        ("value", "right"), ("gain", "right"), ("%", "right"), ("desk", "left"),
    ):  # fmt: skip
        table.add_column(name, justify="right" if side == "right" else "left", no_wrap=True)
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
    sources = sorted({str(each.quote.source) for each in portfolio.holdings if each.quote})
    notes = [Text(f"Prices: {'; '.join(sources)}", "dim italic")] if sources else []
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
        f"{position.average_price:,.4f}",
    ]
    status = Text(holding.status, _STATUS[holding.status])
    if quote is None or holding.value is None or holding.gain is None:
        return [*head, _UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN, status]
    percent = Text("–") if holding.gain_percent is None else _percent(holding.gain_percent)
    return [*head, f"{quote.price:,}", str(quote.day), _money(holding.value), _signed(holding.gain), percent, status]


def show_recommendations(console: Console, found: Sequence[Recommendation]) -> None:
    """One line each, with the id that `execute` and `reject` take."""
    table = Table(box=box.SIMPLE_HEAD, expand=True)
    for name in ("id", "symbol", "action", "confidence", "size", "entry", "stop", "target", "expires"):
        table.add_column(name, no_wrap=True)
    for each in found:
        table.add_row(
            each.id,
            each.asset.symbol,
            Text(each.action, "green" if each.action is Action.BUY else "red"),
            f"{each.confidence}",
            f"{each.position_size} %",
            f"{each.entry:,}",
            f"{each.stop:,}",
            f"{each.target:,}",
            f"{each.expires_at:%Y-%m-%d %H:%M} UTC",
        )
    console.print(table if found else "Nothing is recommended right now.")


def _money(value: Decimal) -> str:
    return f"{cents(value):,}"


def _signed(value: Decimal) -> Text:
    return Text(f"{cents(value):+,}", "green" if value > 0 else "red" if value < 0 else "")


def _percent(value: Decimal) -> Text:
    return Text(f"{value:+.2f} %", "green" if value > 0 else "red" if value < 0 else "")
