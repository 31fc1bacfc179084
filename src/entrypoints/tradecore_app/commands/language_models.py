"""`tradecore models` and `usage`: language models with their prices, and what they took, here or over HTTP."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import rich_click as click
from attrs import frozen
from rich.console import Console
from rich.table import Table

from tradecore.model.usage import Usage
from tradecore.use_cases.usage import MAX_DAYS
from tradecore_app.commands.acting import Remote, as_user, refuse_user

_CUTOFFS = (
    "Most of the days on which training ended are not verified (docs/reference/track-record.md); "
    "TRADECORE_MODEL_CUTOFFS sets them."
)
_user = click.option(
    "--user", metavar="EMAIL", help="Owner of the analyses; by default the local user of the command line."
)


@frozen
class _Model:
    """A row of the list: US dollars per million tokens, None where the price is not known."""

    name: str
    available: str
    prices: tuple[Decimal, Decimal, Decimal] | None
    default: bool
    cutoff: date | None


@frozen
class _Used:
    """What one model took on a day; `dollars` is None where its price is not known."""

    day: date
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    dollars: Decimal | None


@click.command("models")
@click.pass_obj
def models(remote: Remote) -> None:
    """List the language models that an analysis can name, the default first, with their prices."""
    server, email = remote
    if server:
        from tradecore_app.commands.remote import at_server

        listed = [
            _Model(
                f"{model.provider}:{model.name}",
                model.reason or "yes",
                None if model.price is None else (model.price.input, model.price.cached_input, model.price.output),
                model.default,
                model.cutoff,
            )
            for model in at_server(server, email, lambda client: client.language_models()).models
        ]
    else:
        listed = [
            _Model(
                f"{model.provider}:{model.name}",
                model.unavailable or "yes",
                None if model.price is None else (model.price.input, model.price.cached, model.price.output),
                model.default,
                model.cutoff,
            )
            for model in as_user(None, lambda core, _: core.list_models())
        ]
    if not listed:
        click.echo("No language model is configured: the rules make every analysis (docs/models.md).")
        return
    table = Table(
        "model",
        "available",
        "input",
        "cached",
        "output",
        "trained until",
        title="US dollars per million tokens",
        box=None,
    )
    for model in listed:
        prices = [f"{price:f}" for price in model.prices] if model.prices else ["", "", ""]
        table.add_row(
            f"{model.name} (default)" if model.default else model.name,
            model.available,
            *prices,
            str(model.cutoff or ""),
        )
    Console().print(table)
    if any(model.cutoff for model in listed):
        click.echo(_CUTOFFS)


@click.command("usage")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, MAX_DAYS), help="Days up to today (UTC).")
@_user
@click.pass_obj
def usage(remote: Remote, days: int, user: str | None) -> None:
    """Show what language models took for your analyses, by day and model, and the budget of today."""
    server, email = remote
    if server:
        from tradecore_app.commands.remote import at_server

        refuse_user(user)
        report = at_server(server, email, lambda client: client.usage(days))
        rows = [
            _Used(day.date, row.name, row.calls, row.input_tokens, row.output_tokens, row.dollars)
            for day in report.days
            for row in day.by_model
        ]
        _show_usage(rows, report.today.spent, report.today.reserved, report.today.limit)
        return
    own = as_user(user, lambda core, caller: core.get_usage(days, by=caller))
    sums: dict[tuple[date, str], Usage] = defaultdict(Usage)
    for row in own.rows:
        sums[row.day, row.model] += row.usage
    rows = [
        _Used(day, model, total.calls, total.input_tokens, total.output_tokens, total.cost)
        for (day, model), total in sorted(sums.items(), reverse=True)
    ]
    _show_usage(rows, own.spent, own.reserved, own.limit)


def _show_usage(rows: Iterable[_Used], spent: Decimal, reserved: Decimal, limit: Decimal | None) -> None:
    table = Table("day", "model", "calls", "input tokens", "output tokens", "dollars", box=None)
    for row in rows:
        dollars = "not known" if row.dollars is None else f"{row.dollars:f}"
        table.add_row(
            str(row.day), row.model, f"{row.calls:,}", f"{row.input_tokens:,}", f"{row.output_tokens:,}", dollars
        )
    Console().print(table)
    bound = "no limit is set" if limit is None else f"the limit is ${limit:f}"
    click.echo(f"Today (UTC): ${spent:f} spent, ${reserved:f} set aside for analyses in progress; {bound}.")
