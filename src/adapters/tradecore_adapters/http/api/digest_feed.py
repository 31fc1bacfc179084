"""Reports as RSS 2.0: an entry for each, with the report as HTML."""

from collections.abc import Sequence
from email.utils import format_datetime
from functools import lru_cache
from xml.sax.saxutils import escape

from tradecore.model.digests import Digest, DigestResult
from tradecore_adapters.http.digest_ids import job_id_of


def write_rss(reports: Sequence[tuple[Digest, DigestResult]], site: str) -> bytes:
    """The feed of completed digests in their order, in UTF-8; `site` is the address of the server."""
    head = [
        "<title>News digests</title>",
        f"<link>{escape(site)}</link>",
        "<description>What is new, each story once.</description>",
        "<generator>tradecore</generator>",
        "<ttl>15</ttl>",
    ]
    if reports:
        head.append(f"<lastBuildDate>{_date(reports[0][0])}</lastBuildDate>")
    entries = [_entry(digest, result) for digest, result in reports]
    body = "\n".join([*head, *entries])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>\n{body}\n</channel></rss>\n'.encode()


def _entry(digest: Digest, result: DigestResult) -> str:
    counts = result.counts
    new = counts.new_stories + counts.updates
    stories = f"{new} new {'story' if new == 1 else 'stories'}" if new else "nothing new"
    end = digest.started_at or digest.created_at
    parts = [
        f"<title>{escape(f'{end:%Y-%m-%d %H:%M} UTC, {digest.brief.user_id}: {stories}')}</title>",
        f'<guid isPermaLink="false">{job_id_of(digest.id)}</guid>',
        f"<pubDate>{_date(digest)}</pubDate>",
        f"<description>{escape(_html(result.markdown))}</description>",
    ]
    return f"<item>{''.join(parts)}</item>"


def _date(digest: Digest) -> str:
    return format_datetime(digest.completed_at or digest.created_at, usegmt=True)


# Readers ask for the same reports again and again.
@lru_cache(256)
def _html(markdown: str) -> str:
    # Imported late, because most processes write no feed.
    from markdown_it import MarkdownIt

    html: str = MarkdownIt("commonmark", {"html": False}).render(markdown)
    return html
