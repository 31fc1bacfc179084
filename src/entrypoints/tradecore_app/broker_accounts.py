"""Opens the accounts at brokers that were given to users, with their stored credentials."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from pydantic import ValidationError

from tradecore.model.broker_accounts import BrokerAccount
from tradecore.model.errors import Invalid
from tradecore.ports.broker import Broker
from tradecore.use_cases.broker_accounts import OpenBroker
from tradecore_adapters.deadlines import with_deadlines
from tradecore_adapters.identity.encryption import Encryption
from tradecore_adapters.rows import Context, variables
from tradecore_app.installed import options_class
from tradecore_app.registry import find_row

COMMON = "paper"
"""The row of a user without an account of their own."""

EVERYBODY = "*"
"""In place of the user whose account TRADECORE_BROKER is."""


def credential_fields(setting: str) -> Sequence[tuple[str, str]]:
    """The variable and the description of each secret that the broker of a setting needs.

    Raises Unavailable for an unknown broker.
    """
    row, _ = find_row("broker", setting)
    kind = options_class(row.opener())
    fields = () if kind is None else kind.model_fields.values()
    return [
        (variables(field)[0], field.description or variables(field)[0])
        for field in fields
        if "SecretStr" in str(field.annotation)
    ]


@asynccontextmanager
async def open_broker_accounts(context: Context, encryption: Encryption) -> AsyncIterator[OpenBroker]:
    """A function that opens an account once, and closes all when the context ends."""
    opened: dict[str, Broker] = {}
    lock = asyncio.Lock()
    async with AsyncExitStack() as stack:

        async def open_broker(account: BrokerAccount) -> Broker:
            async with lock:
                if account.credentials not in opened:
                    broker = await stack.enter_async_context(_open(context, encryption, account))
                    opened[account.credentials] = with_deadlines("broker", broker)
            return opened[account.credentials]

        yield open_broker


@asynccontextmanager
async def _open(context: Context, encryption: Encryption, account: BrokerAccount) -> AsyncIterator[Broker]:
    row, rest = find_row("broker", account.setting)
    opener = row.opener()
    kind = options_class(opener)
    credentials = json.loads(encryption.decrypt(account.credentials, account.id))
    try:
        options = None if kind is None else kind(**credentials)
    except ValidationError as error:
        raise Invalid(f"The credentials do not fit {account.setting}: {error.errors()[0]['msg']}") from error
    async with opener(context, options, rest) as broker:
        yield broker
