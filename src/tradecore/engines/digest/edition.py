"""What a model wrote for a digest."""

from collections.abc import Mapping

from attrs import field, frozen

from tradecore.engines.digest.categories import Category
from tradecore.model.news import StoryId

MOST_IMPORTANT, MIDDLE_IMPORTANCE = 5, 3


@frozen
class EditedStory:
    """A story as a model wrote it: a sentence of what happened, one of why it matters, and its judgement.

    `importance` is from 1 to 5; None where the model gave none.
    """

    happened: str
    matters: str
    category: Category
    importance: int | None


@frozen
class SummaryLine:
    """A line of the executive summary, and the stories that it is about."""

    text: str
    stories: tuple[StoryId, ...]


@frozen
class Edition:
    """What a model, as `provider:name`, wrote for one digest. Stories that it did not edit keep their extracts."""

    model: str
    stories: Mapping[StoryId, EditedStory] = field(factory=dict, hash=False)
    summary: tuple[SummaryLine, ...] = ()
