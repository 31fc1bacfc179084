"""The digest in one call: the news of a window, a user's ledger and the clock in; a report out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tradecore.engines.digest.report import write_report
from tradecore.engines.digest.selection import Rules, Window, select
from tradecore.engines.digest.stories import assign_stories
from tradecore.model.news import DigestBrief, DigestReport, NewsItem, ReportedEntry, SourceHealth, StoryId

_DEFAULT_RULES = Rules()


def make_digest(
    brief: DigestBrief,
    items: Iterable[NewsItem],
    ledger: Iterable[ReportedEntry],
    sources: Sequence[SourceHealth],
    now: datetime,
    *,
    previous_end: datetime | None = None,
    rules: Rules = _DEFAULT_RULES,
    rewordings: Mapping[StoryId, str] | None = None,
) -> DigestReport:
    """The report for `brief` at `now` (aware, UTC), and the account of every item it looked at.

    `items` may hold more than the window; it has to hold all that was published or first seen since its start
    less the grace. Entries of other users in `ledger` are passed over. `previous_end` is the end of the window
    of this user's last completed report. Items without a story are given one. Pure: the same arguments, in
    whatever order they hold their parts, give the same bytes.
    """
    stored = list(items)
    homeless = [item for item in stored if item.story_id is None]
    if homeless:
        settled = [item for item in stored if item.story_id is not None]
        stored = [*settled, *assign_stories(homeless, settled)]
    window = Window.of(brief, now, rules, previous_end)
    own = (entry for entry in ledger if entry.user_id == brief.user_id)
    selection = select(stored, own, window, rules)
    return DigestReport(
        markdown=write_report(brief, selection, sources, rewordings or {}),
        counts=selection.counts,
        placed=selection.placed,
        window_start=window.start,
        window_end=window.end,
        too_old=selection.too_old,
    )
