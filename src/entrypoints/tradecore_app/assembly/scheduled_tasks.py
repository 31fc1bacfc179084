"""The scheduled tasks of an installation, and how often each is due."""

from collections.abc import Sequence
from datetime import timedelta

from tradecore.ports.queue import MessageQueue
from tradecore.use_cases import retention
from tradecore.use_cases.account_records import DeleteRemovedAccounts
from tradecore.use_cases.corporate_actions import BookCorporateActions, WatchPrices
from tradecore.use_cases.dispatch import OfferLostJobs
from tradecore.use_cases.levels import WatchLevels
from tradecore.use_cases.measure_engines import MeasureEngines
from tradecore.use_cases.price_watch import WatchPriceAlerts
from tradecore.use_cases.reconcile_positions import ReconcilePositions
from tradecore.use_cases.scheduled_tasks import ScheduledTask
from tradecore.use_cases.score import ScoreDecisions
from tradecore.use_cases.settle import ReconcileExits, ReconcileOrders
from tradecore.use_cases.source_watch import WatchSources
from tradecore.use_cases.trade import ExpireRecommendations
from tradecore_app.adapters import Adapters
from tradecore_app.assembly.parts import Parts

_EXPIRY = timedelta(seconds=10)
_RECONCILIATION = timedelta(seconds=5)
_EXITS = timedelta(minutes=1)
_POSITIONS = timedelta(minutes=5)
_SCORING = timedelta(minutes=1)
_MEASURING = timedelta(hours=6)
_GATHERING = timedelta(seconds=15)
_FORGETTING = timedelta(minutes=1)
_REMOVAL = timedelta(minutes=1)
_WATCH = timedelta(minutes=5)
_PRICE_WATCH = timedelta(minutes=1)
_BOOKING = timedelta(minutes=30)
_OFFERING = timedelta(seconds=2)


def make_scheduled_tasks(adapters: Adapters, parts: Parts) -> Sequence[ScheduledTask]:
    """All scheduled tasks; lost jobs are offered again where the queue hands out messages."""
    store, market, now, settle = adapters.store, adapters.market, parts.now, parts.settle
    tasks = [
        ScheduledTask("score decisions", _SCORING, ScoreDecisions(store, now, parts.scorer)),
        ScheduledTask("measure engines", _MEASURING, MeasureEngines(store, market, now, parts.scorer)),
        ScheduledTask("expire recommendations", _EXPIRY, ExpireRecommendations(store, now)),
        ScheduledTask("reconcile orders", _RECONCILIATION, ReconcileOrders(store, now, settle)),
        ScheduledTask("reconcile exits", _EXITS, ReconcileExits(store, now, settle)),
        ScheduledTask("reconcile positions", _POSITIONS, ReconcilePositions(store, now, adapters.broker)),
        ScheduledTask("gather news", _GATHERING, parts.gather_news),
        ScheduledTask("watch price alerts", _PRICE_WATCH, WatchPriceAlerts(store, market, now)),
        ScheduledTask("watch levels", _WATCH, WatchLevels(store, market, now)),
        ScheduledTask("watch sources", _WATCH, WatchSources(store, now)),
        ScheduledTask("watch prices", _BOOKING, WatchPrices(store, market, now)),
        ScheduledTask(
            "book splits and dividends", _BOOKING, BookCorporateActions(store, adapters.account_prices, now, settle)
        ),
        ScheduledTask("forget removed accounts", _REMOVAL, DeleteRemovedAccounts(store)),
        *_retention_tasks(adapters, parts),
    ]
    if isinstance(adapters.queue, MessageQueue):
        tasks.append(
            ScheduledTask("offer lost jobs", _OFFERING, OfferLostJobs(store, adapters.queue, parts.lease_clock))
        )
    return tasks


def _retention_tasks(adapters: Adapters, parts: Parts) -> list[ScheduledTask]:
    """A task for each kind of row that is kept for a time only."""
    digest_memory = parts.digest_limits.memory
    # Digests look back on the jobs of earlier digests.
    job_retention = max(retention.ENDED_JOB_RETENTION, digest_memory)
    delete_events = retention.delete_events((*parts.listeners, parts.progress))

    def forget(what: str, delete: retention.Delete, after: timedelta, *batch_size: int) -> ScheduledTask:
        delete_expired = retention.DeleteExpired(adapters.store, parts.now, delete, after, *batch_size)
        return ScheduledTask(f"forget {what}", _FORGETTING, delete_expired)

    return [
        forget("deliveries", retention.delete_deliveries, digest_memory),
        forget("idempotency keys", retention.delete_receipts, retention.IDEMPOTENCY_KEY_RETENTION),
        forget("sign-ins", retention.delete_sessions, retention.EXPIRED_SESSION_RETENTION),
        forget("old jobs", retention.delete_ended_jobs, job_retention),
        forget("events", delete_events, job_retention, retention.EVENT_BATCH_SIZE),
        forget("alerts", retention.delete_alerts, retention.ALERT_RETENTION),
        forget("price alerts", retention.delete_ended_price_alerts, retention.ENDED_PRICE_ALERT_RETENTION),
        forget("webhook deliveries", retention.delete_webhook_deliveries, retention.WEBHOOK_DELIVERY_RETENTION),
        forget("notices", retention.delete_notices, retention.NOTICE_RETENTION),
        forget("schedule runs", retention.delete_schedule_runs, retention.SCHEDULE_RUN_RETENTION),
    ]
