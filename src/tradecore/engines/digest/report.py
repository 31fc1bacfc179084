"""The report in CommonMark: the same selection always gives the same bytes."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tradecore.engines.digest.categories import Category, category_of
from tradecore.engines.digest.facts import new_facts, ungrounded_numbers
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.markdown import escaped, link
from tradecore.engines.digest.selection import Selection, Story
from tradecore.engines.digest.text import normalise, sentences
from tradecore.model.news import DigestBrief, DigestCounts, SourceHealth, StoryId

TOP_STORIES = 5
SUMMARY_LINES = 5
TITLE_LENGTH, TEXT_LENGTH = 200, 420
_ASSETS_SHOWN = 4
_UNTITLED = "Untitled item"


def write_report(
    brief: DigestBrief,
    selection: Selection,
    sources: Sequence[SourceHealth],
    rewordings: Mapping[StoryId, str],
) -> str:
    """The report of a selection.

    `rewordings` may hold a text for a story that a model wrote; it is used when every number in it occurs in
    the story's items, else the extract stands.
    """
    top, rest = selection.stories[:TOP_STORIES], selection.stories[TOP_STORIES:]
    numbered = [*top, *selection.updates, *rest]
    numbers = {story.id: at for at, story in enumerate(numbered, 1)}
    parts = [
        "# Crypto News Analysis Report",
        _window_line(brief, selection),
        "## Executive Summary",
        _summary(selection, numbers),
        "## Top Stories",
        *[_full(story, numbers[story.id], rewordings.get(story.id)) for story in top],
    ]
    if selection.updates or selection.coverage:
        parts.append("## Updates")
        parts += [_update(story, numbers[story.id], rewordings.get(story.id)) for story in selection.updates]
        more = [
            f'- More coverage of "{_title(each.earlier.title)}": '
            + ", ".join(link(f"{item.source}: {item.title}", item.url, TITLE_LENGTH) for item in each.items)
            + _unlinked(each.unlinked)
            for each in selection.coverage
        ]
        parts += ["\n".join(more)] if more else []
    parts.append("## By Category")
    parts += _by_category(rest, numbers)
    parts += ["## Coverage", _coverage(selection, sources)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _window_line(brief: DigestBrief, selection: Selection) -> str:
    start, end, counts = selection.window.start, selection.window.end, selection.counts
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    return (
        f"Window: {start:%Y-%m-%d %H:%M} – {until} UTC ({brief.hours} h) · {_count(counts.considered, 'item')} · "
        f"{_count(counts.stories, 'story')} · {counts.new_stories + counts.updates} new for you"
    )


def _summary(selection: Selection, numbers: Mapping[StoryId, int]) -> str:
    printed = [*selection.stories, *selection.updates]
    printed.sort(key=lambda story: (-story.score, numbers[story.id]))
    if not printed and selection.coverage:
        return f"- More coverage of {_count(len(selection.coverage), 'story')} reported to you before."
    if not printed:
        return "No news items in this window." if not selection.considered else "Nothing new for you in this window."
    lines = []
    for story in printed[:SUMMARY_LINES]:
        update = "Update: " if story.earlier is not None else ""
        lines.append(f"- {update}{_title(story.lead.title)} [{numbers[story.id]}]")
    return "\n".join(lines)


def _full(story: Story, number: int, rewording: str | None) -> str:
    lines = [f"### {number}. {_title(story.lead.title)}", _facts_line(story)]
    text = _text(story, rewording)
    lines += [text] if text else []
    lines += _developments(story)
    lines.append(f"Sources: {_links(story)}")
    return "\n\n".join(lines)


def _update(story: Story, number: int, rewording: str | None) -> str:
    assert story.earlier is not None
    earlier = story.earlier
    changed = _text(story, rewording) or _title(story.lead.title)
    fresh = new_facts(story.lead.facts, (earlier.facts,))
    said = [each for each in sentences(story.lead.summary, 6) if rewording is None and _states(each, fresh)]
    if said:
        changed = escaped(said[0], TEXT_LENGTH)
    when = f"{earlier.delivered_at:%Y-%m-%d %H:%M} UTC"
    lines = [
        f"### {number}. {_title(story.lead.title)}",
        _facts_line(story),
        f'Update to "{_title(earlier.title)}" (reported {when}). What changed: {changed}',
        *_developments(story),
        f"Sources: {_links(story)}",
    ]
    return "\n\n".join(lines)


def _states(sentence: str, facts: frozenset[str]) -> bool:
    return not facts.isdisjoint(ungrounded_numbers(sentence, ()))


def _by_category(stories: Sequence[Story], numbers: Mapping[StoryId, int]) -> list[str]:
    grouped: dict[Category, list[str]] = {}
    for story in stories:
        line = f"- {numbers[story.id]}\\. {_title(story.lead.title)} · {_time(story)} · {_links(story)}"
        line += "".join(f"\n  - Further: {_title(item.title)}" for item in story.developments)
        grouped.setdefault(category_of(story.items), []).append(line)
    parts: list[str] = []
    for category in Category:
        if category in grouped:
            parts += [f"### {category.value}", "\n".join(grouped[category])]
    return parts


def _coverage(selection: Selection, sources: Sequence[SourceHealth]) -> str:
    lines = [_sum(selection.counts)]
    if selection.counts.too_old:
        lines.append(
            f"{_count(selection.counts.too_old, 'item')} arrived too late to report "
            f"(published before {selection.window.oldest:%Y-%m-%d %H:%M} UTC)."
        )
    if sources:
        lines.append(_health(sources, selection.window.end))
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


def _facts_line(story: Story) -> str:
    assets = sorted({asset for item in story.items for asset in item.facts.assets})[:_ASSETS_SHOWN]
    outlets = len({item.source for item in story.items})
    parts = [category_of(story.items).value]
    tickers = lexicon().tickers
    parts += [", ".join(tickers.get(asset, asset.upper()) for asset in assets)] if assets else []
    return " · ".join([*parts, f"score {story.score}", _time(story), _count(outlets, "source")])


def _text(story: Story, rewording: str | None) -> str:
    if rewording and not ungrounded_numbers(rewording, (item.facts for item in story.items)):
        return escaped(rewording, TEXT_LENGTH)
    title = normalise(story.lead.title)
    said = [each for each in sentences(story.lead.summary, 3) if normalise(each).rstrip(".") != title.rstrip(".")]
    return escaped(" ".join(said[:2]), TEXT_LENGTH)


def _developments(story: Story) -> list[str]:
    lines = [f"- Further: {_title(item.title)}" for item in story.developments]
    return ["\n".join(lines)] if lines else []


def _links(story: Story) -> str:
    return ", ".join(link(item.source, item.url) for item in story.items) + _unlinked(story.unlinked)


def _unlinked(count: int) -> str:
    return f" and {count} more" if count else ""


def _title(title: str) -> str:
    return escaped(title, TITLE_LENGTH) or _UNTITLED


def _time(story: Story) -> str:
    return f"{story.lead.happened_at:%H:%M} UTC"


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
