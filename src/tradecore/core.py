"""The core as one value: every use case, with its ports filled in. HTTP, WebSocket and command line call only this."""

from collections.abc import Sequence

from attrs import AttrsInstance, asdict, frozen

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
from tradecore.use_cases.alerts import AcknowledgeAlert, ListAlerts
from tradecore.use_cases.analyses import (
    GetAnalysisResult,
    GetAnalysisStatus,
    GetCalibration,
    GetHistory,
    HideAnalysis,
    ListAnalyses,
)
from tradecore.use_cases.api_keys import AuthenticateApiKey, CreateApiKey, ListApiKeys, RevokeApiKey
from tradecore.use_cases.backtest import PlanBacktest, RunBacktest
from tradecore.use_cases.backtest_jobs import CancelBacktest, GetBacktest, LaunchBacktest, ListBacktests
from tradecore.use_cases.broker_accounts import (
    FindBrokerAccount,
    GiveBrokerAccount,
    ReencryptCredentials,
    TakeBrokerAccount,
)
from tradecore.use_cases.cancel import CancelAnalysis
from tradecore.use_cases.comparisons import CancelComparison, GetComparison, LaunchComparison, ListComparisons
from tradecore.use_cases.digest import (
    GetDigestItems,
    GetDigestResult,
    GetDigestStatus,
    LaunchDigest,
    ListDigests,
    ListReports,
)
from tradecore.use_cases.engines import ListEngines
from tradecore.use_cases.evaluate_backtest import EvaluateBacktest
from tradecore.use_cases.execute import ExecuteRecommendation
from tradecore.use_cases.gather import GatherNews
from tradecore.use_cases.interests import GetInterests, SetInterests
from tradecore.use_cases.launch import LaunchAnalysis
from tradecore.use_cases.listeners import ListDeadLetters, RetryDeadLetter, RunListener
from tradecore.use_cases.measure_engines import RecordBacktest
from tradecore.use_cases.notice_channels import (
    CreateNoticeChannel,
    DeleteNoticeChannel,
    ListNoticeChannels,
    TryNoticeChannel,
    UpdateNoticeChannel,
)
from tradecore.use_cases.notices import ListNotices, SendNotices
from tradecore.use_cases.orders import CancelOrder, ListOrders
from tradecore.use_cases.outside_trades import BookOutsideTrade
from tradecore.use_cases.password_reset import AllowPasswordReset, ResetPassword
from tradecore.use_cases.portfolio import GetPortfolio, ImportPositions, MoveCash
from tradecore.use_cases.portfolio_history import GetPortfolioHistory
from tradecore.use_cases.price_alerts import CreatePriceAlert, DeletePriceAlert, ListPriceAlerts
from tradecore.use_cases.prices import GetBars, SearchSymbols
from tradecore.use_cases.provider_login import BeginProviderLogin, FinishProviderLogin
from tradecore.use_cases.relay import RelayEvents
from tradecore.use_cases.remove_user import RemoveUser
from tradecore.use_cases.run import ClaimJob, ReleaseJob, RenewLease, RunJob
from tradecore.use_cases.schedule_firing import FireSchedules
from tradecore.use_cases.schedule_runs import LaunchRuns, ListRuns
from tradecore.use_cases.scheduled_tasks import RunScheduledTasks
from tradecore.use_cases.schedules import CreateSchedule, DeleteSchedule, ListSchedules, UpdateSchedule
from tradecore.use_cases.score import ScoreDecisions
from tradecore.use_cases.sessions import Authenticate, Login, Logout, RefreshSession
from tradecore.use_cases.steps import ListSteps
from tradecore.use_cases.subscribe import AddSource, DiscoverSource, ImportSources, ListSources, RemoveSource
from tradecore.use_cases.tokens import CreateToken, DeleteToken, ListTokens
from tradecore.use_cases.trade import GetRecommendation, ListRecommendations, RejectRecommendation
from tradecore.use_cases.usage import GetUsage, ListModels
from tradecore.use_cases.watch import WatchAnalysis, WatchUser
from tradecore.use_cases.watchlists import CreateWatchlist, DeleteWatchlist, ListWatchlists, UpdateWatchlist
from tradecore.use_cases.webhook_deliveries import DeliverWebhooks, ListDeliveries, RetryDelivery
from tradecore.use_cases.webhooks import CreateWebhook, DeleteWebhook, ListWebhooks, UpdateWebhook


@frozen(repr=False, slots=False)
class AccountUseCases:
    """Users, and the accounts at brokers that are theirs."""

    create_user: CreateUser
    change_password: ChangePassword
    list_users: ListUsers
    disable_user: DisableUser
    enable_user: EnableUser
    remove_user: RemoveUser
    update_user: UpdateUser
    grant_scopes: GrantScopes
    revoke_scopes: RevokeScopes
    export_account: ExportAccount
    delete_removed_accounts: DeleteRemovedAccounts
    give_broker_account: GiveBrokerAccount
    take_broker_account: TakeBrokerAccount
    find_broker_account: FindBrokerAccount
    reencrypt_credentials: ReencryptCredentials
    get_account: GetAccount


@frozen(repr=False, slots=False)
class SessionUseCases:
    """Signing in, and the tokens, keys and passwords that it takes."""

    change_own_password: ChangeOwnPassword
    allow_password_reset: AllowPasswordReset
    reset_password: ResetPassword
    login: Login
    begin_provider_login: BeginProviderLogin
    finish_provider_login: FinishProviderLogin
    refresh_session: RefreshSession
    logout: Logout
    authenticate: Authenticate
    create_token: CreateToken
    list_tokens: ListTokens
    delete_token: DeleteToken
    create_api_key: CreateApiKey
    list_api_keys: ListApiKeys
    revoke_api_key: RevokeApiKey
    authenticate_api_key: AuthenticateApiKey


