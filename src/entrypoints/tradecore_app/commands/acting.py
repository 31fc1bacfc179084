"""Use cases on behalf of a user of the store: the local user of the command line, or an account."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import rich_click as click

from tradecore.core import Tradecore
from tradecore.model.errors import Invalid
from tradecore.model.ids import UserId
from tradecore.model.users import Caller, normalize_email
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.settings import read_settings

T = TypeVar("T")
# The server and the account that the command line was called with: both None for the store of this machine.
Remote = tuple[str | None, str | None]


def refuse_user(address: str | None) -> None:
    """Raises click.UsageError for an account of the store of this machine next to --server."""
    if address is not None:
        raise click.UsageError("--user names an account of the store of this machine; with --server, --email does.")


def as_user(address: str | None, call: Callable[[Tradecore, Caller], Awaitable[T]]) -> T:
    """What `call` returns for the account of an e-mail address, or for the local user without one.

    Raises Invalid for an address without an account.
    """

    async def run() -> T:
        async with assemble(read_settings()) as assembled:
            return await call(assembled.core, await caller_of(assembled, address))

    return asyncio.run(run())


async def caller_of(assembled: Assembled, address: str | None) -> Caller:
    """The account of an e-mail address, or the local user without one. Raises Invalid where there is no account."""
    if address is None:
        return Caller(UserId("local"))
    async with assembled.store.snapshot() as uow:
        user = await uow.users.by_email(normalize_email(address))
    if user is None:
        raise Invalid.one("user", f"There is no account {address}; `tradecore users add` creates one.")
    return Caller(user.id)
