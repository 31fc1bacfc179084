"""Accounts at brokers."""

from datetime import UTC, datetime

from tradecore.model.broker_accounts import BrokerAccount
from tradecore.model.ids import UserId


def test_credentials_are_not_printed() -> None:
    account = BrokerAccount(UserId("ann"), "alpaca:paper", "gAAAAAB", datetime(2024, 10, 10, tzinfo=UTC))
    assert "gAAAAAB" not in repr(account)
