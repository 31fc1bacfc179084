"""The real clock, ids and secrets: the only file that may call them."""

import secrets
import uuid
from datetime import UTC, datetime


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A fresh UUID (version 4) as text."""
    return str(uuid.uuid4())


def new_secret() -> str:
    """256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def chance() -> float:
    """A number from 0 up to 1, for waits that must not come in step."""
    return secrets.SystemRandom().random()
