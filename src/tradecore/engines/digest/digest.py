"""Making a digest: from the news of a window, the deliveries to a recipient and the time to a report."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tradecore.engines.digest.report import write_report
from tradecore.engines.digest.selection import Rules, Window, select
from tradecore.engines.digest.stories import assign_stories
from tradecore.model.news import Delivery, DigestBrief, DigestReport, NewsItem, SourceHealth, StoryId

_DEFAULT_RULES = Rules()


def make_digest(
    brief: DigestBrief,
    items: Iterable[NewsItem],
    ledger: Iterable[Delivery],
    sources: Sequence[SourceHealth],
    now: datetime,
    *,
    previous_end: datetime | None = None,
    rules: Rules = _DEFAULT_RULES,
    rewordings: Mapping[StoryId, str] | None = None,
) -> DigestReport:
    """The report for `brief` at `now` (aware UTC), with the reason for every item that was considered.

    `items` holds at least everything published or first seen since the start of the window less the grace; items
    without a story get one. Deliveries to recipients other than `brief.user_id` are ignored. `previous_end` is the end
    of the window of the recipient's last completed report. `rewordings` are texts by story, as for `write_report`.
    Pure: equal arguments give the same bytes, whatever the order of `items`, `ledger` and `sources`.
    """
    stored = list(items)
    unassigned = [item for item in stored if item.story_id is None]
    if unassigned:
        assigned = [item for item in stored if item.story_id is not None]
        stored = [*assigned, *assign_stories(unassigned, assigned)]
    window = Window.of(brief, now, rules, previous_end)
    own = (delivery for delivery in ledger if delivery.recipient == brief.user_id)
    selection = select(stored, own, window, rules)
    return DigestReport(
        markdown=write_report(brief, selection, sources, rewordings or {}),
        counts=selection.counts,
        considered=selection.considered,
        window_start=window.start,
        window_end=window.end,
        too_old=selection.too_old,
    )
