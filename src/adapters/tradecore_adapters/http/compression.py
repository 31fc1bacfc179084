"""Compressed responses, for clients that accept gzip.

Litestar's middleware allocates a compressor for each request, before it knows the size of the response, and holds back
streams.
"""

import re
import zlib
from collections.abc import Iterable

from litestar.types import HTTPResponseStartEvent, Message, Send

from tradecore_adapters.http.responses import Header

# Below this size, the compressed response saves no packet.
_MIN_BYTES = 1024
# The lowest level compresses JSON to a fifth; higher ones take three times as long for a tenth less.
_LEVEL = 1
_GZIP_FORMAT = 31
_MEDIA_TYPES = (b"application/json", b"text/")
_REFUSED = re.compile(rb"gzip[ \t]*;[ \t]*q[ \t]*=[ \t]*0(?:\.0*)?[ \t]*(?:,|$)")


def compressed(send: Send, accept_encoding: bytes) -> Send:
    """`send`, with whole texts above a kilobyte in gzip's format if the `Accept-Encoding` of the request allows it."""
    accepted = accepts_gzip(accept_encoding)
    start: HTTPResponseStartEvent | None = None

    async def send_compressed(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            if _is_compressible(message["headers"]):
                message["headers"] = [_by_encoding(header) for header in message["headers"]]
                if accepted:
                    start = message
                    return
        elif start is not None and message["type"] == "http.response.body":
            if not message.get("more_body"):
                message["body"] = gzip(message["body"])
                length = (b"content-length", b"%d" % len(message["body"]))
                others = (header for header in start["headers"] if header[0] != b"content-length")
                start["headers"] = [*others, length, (b"content-encoding", b"gzip")]
            await send(start)
            start = None
        await send(message)

    return send_compressed


def accepts_gzip(accept_encoding: bytes) -> bool:
    """Whether the `Accept-Encoding` of a request allows gzip."""
    return b"gzip" in accept_encoding and not _REFUSED.search(accept_encoding)


def gzip(body: bytes, level: int = _LEVEL) -> bytes:
    """The body in gzip's format."""
    compressor = zlib.compressobj(level, wbits=_GZIP_FORMAT)
    return compressor.compress(body) + compressor.flush()


def _is_compressible(headers: Iterable[Header]) -> bool:
    """Whether a response with these headers is a whole text of more than a kilobyte, not compressed yet."""
    known = dict(headers)
    length = known.get(b"content-length", b"")
    return (
        length.isdigit()
        and int(length) > _MIN_BYTES
        and known.get(b"content-type", b"").startswith(_MEDIA_TYPES)
        and b"content-encoding" not in known
    )


def _by_encoding(header: Header) -> Header:
    name, value = header
    return (name, value + b", accept-encoding") if name == b"vary" else header
