"""The composition root: opens the adapters that the settings choose, and builds the use cases over them."""

import os
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from attrs import frozen

from tradecore.core import Tradecore
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.errors import Invalid
from tradecore.model.jobs import Kind
from tradecore.model.recommendations import IssuePolicy
from tradecore.model.track_record import Horizon
from tradecore.model.trading_rules import TradingRules
from tradecore.model.users import fingerprint
from tradecore.ports.ambient import Now
from tradecore.ports.limits import Limiter
from tradecore.ports.queue import JobQueue, MessageQueue
from tradecore.ports.store import Store
from tradecore.ports.stream import EventStream
from tradecore.use_cases.account_records import DeleteRemovedAccounts, ExportAccount
from tradecore.use_cases.accounts import (
    ChangeOwnPassword,
    ChangePassword,
    CreateUser,
    DisableUser,
    EnableUser,
    GetAccount,
    GrantScopes,
    ListUsers,
    RevokeScopes,
    UpdateUser,
)
from tradecore.use_cases.alerts import AcknowledgeAlert, ListAlerts, RaiseAlerts
from tradecore.use_cases.analyses import (
    GetAnalysisResult,
    GetAnalysisStatus,
    GetCalibration,
    GetHistory,
    HideAnalysis,
    ListAnalyses,
)
from tradecore.use_cases.analysis_task import AnalysisTask
from tradecore.use_cases.api_keys import (
    AuthenticateApiKey,
    CreateApiKey,
    ListApiKeys,
    RevokeApiKey,
    VerifyApiKey,
)
from tradecore.use_cases.backtest import PlanBacktest, RunBacktest
from tradecore.use_cases.backtest_jobs import BacktestTask, CancelBacktest, GetBacktest, LaunchBacktest, ListBacktests
from tradecore.use_cases.broker_accounts import (
    FindBrokerAccount,
    GiveBrokerAccount,
    ReconcilePositions,
    ReencryptCredentials,
    TakeBrokerAccount,
)
from tradecore.use_cases.cancel import CancelAnalysis
from tradecore.use_cases.comparisons import (
    CancelComparison,
    GetComparison,
    LaunchComparison,
    ListComparisons,
    SharedEvidence,
)
from tradecore.use_cases.corporate_actions import BookCorporateActions, WatchPrices
from tradecore.use_cases.digest import (
    DigestTask,
    GetDigestItems,
    GetDigestResult,
    GetDigestStatus,
    LaunchDigest,
    ListDigests,
    ListReports,
)
from tradecore.use_cases.dispatch import DispatchJobs, OfferLostJobs
from tradecore.use_cases.engine_records import FindEngineRecord
from tradecore.use_cases.engines import Engines, ListEngines
from tradecore.use_cases.evaluate_backtest import EvaluateBacktest
from tradecore.use_cases.execute import ExecuteRecommendation
from tradecore.use_cases.gather import GatherNews, SeedNews, StoreNews
from tradecore.use_cases.interests import GetInterests, SetInterests
from tradecore.use_cases.launch import LaunchAnalysis, Limits
from tradecore.use_cases.levels import WatchLevels
from tradecore.use_cases.listeners import ListDeadLetters, Listener, RetryDeadLetter, RunListener
from tradecore.use_cases.measure_engines import MeasureEngines, RecordBacktest
from tradecore.use_cases.notice_channels import (
    CreateNoticeChannel,
    DeleteNoticeChannel,
    ListNoticeChannels,
    TryNoticeChannel,
    UpdateNoticeChannel,
)
from tradecore.use_cases.notices import ListNotices, SendNotices, StoreNotices
from tradecore.use_cases.orders import CancelOrder, ListOrders
from tradecore.use_cases.password_reset import AllowPasswordReset, ResetPassword
from tradecore.use_cases.portfolio import GetPortfolio, ImportPositions, MoveCash
from tradecore.use_cases.portfolio_history import GetPortfolioHistory
from tradecore.use_cases.price_alerts import CreatePriceAlert, DeletePriceAlert, ListPriceAlerts
from tradecore.use_cases.price_watch import WatchPriceAlerts
from tradecore.use_cases.prices import GetBars, SearchSymbols
from tradecore.use_cases.provider_login import BeginProviderLogin, FinishProviderLogin, ProviderPolicy
from tradecore.use_cases.relay import PublishEvents, RelayEvents
from tradecore.use_cases.remove_user import RemoveUser
from tradecore.use_cases.retention import (
    ALERT_RETENTION,
    ENDED_JOB_RETENTION,
    ENDED_PRICE_ALERT_RETENTION,
    EVENT_BATCH_SIZE,
    EXPIRED_SESSION_RETENTION,
    IDEMPOTENCY_KEY_RETENTION,
    NOTICE_RETENTION,
    SCHEDULE_RUN_RETENTION,
    WEBHOOK_DELIVERY_RETENTION,
    DeleteExpired,
    delete_alerts,
    delete_deliveries,
    delete_ended_jobs,
    delete_ended_price_alerts,
    delete_events,
    delete_notices,
    delete_receipts,
    delete_schedule_runs,
    delete_sessions,
    delete_webhook_deliveries,
)
from tradecore.use_cases.run import ClaimJob, JobTask, ReleaseJob, RenewLease, RunJob
from tradecore.use_cases.schedule_firing import FireSchedules
from tradecore.use_cases.schedule_runs import LaunchRuns, ListRuns
from tradecore.use_cases.schedule_times import ScheduleTimes
from tradecore.use_cases.scheduled_tasks import RunScheduledTasks, ScheduledTask
from tradecore.use_cases.schedules import (
    CreateSchedule,
    DeleteSchedule,
    ListSchedules,
    ScheduleRules,
    UpdateSchedule,
)
from tradecore.use_cases.score import ScoreDecisions, Scorer
from tradecore.use_cases.sessions import Authenticate, Login, Logout, RefreshSession, TokenLifetimes
from tradecore.use_cases.settle import ReconcileExits, ReconcileOrders, SettleOrder
from tradecore.use_cases.source_watch import WatchSources
from tradecore.use_cases.steps import ListSteps
from tradecore.use_cases.story_vectors import StoryVectors
from tradecore.use_cases.subscribe import AddSource, DiscoverSource, ImportSources, ListSources, RemoveSource
from tradecore.use_cases.throttle import PasswordThrottle
from tradecore.use_cases.tokens import AuthenticateToken, CreateToken, DeleteToken, ListTokens
from tradecore.use_cases.trade import (
    ExpireRecommendations,
    GetRecommendation,
    ListRecommendations,
    RejectRecommendation,
)
from tradecore.use_cases.usage import GetUsage, ListModels
from tradecore.use_cases.watch import WatchAnalysis, WatchUser
from tradecore.use_cases.watchlists import CreateWatchlist, DeleteWatchlist, ListWatchlists, UpdateWatchlist
from tradecore.use_cases.webhook_deliveries import DeliverWebhooks, ListDeliveries, RetryDelivery, StoreDeliveries
from tradecore.use_cases.webhook_progress import StoreProgress
from tradecore.use_cases.webhooks import CreateWebhook, DeleteWebhook, ListWebhooks, UpdateWebhook, WebhookRules
from tradecore_adapters import ambient
from tradecore_adapters.cron.cronsim import CronSimTimes
from tradecore_adapters.news.sample import SAMPLE, sample_items
from tradecore_adapters.telemetry.jobs import observed_attempt
from tradecore_adapters.telemetry.traces import current_trace
from tradecore_app.adapters import NONE_GIVEN, GivenAdapters, open_adapters, trading_costs
from tradecore_app.clock import starting_on
from tradecore_app.isolated_runner import IsolatedRunner
from tradecore_app.logs import log_alert
from tradecore_app.model_cutoffs import open_cutoffs
from tradecore_app.model_list import listed_models
from tradecore_app.model_router import digest_editor
from tradecore_app.news_sources import read_digest_limits
from tradecore_app.sandbox import Sandbox
from tradecore_app.settings import Settings
from tradecore_app.shipped_records import shipped_records
from tradecore_app.webhooks import KIND_NAMES, KINDS, describe, describe_progress, describe_step

