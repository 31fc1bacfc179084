"""The whole of tradecore as one value: every use case, ready to be called. The doors hold this and nothing else."""

from attrs import frozen

from tradecore.use_cases.accounts import AddKey, AddUser, ChangePassword, ListKeys, RevokeKey
from tradecore.use_cases.backtest import JudgeBacktest, PlanBacktest, RunBacktest
from tradecore.use_cases.cancel import CancelAnalysis
from tradecore.use_cases.digest import DigestOutcome, DigestStatus, LaunchDigest
from tradecore.use_cases.gather import GatherNews
from tradecore.use_cases.launch import LaunchAnalysis
from tradecore.use_cases.look_up import ResultOf, ShowCalibration, ShowHistory, StatusOf
from tradecore.use_cases.portfolio import ImportPositions, MoveCash, ShowPortfolio
from tradecore.use_cases.readers import RecogniseReader
from tradecore.use_cases.relay import RelayFacts
from tradecore.use_cases.run import ClaimJob, ReleaseJob, RenewLease, RunJob
from tradecore.use_cases.scheduled_tasks import RunScheduledTasks
from tradecore.use_cases.score import ScoreDecisions
from tradecore.use_cases.sign_in import Recognise, RefreshSession, SignIn, SignOut
from tradecore.use_cases.subscribe import AddSource, ImportSources, ListSources, RemoveSource
from tradecore.use_cases.trade import ExecuteRecommendation, ListRecommendations, RejectRecommendation
from tradecore.use_cases.watch import WatchAnalysis


@frozen
class Tradecore:
    """Every verb that tradecore knows."""

    add_user: AddUser
    change_password: ChangePassword
    sign_in: SignIn
    refresh_session: RefreshSession
    sign_out: SignOut
    recognise: Recognise
    add_key: AddKey
    list_keys: ListKeys
    revoke_key: RevokeKey
    recognise_reader: RecogniseReader

    launch_analysis: LaunchAnalysis
    status_of: StatusOf
    result_of: ResultOf
    show_history: ShowHistory
    show_calibration: ShowCalibration
    watch_analysis: WatchAnalysis
    cancel_analysis: CancelAnalysis

    score_decisions: ScoreDecisions
    plan_backtest: PlanBacktest
    run_backtest: RunBacktest
    judge_backtest: JudgeBacktest

    show_portfolio: ShowPortfolio
    import_positions: ImportPositions
    move_cash: MoveCash
    list_recommendations: ListRecommendations
    execute_recommendation: ExecuteRecommendation
    reject_recommendation: RejectRecommendation

    launch_digest: LaunchDigest
    digest_status: DigestStatus
    digest_outcome: DigestOutcome
    gather_news: GatherNews
    add_source: AddSource
    import_sources: ImportSources
    list_sources: ListSources
    remove_source: RemoveSource

    claim_job: ClaimJob
    run_job: RunJob
    renew_lease: RenewLease
    release_job: ReleaseJob
    relay_facts: RelayFacts
    run_scheduled_tasks: RunScheduledTasks
