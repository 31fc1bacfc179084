"""Webhooks: addresses that the events of a user are posted to, and what was delivered to them."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from attrs import evolve, field, frozen

from tradecore.model.change import Change
from tradecore.model.ids import DeliveryId, UserId, WebhookId
from tradecore.model.transitions import Moves, move

# How long an attempt may take until another process tries again.
LEASE = timedelta(seconds=30)
# The waits after the first, second, ... failed attempt: a day in all.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=6),
    timedelta(hours=10, minutes=30),
)
# How long the secret before a rotation signs as well.
ROTATION = timedelta(hours=24)
# What a receiver answers that is not to be called again.
GONE = 410
# The names of events that an analysis has dozens of, in the order in which a webhook gets them.
STEP, PROGRESS = "analysis_step", "analysis_progress"


class DeliveryState(StrEnum):
    """The states of a delivery. FAILED is a dead letter: it is not tried again unless somebody asks for it."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


MOVES: Moves[DeliveryState] = {
    DeliveryState.PENDING: frozenset({DeliveryState.PENDING, DeliveryState.DELIVERED, DeliveryState.FAILED}),
    DeliveryState.DELIVERED: frozenset({DeliveryState.PENDING}),
    DeliveryState.FAILED: frozenset({DeliveryState.PENDING}),
}


@frozen
class WebhookAnswer:
    """The status of a receiver's answer, and after how many seconds it wants to be called again, if it says so."""

    status: int
    retry_after: int | None = None

    @property
    def accepted(self) -> bool:
        """Whether the receiver has taken the delivery."""
        return 200 <= self.status < 300


@frozen(kw_only=True)
class WebhookDelivery:
    """One event for one webhook: what is posted, and what came of it so far. Times are aware UTC.

    - `kind`: the name of the event; `body`: the JSON text that every attempt posts.
    - `next_try`: when it is due, or taken up by another process; None once it is not pending.
    - `status` and `error`: of the last attempt; the status is None where nobody answered.
    """

    id: DeliveryId
    webhook: WebhookId
    user: UserId
    kind: str
    body: str
    created_at: datetime
    next_try: datetime | None
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    attempted_at: datetime | None = None
    status: int | None = None
    error: str = ""
    version: int = 0

    @classmethod
    def of(
        cls, webhook: "Webhook", source: int | str, kind: str, body: str, *, at: datetime
    ) -> Change["WebhookDelivery"]:
        """The delivery of the event at a position of the log, or of what another text names; it always has one id."""
        id = DeliveryId(f"msg_{sha256(f'{webhook.id} {source}'.encode()).hexdigest()[:32]}")
        return Change(
            cls(id=id, webhook=webhook.id, user=webhook.user, kind=kind, body=body, created_at=at, next_try=at)
        )

    def take(self, *, at: datetime) -> Change["WebhookDelivery"]:
        """Begin an attempt: no other process makes one for LEASE. Raises IllegalMove unless it is pending."""
        taken = {"next_try": at + LEASE, "attempts": self.attempts + 1, "attempted_at": at}
        return Change(move(self, MOVES, DeliveryState.PENDING, **taken))

    def finish(self, answer: WebhookAnswer | None, error: str = "", *, at: datetime) -> Change["WebhookDelivery"]:
        """Record an attempt: the answer, or the error where there is none.

        After a failure the next attempt is due after a wait that grows, or after what the receiver wants if that is
        longer; after the last one, and where the receiver is gone, the delivery has failed.
        """
        if answer is not None and answer.accepted:
            delivered = {"next_try": None, "status": answer.status, "error": ""}
            return Change(move(self, MOVES, DeliveryState.DELIVERED, **delivered))
        status = None if answer is None else answer.status
        outcome: dict[str, object] = {"status": status, "error": error or f"The receiver answered with {status}."}
        if status == GONE or self.attempts > len(WAITS):
            return Change(move(self, MOVES, DeliveryState.FAILED, next_try=None, **outcome))
        wait = WAITS[self.attempts - 1]
        if answer is not None and answer.retry_after is not None:
            wait = max(wait, min(timedelta(seconds=answer.retry_after), WAITS[-1]))
        return Change(move(self, MOVES, DeliveryState.PENDING, next_try=at + wait, **outcome))

    def postpone(self, until: datetime) -> Change["WebhookDelivery"]:
        """Give up an attempt that was begun and not made; another one is due at a time."""
        return Change(move(self, MOVES, DeliveryState.PENDING, next_try=until, attempts=self.attempts - 1))

    def retry(self, *, at: datetime) -> Change["WebhookDelivery"]:
        """Make it due now, with a whole day of attempts, under the id that it has."""
        return Change(move(self, MOVES, DeliveryState.PENDING, next_try=at, attempts=0))


@frozen(kw_only=True)
class Webhook:
    """An address that events of `user` are posted to. Times are aware UTC.

    - `kinds`: the names of the events that it wants.
    - `secret`: signs deliveries; `previous_secret` does so as well until `previous_until`. Both are encrypted.
    - `chosen_at`: when its kinds were chosen, or it was switched on or off, after it was made.
    - `enabled`: whether events are stored for it and delivered; `disabled_reason` says why not, where nobody chose it.
    - `failing_since`: the first failed attempt since the last success.
    """

    id: WebhookId
    user: UserId
    url: str
    kinds: tuple[str, ...]
    secret: str = field(repr=False)
    created_at: datetime
    previous_secret: str = field(default="", repr=False)
    previous_until: datetime | None = None
    enabled: bool = True
    disabled_reason: str = ""
    failing_since: datetime | None = None
    chosen_at: datetime | None = None
    version: int = 0

    def wants_progress(self, at: datetime) -> bool:
        """Whether the progress of an analysis at a time is stored for it; what was before its choice is not."""
        return at >= (self.chosen_at or self.created_at) and (self.wants(PROGRESS) or self.wants(STEP))

    def wants(self, kind: str) -> bool:
        """Whether events of this name are stored for it."""
        return self.enabled and kind in self.kinds

    def secrets(self, at: datetime) -> tuple[str, ...]:
        """The encrypted secrets that sign a delivery at a time, the newest first."""
        overlapping = self.previous_until is not None and at < self.previous_until
        return (self.secret, self.previous_secret) if overlapping else (self.secret,)

    def rotate(self, secret: str, *, at: datetime) -> "Webhook":
        """With another secret; the one before signs as well for ROTATION."""
        return evolve(self, secret=secret, previous_secret=self.secret, previous_until=at + ROTATION)

    def change(
        self,
        *,
        at: datetime,
        url: str | None = None,
        kinds: Collection[str] | None = None,
        enabled: bool | None = None,
    ) -> "Webhook":
        """With another address, other kinds, or switched on or off; None leaves something as it is."""
        changed = self if enabled is None and kinds is None else evolve(self, chosen_at=at)
        if enabled is not None:
            changed = evolve(changed, enabled=enabled, disabled_reason="", failing_since=None)
        return evolve(
            changed, url=changed.url if url is None else url, kinds=changed.kinds if kinds is None else tuple(kinds)
        )

    def after(self, delivery: WebhookDelivery, *, at: datetime) -> "Webhook":
        """Itself after an attempt; a receiver that is gone ends it."""
        if delivery.state is DeliveryState.DELIVERED:
            return self if self.failing_since is None else evolve(self, failing_since=None)
        failing = self if self.failing_since else evolve(self, failing_since=at)
        if delivery.status != GONE:
            return failing
        return evolve(failing, enabled=False, disabled_reason="The receiver answered that it is gone for good (410).")
