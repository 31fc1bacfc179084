"""Settings of accounts, tokens and keys."""

from pydantic import Field, SecretStr

from tradecore_app.settings.group import Group


class AccountSettings(Group):
    """How users and programs identify themselves."""

    secret: SecretStr | None = Field(
        None,
        validation_alias="TRADECORE_SECRET",
        description="signs access tokens; to rotate it, give the new one and the old one, comma separated",
    )
    api_key: SecretStr | None = Field(None, validation_alias="API_KEY", description="a key to the news API")
    access_seconds: int = Field(
        3600,
        ge=1,
        le=366 * 86_400,
        validation_alias="TRADECORE_ACCESS_SECONDS",
        description="seconds that an access token is valid",
    )
    refresh_seconds: int = Field(
        7 * 86_400,
        ge=1,
        le=3660 * 86_400,
        validation_alias="TRADECORE_REFRESH_SECONDS",
        description="seconds after a sign-in until its refresh token expires, however often it is used",
    )
    identity: str = Field(
        "local:",
        validation_alias="TRADECORE_IDENTITY",
        description="what hashes passwords and signs access tokens: local:",
    )
