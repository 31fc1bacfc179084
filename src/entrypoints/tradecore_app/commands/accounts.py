"""`tradecore users` and `tradecore keys`: accounts and API keys."""

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


def _read_or_generate_password() -> tuple[str, bool]:
    """A password from standard input when it is a pipe, else a generated one; and whether it was generated."""
    if not sys.stdin.isatty() and (piped := sys.stdin.readline().rstrip("\r\n")):
        return piped, False
    return new_secret()[:24], True


@click.group()
def users() -> None:
    """Manage accounts."""


@users.command("add")
@click.argument("email")
@click.option("--name", default="", help="Name of the user; by default the part of EMAIL before the @.")
def create_user(email: str, name: str) -> None:
    """Create an account for EMAIL. The password is read from a pipe, or generated and printed once."""
    password, generated = _read_or_generate_password()
    user = _with_core(lambda core: core.create_user(email, password, name=name))
    click.echo(f"Account {user.email} created, id {user.id}.")
    if generated:
        click.echo(f"Password, shown once: {password}")


@users.command("password")
@click.argument("email")
def change_password(email: str) -> None:
    """Set another password for EMAIL, from a pipe or generated. All its sessions end."""
    password, generated = _read_or_generate_password()
    user = _with_core(lambda core: core.change_password(email, password))
    click.echo(f"The password of {user.email} was changed.")
    if generated:
        click.echo(f"Password, shown once: {password}")


@click.group()
def keys() -> None:
    """Manage API keys of the news API."""


@keys.command("add")
@click.argument("name")
def create_api_key(name: str) -> None:
    """Create an API key called NAME and print it. It is not shown again."""
    key = _with_core(lambda core: core.create_api_key(name))
    click.echo(key.text)


@keys.command("list")
def list_api_keys() -> None:
    """List the id, name and state of all API keys; the keys themselves are not stored."""
    for key in _with_core(lambda core: core.list_api_keys()):
        state = f"revoked {key.revoked_at:%Y-%m-%d %H:%M} UTC" if key.revoked_at else "active"
        used = f"last used {key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never used"
        click.echo(f"{key.id}  {key.name}  {state}, {used}")


@keys.command("revoke")
@click.argument("id")
def revoke_api_key(id: str) -> None:
    """Revoke the key ID; `keys list` shows ids."""
    key = _with_core(lambda core: core.revoke_api_key(KeyId(id)))
    click.echo(f"The key {key.name!r} is revoked.")
