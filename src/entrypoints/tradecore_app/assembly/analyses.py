"""Builds the use cases of analyses, comparisons and the track record."""

from collections.abc import Mapping

from tradecore.core import AnalysisUseCases
from tradecore.model.jobs import Kind
from tradecore.use_cases import analyses, cancel, comparisons, engines, launch, prices, score, steps, usage, watch
from tradecore.use_cases.run import JobTask
from tradecore_adapters import ambient
from tradecore_adapters.telemetry.traces import current_trace
from tradecore_app.adapters import Adapters
from tradecore_app.assembly.parts import Parts
from tradecore_app.model_list import listed_models
from tradecore_app.settings import Settings


def make_analysis_use_cases(
    settings: Settings, adapters: Adapters, parts: Parts, tasks: Mapping[Kind, JobTask]
) -> AnalysisUseCases:
    """The use cases of analyses, comparisons and the track record."""
    store, market, now = adapters.store, adapters.market, parts.now
    launch_analysis = launch.LaunchAnalysis(
        store,
        market,
        now,
        ambient.new_id,
        launch.Limits(settings.jobs.max_waiting, settings.jobs.concurrency, settings.models.daily_budget),
        adapters.engines,
        current_trace,
    )
    cancel_analysis = cancel.CancelAnalysis(store, now, tasks)
    return AnalysisUseCases(
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
        watch_analysis=watch.WatchAnalysis(store, adapters.stream),
        watch_user=watch.WatchUser(store, adapters.stream),
        cancel_analysis=cancel_analysis,
        launch_comparison=comparisons.LaunchComparison(launch_analysis),
        get_comparison=comparisons.GetComparison(store),
        list_comparisons=comparisons.ListComparisons(store),
        cancel_comparison=comparisons.CancelComparison(store, cancel_analysis),
        score_decisions=score.ScoreDecisions(store, now, parts.scorer),
    )
