"""`tradecore events`: the events that a listener has given up on."""

import asyncio

import rich_click as click

from tradecore_app.assembly import assemble
from tradecore_app.settings import read_settings


@click.group()
def events() -> None:
    """Show and retry events that a listener has given up on."""


@events.command("dead")
def list_dead_letters() -> None:
    """List the dead letters: id, time, kind and topic of the event, and the last error. The event log keeps them."""

    async def run() -> None:
        async with assemble(read_settings()) as assembled:
            letters = await assembled.core.list_dead_letters()
        for letter in letters:
            fact = letter.event.fact
            click.echo(
                f"{letter.id}  {letter.at:%Y-%m-%d %H:%M} UTC  {type(fact).__name__} of {fact.topic}  {letter.error}"
            )
        if not letters:
            click.echo("There are no dead letters.")

    asyncio.run(run())


@events.command("retry")
@click.argument("id")
def retry_dead_letter(id: str) -> None:
    """Call the listener again with the dead letter ID; `events dead` shows ids."""

    async def run() -> None:
        async with assemble(read_settings()) as assembled:
            letter = await assembled.core.retry_dead_letter(id)
        click.echo(f"The listener {letter.listener!r} has handled the {type(letter.event.fact).__name__} of {id}.")

    asyncio.run(run())
