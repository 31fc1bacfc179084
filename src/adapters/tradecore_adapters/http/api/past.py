"""The routes of past decisions: one by one, and against the confidence they were made with."""

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
from tradecore.use_cases.look_up import MAX_DAYS, MAX_PAGE_SIZE
from tradecore_adapters.http.answers import Answer
from tradecore_adapters.http.api import present, wire
from tradecore_adapters.http.api.envelope import promises, succeed
from tradecore_adapters.http.api.reading import SYMBOL_SCHEMA
from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.routes import Parameter, Route

E = TypeVar("E", bound=StrEnum)

# Nobody owns more pages; what is past the last one is empty.
_MOST_PAGES = 1_000_000
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}", re.ASCII)
_DAYS, _LIMIT = 30, 50
# Calibration needs many decisions to say anything, so by default it looks back for a year.
_CALIBRATION_DAYS = 365


class Order(StrEnum):
    """Which way to sort."""

    ASC = "asc"
    DESC = "desc"


def _number(name: str, default: int, most: int, description: str) -> Parameter:
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return Parameter(name, "query", schema, description)


def _choice(name: str, choices: type[StrEnum], default: str | None, description: str) -> Parameter:
    schema = {"type": "string", "enum": [choice.value for choice in choices]}
    return Parameter(name, "query", {**schema, "default": default} if default else schema, description)


PARAMETERS = (
    Parameter("symbol", "query", SYMBOL_SCHEMA, "Only this symbol"),
    _choice("assetType", AssetType, None, "Only this kind"),
    _number("days", _DAYS, MAX_DAYS, "Created within so many days"),
    _number("limit", _LIMIT, MAX_PAGE_SIZE, "Rows on a page"),
    _number("page", 1, _MOST_PAGES, "Which page, from 1"),
    _choice("sortBy", SortBy, "date", "`date` is that of creation; rows without a return come last"),
    _choice("sortOrder", Order, "desc", "Which way"),
)
_NAMES = frozenset(parameter.name for parameter in PARAMETERS)

CALIBRATION_PARAMETERS = (
    Parameter("symbol", "query", SYMBOL_SCHEMA, "Only this symbol"),
    _choice("assetType", AssetType, None, "Only this kind"),
    _number("days", _CALIBRATION_DAYS, MAX_DAYS, "Created within so many days"),
)
_CALIBRATION_NAMES = frozenset(parameter.name for parameter in CALIBRATION_PARAMETERS)


class _Given:
    """Query parameters, each read as what it has to be; everything that is wrong is said at once."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.problems: list[Problem] = []

    def number(self, name: str, default: int, most: int) -> int:
        text = self._values.get(name)
        if text is None:
            return default
        value = int(text) if _NUMBER.fullmatch(text) else 0
        if 1 <= value <= most:
            return value
        self.problems.append(Problem(name, f"This is a whole number from 1 to {most}."))
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

    def demand_valid(self) -> None:
        if self.problems:
            raise Invalid("The query is not valid.", self.problems)


@frozen
class Past:
    """The caller's track record."""

    core: Tradecore

    async def history(self, asked: Asked) -> Answer:
        """A page of it, with the metrics of the whole."""
        caller = asked.caller
        given = _Given(asked.query(_NAMES))
        query = HistoryQuery(
            user=caller.user,
            since=asked.now - timedelta(days=given.number("days", _DAYS, MAX_DAYS)),
            symbol=given.symbol(),
            asset_type=given.choice("assetType", AssetType),
            sort_by=given.choice("sortBy", SortBy) or SortBy.DATE,
            descending=given.choice("sortOrder", Order) is not Order.ASC,
            page=given.number("page", 1, _MOST_PAGES),
            page_size=given.number("limit", _LIMIT, MAX_PAGE_SIZE),
        )
        given.demand_valid()
        return succeed(asked, present.history(await self.core.show_history(query, by=caller), query))

    async def calibration(self, asked: Asked) -> Answer:
        """How often which confidence was right."""
        caller = asked.caller
        given = _Given(asked.query(_CALIBRATION_NAMES))
        query = CalibrationQuery(
            user=caller.user,
            since=asked.now - timedelta(days=given.number("days", _CALIBRATION_DAYS, MAX_DAYS)),
            symbol=given.symbol(),
            asset_type=given.choice("assetType", AssetType),
        )
        given.demand_valid()
        return succeed(asked, present.calibration(await self.core.show_calibration(query, by=caller)))

    def routes(self) -> tuple[Route, ...]:
        """What may be asked."""
        return (
            Route(
                "GET",
                "/api/history",
                "getHistory",
                "Completed analyses, and what they amount to",
                self.history,
                promises(wire.HistoryData, 401, 429),
                tag="analysis",
                parameters=PARAMETERS,
            ),
            Route(
                "GET",
                "/api/history/calibration",
                "getCalibration",
                "How often which confidence was right",
                self.calibration,
                promises(wire.CalibrationData, 401, 429),
                tag="analysis",
                parameters=CALIBRATION_PARAMETERS,
            ),
        )
