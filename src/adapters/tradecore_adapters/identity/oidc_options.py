"""Options of the identity provider."""

from pydantic import Field, SecretStr

from tradecore_adapters.rows import CommaSeparated, Options


class OidcOptions(Options):
    """Which OpenID Connect provider users may sign in with, and who of its users."""

    issuer: str | None = Field(
        None,
        validation_alias="TRADECORE_OIDC_ISSUER",
        description="URL of an OpenID Connect provider that users may sign in with, as its tokens name it in `iss`",
    )
    client_id: str | None = Field(
        None, validation_alias="TRADECORE_OIDC_CLIENT_ID", description="id of this installation at that provider"
    )
    client_secret: SecretStr | None = Field(
        None, validation_alias="TRADECORE_OIDC_CLIENT_SECRET", description="its secret there; unset for a public client"
    )
    redirect_uris: CommaSeparated = Field(
        (),
        validation_alias="TRADECORE_OIDC_REDIRECT_URIS",
        description="pages of front ends that the provider may return to, comma separated",
    )
    domains: CommaSeparated = Field(
        (),
        validation_alias="TRADECORE_OIDC_DOMAINS",
        description="domains of verified e-mail addresses that may sign in, comma separated",
    )
    groups: CommaSeparated = Field(
        (),
        validation_alias="TRADECORE_OIDC_GROUPS",
        description="groups of the claim `groups` that may sign in, comma separated",
    )
    link_by_email: bool = Field(
        False,
        validation_alias="TRADECORE_OIDC_LINK_BY_EMAIL",
        description="true signs in to the account that exists under the same verified address",
    )
    audience: str | None = Field(
        None,
        validation_alias="TRADECORE_OIDC_AUDIENCE",
        description="accept the provider's JWT access tokens (RFC 9068) for this audience as bearer tokens",
    )
