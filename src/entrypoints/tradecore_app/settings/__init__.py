"""Settings: read once, from the environment, in one group per room."""

import os
from collections.abc import Mapping
from typing import Any, get_type_hints

from attrs import frozen
from pydantic import ValidationError

from tradecore.model.errors import Invalid, Problem
from tradecore_app.settings.accounts import AccountSettings
from tradecore_app.settings.analyses import AnalysisSettings
from tradecore_app.settings.environment import PREFIX, no_such_setting, unknown_variables, values_from_files
from tradecore_app.settings.group import Group, variables
from tradecore_app.settings.http import HttpSettings
from tradecore_app.settings.jobs import JobSettings
from tradecore_app.settings.market import MarketSettings
from tradecore_app.settings.models import MODEL, ModelSettings, parse_model
from tradecore_app.settings.news import NewsSettings
from tradecore_app.settings.store import StoreSettings
from tradecore_app.settings.trading import TradingSettings

__all__ = ["GROUPS", "MODEL", "Settings", "parse_model", "read_settings"]


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


GROUPS: Mapping[str, type[Group]] = get_type_hints(Settings)
# The variable that stands for a field in errors and keywords, and every other name of it.
_VARIABLES = {variables(field)[0] for group in GROUPS.values() for field in group.model_fields.values()}
_DOCUMENTED = {name for group in GROUPS.values() for field in group.model_fields.values() for name in variables(field)}
_KEYWORDS = {name.removeprefix(PREFIX).lower(): name for name in _VARIABLES}


def read_settings(**given: Any) -> Settings:
    """Read the settings from the environment; keywords take precedence over it.

    A keyword is the name of the variable in lower case, without TRADECORE_: `store="memory:"`, `api_key="..."`.
    Raises Invalid that lists every setting that is wrong, and every TRADECORE_ variable that is no setting.
    """
    keywords = {_KEYWORDS[keyword]: value for keyword, value in given.items() if keyword in _KEYWORDS}
    files, problems = values_from_files(os.environ, _DOCUMENTED)
    problems += unknown_variables(os.environ, _DOCUMENTED)
    problems += [no_such_setting(keyword, _KEYWORDS) for keyword in given if keyword not in _KEYWORDS]
    groups: dict[str, Group] = {}
    for attribute, group in GROUPS.items():
        values: dict[str, Any] = {}
        for names in map(variables, group.model_fields.values()):
            # The first name that has a value counts; those in the environment itself are read by the group.
            source = next((name for name in names if os.environ.get(name) or name in files), None)
            if names[0] in keywords:
                values[names[0]] = keywords[names[0]]
            elif source in files:
                values[names[0]] = files[source]
        try:
            groups[attribute] = group(**values)
        except ValidationError as error:
            problems += _problems(group, error)
    if problems:
        raise Invalid("; ".join(f"{problem.field}: {problem.message}" for problem in problems), problems)
    return Settings(**groups)  # type: ignore[arg-type]  # each attribute has the group of its own annotation


def _problems(group: type[Group], error: ValidationError) -> list[Problem]:
    # Values are not repeated: a setting may hold a password.
    problems = []
    for detail in error.errors(include_url=False, include_input=False):
        location = str(detail["loc"][0])
        field = group.model_fields.get(location)
        message = detail["msg"].removeprefix("Value error, ")
        problems.append(Problem(variables(field)[0] if field else location, message))
    return problems
