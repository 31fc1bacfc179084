"""Settings: read once, from the environment, in one group per room."""

import os
from collections.abc import Iterator, Mapping
from typing import Any, get_type_hints

from attrs import evolve, frozen
from pydantic import ValidationError

from tradecore.model.errors import Invalid, Problem, Unavailable
from tradecore_adapters.broker.alpaca_options import AlpacaOptions
from tradecore_adapters.engine.command_options import CommandOptions
from tradecore_adapters.engine.tradingagents.options import TradingAgentsOptions
from tradecore_adapters.fundamentals.sec_options import SecOptions
from tradecore_adapters.identity.oidc_options import OidcOptions
from tradecore_adapters.rows import Options, variables
from tradecore_app.installed import PORTS, installed_rows, options_class
from tradecore_app.settings.accounts import AccountSettings
from tradecore_app.settings.analyses import AnalysisSettings
from tradecore_app.settings.environment import PREFIX, no_such_setting, unknown_variables, values_from_files
from tradecore_app.settings.http import HttpSettings
from tradecore_app.settings.jobs import JobSettings
from tradecore_app.settings.market import MarketSettings, market_rows
from tradecore_app.settings.models import MODEL, ModelSettings, parse_model
from tradecore_app.settings.news import NewsSettings
from tradecore_app.settings.notices import NoticeSettings
from tradecore_app.settings.store import StoreSettings
from tradecore_app.settings.telemetry import TelemetrySettings
from tradecore_app.settings.trading import TradingSettings
from tradecore_app.settings.webhooks import WebhookSettings

__all__ = ["GROUPS", "MODEL", "Settings", "chosen_rows", "market_rows", "parse_model", "read_settings"]


@frozen
class Settings:
    """All settings. The defaults need no key, no server and no network: SQLite, workers in-process, sample data."""

    store: StoreSettings
    jobs: JobSettings
    http: HttpSettings
    accounts: AccountSettings
    market: MarketSettings
    analyses: AnalysisSettings
    models: ModelSettings
    trading: TradingSettings
    news: NewsSettings
    webhooks: WebhookSettings
    notices: NoticeSettings
    telemetry: TelemetrySettings
    alpaca: AlpacaOptions
    sec: SecOptions
    oidc: OidcOptions
    commands: CommandOptions
    tradingagents: TradingAgentsOptions
    # Options of the adapters of other packages that the settings choose, one of each class.
    other_options: tuple[Options, ...] = ()

    def options(self, kind: type[Options]) -> Options:
        """The group or options of a class, or of a subclass. Raises Unavailable for options that were not read."""
        groups = (getattr(self, attribute) for attribute in GROUPS)
        options: Options
        for options in (*groups, *self.other_options):
            if isinstance(options, kind):
                return options
        raise Unavailable(f"{kind.__name__} are read when a setting names the adapter that they belong to.")


GROUPS: Mapping[str, type[Options]] = {
    name: kind for name, kind in get_type_hints(Settings).items() if name != "other_options"
}
# The variable that stands for a field in errors and keywords, and every other name of it.
_VARIABLES = {variables(field)[0] for group in GROUPS.values() for field in group.model_fields.values()}
_DOCUMENTED = {name for group in GROUPS.values() for field in group.model_fields.values() for name in variables(field)}


