"""Vectors of items for stories by meaning: requested once, kept in memory, done without where the model fails."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from attrs import define, field

from tradecore.engines.digest.semantic import FOUNDERS, YARDSTICK, CosineScale, Embedded, Vector, embedded_text
from tradecore.model.errors import Unavailable
from tradecore.model.news import ItemId, NewsItem
from tradecore.ports.embeddings import Embeddings

_KEPT = 2 * FOUNDERS
# After a failure the model is left alone for so long, so that it does not delay every visit to a feed.
_PAUSE = timedelta(minutes=5)


def _unreported(model: str, reason: str) -> None:
    """Report to nobody."""


async def scale_of(embeddings: Embeddings) -> CosineScale:
    """The scale of a model's cosines. Raises Unavailable, also for a model that tells no texts apart."""
    scale = CosineScale.of_yardstick(await embeddings.embed(YARDSTICK))
    if scale is None:
        raise Unavailable(
            f"{embeddings.name} gives headlines that have nothing to do with each other nearly the same vector, "
            "so that it joins none; choose another model."
        )
    return scale


@define
class StoryVectors:
    """The vectors of items by an embedding model, and the scale of its cosines; without a model there are none.

    `report` is told the name of a model and the reason when it can no longer be used, once until it can again.
    """

    embeddings: Embeddings | None = None
    report: Callable[[str, str], None] = _unreported
    _kept: "OrderedDict[tuple[ItemId, str], Vector]" = field(factory=OrderedDict, init=False)
    _scale: CosineScale | None = field(default=None, init=False)
    _failed_at: datetime | None = field(default=None, init=False)

    async def of(self, items: Sequence[NewsItem], now: datetime) -> Embedded:
        """The vectors of `items` at `now` (aware UTC). Those of which the model gives none are left out.

        The scale is taken once, from the yardstick before the first items.
        """
        if self.embeddings is None:
            return Embedded()
        missing = [item for item in items if (item.id, item.doc_hash) not in self._kept]
        resting = self._failed_at is not None and now < self._failed_at + _PAUSE
        if missing and not resting:
            await self._request(self.embeddings, missing, now)
        found = {item.id: vector for item in items if (vector := self._kept.get((item.id, item.doc_hash)))}
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return Embedded(found, self._scale or CosineScale())

    async def _request(self, embeddings: Embeddings, items: Sequence[NewsItem], now: datetime) -> None:
        """Keep the vectors of `items`; a model that cannot be used is reported and left alone for a while."""
        try:
            if self._scale is None:
                self._scale = await scale_of(embeddings)
            vectors = await embeddings.embed([embedded_text(item) for item in items])
        except Unavailable as failure:
            if self._failed_at is None:
                self.report(embeddings.name, str(failure))
            self._failed_at = now
        else:
            self._failed_at = None
            self._kept.update({(item.id, item.doc_hash): vector for item, vector in zip(items, vectors, strict=True)})
