"""The accounts of the installation, for its administrators."""

from typing import Annotated, Any

import structlog
from litestar import Controller, delete, get, patch, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from tradecore.model.ids import UserId
from tradecore.model.users import ACCOUNT_SCOPES, Scope
from tradecore.use_cases.accounts import MAX_PAGE_SIZE
from tradecore_adapters.http.api import account_schemas as schemas
from tradecore_adapters.http.api.account_requests import CreateUserRequest, UpdateUserRequest
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_PAGE, _MAX_ID_LENGTH = 1_000_000, 64

_UserIdPath = Annotated[str, PathParameter(name="userId", description="The `id` from the list of accounts.")]

audit = structlog.get_logger("tradecore.audit")


class UserController(Controller):
    """List, create, change and remove accounts."""

    path = "/api/users"
    tags = ("accounts",)
    security = (ACCESS_TOKEN,)
    opt = {SCOPE: Scope.ADMIN}  # noqa: RUF012  # as Litestar declares it

    @get(
        before_request=require_strict_query,
        operation_id="listUsers",
        summary="List the accounts, by e-mail address",
        response_description="One page of accounts.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(),
    )
    async def users(
        self,
        request: JsonRequest,
        core: Core,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="Accounts on a page.")] = 50,
    ) -> Succeeded[schemas.UsersData]:
        """A page of accounts."""
        listed = await core.list_users(page=page, page_size=limit)
        pagination = paginate(request.context, listed.total, page, limit)
        users = [schemas.managed_user(user) for user in listed.users]
        return succeed(request.context, schemas.UsersData(users, pagination))

    @post(
        status_code=201,
        operation_id="createUser",
        summary="Create an account",
        description="409 where another account has the address, so a request that is sent again changes nothing.",
        response_description="Created.",
        responses=errors_of(409, 413, 415),
    )
    async def create(
        self, request: JsonRequest, core: Core, data: JSONBody[CreateUserRequest]
    ) -> Succeeded[schemas.ManagedUserData]:
        """Create an account. Raises Invalid, IllegalMove as CreateUser does."""
        scopes = ACCOUNT_SCOPES if data.scopes is None else tuple(Scope(name) for name in data.scopes)
        user = await core.create_user(data.email, data.password, name=data.name or "", scopes=scopes)
        self._record("user_created", request, user.id)
        return succeed(request.context, schemas.managed_user(user))

    @patch(
        "/{userId:str}",
        operation_id="updateUser",
        summary="Change an account",
        description="Takes effect within 3 seconds. Administrators cannot disable themselves or give up `admin`.",
        response_description="The account after the change.",
        responses=errors_of(404, 409, 413, 415),
    )
    async def update(
        self, request: JsonRequest, core: Core, data: JSONBody[UpdateUserRequest], user_id: _UserIdPath
    ) -> Succeeded[schemas.ManagedUserData]:
        """Change an account. Raises NotFound, Invalid, IllegalMove as UpdateUser does."""
        user = await core.update_user(
            UserId(user_id[:_MAX_ID_LENGTH]),
            by=request.user,
            name=data.name,
            scopes=None if data.scopes is None else [Scope(name) for name in data.scopes],
            disabled=data.disabled,
            password=data.password,
        )
        self._record("user_changed", request, user.id, fields=sorted(data.model_fields_set))
        return succeed(request.context, schemas.managed_user(user))

    @delete(
        "/{userId:str}",
        status_code=204,
        operation_id="removeUser",
        summary="Remove an account",
        description="Its tokens are refused within 3 seconds. Its records are deleted soon, except for the ledger. Its "
        "open orders are cancelled first; 409 until the broker has ended them.",
        response_description="Removed.",
        responses=errors_of(404, 409),
    )
    async def remove(self, request: JsonRequest, core: Core, user_id: _UserIdPath) -> None:
        """Remove an account. Raises NotFound, IllegalMove, Unavailable as the use case does."""
        user = await core.remove_user(UserId(user_id[:_MAX_ID_LENGTH]), by=request.user)
        self._record("user_removed", request, user.id)

    def _record(self, event: str, request: JsonRequest, account: UserId, **fields: Any) -> None:
        context = request.context
        audit.info(
            event, request=context.id, address=context.address, user=request.user.user, account=account, **fields
        )
