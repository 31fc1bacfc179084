"""`tradecore users` and `tradecore keys`: accounts and API keys."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import TypeVar

import rich_click as click
import structlog

from tradecore.core import Tradecore
from tradecore.model.errors import Invalid
from tradecore.model.ids import KeyId
from tradecore.model.users import ACCOUNT_SCOPES, Scope, User
from tradecore_adapters.ambient import new_secret
from tradecore_app.account_export import WrittenFile, write_export
from tradecore_app.assembly import assemble
from tradecore_app.broker_accounts import COMMON, credential_fields
from tradecore_app.logs import configure_logs
from tradecore_app.settings import read_settings

T = TypeVar("T")

_SCOPES = click.Choice([scope.value for scope in (*ACCOUNT_SCOPES, Scope.ADMIN)])

audit = structlog.get_logger("tradecore.audit")


def _with_core(call: Callable[[Tradecore], Awaitable[T]]) -> T:
    configure_logs()

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
    audit.info("user_created", user=user.id)
    click.echo(f"Account {user.email} created, id {user.id}.")
    if generated:
        click.echo(f"Password, shown once: {password}")


@users.command("password")
@click.argument("email")
def change_password(email: str) -> None:
    """Set another password for EMAIL, from a pipe or generated. All its sessions and their tokens end."""
    password, generated = _read_or_generate_password()
    user = _with_core(lambda core: core.change_password(email, password))
    audit.info("password_changed", user=user.id)
    click.echo(f"The password of {user.email} was changed.")
    if generated:
        click.echo(f"Password, shown once: {password}")


@users.command("reset")
@click.argument("email")
def allow_password_reset(email: str) -> None:
    """Print a token by which the user of EMAIL sets another password, once and within an hour.

    tradecore sends no mail: hand the token over by a way that reaches the user only. It replaces earlier ones.
    """
    reset = _with_core(lambda core: core.allow_password_reset(email))
    audit.info("password_reset_allowed", user=reset.user.id)
    click.echo(f"Reset token for {reset.user.email}, valid once and until {reset.expires_at:%Y-%m-%d %H:%M} UTC:")
    click.echo(reset.text)
    click.echo('The user sets the password with POST /api/auth/reset and {"token": ..., "new": ...}.')


@users.command("list")
def list_users() -> None:
    """List the e-mail address, id, name, scopes and state of all accounts."""

    async def all_users(core: Tradecore) -> list[User]:
        listed: list[User] = []
        for page in count(1):
            found = await core.list_users(page=page)
            listed += found.users
            if len(listed) >= found.total or not found.users:
                break
        return listed

    listed = _with_core(all_users)
    for user in listed:
        state = "disabled" if user.disabled else "active"
        scopes = ",".join(user.scopes) or "no scope"
        created = f"created {user.created_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{user.email}  {user.id}  {user.name}  {scopes}  {state}, {created}")
    if not listed:
        click.echo("There are no accounts yet; `tradecore users add EMAIL` makes one.", err=True)


@users.command("grant")
@click.argument("email")
@click.argument("scopes", nargs=-1, required=True, type=_SCOPES)
def grant_scopes(email: str, scopes: tuple[str, ...]) -> None:
    """Allow EMAIL more: read, launch, trade or admin, which manages accounts and what all users share."""
    user = _with_core(lambda core: core.grant_scopes(email, map(Scope, scopes)))
    audit.info("scopes_granted", user=user.id, scopes=scopes)
    click.echo(f"{user.email} may {_listed(user)}.")


@users.command("revoke")
@click.argument("email")
@click.argument("scopes", nargs=-1, required=True, type=_SCOPES)
def revoke_scopes(email: str, scopes: tuple[str, ...]) -> None:
    """Take scopes from EMAIL. Sessions and tokens lose them within 3 seconds."""
    user = _with_core(lambda core: core.revoke_scopes(email, map(Scope, scopes)))
    audit.info("scopes_revoked", user=user.id, scopes=scopes)
    click.echo(f"{user.email} may {_listed(user)}.")


def _listed(user: User) -> str:
    return ", ".join(user.scopes) or "do nothing"


@users.command("broker")
@click.argument("email")
@click.argument("setting", required=False)
def give_broker_account(email: str, setting: str | None) -> None:
    """Give EMAIL an account of its own at a broker. SETTING is alpaca:paper, alpaca:live, or paper: to take it away.

    The key and the secret are read from a pipe, one a line, or typed at a prompt, and stored encrypted. The account
    that EMAIL has can be given again with another key at any time, another account only without open orders. Users
    without an account of their own trade on paper. Without SETTING, print which account EMAIL has.
    """
    if setting is None:
        account = _with_core(lambda core: core.find_broker_account(email))
        click.echo(
            "No account of its own." if account is None else f"{account.setting}, since {account.created_at:%Y-%m-%d}."
        )
    elif setting.partition(":")[0] == COMMON:
        user = _with_core(lambda core: core.take_broker_account(email))
        audit.info("broker_account_taken", user=user.id)
        click.echo(f"{user.email} has no account of its own at a broker any more.")
    else:
        credentials = json.dumps({name: _read_secret(text) for name, text in credential_fields(setting)})
        user = _with_core(lambda core: core.give_broker_account(email, setting, credentials))
        audit.info("broker_account_given", user=user.id, broker=setting.partition(":")[0])
        click.echo(f"Orders of {user.email} go to {setting}.")


@users.command("reencrypt")
def reencrypt_credentials() -> None:
    """Encrypt stored credentials with the first secret of TRADECORE_SECRET, so that former ones can be removed."""
    count = _with_core(lambda core: core.reencrypt_credentials())
    audit.info("credentials_reencrypted", accounts=count)
    click.echo(
        f"The credentials of {count} accounts were encrypted with the current secret; none needs a former one any more."
    )


def _read_secret(description: str) -> str:
    """A line of standard input when it is a pipe, else what is typed without being shown. Raises Invalid for none."""
    text = click.prompt(description, hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    if not text.strip():
        raise Invalid.one("credentials", f"Standard input has no line with {description}.")
    return str(text).strip()


@users.command("disable")
@click.argument("email")
def disable_user(email: str) -> None:
    """Disable the account of EMAIL: no more logins. Its tokens end within 3 seconds, its live connections within 5."""
    user = _with_core(lambda core: core.disable_user(email))
    audit.info("user_disabled", user=user.id)
    click.echo(f"Account {user.email} disabled.")


@users.command("enable")
@click.argument("email")
def enable_user(email: str) -> None:
    """Enable the account of EMAIL. Its user logs in again; sessions from before stay ended."""
    user = _with_core(lambda core: core.enable_user(email))
    audit.info("user_enabled", user=user.id)
    click.echo(f"Account {user.email} enabled.")


@users.command("remove")
@click.argument("email")
@click.option("--leave-orders", is_flag=True, help="Leave open orders at the broker, which may still execute them.")
@click.confirmation_option(prompt="The account cannot be brought back. Remove it?")
def remove_user(email: str, leave_orders: bool) -> None:
    """Remove the account of EMAIL with all that belongs to it: sessions, tokens, analyses, digests, alerts.

    Open orders are cancelled first, stops and targets too. Orders, executed recommendations, cash movements and
    positions stay under the id of the user, for the ledger; what an account at a broker holds stays there. If the
    command is interrupted, a worker deletes the rest.
    """

    async def remove(core: Tradecore) -> tuple[User, int]:
        user = await core.remove_user(email, leave_orders=leave_orders)
        audit.info("user_removed", user=user.id)
        return user, await core.delete_removed_accounts()

    user, deleted = _with_core(remove)
    click.echo(f"Account {user.email} removed with {deleted} records; its ledger stays under the id {user.id}.")


@users.command("export")
@click.argument("email")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export_user(email: str, folder: Path) -> None:
    """Write everything that belongs to the account of EMAIL into FOLDER, as JSON.

    manifest.json is written last and lists the files with their SHA-256. An interrupted export has none; repeat it.
    """

    async def export(core: Tradecore) -> list[WrittenFile]:
        account = await core.export_account(email)
        audit.info("user_exported", user=account.user.id)
        return await write_export(account, folder)

    for file in _with_core(export):
        click.echo(f"{folder / file.name}  {file.records}")


@click.group()
def keys() -> None:
    """Manage API keys of the news API."""


@keys.command("add")
@click.argument("name")
def create_api_key(name: str) -> None:
    """Create an API key called NAME and print it. It is not shown again."""
    created = _with_core(lambda core: core.create_api_key(name))
    audit.info("key_created", key=created.key.id)
    click.echo(created.text)


@keys.command("list")
def list_api_keys() -> None:
    """List the id, name and state of all API keys; the keys themselves are not stored."""
    listed = _with_core(lambda core: core.list_api_keys())
    for key in listed:
        state = f"revoked {key.revoked_at:%Y-%m-%d %H:%M} UTC" if key.revoked_at else "active"
        used = f"last used {key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never used"
        click.echo(f"{key.id}  {key.name}  {state}, {used}")
    if not listed:
        click.echo("There are no API keys yet; `tradecore keys add NAME` makes one.", err=True)


@keys.command("revoke")
@click.argument("id")
def revoke_api_key(id: str) -> None:
    """Revoke the key ID; `keys list` shows ids."""
    key = _with_core(lambda core: core.revoke_api_key(KeyId(id)))
    audit.info("key_revoked", key=key.id)
    click.echo(f"The key {key.name!r} is revoked.")
