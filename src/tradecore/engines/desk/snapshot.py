"""What is read anew for evidence that was collected before: no more than that evidence knows."""

from datetime import date

from attrs import evolve

from tradecore.engines.desk.collect import Readings
from tradecore.engines.desk.news_features import digest_of_posts
from tradecore.model.errors import Unavailable
from tradecore.model.market import Bars
from tradecore.model.news import ItemKind
from tradecore.model.steps import Collected


def check_prices(bars: Bars, collected: Collected) -> None:
    """Raises Unavailable for bars that the evidence was not computed from."""
    close = next((piece for piece in collected.evidence if piece.measure == "close"), None)
    if close is None or close.digest != bars.digest:
        raise Unavailable(
            f"The prices of {bars.symbol} have changed since the evidence was collected; launch a new analysis.",
            transient=False,
        )


def keep_collected(readings: Readings, collected: Collected, as_of: date) -> Readings:
    """The readings without news, posts and company figures that no evidence rests on.

    News items are kept by their hashes, posts by that of all of them together. Raises Unavailable for other prices.
    """
    check_prices(readings.bars, collected)
    digests = {piece.digest for piece in collected.evidence}
    posts = [item for item in readings.news if item.kind is ItemKind.SOCIAL]
    with_posts = digest_of_posts(posts) in digests
    news = tuple(
        item for item in readings.news if (with_posts if item.kind is ItemKind.SOCIAL else item.doc_hash in digests)
    )
    company = readings.company
    if company is not None and not all(draft.digest in digests for draft in company.figures(as_of)):
        company = None
    return evolve(readings, news=news, company=company)