# A bearer token as RFC 6750 allows it.
_BEARER_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")

# Intervals of the scheduled tasks.
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


@frozen
class Assembled:
    """The use cases, and the adapters that processes work with directly."""

    settings: Settings
    core: Tradecore
    sources: Sources
    engines: Engines
    router: ModelRouter
    store: Store
    queue: JobQueue
    stream: EventStream
    limiter: Limiter
    # The clock of everything but leases.
    now: Now
    # The name of this process in leases.
    worker_id: str
    # Runs a job in a process of its own; None where another process could not open the same adapters.
    isolated: IsolatedRunner | None


@asynccontextmanager
async def assemble(
    settings: Settings, given: GivenAdapters = NONE_GIVEN, sandbox: Sandbox | None = None
) -> AsyncIterator[Assembled]:
    """Open the adapters that the settings choose and build the use cases over them; close them when the context ends.

    Adapters that are `given` are used in place of what the settings name. A `sandbox` is laid over the market, the
    engines and the claims of jobs.

    Raises Invalid for a setting that does not fit the others, Unavailable for an adapter that cannot be opened.
    """
    lifetimes = TokenLifetimes(
        timedelta(seconds=settings.accounts.access_seconds), timedelta(seconds=settings.accounts.refresh_seconds)
    )
    new_id, new_secret = ambient.new_id, ambient.new_secret
    installation_key = _installation_key(settings)
    digest_limits = read_digest_limits(settings)
    async with open_adapters(settings, given, sandbox) as adapters:
        store, market, broker = adapters.store, adapters.market, adapters.broker
        passwords, tokens, provider = (
            adapters.identity.passwords,
            adapters.identity.tokens,
            adapters.identity.provider,
        )
        today = settings.analyses.today
        now = starting_on(today, store.clock(ambient.now))
        lease_clock = starting_on(today, store.lease_clock(ambient.now))
        engines = adapters.engines
        validity = timedelta(seconds=settings.analyses.recommendation_seconds)
        issuing = IssuePolicy(settings.analyses.min_confidence, validity, settings.analyses.issue)
        horizon = Horizon(settings.analyses.horizon_weeks)
        scorer = Scorer(market, adapters.calendar, horizon, settings.analyses.score_fee_percent)
        cutoff = open_cutoffs(settings.models)
        find_record = FindEngineRecord(store, now, shipped_records())
        plan_backtest = PlanBacktest(store, market, now, engines, settings.models.replay is not None)
        evaluate_backtest = EvaluateBacktest(store, market, scorer, now)
        tasks: dict[Kind, JobTask] = {
            Kind.ANALYSIS: AnalysisTask(
                store,
                now,
                engines,
                adapters.calendar,
                issuing,
                timedelta(seconds=settings.analyses.timeout_seconds),
                lease_clock,
                cutoff=cutoff,
                find_record=sandbox.records(find_record) if sandbox else find_record,
                price_setting="TRADECORE_MODEL_PRICES",
                shared_evidence=SharedEvidence(store, adapters.sources),
            ),
            Kind.DIGEST: DigestTask(
                store,
                now,
                digest_limits.rules,
                digest_editor(adapters.router, settings.news),
                settings.news.digest_language,
            ),
            Kind.BACKTEST: BacktestTask(store, lease_clock, engines, evaluate_backtest, cutoff),
        }
        launch_analysis = LaunchAnalysis(
            store,
            market,
            now,
            new_id,
            Limits(settings.jobs.max_waiting, settings.jobs.concurrency, settings.models.daily_budget),
            engines,
            current_trace,
        )
        launch_comparison = LaunchComparison(launch_analysis)
        launch_digest = LaunchDigest(store, now, new_id, digest_limits, current_trace)
        clocks = CronSimTimes()
        schedule_times = ScheduleTimes(clocks, adapters.calendar)
        schedule_rules = ScheduleRules(schedule_times, engines, launch_digest)
        cancel_analysis = CancelAnalysis(store, now, tasks)
        gather_news = GatherNews(
            store, now, StoreNews(store, now, StoryVectors(adapters.embeddings)), adapters.news, adapters.feeds.open
        )
        for source in adapters.news:
            if source.name == SAMPLE:
                await SeedNews(store, now)(source, sample_items())
        lease = timedelta(seconds=settings.jobs.lease_seconds)
        settle = SettleOrder(store, broker, now)
        cash, review = settings.trading.paper_cash, timedelta(days=settings.trading.review_days)
        rules = TradingRules(
            cash,
            settings.trading.max_drift_percent,
            trading_costs(settings),
            settings.trading.enabled,
            settings.trading.exits,
        )
        score_decisions = ScoreDecisions(store, now, scorer)
        # Digests look back on the jobs of earlier digests.
        job_retention = max(ENDED_JOB_RETENTION, digest_limits.memory)
        listeners: list[Listener] = [
            RaiseAlerts(store, log_alert),
            StoreDeliveries(store, now, describe, tuple(KINDS)),
            StoreNotices(store, now, clocks),
        ]
        progress = StoreProgress(store, now, describe_progress, describe_step)
        webhook_rules = WebhookRules(KIND_NAMES, settings.http.production)
        encrypt, decrypt = adapters.encryption.encrypt, adapters.encryption.decrypt
        delete_removed_accounts = DeleteRemovedAccounts(store)
        scheduled_tasks: list[ScheduledTask] = [
            ScheduledTask("score decisions", _SCORING, score_decisions),
            ScheduledTask("measure engines", _MEASURING, MeasureEngines(store, market, now, scorer)),
            ScheduledTask("expire recommendations", _EXPIRY, ExpireRecommendations(store, now)),
            ScheduledTask("reconcile orders", _RECONCILIATION, ReconcileOrders(store, now, settle)),
            ScheduledTask("reconcile exits", _EXITS, ReconcileExits(store, now, settle)),
            ScheduledTask("reconcile positions", _POSITIONS, ReconcilePositions(store, now, broker)),
            ScheduledTask("gather news", _GATHERING, gather_news),
            ScheduledTask(
                "forget deliveries", _FORGETTING, DeleteExpired(store, now, delete_deliveries, digest_limits.memory)
            ),
            ScheduledTask(
                "forget idempotency keys",
                _FORGETTING,
                DeleteExpired(store, now, delete_receipts, IDEMPOTENCY_KEY_RETENTION),
            ),
            ScheduledTask(
                "forget sign-ins", _FORGETTING, DeleteExpired(store, now, delete_sessions, EXPIRED_SESSION_RETENTION)
            ),
            ScheduledTask("forget old jobs", _FORGETTING, DeleteExpired(store, now, delete_ended_jobs, job_retention)),
            ScheduledTask(
                "forget events",
                _FORGETTING,
                DeleteExpired(store, now, delete_events((*listeners, progress)), job_retention, EVENT_BATCH_SIZE),
            ),
            ScheduledTask("forget alerts", _FORGETTING, DeleteExpired(store, now, delete_alerts, ALERT_RETENTION)),
            ScheduledTask(
                "forget price alerts",
                _FORGETTING,
                DeleteExpired(store, now, delete_ended_price_alerts, ENDED_PRICE_ALERT_RETENTION),
            ),
            ScheduledTask(
                "forget webhook deliveries",
                _FORGETTING,
                DeleteExpired(store, now, delete_webhook_deliveries, WEBHOOK_DELIVERY_RETENTION),
            ),
            ScheduledTask("forget notices", _FORGETTING, DeleteExpired(store, now, delete_notices, NOTICE_RETENTION)),
            ScheduledTask(
                "forget schedule runs",
                _FORGETTING,
                DeleteExpired(store, now, delete_schedule_runs, SCHEDULE_RUN_RETENTION),
            ),
            ScheduledTask("forget removed accounts", _REMOVAL, delete_removed_accounts),
            ScheduledTask("watch price alerts", _PRICE_WATCH, WatchPriceAlerts(store, market, now)),
            ScheduledTask("watch levels", _WATCH, WatchLevels(store, market, now)),
            ScheduledTask(
                "book splits and dividends", _BOOKING, BookCorporateActions(store, adapters.account_prices, now, settle)
            ),
            ScheduledTask("watch sources", _WATCH, WatchSources(store, now)),
            ScheduledTask("watch prices", _BOOKING, WatchPrices(store, market, now)),
        ]
        if isinstance(adapters.queue, MessageQueue):
            offer_lost_jobs = OfferLostJobs(store, adapters.queue, lease_clock)
            scheduled_tasks.append(ScheduledTask("offer lost jobs", _OFFERING, offer_lost_jobs))
        login = Login(store, passwords, tokens, PasswordThrottle(adapters.limiter), now, new_id, new_secret, lifetimes)
        authenticate = Authenticate(store, tokens, now, AuthenticateToken(store, now), provider)
        core = Tradecore(
            create_user=CreateUser(store, passwords, now, new_id),
            change_password=ChangePassword(store, passwords),
            list_users=ListUsers(store),
            disable_user=DisableUser(store),
            enable_user=EnableUser(store),
            remove_user=RemoveUser(store, now, settle),
            update_user=UpdateUser(store, passwords),
            grant_scopes=GrantScopes(store),
            revoke_scopes=RevokeScopes(store),
            give_broker_account=GiveBrokerAccount(store, now, adapters.open_broker, encrypt),
            take_broker_account=TakeBrokerAccount(store, now),
            find_broker_account=FindBrokerAccount(store),
            reencrypt_credentials=ReencryptCredentials(store, adapters.encryption.reencrypt),
            get_account=GetAccount(store),
            change_own_password=ChangeOwnPassword(store, login),
            allow_password_reset=AllowPasswordReset(store, now, new_secret),
            reset_password=ResetPassword(store, login),
            export_account=ExportAccount(store),
            delete_removed_accounts=delete_removed_accounts,
            login=login,
            begin_provider_login=BeginProviderLogin(provider, now),
            finish_provider_login=FinishProviderLogin(
                store,
                provider,
                ProviderPolicy(settings.oidc.domains, settings.oidc.groups, settings.oidc.link_by_email),
                login,
                now,
                new_id,
            ),
            refresh_session=RefreshSession(store, tokens, now, new_secret, lifetimes),
            logout=Logout(store, now),
            authenticate=authenticate,
            create_token=CreateToken(store, now, new_id, new_secret),
            list_tokens=ListTokens(store),
            delete_token=DeleteToken(store),
            create_api_key=CreateApiKey(store, now, new_id, new_secret),
            list_api_keys=ListApiKeys(store),
            revoke_api_key=RevokeApiKey(store, now),
            authenticate_api_key=AuthenticateApiKey(store, now, VerifyApiKey(store), authenticate, installation_key),
            list_engines=ListEngines(store, engines),
            list_models=ListModels(tuple(listed_models(adapters.router, settings.models))),
            get_usage=GetUsage(store, now, settings.models.daily_budget),
            search_symbols=SearchSymbols(market),
            get_bars=GetBars(market, now),
            launch_analysis=launch_analysis,
            get_analysis_status=GetAnalysisStatus(store, now),
            get_analysis_result=GetAnalysisResult(store),
            list_steps=ListSteps(store),
            list_analyses=ListAnalyses(store),
            hide_analysis=HideAnalysis(store),
            get_history=GetHistory(store, now, horizon),
            get_calibration=GetCalibration(store),
            score_decisions=score_decisions,
            watch_analysis=WatchAnalysis(store, adapters.stream),
            watch_user=WatchUser(store, adapters.stream),
            cancel_analysis=cancel_analysis,
            launch_comparison=launch_comparison,
            get_comparison=GetComparison(store),
            list_comparisons=ListComparisons(store),
            cancel_comparison=CancelComparison(store, cancel_analysis),
            plan_backtest=plan_backtest,
            run_backtest=RunBacktest(store),
            evaluate_backtest=evaluate_backtest,
            record_backtest=RecordBacktest(store, now),
            launch_backtest=LaunchBacktest(store, now, new_id, plan_backtest, settings.jobs.max_waiting, current_trace),
            get_backtest=GetBacktest(store),
            list_backtests=ListBacktests(store),
            cancel_backtest=CancelBacktest(store, now),
            get_portfolio=GetPortfolio(store, adapters.account_prices, now, cash, review, settle),
            get_portfolio_history=GetPortfolioHistory(store, adapters.account_prices, now),
            import_positions=ImportPositions(store, now, cash),
            move_cash=MoveCash(store, now, new_id, cash, rules.costs),
            get_recommendation=GetRecommendation(store, now),
            list_recommendations=ListRecommendations(store, now),
            execute_recommendation=ExecuteRecommendation(store, broker, adapters.account_prices, now, rules, settle),
            reject_recommendation=RejectRecommendation(store, now),
            list_alerts=ListAlerts(store),
            acknowledge_alert=AcknowledgeAlert(store, now),
            create_price_alert=CreatePriceAlert(store, market, now, new_id),
            list_price_alerts=ListPriceAlerts(store),
            delete_price_alert=DeletePriceAlert(store),
            create_webhook=CreateWebhook(store, now, new_id, new_secret, encrypt, webhook_rules),
            list_webhooks=ListWebhooks(store),
            update_webhook=UpdateWebhook(store, now, new_secret, encrypt, webhook_rules),
            delete_webhook=DeleteWebhook(store),
            list_webhook_deliveries=ListDeliveries(store),
            retry_webhook_delivery=RetryDelivery(store, now),
            deliver_webhooks=DeliverWebhooks(store, now, adapters.webhook_sender, decrypt, receivers_now=ambient.now),
            create_notice_channel=CreateNoticeChannel(store, now, new_id, adapters.notice_sender, encrypt, clocks),
            list_notice_channels=ListNoticeChannels(store),
            update_notice_channel=UpdateNoticeChannel(store, now, clocks),
            delete_notice_channel=DeleteNoticeChannel(store),
            try_notice_channel=TryNoticeChannel(store, adapters.notice_sender, decrypt),
            list_notices=ListNotices(store),
            send_notices=SendNotices(store, now, clocks, adapters.notice_sender, decrypt),
            create_watchlist=CreateWatchlist(store, now, new_id),
            list_watchlists=ListWatchlists(store, now),
            update_watchlist=UpdateWatchlist(store),
            delete_watchlist=DeleteWatchlist(store),
            create_schedule=CreateSchedule(store, now, new_id, schedule_rules),
            list_schedules=ListSchedules(store),
            update_schedule=UpdateSchedule(store, now, schedule_rules),
            delete_schedule=DeleteSchedule(store),
            list_schedule_runs=ListRuns(store),
            fire_schedules=FireSchedules(store, now, schedule_times),
            launch_schedule_runs=LaunchRuns(
                store, now, schedule_times, launch_analysis, launch_comparison, launch_digest
            ),
            list_orders=ListOrders(store),
            cancel_order=CancelOrder(store, now, settle),
            launch_digest=launch_digest,
            list_digests=ListDigests(store),
            list_reports=ListReports(store),
            get_digest_status=GetDigestStatus(store),
            get_digest_result=GetDigestResult(store),
            get_digest_items=GetDigestItems(store),
            get_interests=GetInterests(store),
            set_interests=SetInterests(store),
            gather_news=gather_news,
            discover_source=DiscoverSource(adapters.feeds.discover),
            add_source=AddSource(store, now),
            import_sources=ImportSources(store, now),
            list_sources=ListSources(store),
            remove_source=RemoveSource(store),
            claim_job=ClaimJob(store, lease_clock, tasks, lease),
            run_job=RunJob(store, lease_clock, tasks, observed_attempt),
            renew_lease=RenewLease(store, lease_clock, tasks, lease),
            release_job=ReleaseJob(store, lease_clock),
            relay_events=RelayEvents(store, (DispatchJobs(store, adapters.queue), PublishEvents(adapters.stream))),
            run_listeners=[
                *(RunListener(store, now, listener) for listener in listeners),
                RunListener(store, now, progress, progress.is_wanted),
            ],
            list_dead_letters=ListDeadLetters(store),
            retry_dead_letter=RetryDeadLetter(store, (*listeners, progress)),
            run_scheduled_tasks=RunScheduledTasks(store, now, scheduled_tasks),
        )
        worker_id = f"{socket.gethostname()}:{os.getpid()}:{ambient.new_id()[:8]}"
        yield Assembled(
            settings,
            sandbox.core(core, now) if sandbox else core,
            adapters.sources,
            engines,
            adapters.router,
            store,
            adapters.queue,
            adapters.stream,
            adapters.limiter,
            now,
            worker_id,
            None
            if given != NONE_GIVEN or settings.store.url.startswith("memory:")
            else IsolatedRunner(settings, sandbox),
        )


def _installation_key(settings: Settings) -> str | None:
    if settings.accounts.api_key is None:
        return None
    key = settings.accounts.api_key.get_secret_value()
    if not _BEARER_TOKEN.fullmatch(key):
        raise Invalid.one("api_key", "API_KEY: a key has only letters, digits and - . _ ~ + /, and = at its end.")
    return fingerprint(key)
