"""The interests of the caller's account: which stories its digests hold."""

from typing import Annotated

from litestar import Controller, get, put
from litestar.params import JSONBody
from msgspec import UNSET, Struct, UnsetType
from pydantic import Field

from tradecore.engines.digest.categories import Category
from tradecore.model.news import LANGUAGES, Interests
from tradecore.model.users import Scope
from tradecore.use_cases.interests import (
    MAX_SOURCE_LENGTH,
    MAX_SOURCES,
    MAX_STORIES,
    MAX_TERM_LENGTH,
    MAX_TERMS,
    MAX_WEIGHT,
)
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.requests import CLEAN, RequestBody
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_Term = Annotated[str, Field(min_length=1, max_length=MAX_TERM_LENGTH), CLEAN]
_SourceName = Annotated[str, Field(min_length=1, max_length=MAX_SOURCE_LENGTH), CLEAN]
_Weight = Annotated[int, Field(ge=-MAX_WEIGHT, le=MAX_WEIGHT)]


class InterestsRequest(RequestBody):
    """What the readers of an account want of the news; what is left out is not restricted."""

    assets: list[_Term] | None = Field(
        None, max_length=MAX_TERMS, description="Only stories about one of these: names, tickers, `$ON`"
    )
    categories: list[Annotated[str, Field(json_schema_extra={"enum": list(Category)})]] | None = Field(
        None, max_length=len(Category), description="Only stories of these sections, besides those about `assets`"
    )
    excluded_words: list[_Term] | None = Field(
        None, max_length=MAX_TERMS, description="No stories with one of these in a headline"
    )
    min_score: int | None = Field(None, ge=0, le=100, description="The least score of a new story")
    max_stories: int | None = Field(None, ge=1, le=MAX_STORIES, description="The most new stories of a digest")
    source_weights: dict[_SourceName, _Weight] | None = Field(
        None, max_length=MAX_SOURCES, description="Points for stories of a source, by its name"
    )
    language: Annotated[str, Field(json_schema_extra={"enum": list(LANGUAGES)})] | None = Field(
        None, description="The language in which a model edits digests"
    )

    @property
    def interests(self) -> Interests:
        """The same for the core."""
        return Interests(
            assets=None if self.assets is None else tuple(self.assets),
            categories=None if self.categories is None else tuple(self.categories),
            excluded_words=None if self.excluded_words is None else tuple(self.excluded_words),
            min_score=self.min_score,
            max_stories=self.max_stories,
            source_weights=self.source_weights,
            language=self.language,
        )


class InterestsData(Struct, rename="camel"):
    """The interests of an account. Empty lists and absent fields restrict nothing."""

    assets: list[str]
    categories: list[str]
    excluded_words: list[str]
    min_score: int
    source_weights: dict[str, int]
    max_stories: int | UnsetType = UNSET
    language: str | UnsetType = UNSET


class InterestController(Controller):
    """Read and choose the interests of the caller's account."""

    path = "/api/settings/interests"
    tags = ("news",)
    security = (ACCESS_TOKEN,)

    @get(
        operation_id="getInterests",
        summary="Get the interests of the account",
        response_description="The interests.",
        responses=errors_of(),
    )
    async def interests(self, request: JsonRequest, core: Core) -> Succeeded[InterestsData]:
        """The interests of the caller's account."""
        return succeed(request.context, _shown(await core.get_interests(by=request.user)))

    @put(
        opt={SCOPE: Scope.LAUNCH},
        operation_id="setInterests",
        summary="Choose the interests of the account",
        description=(
            "Replaces all of them. They hold for digests requested from now on by the account, for each of its "
            "readers, where the request does not choose otherwise."
        ),
        response_description="The interests as they are now.",
        responses=errors_of(413, 415),
    )
    async def choose(
        self, request: JsonRequest, core: Core, data: JSONBody[InterestsRequest]
    ) -> Succeeded[InterestsData]:
        """Replace the interests of the caller's account. Raises Invalid, field by field."""
        return succeed(request.context, _shown(await core.set_interests(data.interests, by=request.user)))


def _shown(interests: Interests) -> InterestsData:
    return InterestsData(
        assets=list(interests.assets or ()),
        categories=list(interests.categories or ()),
        excluded_words=list(interests.excluded_words or ()),
        min_score=interests.min_score or 0,
        source_weights=dict(interests.source_weights or {}),
        max_stories=UNSET if interests.max_stories is None else interests.max_stories,
        language=interests.language or UNSET,
    )
