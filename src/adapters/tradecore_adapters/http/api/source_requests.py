"""Request bodies of news sources."""

from typing import Annotated

from pydantic import Field

from tradecore_adapters.http.api.requests import CLEAN, RequestBody

_Path = Annotated[str, Field(min_length=1, max_length=200), CLEAN]


class FieldMappingRequest(RequestBody):
    """Where JSON of its own kind holds its entries and their fields: keys joined by dots."""

    entries: Annotated[str, Field(max_length=200), CLEAN] = Field(
        "", description="The list of entries; by default the document itself"
    )
    title: _Path = "title"
    summary: _Path | None = None
    url: _Path | None = None
    guid: _Path | None = None
    published_at: _Path | None = None


class AddSourceRequest(RequestBody):
    """A source to read from now on."""

    url: Annotated[str, Field(min_length=1, max_length=2000), CLEAN] = Field(
        description="A feed, a page that names one, or a public Telegram channel; without a scheme it is https"
    )
    name: Annotated[str, Field(min_length=1, max_length=100), CLEAN] | None = Field(
        None, description="What reports call it; by default its host"
    )
    mapping: FieldMappingRequest | None = Field(
        None, description="For JSON that is no JSON Feed; without it the common names of fields are tried"
    )
