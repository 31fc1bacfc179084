"""`tradecore adapters`: the adapters that settings can name, and which of them are in use."""

import rich_click as click

from tradecore.model.errors import Unavailable
from tradecore_app.installed import PORTS, options_class
from tradecore_app.registry import find_row, rows
from tradecore_app.settings import chosen_rows, read_settings
from tradecore_app.settings.group import variables


@click.command()
def adapters() -> None:
    """List the adapters that settings can name, by port.

    A star marks those in use. An adapter that cannot be used says what it lacks.
    """
    in_use: set[tuple[str, str]] = set()
    unknown: list[str] = []
    for port, setting in chosen_rows(read_settings()):
        try:
            in_use.add((port, find_row(port, setting)[0].name))
        except Unavailable as error:
            unknown.append(str(error))
    for port in PORTS:
        click.echo(port)
        for name, row in rows(port).items():
            missing = row.missing()
            state = missing or f"ready{_options(port, name)}"
            click.echo(f"  {'*' if (port, name) in in_use else ' '} {name + ':':<16} {row.package:<16} {state}")
    if unknown:
        raise Unavailable("\n".join(unknown))


def _options(port: str, name: str) -> str:
    """The variables of an adapter's own options, for a listing. Settings of language models are shared by vendors."""
    kind = options_class(rows(port)[name].opener())
    names = [variables(field)[0] for field in kind.model_fields.values()] if kind and port != "language" else []
    return f"; reads {', '.join(names)}" if names else ""
