"""The report in CommonMark: the same selection always gives the same bytes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from tradecore.engines.digest.agreement import new_facts, ungrounded_numbers
from tradecore.engines.digest.categories import Category, category_of
from tradecore.engines.digest.consequence import is_column
from tradecore.engines.digest.edition import MIDDLE_IMPORTANCE, MOST_IMPORTANT, EditedStory, Edition
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.markdown import escaped, link
from tradecore.engines.digest.promotion import all_promotion
from tradecore.engines.digest.report_story import Story, printed_title
from tradecore.engines.digest.selection import Selection
from tradecore.engines.digest.text import article_text, normalise, sentences
from tradecore.model.news import Delivery, DigestBrief, DigestCounts, NewsItem, Reason, SourceHealth, StoryId

TOP_STORIES = 5
SUMMARY_LINES = 5
TITLE_LENGTH, TEXT_LENGTH, EDITED_LENGTH = 200, 420, 640
_ASSETS_SHOWN = 4
_NOTHING_EDITED = Edition("")
_UNTITLED = "Untitled item"
_COLUMNS = "Columns & Roundups"
"""The section of stories that report no event: it is no category, so readers cannot choose it."""


def write_report(
    brief: DigestBrief,
    selection: Selection,
    sources: Sequence[SourceHealth],
    edition: Edition | None = None,
) -> str:
    """The report of a selection, with what a model wrote for its stories in place of extracts, where there is any."""
    edited = _NOTHING_EDITED if edition is None else edition
    stories = _by_importance(selection.stories, edited.stories)
    top = [story for story in stories if _may_lead(story, edited)][:TOP_STORIES]
    leading = {story.id for story in top}
    sections = _sections([story for story in stories if story.id not in leading], edited)
    rest = [story for section in sections.values() for story in section]
    end = selection.window.end
    numbered = [*top, *selection.updates, *rest]
    numbers = {story.id: at for at, story in enumerate(numbered, 1)}
    parts = [
        "# Crypto News Analysis Report",
        _window_line(brief, selection),
        "## Executive Summary",
        _summary(selection, numbers, edited),
        "## Top Stories",
        *[_full(story, numbers[story.id], edited.stories.get(story.id), end) for story in top],
    ]
    if selection.updates or selection.coverage:
        parts.append("## Updates")
        parts += [_update(story, numbers[story.id], edited.stories.get(story.id), end) for story in selection.updates]
        more = [
            f'- More coverage of "{_title(each.earlier)}": '
            + ", ".join(link(f"{item.source}: {printed_title(item)}", item.url, TITLE_LENGTH) for item in each.items)
            + _unlinked(each.unlinked)
            for each in selection.coverage
        ]
        parts += ["\n".join(more)] if more else []
    parts.append("## By Category")
    parts += _by_category(sections, numbers, edited.stories, end)
    parts += ["## Coverage", _coverage(selection, sources, edition)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _window_line(brief: DigestBrief, selection: Selection) -> str:
    start, end, counts = selection.window.start, selection.window.end, selection.counts
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    earliest = min((each.item.happened_at for each in selection.considered), default=start)
    late = f", late arrivals since {_moment(earliest, end)}" if earliest < start else ""
    return (
        f"Window: {start:%Y-%m-%d %H:%M} – {until} UTC ({brief.hours} h{late}) · "
        f"{_count(counts.considered, 'item')} · "
        f"{_count(counts.stories, 'story')} · {counts.new_stories + counts.updates} new for you"
    )


def _by_importance(stories: Sequence[Story], edited: Mapping[StoryId, EditedStory]) -> tuple[Story, ...]:
    """The stories up to the last that a model judged, the most important first, then the others in their order.

    Stories among them that the model did not judge are of middle importance.
    """
    judged = {story.id: importance for story in stories if (importance := _importance(edited.get(story.id)))}
    end = max((at for at, story in enumerate(stories, 1) if story.id in judged), default=0)
    first = sorted(stories[:end], key=lambda story: -judged.get(story.id, MIDDLE_IMPORTANCE))
    return (*first, *stories[end:])


def _importance(edited: EditedStory | None) -> int | None:
    return None if edited is None else edited.importance


def _summary(selection: Selection, numbers: Mapping[StoryId, int], edition: Edition) -> str:
    ageless = sum(story.ageless for story in selection.stories)
    printed = [story for story in (*selection.stories, *selection.updates) if not story.ageless]
    printed.sort(key=lambda story: (not _may_lead(story, edition), -story.score, numbers[story.id]))
    if not printed and ageless:
        return f"- {_count(ageless, 'entry')} without a date, read for the first time."
    if not printed and selection.coverage:
        return f"- More coverage of {_count(len(selection.coverage), 'story')} reported to you before."
    if not printed:
        return "No news items in this window." if not selection.considered else "Nothing new for you in this window."
    if edition.summary:
        return "\n".join(
            f"- {escaped(line.text, TEXT_LENGTH)} [{', '.join(map(str, sorted(numbers[id] for id in line.stories)))}]"
            for line in edition.summary
        )
    lines = []
    for story in printed[:SUMMARY_LINES]:
        update = "Update: " if story.earlier is not None else ""
        edited = edition.stories.get(story.id)
        text = _title(story.lead) if edited is None else escaped(edited.happened, TEXT_LENGTH)
        lines.append(f"- {update}{text} [{numbers[story.id]}]")
    return "\n".join(lines)


def _full(story: Story, number: int, edited: EditedStory | None, end: datetime) -> str:
    lines = [f"### {number}. {_title(story.lead)}", _facts_line(story, edited, end)]
    text = _text(story, edited)
    lines += [text] if text else []
    lines += _developments(story)
    lines.append(f"Sources: {_links(story)}")
    return "\n\n".join(lines)


def _update(story: Story, number: int, edited: EditedStory | None, end: datetime) -> str:
    assert story.earlier is not None
    earlier = story.earlier
    changed = _text(story, edited) or _title(story.lead)
    fresh = new_facts(story.lead.facts, (earlier.facts,))
    said = [each for each in sentences(_body(story), 6) if edited is None and _states(each, fresh)]
    if said:
        changed = escaped(said[0], TEXT_LENGTH)
    when = f"{earlier.delivered_at:%Y-%m-%d %H:%M} UTC"
    lines = [
        f"### {number}. {_title(story.lead)}",
        _facts_line(story, edited, end),
        f'Update to "{_title(earlier)}" (reported {when}). What changed: {changed}',
        *_developments(story),
        f"Sources: {_links(story)}",
    ]
    return "\n\n".join(lines)


def _states(sentence: str, facts: frozenset[str]) -> bool:
    return not facts.isdisjoint(ungrounded_numbers(sentence, ()))


def _is_column(story: Story, edition: Edition) -> bool:
    """Whether a story reports no event, as far as its headlines say; a model that edited it knows better."""
    return story.id not in edition.stories and all(is_column(item.title) for item in story.items)


def _may_lead(story: Story, edition: Edition) -> bool:
    """Whether a story may be among the top ones: it has a date, reports something, and does not only promote."""
    return not (story.ageless or _is_column(story, edition) or all_promotion(story.items))


def _sections(stories: Sequence[Story], edition: Edition) -> Mapping[str, Sequence[Story]]:
    """The stories by the heading of their section, in the order of the report; columns and promotion come last."""
    sections: dict[str, list[Story]] = {heading: [] for heading in (*Category, _COLUMNS)}
    for story in stories:
        edited = edition.stories.get(story.id)
        category = category_of(story.items) if edited is None else edited.category
        aside = _is_column(story, edition) or all_promotion(story.items)
        sections[_COLUMNS if aside else category].append(story)
    return {heading: section for heading, section in sections.items() if section}


def _by_category(
    sections: Mapping[str, Sequence[Story]],
    numbers: Mapping[StoryId, int],
    edited: Mapping[StoryId, EditedStory],
    end: datetime,
) -> Iterator[str]:
    for heading, stories in sections.items():
        yield f"### {heading}"
        yield "\n".join(_line(story, numbers[story.id], edited.get(story.id), end) for story in stories)


def _line(story: Story, number: int, edited: EditedStory | None, end: datetime) -> str:
    line = f"- {number}\\. {_title(story.lead)} · {_time(story, end)} · {_links(story)}"
    line += " · promotion" if all_promotion(story.items) else ""
    happened = "" if edited is None else escaped(_beyond_title(edited.happened, story), TEXT_LENGTH)
    line += f"\n  {happened}" if happened else ""
    return line + "".join(f"\n  - Further: {_title(item)}" for item in story.developments)


def _coverage(selection: Selection, sources: Sequence[SourceHealth], edition: Edition | None) -> str:
    lines = [_sum(selection.counts)]
    if outside := sum(item.reason is Reason.OUTSIDE_INTERESTS for item in selection.considered):
        lines.append(f"Of those below threshold, {_count(outside, 'item')} are not among your interests.")
    if selection.counts.too_old:
        lines.append(
            f"{_count(selection.counts.too_old, 'item')} arrived too late to report "
            f"(published before {selection.window.oldest:%Y-%m-%d %H:%M} UTC)."
        )
    if selection.counts.backlog:
        lines.append(
            f"{_count(selection.counts.backlog, 'older item')} came with the first reading of a source and "
            f"{'is' if selection.counts.backlog == 1 else 'are'} kept without being reported."
        )
    if sources:
        lines.append(_health(sources, selection.window.end))
    if edition is not None:
        model, edited = escaped(edition.model, 80), len(edition.stories)
        lines.append(
            f"Edited by {model}: {_count(edited, 'story')}, held to the items."
            if edited
            else f"{model} edited no story; the report has extracts of the items."
        )
    return "\n\n".join(lines)


def _sum(counts: DigestCounts) -> str:
    return (
        f"Considered {counts.considered} = {counts.reported} reported + {counts.grouped} grouped + "
        f"{counts.already_delivered} already reported to you + {counts.below_threshold} below threshold."
    )


def _health(sources: Sequence[SourceHealth], now: datetime) -> str:
    up = sum(source.reachable for source in sources)
    said = [f"Sources: {up} of {len(sources)} reachable"]
    for source in sorted(sources, key=lambda each: each.name):
        if not source.reachable:
            name = escaped(source.name, 60)
            if source.last_success is None:
                said.append(f'"{name}" never read yet')
            else:
                day = "" if source.last_success.date() == now.date() else f"{source.last_success:%Y-%m-%d} "
                said.append(f'"{name}" not updated since {day}{source.last_success:%H:%M} UTC')
    return "; ".join(said) + "."


def _facts_line(story: Story, edited: EditedStory | None, end: datetime) -> str:
    assets = sorted({asset for item in story.items for asset in item.facts.assets})[:_ASSETS_SHOWN]
    outlets = len({item.source for item in story.items})
    parts = [(category_of(story.items) if edited is None else edited.category).value]
    parts += [", ".join(map(lexicon().abbreviation, assets))] if assets else []
    importance = _importance(edited)
    parts += [] if importance is None else [f"importance {importance} of {MOST_IMPORTANT}"]
    parts += [f"score {story.score}", _time(story, end), _count(outlets, "source")]
    return " · ".join([*parts, "promotion"] if all_promotion(story.items) else parts)


def _text(story: Story, edited: EditedStory | None) -> str:
    if edited is not None:
        happened = edited.happened if story.earlier is not None else _beyond_title(edited.happened, story)
        if text := escaped(f"{happened} {edited.matters}", EDITED_LENGTH):
            return text
    said = [each for each in sentences(_body(story), 3) if _beyond_title(each, story)]
    return escaped(" ".join(said[:2]), TEXT_LENGTH)


def _beyond_title(sentence: str, story: Story) -> str:
    """The sentence, or nothing where it only repeats the title above it."""
    return "" if normalise(sentence).rstrip(".") == normalise(printed_title(story.lead)).rstrip(".") else sentence


def _body(story: Story) -> str:
    return article_text(story.lead.summary, story.lead.title, story.lead.source)


def _developments(story: Story) -> list[str]:
    lines = [f"- Further: {_title(item)}" for item in story.developments]
    return ["\n".join(lines)] if lines else []


def _links(story: Story) -> str:
    return ", ".join(link(item.source, item.url) for item in story.items) + _unlinked(story.unlinked)


def _unlinked(count: int) -> str:
    return f" and {count} more" if count else ""


def _title(item: NewsItem | Delivery) -> str:
    return escaped(printed_title(item), TITLE_LENGTH) or _UNTITLED


def _time(story: Story, end: datetime) -> str:
    """When the story was published; an item without a date shows when it was first seen, and says so."""
    at = _moment(story.lead.happened_at, end)
    if story.lead.dated:
        return at
    return "without a date" if story.ageless else f"seen {at}"


def _moment(at: datetime, end: datetime) -> str:
    """A time, with its day unless that is the day on which the window ends."""
    return f"{at:%H:%M} UTC" if at.date() == end.date() else f"{at:%Y-%m-%d %H:%M} UTC"


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
