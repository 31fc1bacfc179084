"""Builds the use cases of backtests."""

from tradecore.core import BacktestUseCases
from tradecore.use_cases import backtest, backtest_jobs, evaluate_backtest, measure_engines
from tradecore_adapters import ambient
from tradecore_adapters.telemetry.traces import current_trace
from tradecore_app.adapters import Adapters
from tradecore_app.assembly.parts import Parts
from tradecore_app.settings import Settings


def make_backtest_use_cases(settings: Settings, adapters: Adapters, parts: Parts) -> BacktestUseCases:
    """The use cases of backtests."""
    store, market, now = adapters.store, adapters.market, parts.now
    plan_backtest = backtest.PlanBacktest(store, market, now, adapters.engines, settings.models.replay is not None)
    return BacktestUseCases(
        plan_backtest=plan_backtest,
        run_backtest=backtest.RunBacktest(store),
        evaluate_backtest=evaluate_backtest.EvaluateBacktest(store, market, parts.scorer, now),
        record_backtest=measure_engines.RecordBacktest(store, now),
        launch_backtest=backtest_jobs.LaunchBacktest(
            store, now, ambient.new_id, plan_backtest, settings.jobs.max_waiting, current_trace
        ),
        get_backtest=backtest_jobs.GetBacktest(store),
        list_backtests=backtest_jobs.ListBacktests(store),
        cancel_backtest=backtest_jobs.CancelBacktest(store, now),
    )
