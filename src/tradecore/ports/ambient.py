"""The promises of time and chance: one plain callable each."""

from collections.abc import Callable
from datetime import datetime

# The time: aware, UTC.
Now = Callable[[], datetime]
# A fresh id: a UUID as text, never given twice.
NewId = Callable[[], str]
# A fresh secret of 256 random bits as URL-safe text.
NewSecret = Callable[[], str]
