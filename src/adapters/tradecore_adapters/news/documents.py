"""The document of a source in any format that is read: RSS, Atom, JSON Feed, other JSON, pages of channels."""

from tradecore.model.subscriptions import FieldMapping
from tradecore_adapters.news.channels import is_channel, read_channel
from tradecore_adapters.news.feeds import Feed, read_feed
from tradecore_adapters.news.json_documents import is_json, read_json


def read_document(
    content: bytes,
    *,
    source: str,
    url: str | None = None,
    content_type: str | None = None,
    mapping: FieldMapping | None = None,
) -> Feed:
    """The entries of a document, which came from `url` with the header `content_type`.

    `mapping` is for JSON with fields of its own. Raises FeedRefused for what is none of the formats, or hostile.
    """
    if mapping is not None or is_json(content):
        return read_json(content, source=source, url=url, mapping=mapping)
    if is_channel(url):
        return read_channel(content, source=source)
    return read_feed(content, source=source, url=url, content_type=content_type)
