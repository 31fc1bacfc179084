"""The root: which adapter keeps each promise. The tables are all there is to choose from; the tests run over them."""

import os
import re
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import TypeVar

from attrs import frozen

from tradecore.core import Tradecore
from tradecore.engines.desk.collect import Press, Sources
from tradecore.engines.desk.desk import Desk
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.jobs import Kind
from tradecore.model.money import Costs
from tradecore.model.recommendations import Issuing
from tradecore.model.track_record import Horizon
from tradecore.model.users import fingerprint
from tradecore.ports.broker import Broker
from tradecore.ports.calendar import TradingCalendar
from tradecore.ports.limits import Limiter
from tradecore.ports.market import QuotingMarket
from tradecore.ports.news import NewsSource
from tradecore.ports.queue import JobQueue
from tradecore.ports.store import Store
from tradecore.ports.stream import EventStream
from tradecore.use_cases.accounts import AddKey, AddUser, ChangePassword, ListKeys, RecogniseKey, RevokeKey
from tradecore.use_cases.analyse import AnalysisTask
from tradecore.use_cases.backtest import JudgeBacktest, PlanBacktest, RunBacktest
from tradecore.use_cases.cancel import CancelAnalysis
from tradecore.use_cases.digest import (
    DigestLimits,
    DigestOutcome,
    DigestStatus,
    DigestTask,
    LaunchDigest,
)
from tradecore.use_cases.forget import ENDED_ARE_KEPT, EXPIRED_ARE_KEPT, KEYS_COUNT, Forget, ended, keys, sign_ins, told
from tradecore.use_cases.gather import GatherNews, SeedNews, StoreNews
from tradecore.use_cases.launch import LaunchAnalysis, Limits
from tradecore.use_cases.levels import WatchLevels
from tradecore.use_cases.look_up import ResultOf, ShowCalibration, ShowHistory, StatusOf
from tradecore.use_cases.portfolio import ImportPositions, MoveCash, ShowPortfolio
from tradecore.use_cases.readers import RecogniseReader
from tradecore.use_cases.relay import RelayFacts
from tradecore.use_cases.run import ClaimJob, ReleaseJob, RenewLease, RunJob, Task
from tradecore.use_cases.scheduled_tasks import RunScheduledTasks, ScheduledTask
from tradecore.use_cases.score import ScoreDecisions, Scorer
from tradecore.use_cases.settle import ReconcileOrders, SettleOrder
from tradecore.use_cases.sign_in import Lifetimes, Recognise, RefreshSession, SignIn, SignOut
from tradecore.use_cases.subscribe import AddSource, ImportSources, ListSources, RemoveSource
from tradecore.use_cases.trade import (
    ExecuteRecommendation,
    ExpireRecommendations,
    ListRecommendations,
    RejectRecommendation,
    TradingRules,
)
from tradecore.use_cases.watch import WatchAnalysis
from tradecore_adapters import ambient
from tradecore_adapters.broker.paper import PaperBroker
from tradecore_adapters.calendar.exchange import ExchangeCalendar
from tradecore_adapters.identity.argon import ArgonPasswords
from tradecore_adapters.identity.jwt import JwtAccessTokens
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.market.csv import CsvMarket
from tradecore_adapters.market.sample import SampleMarket
from tradecore_adapters.news.sample import SAMPLE, sample_items
from tradecore_adapters.queue.memory import MemoryQueue
from tradecore_adapters.sentiment.vader import VaderSentiment
from tradecore_adapters.store.archive import StoredNews
from tradecore_adapters.store.sqlite import SqliteStore
from tradecore_adapters.stream.memory import MemoryStream
from tradecore_app.models import open_staff
from tradecore_app.press import NEWS, open_feeds
from tradecore_app.secrets import signing_secrets
from tradecore_app.servers import dramatiq_queue, postgres_store, redis_limiter, redis_queue, redis_stream
from tradecore_app.settings import Settings

P = TypeVar("P")

