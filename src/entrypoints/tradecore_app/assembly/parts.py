"""What several use cases share, next to the adapters: clocks, rules, and use cases that hold a lock."""

from attrs import frozen

from tradecore.model.track_record import Horizon
from tradecore.model.trading_rules import TradingRules
from tradecore.ports.ambient import Now
from tradecore.ports.cron import CronTimes
from tradecore.use_cases.digest import DigestLimits
from tradecore.use_cases.gather import GatherNews, StoreNews
from tradecore.use_cases.listeners import Listener
from tradecore.use_cases.notices import StoreNotices
from tradecore.use_cases.raise_alerts import RaiseAlerts
from tradecore.use_cases.score import Scorer
from tradecore.use_cases.settle import SettleOrder
from tradecore.use_cases.story_vectors import StoryVectors
from tradecore.use_cases.webhook_deliveries import StoreDeliveries
from tradecore.use_cases.webhook_progress import StoreProgress
from tradecore_adapters import ambient
from tradecore_adapters.cron.cronsim import CronSimTimes
from tradecore_app.adapters import Adapters, trading_costs
from tradecore_app.clock import starting_on
from tradecore_app.logs import log_alert, log_gathering_error, log_unused_embeddings
from tradecore_app.settings import Settings
from tradecore_app.webhooks import KINDS, describe, describe_progress, describe_step


@frozen
class Parts:
    """What use cases, tasks of jobs and scheduled tasks have in common."""

    # The clock of everything but leases.
    now: Now
    lease_clock: Now
    cron: CronTimes
    scorer: Scorer
    trading_rules: TradingRules
    settle: SettleOrder
    digest_limits: DigestLimits
    gather_news: GatherNews
    listeners: tuple[Listener, ...]
    # A listener as well, which is called only while a webhook wants progress.
    progress: StoreProgress


def make_parts(settings: Settings, adapters: Adapters, digest_limits: DigestLimits) -> Parts:
    """The parts of an installation."""
    store = adapters.store
    now = starting_on(settings.analyses.today, store.clock(ambient.now))
    cron = CronSimTimes()
    return Parts(
        now=now,
        lease_clock=starting_on(settings.analyses.today, store.lease_clock(ambient.now)),
        cron=cron,
        scorer=Scorer(
            adapters.market,
            adapters.calendar,
            Horizon(settings.analyses.horizon_weeks),
            settings.analyses.score_fee_percent,
        ),
        trading_rules=TradingRules(
            settings.trading.paper_cash,
            settings.trading.max_drift_percent,
            trading_costs(settings),
            settings.trading.enabled,
            settings.trading.exits,
        ),
        settle=SettleOrder(store, adapters.broker, now),
        digest_limits=digest_limits,
        gather_news=GatherNews(
            store,
            now,
            StoreNews(store, now, StoryVectors(adapters.embeddings, log_unused_embeddings)),
            adapters.news,
            adapters.feeds.open,
            log_gathering_error,
        ),
        listeners=(
            RaiseAlerts(store, log_alert),
            StoreDeliveries(store, now, describe, tuple(KINDS)),
            StoreNotices(store, now, cron),
        ),
        progress=StoreProgress(store, now, describe_progress, describe_step),
    )
