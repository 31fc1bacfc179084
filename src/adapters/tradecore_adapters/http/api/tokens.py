"""The personal tokens of the caller."""

from datetime import timedelta
from typing import Annotated

import structlog
from litestar import Controller, delete, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from tradecore.model.ids import TokenId
from tradecore.model.users import Scope
from tradecore.use_cases.tokens import MAX_TOKENS
from tradecore_adapters.http.api import account_schemas as schemas
from tradecore_adapters.http.api.account_requests import CreateTokenRequest
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_ID_LENGTH = 64

audit = structlog.get_logger("tradecore.audit")


class TokenController(Controller):
    """Credentials of programs that act for the caller."""

    path = "/api/tokens"
    tags = ("accounts",)
    security = (ACCESS_TOKEN,)

    @post(
        status_code=201,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="createToken",
        summary="Create a personal token",
        description=(
            "`token` is shown this once. Sent as `Authorization: Bearer <token>`, it opens `/api`, `/analyze` and live "
            "events. A personal token cannot create another, nor one have scopes that its user does not have. "
            f"A user has at most {MAX_TOKENS}. A request that is sent again creates a second token."
        ),
        response_description="Created.",
        responses=errors_of(409, 413, 415),
    )
    async def create(
        self, request: JsonRequest, core: Core, data: JSONBody[CreateTokenRequest]
    ) -> Succeeded[schemas.CreatedTokenData]:
        """Create a token. Raises NotAllowed, Invalid, IllegalMove as CreateToken does."""
        lifetime = None if data.expires_in_days is None else timedelta(days=data.expires_in_days)
        scopes = tuple(Scope(name) for name in data.scopes)
        created = await core.create_token(data.name, scopes, by=request.user, lifetime=lifetime)
        self._record("token_created", request, created.token.id)
        return succeed(request.context, schemas.created_token(created.token, created.text))

    @get(
        before_request=require_strict_query,
        operation_id="listTokens",
        summary="List the personal tokens, newest first",
        response_description="One page of tokens, without their text.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(),
    )
    async def tokens(
        self,
        request: JsonRequest,
        core: Core,
        page: Annotated[int, QueryParameter(ge=1, le=MAX_TOKENS, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_TOKENS, description="Tokens on a page.")] = 50,
    ) -> Succeeded[schemas.TokensData]:
        """A page of the caller's tokens."""
        tokens = await core.list_tokens(by=request.user)
        shown = [schemas.token(token) for token in tokens[(page - 1) * limit : page * limit]]
        pagination = paginate(request.context, len(tokens), page, limit)
        return succeed(request.context, schemas.TokensData(shown, pagination))

    @delete(
        "/{tokenId:str}",
        status_code=204,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="deleteToken",
        summary="Delete a personal token",
        description="The token is refused within 3 seconds, and its live connections are closed within 5.",
        response_description="Deleted.",
        responses=errors_of(404),
    )
    async def delete(
        self,
        request: JsonRequest,
        core: Core,
        token_id: Annotated[str, PathParameter(name="tokenId", description="The `id` from the list of tokens.")],
    ) -> None:
        """Delete a token of the caller. Raises NotFound, NotAllowed for a caller that has a token."""
        id = TokenId(token_id[:_MAX_ID_LENGTH])
        await core.delete_token(id, by=request.user)
        self._record("token_deleted", request, id)

    def _record(self, event: str, request: JsonRequest, id: TokenId) -> None:
        context = request.context
        audit.info(event, request=context.id, address=context.address, user=request.user.user, token=id)
