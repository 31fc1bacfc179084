"""Making a digest: from the news of a window, the deliveries to a recipient and the time to a report."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tradecore.engines.digest.edition import Edition
from tradecore.engines.digest.interests import wanted_by
from tradecore.engines.digest.report import write_report
from tradecore.engines.digest.selection import Selection, select
from tradecore.engines.digest.stories import assign_stories
from tradecore.engines.digest.window import Rules, Window
from tradecore.model.news import Delivery, DigestBrief, DigestReport, NewsItem, SourceHealth

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
) -> DigestReport:
    """The report for `brief` at `now` (aware UTC), with the reason for every item that was considered.

    It is `report_of` the selection that `select_news` makes of the same arguments.
    """
    selection = select_news(brief, items, ledger, now, previous_end=previous_end, rules=rules)
    return report_of(brief, selection, sources)


def select_news(
    brief: DigestBrief,
    items: Iterable[NewsItem],
    ledger: Iterable[Delivery],
    now: datetime,
    *,
    previous_end: datetime | None = None,
    rules: Rules = _DEFAULT_RULES,
) -> Selection:
    """What a report for `brief` at `now` (aware UTC) shows, with the reason for every item that was considered.

    `items` holds at least everything published or first seen since the start of the window less the grace; items
    without a story get one. Deliveries to recipients other than `brief.user_id` are ignored. `previous_end` is the end
    of the window of the recipient's last completed report.
    Pure: equal arguments give the same result, whatever the order of `items` and `ledger`.
    """
    stored = list(items)
    unassigned = [item for item in stored if item.story_id is None]
    if unassigned:
        assigned = [item for item in stored if item.story_id is not None]
        stored = [*assigned, *assign_stories(unassigned, assigned)]
    window = Window.of(brief, now, rules, previous_end)
    own = (delivery for delivery in ledger if delivery.recipient == brief.user_id)
    return select(stored, own, window, rules.within(brief.interests), wanted_by(brief.interests))


def report_of(
    brief: DigestBrief, selection: Selection, sources: Sequence[SourceHealth], edition: Edition | None = None
) -> DigestReport:
    """The finished report of a selection: equal arguments give the same bytes, whatever the order of `sources`.

    `edition` is what a model wrote for its stories.
    """
    return DigestReport(
        markdown=write_report(brief, selection, sources, edition),
        counts=selection.counts,
        considered=selection.considered,
        window_start=selection.window.start,
        window_end=selection.window.end,
        too_old=selection.too_old,
        backlog=selection.backlog,
    )
