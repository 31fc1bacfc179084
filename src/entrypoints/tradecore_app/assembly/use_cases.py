"""Builds every use case over the adapters of an installation."""

from datetime import timedelta

from tradecore.core import Tradecore
from tradecore.use_cases import (
    account_records,
    accounts,
    alerts,
    analyses,
    api_keys,
    backtest,
    backtest_jobs,
    broker_accounts,
    cancel,
    comparisons,
    digest,
    dispatch,
    engines,
    evaluate_backtest,
    execute,
    interests,
    launch,
    listeners,
    measure_engines,
    notice_channels,
    notices,
    orders,
    outside_trades,
    password_reset,
    portfolio,
    portfolio_history,
    price_alerts,
    prices,
    provider_login,
    relay,
    remove_user,
    run,
    schedule_firing,
    schedule_runs,
    schedule_times,
    schedules,
    score,
    sessions,
    steps,
    subscribe,
    throttle,
    tokens,
    trade,
    usage,
    watch,
    watchlists,
    webhook_deliveries,
    webhooks,
)
from tradecore.use_cases.scheduled_tasks import RunScheduledTasks
from tradecore_adapters import ambient
from tradecore_adapters.telemetry.jobs import observed_attempt
from tradecore_adapters.telemetry.traces import current_trace
from tradecore_app.adapters import Adapters
from tradecore_app.assembly.job_tasks import make_job_tasks
from tradecore_app.assembly.parts import Parts
from tradecore_app.assembly.scheduled_tasks import make_scheduled_tasks
from tradecore_app.model_list import listed_models
from tradecore_app.sandbox import Sandbox
from tradecore_app.settings import Settings
from tradecore_app.webhooks import KIND_NAMES


