"""The embeddings port: texts in, vectors of their meaning out."""

from collections.abc import Sequence
from typing import Protocol


class Embeddings(Protocol):
    """A model that turns texts into vectors: texts that mean the same have vectors at a small angle.

    Every adapter gives these guarantees, which the contract suite verifies:

    - There is one vector for each text, in the order of the texts, all of one length and of finite numbers. No texts
      give no vectors.
    - Equal texts give equal vectors.
    - A call ends. A server that fails, answers with nonsense or does not answer in time raises Unavailable with a
      sentence that contains neither the key nor text of the server.
    """

    @property
    def name(self) -> str:
        """The model, as `provider:model`."""
        ...

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """The vectors of `texts`. Raises Unavailable."""
        ...
