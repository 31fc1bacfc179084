"""The account of the caller."""

import structlog
from litestar import Controller, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import JSONBody
from litestar.types import ASGIApp

from tradecore.model.users import Scope
from tradecore_adapters.http.api import account_schemas as schemas
from tradecore_adapters.http.api.account_export import EXAMPLE, MEDIA_TYPE, AccountStream
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

    @get(
        "/me/export",
        operation_id="exportAccount",
        summary="Export everything of the account",
        description=(
            "One JSON document per line, without passwords and tokens. The last line is the manifest, with the number "
            "of records and the SHA-256 of all lines before it: an export without it was interrupted."
        ),
        responses={
            200: ResponseSpec(
                bytes,
                description="Lines of `kind` and `document`, the last one of the kind `manifest`.",
                media_type=MEDIA_TYPE,
                examples=[Example(value=EXAMPLE)],
                generate_examples=False,
            ),
            **errors_of(404),
        },
    )
    async def export(self, request: JsonRequest, core: Core) -> ASGIApp:
        """The account of the caller as JSON lines. Raises NotFound for one that was removed a moment ago."""
        context = request.context
        account = await core.export_account(request.user.user)
        audit.info("user_exported", request=context.id, address=context.address, user=account.user.id)
        return AccountStream(account)

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
