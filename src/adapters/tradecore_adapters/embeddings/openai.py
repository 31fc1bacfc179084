"""Embeddings of a server with OpenAI's API: `POST /embeddings` with a model and a list of texts."""

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from attrs import field, frozen
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from tradecore.model.errors import Unavailable

if TYPE_CHECKING:
    import httpx2

ADDRESS = "https://api.openai.com/v1"
# What one request asks for: texts, and characters of each. A token has about four characters, and models take 8,000.
_BATCH, _TEXT_LENGTH = 64, 8000
_MOST_DIMENSIONS = 8192
_ANSWER_BYTES = 32_000_000
_SECONDS = 10.0


class _Vector(BaseModel):
    model_config = ConfigDict(strict=True)

    index: int
    embedding: tuple[float, ...]


class _Answer(BaseModel):
    data: tuple[_Vector, ...]


@frozen
class OpenAiEmbeddings:
    """The `Embeddings` of one model at the server `address`; `key` is None for a server that needs none."""

    client: "httpx2.AsyncClient" = field(eq=False)
    model: str
    address: str = ADDRESS
    key: SecretStr | None = None

    @property
    def name(self) -> str:
        """See `Embeddings`."""
        return f"openai:{self.model}"

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """See `Embeddings`."""
        vectors: list[tuple[float, ...]] = []
        for at in range(0, len(texts), _BATCH):
            vectors += await self._batch([_sendable(text) for text in texts[at : at + _BATCH]])
        if len({len(vector) for vector in vectors}) > 1:
            raise self._unusable()
        return tuple(vectors)

    async def _batch(self, texts: list[str]) -> list[tuple[float, ...]]:
        import httpx2

        headers = {} if self.key is None else {"Authorization": f"Bearer {self.key.get_secret_value()}"}
        body = {"model": self.model, "input": texts, "encoding_format": "float"}
        try:
            response = await self.client.post(
                f"{self.address.rstrip('/')}/embeddings", json=body, headers=headers, timeout=_SECONDS
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise Unavailable(f"The server of {self.name} cannot be reached ({type(error).__name__}).") from error
        if response.status_code != 200:
            raise Unavailable(f"The server of {self.name} answered with status {response.status_code}.")
        if len(response.content) > _ANSWER_BYTES:
            raise self._unusable()
        try:
            answer = _Answer.model_validate_json(response.content)
        except ValidationError:
            answer = None
        # Outside of the except clause, so that the error, which quotes the answer, is not its context.
        if answer is None:
            raise self._unusable()
        vectors = {vector.index: vector.embedding for vector in answer.data}
        usable = all(0 < len(vector) <= _MOST_DIMENSIONS and all(map(isfinite, vector)) for vector in vectors.values())
        if vectors.keys() != set(range(len(texts))) or not usable:
            raise self._unusable()
        return [vectors[at] for at in range(len(texts))]

    def _unusable(self) -> Unavailable:
        return Unavailable(f"The server of {self.name} sent no usable embeddings.")


def _sendable(text: str) -> str:
    """A text that servers take: not empty, not too long, without unpaired surrogates."""
    return text[:_TEXT_LENGTH].encode(errors="replace").decode() or " "
