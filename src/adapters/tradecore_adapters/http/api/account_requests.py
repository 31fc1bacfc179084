"""Request bodies of accounts and personal tokens."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from tradecore.model.users import PASSWORD_LENGTHS
from tradecore.use_cases.tokens import MAX_LIFETIME_DAYS
from tradecore_adapters.http.api.requests import ADDRESS, CLEAN, RequestBody, unique

_Name = Annotated[str, Field(min_length=1, max_length=100), CLEAN]
_Password = Annotated[
    str, Field(min_length=PASSWORD_LENGTHS.start, max_length=PASSWORD_LENGTHS.stop - 1, description="Not a common one")
]
_Scopes = Annotated[
    list[Literal["read", "launch", "trade", "admin"]],
    Field(min_length=1, max_length=4, description="Each at most once", json_schema_extra={"uniqueItems": True}),
    AfterValidator(unique),
]
_TokenScopes = Annotated[
    list[Literal["read", "launch", "trade", "admin", "feed"]],
    Field(
        min_length=1,
        max_length=5,
        description="Each at most once. `feed` alone is for the address of a feed reader: it opens nothing else",
        json_schema_extra={"uniqueItems": True},
    ),
    AfterValidator(unique),
]


class CreateTokenRequest(RequestBody):
    """A personal token to create."""

    name: _Name = Field(description="What the token is for")
    scopes: _TokenScopes
    expires_in_days: int | None = Field(
        None, ge=1, le=MAX_LIFETIME_DAYS, description="Days until the token expires; without it, it does not"
    )


class ChangePasswordRequest(RequestBody):
    """The password of the caller, and the next one."""

    current: Annotated[str, Field(min_length=1, max_length=PASSWORD_LENGTHS.stop - 1), CLEAN]
    new: Annotated[_Password, CLEAN]


class ResetPasswordRequest(RequestBody):
    """The token of a password reset, and the next password."""

    token: Annotated[str, Field(min_length=1, max_length=200, description="As `tradecore users reset` printed"), CLEAN]
    new: Annotated[_Password, CLEAN]


class BeginProviderLoginRequest(RequestBody):
    """Where the identity provider returns to."""

    redirect_uri: Annotated[str, Field(min_length=1, max_length=2000), CLEAN]


class FinishProviderLoginRequest(RequestBody):
    """What the identity provider returned, and what the sign-in began with."""

    code: Annotated[str, Field(min_length=1, max_length=2000), CLEAN]
    state: Annotated[str, Field(min_length=1, max_length=200), CLEAN]
    login: Annotated[str, Field(min_length=1, max_length=4000), CLEAN]
    rotate_refresh_token: bool = Field(False, description="As for a login with a password")
    cookie: bool = Field(False, description="As for a login with a password")


class CreateUserRequest(RequestBody):
    """An account to create."""

    email: Annotated[str, Field(min_length=3, max_length=320, json_schema_extra={"pattern": ADDRESS})]
    password: Annotated[_Password, CLEAN]
    name: _Name | None = Field(None, description="By default the part of the address before the @")
    scopes: _Scopes | None = Field(None, description="By default read, launch and trade")


class UpdateUserRequest(RequestBody):
    """What to change of an account; fields that are left out stay as they are."""

    name: _Name | None = None
    scopes: _Scopes | None = None
    disabled: bool | None = Field(None, description="A disabled account cannot log in, and its tokens are refused")
    password: Annotated[_Password, CLEAN] | None = Field(None, description="Ends all sessions of the account")

    @model_validator(mode="after")
    def _require_a_change(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise PydanticCustomError("no_change", "Give at least one of name, scopes, disabled and password.")
        return self
