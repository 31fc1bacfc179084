"""Options of the live endpoints; times are in seconds."""

from attrs import field, frozen
from attrs.validators import gt

from tradecore_adapters.origins import AllowedOrigins, allowed_origins


@frozen
class LiveOptions:
    """Origins of browsers, and limits.

    - `origins`: in full, such as `https://app.example.com`, or as AllowedOrigins.
    - `connections`: the most connections of this process; `per_user`: of one user, over all transports.
    - `sign_in_timeout`: how long a connection may stay unauthenticated.
    - `recheck_interval`: how often each token is verified again, which notices sessions that ended and expired tokens.
    - `stall_timeout`: how long a message may wait for a client that does not read, before the connection is closed.
    - `sweep_interval`: how often stalled connections and expired tokens are looked for.
    - `heartbeat`: the interval between pings of Socket.IO and between comments on event streams.
    """

    origins: AllowedOrigins = field(factory=AllowedOrigins, converter=allowed_origins)
    connections: int = field(default=5000, validator=gt(0))
    per_user: int = field(default=20, validator=gt(0))
    sign_in_timeout: float = field(default=5.0, validator=gt(0))
    recheck_interval: float = field(default=3.0, validator=gt(0))
    stall_timeout: float = field(default=10.0, validator=gt(0))
    sweep_interval: float = field(default=1.0, validator=gt(0))
    heartbeat: float = field(default=10.0, validator=gt(0))
