"""Request bodies of news sources."""

from typing import Annotated

from pydantic import Field

from tradecore_adapters.http.api.requests import CLEAN, RequestBody

_Path = Annotated[str, Field(min_length=1, max_length=200), CLEAN]


class FieldMappingRequest(RequestBody):
    """Where JSON of its own kind holds its entries and their fields: keys joined by dots, such as `data.results`.

    A number among the keys is a place in a list, from 0. A field may be put together from several, with keys in braces:
    `https://example.com/news/{id}`, `{company.name} files {form}`. It is empty where one of them is. What comes into
    the braces of `url` is escaped.
    """

    entries: Annotated[str, Field(max_length=200), CLEAN] = Field(
        "",
        description="The list of entries, such as `data.results`; by default the document itself. "
        "Of lists on the way, every element counts",
    )
    title: _Path = Field("title", description="The headline, such as `attributes.headline` or `{company} files {form}`")
    summary: _Path | None = Field(None, description="The text")
    url: _Path | None = Field(
        None, description="The address, absolute or of the same site, such as `link` or `https://example.com/news/{id}`"
    )
    guid: _Path | None = Field(None, description="What identifies an entry, if its address does not")
    published_at: _Path | None = Field(
        None,
        description="The time of publication, in any notation that feeds use, or in seconds or milliseconds since 1970",
    )


class AddSourceRequest(RequestBody):
    """A source to read from now on."""

    url: Annotated[str, Field(min_length=1, max_length=2000), CLEAN] = Field(
        description="A feed, a page that names one, or a public Telegram channel; without a scheme it is https"
    )
    name: Annotated[str, Field(min_length=1, max_length=100), CLEAN] | None = Field(
        None, description="What reports call it; by default its host, or its title where another source is called so"
    )
    mapping: FieldMappingRequest | None = Field(
        None, description="For JSON that is no JSON Feed; without it the common names of fields are tried"
    )
