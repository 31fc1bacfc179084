"""Settings of the HTTP server."""

from typing import Literal

from pydantic import AliasChoices, Field, field_validator

from tradecore_adapters.http.options import host_names, networks, root_path
from tradecore_adapters.origins import full_origin
from tradecore_app.settings.group import CommaSeparated, Group


class HttpSettings(Group):
    """Which requests are accepted, and how many."""

    environment: Literal["development", "production"] = Field(
        "development",
        validation_alias="TRADECORE_ENV",
        description="production refuses whatever is only safe for trying tradecore out; see docs/deploy.md",
    )
    cors_origins: CommaSeparated = Field(
        ("http://localhost:3000",),
        validation_alias="TRADECORE_CORS_ORIGINS",
        description="origins whose pages may call the API, comma separated",
    )
    trusted_proxies: CommaSeparated = Field(
        (),
        validation_alias="TRADECORE_TRUSTED_PROXIES",
        description="addresses or networks of proxies whose X-Forwarded-* headers are trusted, comma separated",
    )
    hosts: CommaSeparated = Field(
        (),
        validation_alias="TRADECORE_HOSTS",
        description="host names that requests may name, comma separated; empty accepts any",
    )
    request_seconds: float = Field(
        10,
        ge=0,
        le=86_400,
        validation_alias="TRADECORE_REQUEST_SECONDS",
        description="seconds until a request without a response is ended with a 503; 0 means no limit",
    )
    access_log: bool = Field(
        True,
        validation_alias="TRADECORE_ACCESS_LOG",
        description="whether each request and each WebSocket leaves a line in the log",
    )
    root_path: str = Field(
        "",
        validation_alias="TRADECORE_ROOT_PATH",
        description="prefix that a proxy removes from paths, such as /trading; documentation and Location follow it",
    )
    limits: str = Field(
        "memory:",
        validation_alias=AliasChoices("TRADECORE_LIMITS", "REDIS_URL"),
        description="where requests and sign-ins are counted: memory: or redis://HOST",
    )
    rate_per_minute: int = Field(
        100,
        ge=0,
        le=1_000_000_000,
        validation_alias="TRADECORE_RATE_PER_MINUTE",
        description="requests of one user; 0 means no limit",
    )

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(full_origin, value))

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        networks(value)
        return value

    @field_validator("hosts")
    @classmethod
    def _are_host_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return host_names(value)

    @field_validator("root_path")
    @classmethod
    def _is_a_path(cls, value: str) -> str:
        return root_path(value)

    @property
    def production(self) -> bool:
        """Whether the installation serves others."""
        return self.environment == "production"

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """`cors_origins`; the default, a front end in development, is for development only."""
        return () if self.production and "cors_origins" not in self.model_fields_set else self.cors_origins