def make_use_cases(
    settings: Settings, adapters: Adapters, parts: Parts, sandbox: Sandbox | None, api_key: str | None
) -> Tradecore:
    """All use cases. `api_key` is the fingerprint of the key of the news API that the settings give.

    Raises Invalid for a setting that does not fit the others.
    """
    store, market, identity, now = adapters.store, adapters.market, adapters.identity, parts.now
    settle, rules = parts.settle, parts.trading_rules
    new_id, new_secret = ambient.new_id, ambient.new_secret
    encrypt, decrypt = adapters.encryption.encrypt, adapters.encryption.decrypt
    tasks = make_job_tasks(settings, adapters, parts, sandbox)
    lease = timedelta(seconds=settings.jobs.lease_seconds)
    review = timedelta(days=settings.trading.review_days)
    lifetimes = sessions.TokenLifetimes(
        timedelta(seconds=settings.accounts.access_seconds), timedelta(seconds=settings.accounts.refresh_seconds)
    )
    login = sessions.Login(
        store,
        identity.passwords,
        identity.tokens,
        throttle.PasswordThrottle(adapters.limiter),
        now,
        new_id,
        new_secret,
        lifetimes,
    )
    authenticate = sessions.Authenticate(
        store, identity.tokens, now, tokens.AuthenticateToken(store, now), identity.provider
    )
    launch_analysis = launch.LaunchAnalysis(
        store,
        market,
        now,
        new_id,
        launch.Limits(settings.jobs.max_waiting, settings.jobs.concurrency, settings.models.daily_budget),
        adapters.engines,
        current_trace,
    )
    launch_comparison = comparisons.LaunchComparison(launch_analysis)
    launch_digest = digest.LaunchDigest(store, now, new_id, parts.digest_limits, current_trace)
    cancel_analysis = cancel.CancelAnalysis(store, now, tasks)
    plan_backtest = backtest.PlanBacktest(store, market, now, adapters.engines, settings.models.replay is not None)
    times = schedule_times.ScheduleTimes(parts.cron, adapters.calendar)
    schedule_rules = schedules.ScheduleRules(times, adapters.engines, launch_digest)
    webhook_rules = webhooks.WebhookRules(KIND_NAMES, settings.http.production)
    return Tradecore(
        create_user=accounts.CreateUser(store, identity.passwords, now, new_id),
        change_password=accounts.ChangePassword(store, identity.passwords),
        list_users=accounts.ListUsers(store),
        disable_user=accounts.DisableUser(store),
        enable_user=accounts.EnableUser(store),
        remove_user=remove_user.RemoveUser(store, now, settle),
        update_user=accounts.UpdateUser(store, identity.passwords),
        grant_scopes=accounts.GrantScopes(store),
        revoke_scopes=accounts.RevokeScopes(store),
        give_broker_account=broker_accounts.GiveBrokerAccount(store, now, adapters.open_broker, encrypt),
        take_broker_account=broker_accounts.TakeBrokerAccount(store, now),
        find_broker_account=broker_accounts.FindBrokerAccount(store),
        reencrypt_credentials=broker_accounts.ReencryptCredentials(store, adapters.encryption.reencrypt),
        get_account=accounts.GetAccount(store),
        change_own_password=accounts.ChangeOwnPassword(store, login),
        allow_password_reset=password_reset.AllowPasswordReset(store, now, new_secret),
        reset_password=password_reset.ResetPassword(store, login),
        export_account=account_records.ExportAccount(store),
        delete_removed_accounts=account_records.DeleteRemovedAccounts(store),
        login=login,
        begin_provider_login=provider_login.BeginProviderLogin(identity.provider, now),
        finish_provider_login=provider_login.FinishProviderLogin(
            store,
            identity.provider,
            provider_login.ProviderPolicy(settings.oidc.domains, settings.oidc.groups, settings.oidc.link_by_email),
            login,
            now,
            new_id,
        ),
        refresh_session=sessions.RefreshSession(store, identity.tokens, now, new_secret, lifetimes),
        logout=sessions.Logout(store, now),
        authenticate=authenticate,
        create_token=tokens.CreateToken(store, now, new_id, new_secret),
        list_tokens=tokens.ListTokens(store),
        delete_token=tokens.DeleteToken(store),
        create_api_key=api_keys.CreateApiKey(store, now, new_id, new_secret),
        list_api_keys=api_keys.ListApiKeys(store),
        revoke_api_key=api_keys.RevokeApiKey(store, now),
        authenticate_api_key=api_keys.AuthenticateApiKey(
            store, now, api_keys.VerifyApiKey(store), authenticate, api_key
        ),
        list_engines=engines.ListEngines(store, adapters.engines),
        list_models=usage.ListModels(tuple(listed_models(adapters.router, settings.models))),
        get_usage=usage.GetUsage(store, now, settings.models.daily_budget),
        search_symbols=prices.SearchSymbols(market),
        get_bars=prices.GetBars(market, now),
        launch_analysis=launch_analysis,
        get_analysis_status=analyses.GetAnalysisStatus(store, now),
        get_analysis_result=analyses.GetAnalysisResult(store),
        list_steps=steps.ListSteps(store),
        list_analyses=analyses.ListAnalyses(store),
        hide_analysis=analyses.HideAnalysis(store),
        get_history=analyses.GetHistory(store, now, parts.scorer.horizon),
        get_calibration=analyses.GetCalibration(store),
        score_decisions=score.ScoreDecisions(store, now, parts.scorer),
        watch_analysis=watch.WatchAnalysis(store, adapters.stream),
        watch_user=watch.WatchUser(store, adapters.stream),
        cancel_analysis=cancel_analysis,
        launch_comparison=launch_comparison,
        get_comparison=comparisons.GetComparison(store),
        list_comparisons=comparisons.ListComparisons(store),
        cancel_comparison=comparisons.CancelComparison(store, cancel_analysis),
        plan_backtest=plan_backtest,
        run_backtest=backtest.RunBacktest(store),
        evaluate_backtest=evaluate_backtest.EvaluateBacktest(store, market, parts.scorer, now),
        record_backtest=measure_engines.RecordBacktest(store, now),
        launch_backtest=backtest_jobs.LaunchBacktest(
            store, now, new_id, plan_backtest, settings.jobs.max_waiting, current_trace
        ),
        get_backtest=backtest_jobs.GetBacktest(store),
        list_backtests=backtest_jobs.ListBacktests(store),
        cancel_backtest=backtest_jobs.CancelBacktest(store, now),
        get_portfolio=portfolio.GetPortfolio(store, adapters.account_prices, now, rules.opening_cash, review, settle),
        get_portfolio_history=portfolio_history.GetPortfolioHistory(store, adapters.account_prices, now),
        import_positions=portfolio.ImportPositions(store, now, rules.opening_cash),
        book_outside_trade=outside_trades.BookOutsideTrade(store, now, new_id, rules.opening_cash, rules.costs),
        move_cash=portfolio.MoveCash(store, now, new_id, rules.opening_cash, rules.costs),
        get_recommendation=trade.GetRecommendation(store, now),
        list_recommendations=trade.ListRecommendations(store, now),
        execute_recommendation=execute.ExecuteRecommendation(
            store, adapters.broker, adapters.account_prices, now, rules, settle
        ),
        reject_recommendation=trade.RejectRecommendation(store, now),
        list_alerts=alerts.ListAlerts(store),
        acknowledge_alert=alerts.AcknowledgeAlert(store, now),
        create_price_alert=price_alerts.CreatePriceAlert(store, market, now, new_id),
        list_price_alerts=price_alerts.ListPriceAlerts(store),
        delete_price_alert=price_alerts.DeletePriceAlert(store),
        create_webhook=webhooks.CreateWebhook(store, now, new_id, new_secret, encrypt, webhook_rules),
        list_webhooks=webhooks.ListWebhooks(store),
        update_webhook=webhooks.UpdateWebhook(store, now, new_secret, encrypt, webhook_rules),
        delete_webhook=webhooks.DeleteWebhook(store),
        list_webhook_deliveries=webhook_deliveries.ListDeliveries(store),
        retry_webhook_delivery=webhook_deliveries.RetryDelivery(store, now),
        deliver_webhooks=webhook_deliveries.DeliverWebhooks(
            store, now, adapters.webhook_sender, decrypt, receivers_now=ambient.now
        ),
        create_notice_channel=notice_channels.CreateNoticeChannel(
            store, now, new_id, adapters.notice_sender, encrypt, parts.cron
        ),
        list_notice_channels=notice_channels.ListNoticeChannels(store),
        update_notice_channel=notice_channels.UpdateNoticeChannel(store, now, parts.cron),
        delete_notice_channel=notice_channels.DeleteNoticeChannel(store),
        try_notice_channel=notice_channels.TryNoticeChannel(store, adapters.notice_sender, decrypt),
        list_notices=notices.ListNotices(store),
        send_notices=notices.SendNotices(store, now, parts.cron, adapters.notice_sender, decrypt),
        create_watchlist=watchlists.CreateWatchlist(store, now, new_id),
        list_watchlists=watchlists.ListWatchlists(store, now),
        update_watchlist=watchlists.UpdateWatchlist(store),
        delete_watchlist=watchlists.DeleteWatchlist(store),
        create_schedule=schedules.CreateSchedule(store, now, new_id, schedule_rules),
        list_schedules=schedules.ListSchedules(store),
        update_schedule=schedules.UpdateSchedule(store, now, schedule_rules),
        delete_schedule=schedules.DeleteSchedule(store),
        list_schedule_runs=schedule_runs.ListRuns(store),
        fire_schedules=schedule_firing.FireSchedules(store, now, times),
        launch_schedule_runs=schedule_runs.LaunchRuns(
            store, now, times, launch_analysis, launch_comparison, launch_digest
        ),
        list_orders=orders.ListOrders(store),
        cancel_order=orders.CancelOrder(store, now, settle),
        launch_digest=launch_digest,
        list_digests=digest.ListDigests(store),
        list_reports=digest.ListReports(store),
        get_digest_status=digest.GetDigestStatus(store),
        get_digest_result=digest.GetDigestResult(store),
        get_digest_items=digest.GetDigestItems(store),
        get_interests=interests.GetInterests(store),
        set_interests=interests.SetInterests(store),
        gather_news=parts.gather_news,
        discover_source=subscribe.DiscoverSource(adapters.feeds.discover),
        add_source=subscribe.AddSource(store, now),
        import_sources=subscribe.ImportSources(store, now),
        list_sources=subscribe.ListSources(store),
        remove_source=subscribe.RemoveSource(store),
        claim_job=run.ClaimJob(store, parts.lease_clock, tasks, lease),
        run_job=run.RunJob(store, parts.lease_clock, tasks, observed_attempt),
        renew_lease=run.RenewLease(store, parts.lease_clock, tasks, lease),
        release_job=run.ReleaseJob(store, parts.lease_clock),
        relay_events=relay.RelayEvents(
            store, (dispatch.DispatchJobs(store, adapters.queue), relay.PublishEvents(adapters.stream))
        ),
        run_listeners=[
            *(listeners.RunListener(store, now, listener) for listener in parts.listeners),
            listeners.RunListener(store, now, parts.progress, parts.progress.is_wanted),
        ],
        list_dead_letters=listeners.ListDeadLetters(store),
        retry_dead_letter=listeners.RetryDeadLetter(store, (*parts.listeners, parts.progress)),
        run_scheduled_tasks=RunScheduledTasks(store, now, make_scheduled_tasks(adapters, parts)),
    )
