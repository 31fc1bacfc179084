"""The engines that a launch can name."""

from litestar import Controller, get

from tradecore_adapters.http.api import schemas, serializers
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.security import ACCESS_TOKEN


class EngineController(Controller):
    """The engines of this installation."""

    path = "/api/engines"
    tags = ("analysis",)
    security = (ACCESS_TOKEN,)

    @get(
        operation_id="listEngines",
        summary="List the engines",
        description="The engines that produce analyses here; `config.engine` of a launch takes one of the names. "
        "`record` is over all completed analyses of the caller, hidden ones included; scores in sample are left out.",
        response_description="The engines.",
        responses=errors_of(401, 429),
    )
    async def engines(self, request: JsonRequest, core: Core) -> Succeeded[schemas.EnginesData]:
        """The engines that a launch can name."""
        return succeed(request.context, serializers.engines(await core.list_engines(by=request.user)))
