"""Routes of past decisions: the history, and the calibration of their confidence."""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from attrs import frozen

from tradecore.core import Tradecore
from tradecore.model.errors import Invalid, Problem
from tradecore.model.market import AssetType, Symbol, symbol
from tradecore.model.track_record import CalibrationQuery, HistoryQuery, SortBy
from tradecore.use_cases.analyses import MAX_DAYS, MAX_PAGE_SIZE
from tradecore_adapters.http.api import schemas, serializers
from tradecore_adapters.http.api.envelope import responses, succeed
from tradecore_adapters.http.api.requests import SYMBOL_SCHEMA
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.responses import BytesResponse
from tradecore_adapters.http.routes import Parameter, Route

E = TypeVar("E", bound=StrEnum)

_MAX_PAGE = 1_000_000
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}", re.ASCII)
_DAYS, _LIMIT = 30, 50
# Calibration needs many decisions, so its default is a year.
_CALIBRATION_DAYS = 365


class SortOrder(StrEnum):
    """The direction of sorting."""

    ASC = "asc"
    DESC = "desc"


def _number(name: str, default: int, maximum: int, description: str) -> Parameter:
    schema = {"type": "integer", "minimum": 1, "maximum": maximum, "default": default}
    return Parameter(name, "query", schema, description)


def _choice(name: str, choices: type[StrEnum], default: str | None, description: str) -> Parameter:
    schema = {"type": "string", "enum": [choice.value for choice in choices]}
    return Parameter(name, "query", {**schema, "default": default} if default else schema, description)


PARAMETERS = (
    Parameter("symbol", "query", SYMBOL_SCHEMA, "Only this symbol"),
    _choice("assetType", AssetType, None, "Only this kind"),
    _number("days", _DAYS, MAX_DAYS, "Created within so many days"),
    _number("limit", _LIMIT, MAX_PAGE_SIZE, "Rows on a page"),
    _number("page", 1, _MAX_PAGE, "Which page, from 1"),
    _choice("sortBy", SortBy, "date", "`date` is that of creation; rows without a return come last"),
    _choice("sortOrder", SortOrder, "desc", "Which way"),
)
_NAMES = frozenset(parameter.name for parameter in PARAMETERS)

CALIBRATION_PARAMETERS = (
    Parameter("symbol", "query", SYMBOL_SCHEMA, "Only this symbol"),
    _choice("assetType", AssetType, None, "Only this kind"),
    _number("days", _CALIBRATION_DAYS, MAX_DAYS, "Created within so many days"),
)
_CALIBRATION_NAMES = frozenset(parameter.name for parameter in CALIBRATION_PARAMETERS)


class QueryReader:
    """Reads typed query parameters, and collects every problem so that one error names them all."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.problems: list[Problem] = []

    def number(self, name: str, default: int, maximum: int) -> int:
        text = self._values.get(name)
        if text is None:
            return default
        value = int(text) if _NUMBER.fullmatch(text) else 0
        if 1 <= value <= maximum:
            return value
        self.problems.append(Problem(name, f"This is a whole number from 1 to {maximum}."))
        return default

    def symbol(self) -> Symbol | None:
        try:
            return symbol(self._values["symbol"]) if "symbol" in self._values else None
        except Invalid as error:
            self.problems.extend(error.problems)
            return None

    def choice(self, name: str, choices: type[E]) -> E | None:
        text = self._values.get(name)
        if text is None:
            return None
        try:
            return choices(text)
        except ValueError:
            self.problems.append(Problem(name, f"This is one of {', '.join(choices)}."))
            return None

    def raise_if_invalid(self) -> None:
        if self.problems:
            raise Invalid("The query is not valid.", self.problems)


@frozen
class HistoryRoutes:
    """The track record of the caller."""

    core: Tradecore

    async def history(self, context: RequestContext) -> BytesResponse:
        """A page of past decisions, with metrics over all of them. Raises Invalid for a wrong parameter."""
        caller = context.caller
        params = QueryReader(context.query_params(_NAMES))
        query = HistoryQuery(
            user=caller.user,
            since=context.now - timedelta(days=params.number("days", _DAYS, MAX_DAYS)),
            symbol=params.symbol(),
            asset_type=params.choice("assetType", AssetType),
            sort_by=params.choice("sortBy", SortBy) or SortBy.DATE,
            descending=params.choice("sortOrder", SortOrder) is not SortOrder.ASC,
            page=params.number("page", 1, _MAX_PAGE),
            page_size=params.number("limit", _LIMIT, MAX_PAGE_SIZE),
        )
        params.raise_if_invalid()
        return succeed(context, serializers.history(await self.core.get_history(query, by=caller), query))

    async def calibration(self, context: RequestContext) -> BytesResponse:
        """Hit rates by confidence. Raises Invalid for a wrong parameter."""
        caller = context.caller
        params = QueryReader(context.query_params(_CALIBRATION_NAMES))
        query = CalibrationQuery(
            user=caller.user,
            since=context.now - timedelta(days=params.number("days", _CALIBRATION_DAYS, MAX_DAYS)),
            symbol=params.symbol(),
            asset_type=params.choice("assetType", AssetType),
        )
        params.raise_if_invalid()
        return succeed(context, serializers.calibration(await self.core.get_calibration(query, by=caller)))

    def routes(self) -> tuple[Route, ...]:
        """The routes of this resource."""
        return (
            Route(
                "GET",
                "/api/history",
                "getHistory",
                "Completed analyses, and what they amount to",
                self.history,
                responses(schemas.HistoryData, 401, 429),
                tag="analysis",
                parameters=PARAMETERS,
            ),
            Route(
                "GET",
                "/api/history/calibration",
                "getCalibration",
                "How often which confidence was right",
                self.calibration,
                responses(schemas.CalibrationData, 401, 429),
                tag="analysis",
                parameters=CALIBRATION_PARAMETERS,
            ),
        )