# What follows the first colon of a setting is the adapter's own affair: a file, a folder, an address.
STORES: Mapping[str, Callable[[Settings, str], AbstractAsyncContextManager[Store]]] = {
    "sqlite": lambda settings, rest: SqliteStore(Path(rest) if rest else settings.data / "tradecore.db"),
    "memory": lambda settings, rest: SqliteStore(None),
    "postgresql": postgres_store,
}
QUEUES: Mapping[str, Callable[[Settings, str], AbstractAsyncContextManager[JobQueue]]] = {
    "memory": lambda settings, rest: nullcontext(MemoryQueue()),
    "redis": redis_queue,
    "dramatiq+redis": dramatiq_queue,
}
STREAMS: Mapping[str, Callable[[Settings, str], AbstractAsyncContextManager[EventStream]]] = {
    "memory": lambda settings, rest: nullcontext(MemoryStream()),
    "redis": redis_stream,
}
LIMITERS: Mapping[str, Callable[[Settings, str], AbstractAsyncContextManager[Limiter]]] = {
    "memory": lambda settings, rest: nullcontext(MemoryLimiter(monotonic)),
    "redis": redis_limiter,
}
MARKETS: Mapping[str, Callable[[Settings, str], QuotingMarket]] = {
    "sample": lambda settings, rest: SampleMarket(),
    "csv": lambda settings, rest: CsvMarket(Path(rest)),
}
# Which days are traded is no choice of an installation; a table all the same, for the suite to run over.
CALENDARS: Mapping[str, Callable[[Settings, str], TradingCalendar]] = {
    "exchange": lambda settings, rest: ExchangeCalendar()
}

BROKERS: Mapping[str, Callable[[Settings, str, Store, QuotingMarket], AbstractAsyncContextManager[Broker]]] = {
    "paper": lambda settings, rest, store, market: nullcontext(
        PaperBroker(store, market, ambient.now, _costs(settings))
    ),
    "alpaca": lambda settings, rest, store, market: _open_alpaca(settings, rest),
}

# How often to look for recommendations whose time is over, for orders that are not settled, and for levels crossed.
_EXPIRY, _RECONCILIATION, _WATCH = timedelta(seconds=10), timedelta(seconds=5), timedelta(minutes=5)
# How often to look for decisions whose horizon has passed.
_SCORING = timedelta(minutes=1)


# What can be sent as a bearer token (RFC 6750).
_KEY = re.compile(r"[A-Za-z0-9\-._~+/]+=*")

# How often to look for sources that are due, and for what is old enough to be forgotten.
_GATHERING, _FORGETTING = timedelta(seconds=15), timedelta(hours=1)


# Rows for servers are given the whole setting, since it is an address; some addresses are spelled in two ways.
SERVERS: Mapping[str, str] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "redis": "redis",
    "rediss": "redis",
    "dramatiq+redis": "dramatiq+redis",
    "dramatiq+rediss": "dramatiq+redis",
}


def chosen(table: Mapping[str, P], name: str, setting: str) -> tuple[P, str]:
    """The row of a table that a setting names, and the rest of the setting. Raises Unavailable with what there is."""
    scheme, _, rest = setting.partition(":")
    if scheme in SERVERS:
        scheme, rest = SERVERS[scheme], setting
    if scheme not in table:
        # A setting may hold a password, so it is not repeated here.
        known = ", ".join(f"{each}:" for each in table)
        raise Unavailable(f"TRADECORE_{name} begins with {scheme!r}:, which this tradecore does not know; use {known}")
    return table[scheme], rest


@frozen
class Assembled:
    """Tradecore in working order, with what its processes need besides the verbs."""

    settings: Settings
    core: Tradecore
    sources: Sources
    desk: Desk
    store: Store
    queue: JobQueue
    stream: EventStream
    limiter: Limiter
    # Names this process in leases.
    worker_id: str


