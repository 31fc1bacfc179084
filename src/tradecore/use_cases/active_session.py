"""The session of a caller, looked at again before something that outlasts it."""

from datetime import datetime

from tradecore.model.errors import NotAuthenticated, NotFound
from tradecore.model.ids import SessionId
from tradecore.model.users import Session, User
from tradecore.ports.store import UnitOfWork

SESSION_ENDED = "The session of this access token has ended; sign in again."


async def active_session(uow: UnitOfWork, id: SessionId, user: User, now: datetime) -> Session:
    """A session of a user. Callers are cached, so the session of one may have ended seconds ago.

    Raises NotAuthenticated for a session that has ended.
    """
    try:
        session = await uow.users.session(id)
    except NotFound as error:
        raise NotAuthenticated(SESSION_ENDED) from error
    if session.user != user.id or not session.is_active(user, now):
        raise NotAuthenticated(SESSION_ENDED)
    return session