@frozen(repr=False, slots=False)
class AnalysisUseCases:
    """Analyses and comparisons, the engines, models and symbols they are launched with, and the track record."""

    list_engines: ListEngines
    list_models: ListModels
    get_usage: GetUsage
    search_symbols: SearchSymbols
    get_bars: GetBars
    launch_analysis: LaunchAnalysis
    get_analysis_status: GetAnalysisStatus
    get_analysis_result: GetAnalysisResult
    list_steps: ListSteps
    list_analyses: ListAnalyses
    hide_analysis: HideAnalysis
    get_history: GetHistory
    get_calibration: GetCalibration
    watch_analysis: WatchAnalysis
    watch_user: WatchUser
    cancel_analysis: CancelAnalysis
    launch_comparison: LaunchComparison
    get_comparison: GetComparison
    list_comparisons: ListComparisons
    cancel_comparison: CancelComparison
    score_decisions: ScoreDecisions


@frozen(repr=False, slots=False)
class BacktestUseCases:
    """Backtests, at once or as jobs."""

    plan_backtest: PlanBacktest
    run_backtest: RunBacktest
    evaluate_backtest: EvaluateBacktest
    record_backtest: RecordBacktest
    launch_backtest: LaunchBacktest
    get_backtest: GetBacktest
    list_backtests: ListBacktests
    cancel_backtest: CancelBacktest


@frozen(repr=False, slots=False)
class TradingUseCases:
    """Portfolios, recommendations, orders, and alerts about them."""

    get_portfolio: GetPortfolio
    get_portfolio_history: GetPortfolioHistory
    import_positions: ImportPositions
    book_outside_trade: BookOutsideTrade
    move_cash: MoveCash
    get_recommendation: GetRecommendation
    list_recommendations: ListRecommendations
    execute_recommendation: ExecuteRecommendation
    reject_recommendation: RejectRecommendation
    list_orders: ListOrders
    cancel_order: CancelOrder
    list_alerts: ListAlerts
    acknowledge_alert: AcknowledgeAlert
    create_price_alert: CreatePriceAlert
    list_price_alerts: ListPriceAlerts
    delete_price_alert: DeletePriceAlert


@frozen(repr=False, slots=False)
class NotificationUseCases:
    """Webhooks and notices, which tell users what happened."""

    create_webhook: CreateWebhook
    list_webhooks: ListWebhooks
    update_webhook: UpdateWebhook
    delete_webhook: DeleteWebhook
    list_webhook_deliveries: ListDeliveries
    retry_webhook_delivery: RetryDelivery
    deliver_webhooks: DeliverWebhooks
    create_notice_channel: CreateNoticeChannel
    list_notice_channels: ListNoticeChannels
    update_notice_channel: UpdateNoticeChannel
    delete_notice_channel: DeleteNoticeChannel
    try_notice_channel: TryNoticeChannel
    list_notices: ListNotices
    send_notices: SendNotices


@frozen(repr=False, slots=False)
class ScheduleUseCases:
    """Watchlists, and launches at times that users set."""

    create_watchlist: CreateWatchlist
    list_watchlists: ListWatchlists
    update_watchlist: UpdateWatchlist
    delete_watchlist: DeleteWatchlist
    create_schedule: CreateSchedule
    list_schedules: ListSchedules
    update_schedule: UpdateSchedule
    delete_schedule: DeleteSchedule
    list_schedule_runs: ListRuns
    fire_schedules: FireSchedules
    launch_schedule_runs: LaunchRuns


@frozen(repr=False, slots=False)
class NewsUseCases:
    """Sources of news, and the digests of their items."""

    launch_digest: LaunchDigest
    list_digests: ListDigests
    list_reports: ListReports
    get_digest_status: GetDigestStatus
    get_digest_result: GetDigestResult
    get_digest_items: GetDigestItems
    get_interests: GetInterests
    set_interests: SetInterests
    gather_news: GatherNews
    discover_source: DiscoverSource
    add_source: AddSource
    import_sources: ImportSources
    list_sources: ListSources
    remove_source: RemoveSource


@frozen(repr=False, slots=False)
class JobUseCases:
    """What processes in the background call: jobs, events and scheduled tasks."""

    claim_job: ClaimJob
    run_job: RunJob
    renew_lease: RenewLease
    release_job: ReleaseJob
    relay_events: RelayEvents
    run_listeners: Sequence[RunListener]
    list_dead_letters: ListDeadLetters
    retry_dead_letter: RetryDeadLetter
    run_scheduled_tasks: RunScheduledTasks


@frozen(repr=False, slots=False)
class Tradecore(
    AccountUseCases,
    SessionUseCases,
    AnalysisUseCases,
    BacktestUseCases,
    TradingUseCases,
    NotificationUseCases,
    ScheduleUseCases,
    NewsUseCases,
    JobUseCases,
):
    """All use cases. Each is a callable object; the docstring of its `__call__` gives arguments and errors.

    The areas have no slots, since a class cannot inherit from several classes with slots.
    """

    @classmethod
    def of(cls, *areas: AttrsInstance) -> "Tradecore":
        """The use cases of all areas, given one value of each. Raises TypeError where one is missing."""
        return cls(**{name: call for area in areas for name, call in asdict(area, recurse=False).items()})
