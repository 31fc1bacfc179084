"""`tradecore users` and `tradecore keys`: who may come in."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import rich_click as click

from tradecore.core import Tradecore
from tradecore.model.ids import KeyId
from tradecore_adapters.ambient import new_secret
from tradecore_app.assembly import assemble
from tradecore_app.settings import read_settings

T = TypeVar("T")


def _with_core(call: Callable[[Tradecore], Awaitable[T]]) -> T:
    async def run() -> T:
        async with assemble(read_settings()) as assembled:
            return await call(assembled.core)

    return asyncio.run(run())


def _given_or_generated() -> tuple[str, bool]:
    """A password from standard input when one is piped in, else a fresh one; and whether it is fresh."""
    if not sys.stdin.isatty() and (piped := sys.stdin.readline().rstrip("\r\n")):
        return piped, False
    return new_secret()[:24], True


@click.group()
def users() -> None:
    """Manage accounts."""


@users.command("add")
@click.argument("email")
@click.option("--name", default="", help="How to address the user; by default the part of EMAIL before the @.")
def add_user(email: str, name: str) -> None:
    """Open an account for EMAIL; its password is read from a pipe, or made up and printed once."""
    password, fresh = _given_or_generated()
    user = _with_core(lambda core: core.add_user(email, password, name=name))
    click.echo(f"Account {user.email} opened, id {user.id}.")
    if fresh:
        click.echo(f"Password, shown once: {password}")


@users.command("password")
@click.argument("email")
def change_password(email: str) -> None:
    """Give EMAIL another password, from a pipe or made up; all its sign-ins end."""
    password, fresh = _given_or_generated()
    user = _with_core(lambda core: core.change_password(email, password))
    click.echo(f"The password of {user.email} was changed.")
    if fresh:
        click.echo(f"Password, shown once: {password}")


@click.group()
def keys() -> None:
    """Manage keys to the news API."""


@keys.command("add")
@click.argument("name")
def add_key(name: str) -> None:
    """Make a key called NAME and print it, once."""
    made = _with_core(lambda core: core.add_key(name))
    click.echo(made.text)


@keys.command("list")
def list_keys() -> None:
    """List all keys by id and name; the keys themselves are not kept."""
    for key in _with_core(lambda core: core.list_keys()):
        state = f"revoked {key.revoked_at:%Y-%m-%d %H:%M} UTC" if key.revoked_at else "in force"
        used = f"last used {key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never used"
        click.echo(f"{key.id}  {key.name}  {state}, {used}")


@keys.command("revoke")
@click.argument("id")
def revoke_key(id: str) -> None:
    """Make the key ID worthless; `keys list` shows ids."""
    key = _with_core(lambda core: core.revoke_key(KeyId(id)))
    click.echo(f"The key {key.name!r} is revoked.")