@asynccontextmanager
async def assemble(settings: Settings) -> AsyncIterator[Assembled]:
    """Open everything that the settings choose; close it on the way out. Raises Unavailable with one sentence."""
    open_store, at = chosen(STORES, "STORE", settings.store)
    open_queue, queue_at = chosen(QUEUES, "QUEUE", settings.queue)
    open_stream, stream_at = chosen(STREAMS, "STREAM", settings.stream)
    open_limiter, limiter_at = chosen(LIMITERS, "LIMITS", settings.limits)
    make_market, where = chosen(MARKETS, "MARKET", settings.market)
    market = make_market(settings, where)
    try:
        tokens = JwtAccessTokens(signing_secrets(settings))
    except ValueError as error:
        raise Invalid.one("secret", f"TRADECORE_SECRET: {error}") from error
    passwords = ArgonPasswords()
    lifetimes = Lifetimes(timedelta(seconds=settings.access_seconds), timedelta(seconds=settings.refresh_seconds))
    new_id, new_secret = ambient.new_id, ambient.new_secret
    own_key = _own_key(settings)
    digest_limits = _digest_limits(settings)
    local = _news_sources(settings)
    open_broker, account = chosen(BROKERS, "BROKER", settings.broker)
    async with (
        open_store(settings, at) as store,
        open_queue(settings, queue_at) as queue,
        open_stream(settings, stream_at) as stream,
        open_limiter(settings, limiter_at) as limiter,
        open_broker(settings, account, store, market) as broker,
        open_feeds(settings) as open_feed,
        open_staff(settings) as router,
    ):
        now = store.clock(ambient.now)
        sources = Sources(market, Press(StoredNews(store), VaderSentiment()))
        desk = Desk(sources, router)
        issuing = Issuing(settings.min_confidence, timedelta(seconds=settings.recommendation_seconds))
        tasks: dict[Kind, Task] = {
            Kind.ANALYSIS: AnalysisTask(store, now, desk, issuing, timedelta(seconds=settings.analysis_seconds)),
            Kind.DIGEST: DigestTask(store, now, digest_limits.rules),
        }
        gather_news = GatherNews(store, now, StoreNews(store, now), local, open_feed)
        for each in local:
            if each.name == SAMPLE:
                await SeedNews(store, now)(each, sample_items())
        lease = timedelta(seconds=settings.lease_seconds)
        settle = SettleOrder(store, broker, now)
        cash, review = settings.paper_cash, timedelta(days=settings.review_days)
        rules = TradingRules(cash, settings.max_drift_percent, _costs(settings), settings.trading)
        horizon = Horizon(settings.horizon_weeks)
        scorer = Scorer(market, CALENDARS["exchange"](settings, ""), horizon, settings.score_fee_percent)
        score_decisions = ScoreDecisions(store, now, scorer)
        scheduled_tasks: list[ScheduledTask] = [
            ScheduledTask("score decisions", _SCORING, score_decisions),
            ScheduledTask("expire recommendations", _EXPIRY, ExpireRecommendations(store, now)),
            ScheduledTask("reconcile orders", _RECONCILIATION, ReconcileOrders(store, now, settle)),
            ScheduledTask("gather news", _GATHERING, gather_news),
            ScheduledTask("forget what was told", _FORGETTING, Forget(store, now, told, digest_limits.memory)),
            ScheduledTask("forget idempotency keys", _FORGETTING, Forget(store, now, keys, KEYS_COUNT)),
            ScheduledTask("forget sign-ins", _FORGETTING, Forget(store, now, sign_ins, EXPIRED_ARE_KEPT)),
            # No sooner than what digests look back on.
            ScheduledTask(
                "forget old jobs", _FORGETTING, Forget(store, now, ended, max(ENDED_ARE_KEPT, digest_limits.memory))
            ),
            ScheduledTask("watch levels", _WATCH, WatchLevels(store, market, now)),
        ]
        core = Tradecore(
            add_user=AddUser(store, passwords, now, new_id),
            change_password=ChangePassword(store, passwords, now),
            sign_in=SignIn(store, passwords, tokens, limiter, now, new_id, new_secret, lifetimes),
            refresh_session=RefreshSession(store, tokens, now, new_secret, lifetimes),
            sign_out=SignOut(store, now),
            recognise=Recognise(store, tokens, now),
            add_key=AddKey(store, now, new_id, new_secret),
            list_keys=ListKeys(store),
            revoke_key=RevokeKey(store, now),
            recognise_reader=RecogniseReader(store, now, RecogniseKey(store), own_key),
            launch_analysis=LaunchAnalysis(
                store,
                market,
                now,
                new_id,
                Limits(settings.queue_limit, settings.concurrency, settings.day_dollars),
                router,
            ),
            status_of=StatusOf(store, now),
            result_of=ResultOf(store),
            show_history=ShowHistory(store, horizon),
            show_calibration=ShowCalibration(store),
            score_decisions=score_decisions,
            watch_analysis=WatchAnalysis(store, stream),
            cancel_analysis=CancelAnalysis(store, now, tasks),
            plan_backtest=PlanBacktest(store, market, now, desk.engine),
            run_backtest=RunBacktest(store),
            judge_backtest=JudgeBacktest(store, market, scorer, now),
            show_portfolio=ShowPortfolio(store, market, now, cash, review),
            import_positions=ImportPositions(store, now, cash),
            move_cash=MoveCash(store, now, new_id, cash, rules.costs),
            list_recommendations=ListRecommendations(store, now),
            execute_recommendation=ExecuteRecommendation(store, broker, market, now, rules, settle),
            reject_recommendation=RejectRecommendation(store, now),
            launch_digest=LaunchDigest(store, now, new_id, digest_limits),
            digest_status=DigestStatus(store),
            digest_outcome=DigestOutcome(store),
            gather_news=gather_news,
            add_source=AddSource(store, now),
            import_sources=ImportSources(store, now),
            list_sources=ListSources(store),
            remove_source=RemoveSource(store),
            claim_job=ClaimJob(store, now, tasks, lease),
            run_job=RunJob(store, now, tasks),
            renew_lease=RenewLease(store, now, lease),
            release_job=ReleaseJob(store, now),
            relay_facts=RelayFacts(store, queue, stream),
            run_scheduled_tasks=RunScheduledTasks(store, now, scheduled_tasks),
        )
        worker_id = f"{socket.gethostname()}:{os.getpid()}:{ambient.new_id()[:8]}"
        yield Assembled(settings, core, sources, desk, store, queue, stream, limiter, worker_id)


