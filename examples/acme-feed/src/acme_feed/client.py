"""Acme's documents: JSON files under one address, read with an optional key."""

from typing import Any

import httpx2
from attrs import frozen
from pydantic import Field, SecretStr

from tradecore.model.errors import Unavailable
from tradecore_adapters.rows import Options


class AcmeOptions(Options):
    """Options of the rows `acme`."""

    key: SecretStr | None = Field(
        default=None, validation_alias="TRADECORE_ACME_KEY", description="a key to Acme's prices"
    )


@frozen
class AcmeClient:
    """Reads documents from `url`; the HTTP client belongs to the installation, and has timeouts."""

    http: httpx2.AsyncClient
    url: str
    options: AcmeOptions

    async def read(self, name: str) -> Any:
        """The document `name`; None where there is none. Raises Unavailable when Acme cannot be read."""
        headers = {"Authorization": f"Bearer {self.options.key.get_secret_value()}"} if self.options.key else {}
        try:
            response = await self.http.get(f"{self.url.rstrip('/')}/{name}.json", headers=headers)
            return None if response.status_code == 404 else response.raise_for_status().json()
        except (httpx2.HTTPError, ValueError) as error:
            raise Unavailable("Acme cannot be read; try again later.") from error
