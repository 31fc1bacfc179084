"""What an installation may choose about its live door, and how patient it is; times in seconds."""

from attrs import field, frozen
from attrs.validators import gt


@frozen
class LiveOptions:
    """Origins of browsers, and limits.

    - `origins`: in full, `https://app.example.com`; a page of this server's own origin may always connect.
    - `connections`: of this process; `per_user`: of one user, over all transports.
    - `signing_in`: how long a connection may stay unknown.
    - `recheck`: how often every token is looked at again; a disabled account or an expired token is noticed within it.
    - `patience`: how long something may wait for a client that does not read; then it is closed with its resume point.
    - `glance`: how often the slow and the expired are looked for.
    - `heartbeat`: of Socket.IO connections and event streams.
    """

    origins: tuple[str, ...] = ()
    connections: int = field(default=5000, validator=gt(0))
    per_user: int = field(default=20, validator=gt(0))
    signing_in: float = field(default=5.0, validator=gt(0))
    recheck: float = field(default=4.0, validator=gt(0))
    patience: float = field(default=10.0, validator=gt(0))
    glance: float = field(default=1.0, validator=gt(0))
    heartbeat: float = field(default=10.0, validator=gt(0))
