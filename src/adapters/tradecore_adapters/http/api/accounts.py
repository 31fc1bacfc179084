"""The account of the caller."""

import structlog
from litestar import Controller, get, post
from litestar.params import JSONBody

from tradecore.model.users import Scope
from tradecore_adapters.http.api import account_schemas as schemas
from tradecore_adapters.http.api.account_requests import ChangePasswordRequest
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

audit = structlog.get_logger("tradecore.audit")


class AccountController(Controller):
    """What the caller is called and may do, and the password."""

    path = "/api/auth"
    tags = ("accounts",)
    security = (ACCESS_TOKEN,)

    @get(
        "/me",
        operation_id="getAccount",
        summary="Get the account of the caller",
        response_description="The account, and the scopes of the credential that the request carries.",
        responses=errors_of(404),
    )
    async def account(self, request: JsonRequest, core: Core) -> Succeeded[schemas.AccountData]:
        """The account of the caller. Raises NotFound for one that was removed a moment ago."""
        user = await core.get_account(by=request.user)
        scopes = schemas.scope_names(request.user.scopes)
        shown = schemas.AccountUserData(user.id, user.email, user.name, scopes)
        return succeed(request.context, schemas.AccountData(shown))

    @post(
        "/password",
        status_code=200,
        opt={SCOPE: Scope.READ},
        operation_id="changePassword",
        summary="Change the password",
        description="Ends all other sessions of the user; personal tokens stay. A personal token cannot change it.",
        response_description="Changed.",
        responses=errors_of(404, 409, 413, 415),
    )
    async def change_password(
        self, request: JsonRequest, core: Core, data: JSONBody[ChangePasswordRequest]
    ) -> Succeeded[schemas.ChangedPasswordData]:
        """Change the caller's password. Raises Invalid, NotAllowed, RateLimited, Stale as ChangeOwnPassword does."""
        context = request.context
        user = await core.change_own_password(data.current, data.new, by=request.user, origin=context.address)
        audit.info("password_changed", request=context.id, address=context.address, user=user.id)
        return succeed(context, schemas.ChangedPasswordData(True))
