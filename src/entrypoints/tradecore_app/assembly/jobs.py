"""Builds the use cases of jobs, events and scheduled tasks."""

from collections.abc import Mapping
from datetime import timedelta

from tradecore.core import JobUseCases
from tradecore.model.jobs import Kind
from tradecore.use_cases import dispatch, listeners, relay, run
from tradecore.use_cases.run import JobTask
from tradecore.use_cases.scheduled_tasks import RunScheduledTasks
from tradecore_adapters.telemetry.jobs import observed_attempt
from tradecore_app.adapters import Adapters
from tradecore_app.assembly.parts import Parts
from tradecore_app.assembly.scheduled_tasks import make_scheduled_tasks
from tradecore_app.settings import Settings


def make_job_use_cases(
    settings: Settings, adapters: Adapters, parts: Parts, tasks: Mapping[Kind, JobTask]
) -> JobUseCases:
    """The use cases of processes in the background."""
    store, now = adapters.store, parts.now
    lease = timedelta(seconds=settings.jobs.lease_seconds)
    return JobUseCases(
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
