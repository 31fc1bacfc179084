"""Brokers whose accounts belong to one user each, and can be read."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal

from attrs import define, field

from tradecore.model.broker_accounts import BrokerAccount
from tradecore.model.change import Change
from tradecore.model.errors import Unavailable
from tradecore.model.ids import UserId
from tradecore.model.money import Asset
from tradecore.model.users import Caller, User
from tradecore.use_cases.broker_accounts import GiveBrokerAccount, UserBroker
from trading_floor import Floor, ScriptedBroker, open_scripted_floor

BEN = Caller(UserId("ben"))


@define
class Venue(ScriptedBroker):
    """A broker whose account can be read."""

    held: dict[Asset, Decimal] = field(factory=dict)
    unreadable: bool = False
    number: str = "1"

    async def account_number(self) -> str:
        await self.positions()
        return self.number

    async def positions(self) -> Mapping[Asset, Decimal]:
        if self.unreadable:
            raise Unavailable("The key is not accepted.")
        return self.held


@define
class Venues:
    """The brokers that were opened, by the user whose account they are."""

    floor: Floor
    opened: dict[str, Venue] = field(factory=dict)

    async def open(self, account: BrokerAccount) -> Venue:
        return self.opened.setdefault(account.id, Venue(self.floor.market))


async def give(floor: Floor, venues: Venues, name: str = "ann") -> User:
    give = GiveBrokerAccount(floor.store, floor.now, venues.open, lambda text, owner: f"encrypted for {owner}")
    return await give(f"{name}@example.com", "venue:paper", "key and secret")


@asynccontextmanager
async def floor_of_two() -> AsyncIterator[Floor]:
    """A floor with the accounts of ann and ben."""
    async with open_scripted_floor() as made:
        async with made.store.unit_of_work() as uow:
            for name in ("ann", "ben"):
                user = User(UserId(name), f"{name}@example.com", name, "hash", made.time)
                await uow.users.put(Change(user))
        yield made


def open_venues(floor: Floor) -> Venues:
    """Accounts at a venue; the floor trades through them."""
    venues = Venues(floor)
    floor.broker = UserBroker(floor.store, floor.broker, venues.open)
    return venues
