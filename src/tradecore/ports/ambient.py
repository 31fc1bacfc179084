"""Ports for time and chance, one callable each."""

from collections.abc import Callable
from datetime import datetime

# The current time: aware, UTC.
Now = Callable[[], datetime]
# A new id: a UUID as text, never the same twice.
NewId = Callable[[], str]
# A new secret of 256 random bits, as URL-safe text.
NewSecret = Callable[[], str]