def _digest_limits(settings: Settings) -> DigestLimits:
    return DigestLimits(
        min_hours=settings.news_min_hours,
        max_hours=settings.news_max_hours,
        waiting_jobs=settings.queue_limit,
        memory=timedelta(days=settings.news_memory_days),
    )


def _news_sources(settings: Settings) -> list[NewsSource]:
    found: list[NewsSource] = []
    for setting in filter(None, (each.strip() for each in settings.news.split(","))):
        open_source, rest = chosen(NEWS, "NEWS", setting)
        found += open_source(settings, rest)
    names = [source.name for source in found]
    if len(set(names)) < len(names):
        raise Invalid("TRADECORE_NEWS names two sources alike; give their files different names.")
    return found


def _own_key(settings: Settings) -> str | None:
    if settings.api_key is None:
        return None
    key = settings.api_key.get_secret_value()
    if not _KEY.fullmatch(key):
        raise Invalid.one("api_key", "API_KEY: a key has only letters, digits and - . _ ~ + /, and = at its end.")
    return fingerprint(key)


def _costs(settings: Settings) -> Costs:
    return Costs(settings.fee_percent, settings.fee_fixed, settings.slippage_percent)


def _open_alpaca(settings: Settings, account: str) -> AbstractAsyncContextManager[Broker]:
    # An HTTP client takes a while to load, and few installations trade at a venue.
    from tradecore_adapters.broker import alpaca

    if settings.alpaca_key is None or settings.alpaca_secret is None:
        raise Unavailable("TRADECORE_BROKER=alpaca: needs TRADECORE_ALPACA_KEY and TRADECORE_ALPACA_SECRET.")
    url = {"": alpaca.PAPER, "paper": alpaca.PAPER, "live": alpaca.LIVE}.get(account, account)
    return alpaca.open_alpaca(url, settings.alpaca_key, settings.alpaca_secret, live_allowed=settings.live_trading)
