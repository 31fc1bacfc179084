"""The real clock, ids and randomness; no other module calls them."""

import secrets
import uuid
from datetime import UTC, datetime


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A new UUID (version 4) as text."""
    return str(uuid.uuid4())


def new_secret() -> str:
    """256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def chance() -> float:
    """A random number in [0, 1), for delays that processes must not share."""
    return secrets.SystemRandom().random()
