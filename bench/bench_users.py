"""Users of benchmarks, with a session to which access tokens can be issued without a login."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradecore.ports.store import UnitOfWork


async def put_user(uow: "UnitOfWork", id: str, email: str = "bench@example.com") -> None:
    """Store a user, and a session whose id is that of the user."""
    from tradecore.model.change import Change
    from tradecore.model.ids import SessionId, UserId
    from tradecore.model.users import Session, User

    now = datetime.now(UTC)
    user = User(UserId(id), email, "Bench", "no hash", now)
    session = Session(
        id=SessionId(id),
        user=user.id,
        current="no fingerprint",
        rotates=False,
        created_at=now,
        expires_at=now + timedelta(days=1),
        generation=user.session_generation,
    )
    await uow.users.put(Change(user))
    await uow.users.put_session(Change(session))