def chosen_rows(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each port with the setting that chooses its adapter; several for news and for language models."""
    yield "store", settings.store.url
    yield "queue", settings.jobs.queue
    yield "stream", settings.jobs.stream
    yield "limits", settings.http.limits
    for row in dict.fromkeys(market_rows(settings.market.source).values()):
        yield "market", row
    for port, setting in (
        ("fundamentals", settings.market.fundamentals),
        ("fx", settings.market.fx),
        ("embeddings", settings.news.embeddings),
    ):
        # `none` stands for no source.
        if setting.partition(":")[0] != "none":
            yield port, setting
    yield "calendar", settings.market.calendar
    yield "broker", settings.trading.broker
    yield "sentiment", settings.news.sentiment
    yield "identity", settings.accounts.identity
    if settings.analyses.engine is not None:
        yield "engine", settings.analyses.engine
    for source in settings.news.sources:
        # `none` stands for no source at all.
        if source.partition(":")[0] != "none":
            yield "news", source
    models = settings.models
    named = (models.default, models.deep or "", models.fallback or "", settings.news.digest_model or "")
    substitutes = (":".join(model) for model in settings.models.substitutes.values())
    for model in dict.fromkeys((*named, *settings.models.allowed, *substitutes)):
        # The servers of TRADECORE_PROVIDERS are no rows of their own.
        if (match := MODEL.fullmatch(model)) and match[1] not in settings.models.servers:
            yield "language", model


def read_settings(**given: Any) -> Settings:
    """Read the settings from the environment; keywords take precedence over it.

    A keyword is the name of the variable in lower case, without TRADECORE_: `store="memory:"`, `api_key="..."`.
    Raises Invalid that lists every setting that is wrong, and every TRADECORE_ variable that is no setting.
    """
    files, problems = values_from_files(os.environ, _DOCUMENTED)
    groups: dict[str, Options] = {}
    for attribute, group in GROUPS.items():
        options, wrong = _read(group, given, files)
        problems += wrong
        if options is not None:
            groups[attribute] = options
    known = set(_DOCUMENTED)
    others: tuple[Options, ...] = ()
    if len(groups) == len(GROUPS):
        settings = Settings(**groups)  # type: ignore[arg-type]  # each attribute has the group of its own annotation
        others, known_too, wrong = _other_options(settings, given)
        known |= known_too
        problems += wrong
    prefixes = tuple(f"{PREFIX}{name.upper().replace('-', '_')}_" for port in PORTS for name in installed_rows(port))
    chosen = tuple(prefix for prefix in prefixes if any(name.startswith(prefix) for name in known))
    for problem in unknown_variables(os.environ, known):
        # Options of an adapter that is installed, but not chosen, are not read.
        if not problem.field.startswith(prefixes) or problem.field.startswith(chosen):
            problems.append(problem)
    keywords = {name.removeprefix(PREFIX).lower(): name for name in known - (_DOCUMENTED - _VARIABLES)}
    problems += [no_such_setting(keyword, keywords) for keyword in given if keyword not in keywords]
    if problems:
        raise Invalid("; ".join(f"{problem.field}: {problem.message}" for problem in problems), problems)
    return evolve(settings, other_options=others)


def _read(
    group: type[Options], given: Mapping[str, Any], files: Mapping[str, str]
) -> tuple[Options | None, list[Problem]]:
    """The options of a class and no problems, or None and what is wrong."""
    values: dict[str, Any] = {}
    for names in map(variables, group.model_fields.values()):
        keyword = names[0].removeprefix(PREFIX).lower()
        # The first name that has a value counts; those in the environment itself are read by the group.
        source = next((name for name in names if os.environ.get(name) or name in files), None)
        if keyword in given:
            values[names[0]] = given[keyword]
        elif source is not None and source in files:
            values[names[0]] = files[source]
    try:
        return group(**values), []
    except ValidationError as error:
        return None, _problems(group, error)


def _other_options(settings: Settings, given: Mapping[str, Any]) -> tuple[tuple[Options, ...], set[str], list[Problem]]:
    """The options of chosen adapters of other packages, the variables that they are read from, and what is wrong."""
    others: dict[type[Options], Options] = {}
    documented: set[str] = set()
    problems: list[Problem] = []
    for port, setting in chosen_rows(settings):
        row = installed_rows(port).get(setting.partition(":")[0])
        kind = options_class(row.opener()) if row else None
        if kind is None or kind in GROUPS.values() or kind in others:
            continue
        names = {name for field in kind.model_fields.values() for name in variables(field)}
        documented |= names
        files, wrong = values_from_files(os.environ, names)
        options, more = _read(kind, given, files)
        problems += wrong + more
        if options is not None:
            others[kind] = options
    return tuple(others.values()), documented, problems


def _problems(group: type[Options], error: ValidationError) -> list[Problem]:
    # Values are not repeated: a setting may hold a password.
    problems = []
    for detail in error.errors(include_url=False, include_input=False):
        location = str(detail["loc"][0])
        field = group.model_fields.get(location)
        message = detail["msg"].removeprefix("Value error, ")
        problems.append(Problem(variables(field)[0] if field else location, message))
    return problems
