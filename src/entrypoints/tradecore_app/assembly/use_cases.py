"""Builds every use case over the adapters of an installation."""

from tradecore.core import Tradecore
from tradecore_app.adapters import Adapters
from tradecore_app.assembly.accounts import make_account_use_cases
from tradecore_app.assembly.analyses import make_analysis_use_cases
from tradecore_app.assembly.backtests import make_backtest_use_cases
from tradecore_app.assembly.job_tasks import make_job_tasks
from tradecore_app.assembly.jobs import make_job_use_cases
from tradecore_app.assembly.news import make_news_use_cases
from tradecore_app.assembly.notifications import make_notification_use_cases
from tradecore_app.assembly.parts import Parts
from tradecore_app.assembly.schedules import make_schedule_use_cases
from tradecore_app.assembly.sessions import make_session_use_cases
from tradecore_app.assembly.trading import make_trading_use_cases
from tradecore_app.sandbox import Sandbox
from tradecore_app.settings import Settings


def make_use_cases(
    settings: Settings, adapters: Adapters, parts: Parts, sandbox: Sandbox | None, api_key: str | None
) -> Tradecore:
    """All use cases. `api_key` is the fingerprint of the key of the news API that the settings give.

    Raises Invalid for a setting that does not fit the others.
    """
    tasks = make_job_tasks(settings, adapters, parts, sandbox)
    analyses = make_analysis_use_cases(settings, adapters, parts, tasks)
    news = make_news_use_cases(adapters, parts)
    return Tradecore.of(
        make_account_use_cases(adapters, parts),
        make_session_use_cases(settings, adapters, parts, api_key),
        analyses,
        make_backtest_use_cases(settings, adapters, parts),
        make_trading_use_cases(settings, adapters, parts),
        make_notification_use_cases(settings, adapters, parts),
        make_schedule_use_cases(adapters, parts, analyses, news.launch_digest),
        news,
        make_job_use_cases(settings, adapters, parts, tasks),
    )
