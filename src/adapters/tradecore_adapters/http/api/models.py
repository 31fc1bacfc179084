"""Language models, and what they cost the caller."""

from typing import Annotated

from litestar import Controller, get
from litestar.params import QueryParameter

from tradecore.use_cases.usage import MAX_DAYS
from tradecore_adapters.http.api import model_schemas as schemas
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.security import ACCESS_TOKEN


class ModelController(Controller):
    """The language models of this installation."""

    path = "/api"
    tags = ("models",)
    security = (ACCESS_TOKEN,)

    @get(
        "/models",
        operation_id="listModels",
        summary="List the language models",
        description="The models that a launch can name in `config.llmProvider` and `config.llmModel`, the default "
        "first. Other models of an available provider may be named as well, unless the installation allows only these.",
        response_description="The models.",
        responses=errors_of(401, 429),
    )
    async def models(self, request: JsonRequest, core: Core) -> Succeeded[schemas.ModelsData]:
        """The models that a launch can name."""
        return succeed(request.context, schemas.models_of(await core.list_models()))

    @get(
        "/usage",
        before_request=require_strict_query,
        operation_id="getUsage",
        summary="Get the usage of language models",
        description="Calls, tokens and US dollars of the caller's analyses by day (UTC), model and agent, and what is "
        "left of the budget of today.",
        response_description="Days with calls, newest first.",
        responses=errors_of(401, 429),
    )
    async def usage(
        self,
        request: JsonRequest,
        core: Core,
        days: Annotated[int, QueryParameter(ge=1, le=MAX_DAYS, description="Days up to today.")] = 30,
    ) -> Succeeded[schemas.UsageReportData]:
        """The usage of the caller."""
        return succeed(request.context, schemas.usage_of(await core.get_usage(days, by=request.user)))
