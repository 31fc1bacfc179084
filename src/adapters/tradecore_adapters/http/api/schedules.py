"""The schedules of the caller, and their runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from attrs import fields_dict
from litestar import Controller, delete, get, patch, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from tradecore.model.errors import Invalid, Problem
from tradecore.model.ids import ScheduleId
from tradecore.model.news import Interests
from tradecore.model.users import Scope
from tradecore.use_cases.schedule_runs import MAX_PAGE_SIZE
from tradecore.use_cases.schedules import MAX_SCHEDULES
from tradecore_adapters.http.api import schedule_schemas as schemas
from tradecore_adapters.http.api.audit import audit
from tradecore_adapters.http.api.envelope import FIELD_NAMES, Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.http_errors import InvalidRequest
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_PAGE, _MAX_ID_LENGTH = 1_000_000, 64
_ScheduleIdPath = Annotated[str, PathParameter(name="scheduleId", description="The `id` from the list of schedules.")]

# What the core calls the parts of a schedule; a problem with anything else is one of its analyses or its digest.
_OF_SCHEDULE = {"name", "cron", "close", "expression", "time_zone", "delay", "catch_up", "analyses"}


@contextmanager
def _naming_fields_of(data: schemas.UpdateScheduleRequest) -> Iterator[None]:
    """Names the fields of `analyses` and `digest` by their paths in the body. Raises InvalidRequest for Invalid."""
    try:
        yield
    except Invalid as error:
        part = "analyses" if data.digest is None else "digest"
        problems = [Problem(_path_of(problem.field, part), problem.message) for problem in error.problems]
        raise InvalidRequest(str(error), problems) from error


def _path_of(field: str, part: str) -> str:
    name = FIELD_NAMES.get(field, field)
    if field in _OF_SCHEDULE:
        return name
    if part == "digest":
        if field == "user_id":
            return "digest.reader"
        return f"digest.interests.{name}" if field in fields_dict(Interests) else f"digest.{name}"
    return "analyses.assets" if field == "symbol" else f"analyses.{name}"


class ScheduleController(Controller):
    """What is done for the caller at certain times."""

    path = "/api/schedules"
    tags = ("schedules",)
    security = (ACCESS_TOKEN,)

    @post(
        status_code=201,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="createSchedule",
        summary="Create a schedule",
        description=(
            "It analyses the symbols of a watchlist or makes a digest, at the times of a cron expression or after the "
            "close of an exchange. Its times are at least 15 minutes apart; one that the clocks skip or repeat comes "
            f"once. A user has at most {MAX_SCHEDULES}. A request that is sent again creates a second schedule."
        ),
        response_description="Created; `nextRunAt` is its first time.",
        responses=errors_of(409, 413, 415),
    )
    async def create(
        self, request: JsonRequest, core: Core, data: JSONBody[schemas.CreateScheduleRequest]
    ) -> Succeeded[schemas.ScheduleData]:
        """Create a schedule. Raises Invalid, IllegalMove as CreateSchedule does."""
        with _naming_fields_of(data):
            created = await core.create_schedule(data.change, by=request.user)
        audit("schedule_created", request, schedule=created.id)
        return succeed(request.context, schemas.show_schedule(created))

    @get(
        before_request=require_strict_query,
        operation_id="listSchedules",
        summary="List the schedules, newest first",
        response_description="One page of schedules.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(),
    )
    async def schedules(
        self,
        request: JsonRequest,
        core: Core,
        page: Annotated[int, QueryParameter(ge=1, le=MAX_SCHEDULES, description="The page, from 1.")] = 1,
        limit: Annotated[
            int, QueryParameter(ge=1, le=MAX_SCHEDULES, description="Schedules on a page.")
        ] = MAX_SCHEDULES,
    ) -> Succeeded[schemas.SchedulesData]:
        """A page of the caller's schedules."""
        schedules = await core.list_schedules(by=request.user)
        shown = [schemas.show_schedule(schedule) for schedule in schedules[(page - 1) * limit : page * limit]]
        pagination = paginate(request.context, len(schedules), page, limit)
        return succeed(request.context, schemas.SchedulesData(shown, pagination))

    @patch(
        "/{scheduleId:str}",
        opt={SCOPE: Scope.LAUNCH},
        operation_id="updateSchedule",
        summary="Change a schedule, pause it or let it go on",
        description=(
            "`enabled: false` pauses it. With other times, and after a pause, it runs at its next time from now; what "
            "would have been before then is not missed."
        ),
        response_description="The schedule after the change.",
        responses=errors_of(404, 409, 413, 415),
    )
    async def update(
        self,
        request: JsonRequest,
        core: Core,
        data: JSONBody[schemas.UpdateScheduleRequest],
        schedule_id: _ScheduleIdPath,
    ) -> Succeeded[schemas.ScheduleData]:
        """Change a schedule of the caller. Raises NotFound, Invalid as UpdateSchedule does."""
        id = ScheduleId(schedule_id[:_MAX_ID_LENGTH])
        with _naming_fields_of(data):
            updated = await core.update_schedule(id, data.change, by=request.user)
        audit("schedule_changed", request, schedule=updated.id)
        return succeed(request.context, schemas.show_schedule(updated))

    @delete(
        "/{scheduleId:str}",
        status_code=204,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="deleteSchedule",
        summary="Delete a schedule with its runs",
        description="What they have launched stays.",
        response_description="Deleted.",
        responses=errors_of(404),
    )
    async def delete(self, request: JsonRequest, core: Core, schedule_id: _ScheduleIdPath) -> None:
        """Delete a schedule of the caller. Raises NotFound."""
        id = ScheduleId(schedule_id[:_MAX_ID_LENGTH])
        await core.delete_schedule(id, by=request.user)
        audit("schedule_deleted", request, schedule=id)

    @get(
        "/{scheduleId:str}/runs",
        before_request=require_strict_query,
        operation_id="listScheduleRuns",
        summary="List the runs of a schedule, newest first",
        description="Kept for 30 days, with the ids of what each has launched.",
        response_description="One page of runs.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(404),
    )
    async def runs(
        self,
        request: JsonRequest,
        core: Core,
        schedule_id: _ScheduleIdPath,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="Runs on a page.")] = 50,
    ) -> Succeeded[schemas.ScheduleRunsData]:
        """A page of the runs of a schedule of the caller. Raises NotFound."""
        id = ScheduleId(schedule_id[:_MAX_ID_LENGTH])
        listed = await core.list_schedule_runs(id, by=request.user, page=page, page_size=limit)
        pagination = paginate(request.context, listed.total, page, limit)
        shown = [schemas.show_run(run) for run in listed.runs]
        return succeed(request.context, schemas.ScheduleRunsData(shown, pagination))
