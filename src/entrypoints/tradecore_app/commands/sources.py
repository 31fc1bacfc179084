"""`tradecore sources`: manage the feeds, and show their health."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import rich_click as click
from attrs import fields_dict

from tradecore.core import Tradecore
from tradecore.engines.digest.identity import shown_title
from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.subscriptions import FeedSubscription, FieldMapping
from tradecore.ports.news import Discovery
from tradecore_adapters import ambient
from tradecore_adapters.news.feed_limits import FeedRefused
from tradecore_adapters.news.files import discover_files
from tradecore_adapters.news.opml import read_opml
from tradecore_app.assembly import assemble
from tradecore_app.settings import read_settings

T = TypeVar("T")

_STARTER = "starter"
_SHOWN, _TITLE_LENGTH = 5, 120
_FIELDS = [name for name in fields_dict(FieldMapping) if name != "entries"]


def _with_core(call: Callable[[Tradecore], Awaitable[T]]) -> T:
    async def run() -> T:
        async with assemble(read_settings()) as assembled:
            return await call(assembled.core)

    return asyncio.run(run())


def problem_of(subscription: FeedSubscription) -> str:
    """What is wrong with a source now, in a line; empty if nothing is."""
    times = f" ({failures} times in a row)" if (failures := subscription.state.failures) > 1 else ""
    problem = subscription.problem(ambient.now())
    return f"{problem}{times}" if problem else ""


@click.group()
def sources() -> None:
    """Manage the feeds that news are read from."""


_ENTRIES = click.option("--entries", default="", help="JSON only: where the list of entries is, such as data.results.")
_FIELD = click.option(
    "--field",
    "given_fields",
    multiple=True,
    metavar="FIELD=PATH",
    help=f"JSON only: where an entry has a field ({', '.join(_FIELDS)}), such as title=headline.",
)


@sources.command("add")
@click.argument("address")
@click.option(
    "--name",
    default="",
    help="What reports call it; by default its host, or its title where another source is called so.",
)
@click.option("--unread", is_flag=True, help="Subscribe without reading it first.")
@_ENTRIES
@_FIELD
def add_source(address: str, name: str, unread: bool, entries: str, given_fields: Sequence[str]) -> None:
    """Read the source at ADDRESS from now on: a feed, a page that names one, a file or a folder.

    ADDRESS is read once, to find the feed and to show what it holds. RSS, Atom, JSON Feed, other JSON, and public
    Telegram channels (https://t.me/NAME) are understood.
    """
    mapping = _mapping(entries, given_fields)
    path = _path(address)
    file = None if path is None or unread else _read_files(path)

    async def add(core: Tradecore) -> tuple[FeedSubscription, Discovery | None]:
        if path is not None or unread:
            title = file.title if file else ""
            return await core.add_source(path.as_uri() if path else address, name, title=title, mapping=mapping), file
        found = await core.discover_source(address, mapping=mapping)
        return await core.add_source(found.url, name, title=found.title, mapping=found.mapping), found

    added, found = _with_core(add)
    if found is not None:
        _show(found)
    click.echo(f"The feed {added.url} is read as {added.id!r}; `tradecore news fetch` reads it at once.")


@sources.command("test")
@click.argument("address")
@_ENTRIES
@_FIELD
def try_source(address: str, entries: str, given_fields: Sequence[str]) -> None:
    """Read the source at ADDRESS once and show what it holds, without subscribing to it."""
    mapping = _mapping(entries, given_fields)
    path = _path(address)
    _show(_read_files(path) if path else _with_core(lambda core: core.discover_source(address, mapping=mapping)))


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
    path = _path(name_or_url)
    try:
        removed = _with_core(lambda core: core.remove_source(path.as_uri() if path else name_or_url))
    except IllegalMove as error:
        raise IllegalMove(f"{error} Change TRADECORE_NEWS to remove it.") from error
    click.echo(f"The feed {removed.url or removed.id} is read no more.")


@sources.command("import")
@click.argument("file")
def import_sources(file: str) -> None:
    """Read all feeds of the OPML list FILE, as feed readers export it.

    `starter` is a list that comes with tradecore: authorities, market and crypto publishers, projects and exchanges.
    """
    path = Path(file)
    try:
        if path.is_file():
            content = path.read_bytes()
        elif file == _STARTER:
            content = files("tradecore_adapters.news").joinpath("starter.opml").read_bytes()
        else:
            raise Invalid(f"There is no file {file!r}; give an OPML list, or `{_STARTER}` for the one that is shipped.")
        listed = read_opml(content)
    except (FeedRefused, OSError) as refused:
        raise Invalid(f"{path.name}: {refused}") from refused
    added = _with_core(lambda core: core.import_sources([(feed.name, feed.url) for feed in listed]))
    for subscription in added:
        click.echo(f"{subscription.id}  {subscription.url}")
    click.echo(f"{len(added)} of {len(listed)} feeds are new.")


def _path(address: str) -> Path | None:
    """The file or folder that an address names; None for one of the network, or a name of something else."""
    # No address is the path of the current folder.
    if not address.strip():
        return None
    path = Path(address)
    return path.resolve() if "://" not in address and path.exists() else None


def _read_files(path: Path) -> Discovery:
    try:
        feed = discover_files(path)
    except (FeedRefused, OSError) as error:
        raise Invalid(f"{path.name} cannot be read as a source: {error}.") from error
    return Discovery(url=path.as_uri(), format=feed.format, title=feed.title, items=feed.items, warning=feed.complaint)


def _mapping(entries: str, given_fields: Sequence[str]) -> FieldMapping | None:
    if not entries and not given_fields:
        return None
    named = dict(given.partition("=")[::2] for given in given_fields)
    for name, path in named.items():
        if name not in _FIELDS or not path:
            raise Invalid(f"--field {name}={path} is not known; write FIELD=PATH with one of {', '.join(_FIELDS)}.")
    return FieldMapping(entries=entries, **named)


def _show(found: Discovery) -> None:
    dates = [item.published_at for item in found.items if item.published_at]
    span = f", of {min(dates):%Y-%m-%d %H:%M} to {max(dates):%Y-%m-%d %H:%M} UTC" if dates else ", none with a date"
    click.echo(f"{found.format}: {found.title or 'without a title'}")
    click.echo(f"    {found.url}")
    count = len(found.items)
    click.echo(f"    {count} {'entry' if count == 1 else 'entries'}{span if count else ''}")
    if found.mapping is not None:
        paths = {name: getattr(found.mapping, name) for name in _FIELDS}
        shown = ", ".join(f"{name}={path}" for name, path in paths.items() if path)
        click.echo(f"    read as JSON: entries at {found.mapping.entries or 'the top'!r}, {shown}")
    if found.warning:
        click.echo(f"    {found.warning}")
    for item in found.newest(_SHOWN):
        title = shown_title(item, _TITLE_LENGTH)
        click.echo(f"    {_time(item.published_at) if item.published_at else 'without a date'}  {title}")


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"
