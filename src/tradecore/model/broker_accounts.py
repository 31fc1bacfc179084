"""Accounts at brokers that were given to single users."""

from datetime import datetime

from attrs import field, frozen

from tradecore.model.ids import UserId


@frozen
class BrokerAccount:
    """The account at a broker that the orders of one user go to, and nobody else's; `id` is that of the user.

    `setting` names the broker and the account, such as `alpaca:paper`. `credentials` are encrypted. `number` names the
    account at the broker whatever its keys; empty where the broker does not tell it.
    """

    id: UserId
    setting: str
    credentials: str = field(repr=False)
    created_at: datetime
    number: str = ""
    version: int = 0
