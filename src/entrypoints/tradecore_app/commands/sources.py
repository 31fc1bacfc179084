"""`tradecore sources`: manage the feeds, and show their health."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import rich_click as click

from tradecore.core import Tradecore
from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.subscriptions import FeedSubscription
from tradecore_adapters.news.hostile import FeedRefused
from tradecore_adapters.news.opml import read_opml
from tradecore_app.assembly import assemble
from tradecore_app.settings import read_settings

T = TypeVar("T")


def _with_core(call: Callable[[Tradecore], Awaitable[T]]) -> T:
    async def run() -> T:
        async with assemble(read_settings()) as assembled:
            return await call(assembled.core)

    return asyncio.run(run())


def problem_of(subscription: FeedSubscription) -> str:
    """The last error of a source, or what its publisher should mend, in a line; empty without either."""
    state = subscription.state
    if state.last_error is None:
        return state.warning or ""
    times = f" ({state.failures} times in a row)" if state.failures > 1 else ""
    return f"{state.last_error}{times}"


@click.group()
def sources() -> None:
    """Manage the feeds that news are read from."""


@sources.command("add")
@click.argument("url")
@click.option("--name", default="", help="What reports call it; by default its host.")
def add_source(url: str, name: str) -> None:
    """Read the RSS or Atom feed at URL from now on."""
    added = _with_core(lambda core: core.add_source(url, name))
    click.echo(f"The feed {added.url} is read as {added.id!r}; `tradecore news fetch` reads it at once.")


@sources.command("list")
def list_sources() -> None:
    """Show all sources and how they are doing."""
    for source in _with_core(lambda core: core.list_sources()):
        state = source.state
        health = "failing" if state.failures else "well" if state.last_success else "not read yet"
        click.echo(f"{source.id}: {health}")
        click.echo(f"    {source.url or 'of this installation'}")
        click.echo(
            f"    last read {_time(state.last_success)}, newest item {_time(state.newest_item_at)}, "
            f"next visit {_time(state.next_check)}"
        )
        if problem := problem_of(source):
            click.echo(f"    {problem}")


@sources.command("remove")
@click.argument("name_or_url")
def remove_source(name_or_url: str) -> None:
    """Read a feed no more; what it said stays."""
    try:
        removed = _with_core(lambda core: core.remove_source(name_or_url))
    except IllegalMove as error:
        raise IllegalMove(f"{error} Change TRADECORE_NEWS to remove it.") from error
    click.echo(f"The feed {removed.url or removed.id} is read no more.")


@sources.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_sources(file: Path) -> None:
    """Read all feeds of the OPML list FILE, as feed readers export it."""
    try:
        listed = read_opml(file.read_bytes())
    except FeedRefused as refused:
        raise Invalid(f"{file.name}: {refused}") from refused
    added = _with_core(lambda core: core.import_sources([(feed.name, feed.url) for feed in listed]))
    for subscription in added:
        click.echo(f"{subscription.id}  {subscription.url}")
    click.echo(f"{len(added)} of {len(listed)} feeds are new.")


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"
