"""What workers do with each kind of job."""

from collections.abc import Mapping
from datetime import timedelta

from tradecore.model.jobs import Kind
from tradecore.model.recommendations import IssuePolicy
from tradecore.use_cases.analysis_task import AnalysisTask
from tradecore.use_cases.backtest_jobs import BacktestTask
from tradecore.use_cases.comparisons import SharedEvidence
from tradecore.use_cases.digest import DigestTask
from tradecore.use_cases.engine_records import FindEngineRecord
from tradecore.use_cases.evaluate_backtest import EvaluateBacktest
from tradecore.use_cases.run import JobTask
from tradecore_app.adapters import Adapters
from tradecore_app.assembly.parts import Parts
from tradecore_app.model_cutoffs import open_cutoffs
from tradecore_app.model_router import digest_editor
from tradecore_app.sandbox import Sandbox
from tradecore_app.settings import Settings
from tradecore_app.shipped_records import shipped_records


def make_job_tasks(
    settings: Settings, adapters: Adapters, parts: Parts, sandbox: Sandbox | None
) -> Mapping[Kind, JobTask]:
    """The task of each kind of job.

    Raises Invalid for cutoffs of models that cannot be read, or a model for digests that is not possible.
    """
    store, now, engines = adapters.store, parts.now, adapters.engines
    analyses = settings.analyses
    cutoff = open_cutoffs(settings.models)
    find_record = FindEngineRecord(store, now, shipped_records())
    return {
        Kind.ANALYSIS: AnalysisTask(
            store,
            now,
            engines,
            adapters.calendar,
            IssuePolicy(analyses.min_confidence, timedelta(seconds=analyses.recommendation_seconds), analyses.issue),
            timedelta(seconds=analyses.timeout_seconds),
            parts.lease_clock,
            cutoff=cutoff,
            find_record=sandbox.records(find_record) if sandbox else find_record,
            price_setting="TRADECORE_MODEL_PRICES",
            shared_evidence=SharedEvidence(store, adapters.sources),
        ),
        Kind.DIGEST: DigestTask(
            store,
            now,
            parts.digest_limits.rules,
            digest_editor(adapters.router, settings.news),
            settings.news.digest_language,
        ),
        Kind.BACKTEST: BacktestTask(
            store, parts.lease_clock, engines, EvaluateBacktest(store, adapters.market, parts.scorer, now), cutoff
        ),
    }
