"""Pages of lists: the `Link` header that names the others."""

from typing import Generic, Literal, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from litestar.datastructures import ResponseHeader
from msgspec import UNSET, Struct, UnsetType

from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.schemas import PaginationData
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.responses import utc

T = TypeVar("T")

PAGE_LINKS = ResponseHeader("Link", documentation_only=True, description="The first, previous, next and last page.")


class Page(Struct, Generic[T]):
    """The envelope of a list that is paged where the request says so; `pagination` is there then."""

    success: Literal[True]
    data: T
    timestamp: Timestamp
    pagination: PaginationData | UnsetType = UNSET


def succeed_page(context: RequestContext, data: T, pagination: PaginationData | UnsetType) -> Page[T]:
    """The envelope of a list, with its pagination where the request is for a page."""
    return Page(True, data, utc(context.now), pagination)


def paginate(context: RequestContext, total: int, page: int, limit: int) -> PaginationData:
    """The position of a page of a list of `total`; the response links to the other pages."""
    pagination = PaginationData(total, page, limit, page * limit < total)
    link_pages(context, pagination)
    return pagination


def link_pages(context: RequestContext, pagination: PaginationData) -> None:
    """Add a `Link` header (RFC 8288) with the first, previous, next and last page to the response."""
    last = max(1, -(-pagination.total // pagination.page_size))
    pages = {"first": 1, "last": last}
    if pagination.page > 1:
        pages["prev"] = min(pagination.page - 1, last)
    if pagination.has_next:
        pages["next"] = pagination.page + 1
    raw: bytes = context.scope["query_string"]
    query = [(name, value) for name, value in parse_qsl(raw.decode("latin-1")) if name != "page"]
    path = context.root_path + quote(context.path)
    links = (f'<{path}?{urlencode([*query, ("page", page)])}>; rel="{rel}"' for rel, page in pages.items())
    context.response_headers.append((b"link", ", ".join(links).encode("ascii")))
