"""The names of the security schemes that routes declare and the OpenAPI document describes."""

from typing import Final

ACCESS_TOKEN: Final[dict[str, list[str]]] = {"accessToken": []}
FEED_TOKEN: Final[dict[str, list[str]]] = {"feedToken": []}
API_KEY: Final[dict[str, list[str]]] = {"apiKey": []}
