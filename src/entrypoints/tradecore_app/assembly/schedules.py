"""Builds the use cases of watchlists and of launches at set times."""

from tradecore.core import AnalysisUseCases, ScheduleUseCases
from tradecore.use_cases import schedule_firing, schedule_runs, schedule_times, schedules, watchlists
from tradecore.use_cases.digest import LaunchDigest
from tradecore_adapters import ambient
from tradecore_app.adapters import Adapters
from tradecore_app.assembly.parts import Parts


def make_schedule_use_cases(
    adapters: Adapters, parts: Parts, analyses: AnalysisUseCases, launch_digest: LaunchDigest
) -> ScheduleUseCases:
    """The use cases of watchlists and of launches at set times."""
    store, now, new_id = adapters.store, parts.now, ambient.new_id
    times = schedule_times.ScheduleTimes(parts.cron, adapters.calendar)
    schedule_rules = schedules.ScheduleRules(times, adapters.engines, launch_digest)
    return ScheduleUseCases(
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
            store, now, times, analyses.launch_analysis, analyses.launch_comparison, launch_digest
        ),
    )
