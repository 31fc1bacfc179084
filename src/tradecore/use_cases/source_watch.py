"""The watch over news sources: administrators are told of one that refuses to be read for good."""

from collections.abc import Sequence

from attrs import frozen

from tradecore.model.alerts import Alert, AlertKind, Severity
from tradecore.model.change import Change
from tradecore.model.ids import TopicKind, UserId, topic_of
from tradecore.model.subscriptions import FeedSubscription
from tradecore.model.users import Scope
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.alerts import raise_new

# A publisher that changes its site may refuse once or twice.
_REFUSALS = 3
_PAGE_SIZE = 200


@frozen
class WatchSources:
    """A scheduled task that raises an alert for every administrator where a source refuses to be read for good."""

    store: Store
    now: Now

    async def __call__(self) -> int:
        """The number of new alerts. A source raises one for each administrator until it was read again."""
        async with self.store.read() as uow:
            sources = [source for source in await uow.subscriptions.all() if source.state.refusals >= _REFUSALS]
            if not sources:
                return 0
            users = await _administrators(uow)
        return await raise_new(self.store, [self._alert(source, user) for source in sources for user in users])

    def _alert(self, source: FeedSubscription, user: UserId) -> Change[Alert]:
        state = source.state
        message = (
            f"The news source {source.id} refuses to be read: {state.last_error}. Remove it, or add it again with the "
            "address or the key that its publisher gives now. Until then it is tried once a day."
        )
        return Alert.raise_once(
            f"source {source.id} {source.added_at} {state.last_success} {user}",
            user,
            AlertKind.SOURCE_REFUSED,
            Severity.WARNING,
            message,
            topic_of(TopicKind.SOURCE, source.key),
            at=self.now(),
        )


async def _administrators(uow: UnitOfWork) -> Sequence[UserId]:
    """The users that may change sources."""
    found, offset = list[UserId](), 0
    while users := await uow.users.page(offset=offset, limit=_PAGE_SIZE):
        found += [user.id for user in users if Scope.ADMIN in user.scopes and not user.disabled]
        offset += len(users)
    return found
