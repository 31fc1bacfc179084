"""Sessions of users whose access tokens a test issues without a login."""

from datetime import datetime, timedelta

from tradecore.model.ids import SessionId
from tradecore.model.users import Session, User


def session_id(user: User) -> SessionId:
    """The id of the session that `session_of` gives a user."""
    return SessionId(f"session-of-{user.id}")


def session_of(user: User, *, at: datetime) -> Session:
    """A session that began at `at`; its refresh token is unknown."""
    return Session(
        id=session_id(user),
        user=user.id,
        current="no fingerprint",
        rotates=False,
        created_at=at,
        expires_at=at + timedelta(days=3650),
        generation=user.session_generation,
    )
