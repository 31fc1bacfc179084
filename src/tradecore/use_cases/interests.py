"""The interests of an account: read and chosen."""

from collections.abc import Iterator, Mapping

from attrs import evolve, frozen

from tradecore.engines.digest.categories import Category
from tradecore.model.change import Change
from tradecore.model.errors import Invalid, Problem
from tradecore.model.news import LANGUAGES, Interests
from tradecore.model.users import Caller
from tradecore.ports.store import Store
from tradecore.use_cases.retry import retry_on_conflict

MAX_STORIES, MAX_TERMS, MAX_TERM_LENGTH = 200, 50, 60
MAX_SOURCES, MAX_SOURCE_LENGTH, MAX_WEIGHT = 200, 200, 20


@frozen
class GetInterests:
    """Return the interests of the caller's account."""

    store: Store

    async def __call__(self, *, by: Caller) -> Interests:
        """The interests; those of an account that has chosen nothing are `EVERYTHING`."""
        async with self.store.read() as uow:
            return (await uow.interests.get(by.user)).interests


@frozen
class SetInterests:
    """Choose the interests of the caller's account."""

    store: Store

    @retry_on_conflict
    async def __call__(self, interests: Interests, *, by: Caller) -> Interests:
        """The interests of digests that are launched from now on, in place of all earlier ones.

        Raises Invalid, field by field, as `check_interests` does.
        """
        check_interests(interests)
        async with self.store.unit_of_work() as uow:
            known = await uow.interests.get(by.user)
            stored = await uow.interests.put(Change(evolve(known, interests=interests)))
        return stored.interests


def check_interests(interests: Interests) -> None:
    """Raises Invalid, field by field: unknown categories and languages, limits, terms and weights out of bounds."""
    problems = [*_of_choices(interests), *_of_terms(interests), *_of_weights(interests.source_weights or {})]
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)


def _of_choices(interests: Interests) -> Iterator[Problem]:
    if unknown := [name for name in interests.categories or () if name not in set(Category)]:
        named = f"There is no category {unknown[0][:40]!r}; the categories are {', '.join(Category)}."
        yield Problem("categories", named)
    if interests.language is not None and interests.language not in LANGUAGES:
        yield Problem("language", f"The languages are {', '.join(LANGUAGES)}.")
    if interests.min_score is not None and not 0 <= interests.min_score <= 100:
        yield Problem("min_score", "A score is from 0 to 100.")
    if interests.max_stories is not None and not 1 <= interests.max_stories <= MAX_STORIES:
        yield Problem("max_stories", f"A report has 1 to {MAX_STORIES} new stories.")


def _of_terms(interests: Interests) -> Iterator[Problem]:
    for name, terms in (("assets", interests.assets or ()), ("excluded_words", interests.excluded_words or ())):
        if len(terms) > MAX_TERMS:
            yield Problem(name, f"Give at most {MAX_TERMS} of them.")
        elif not all(len(term) <= MAX_TERM_LENGTH and any(sign.isalnum() for sign in term) for term in terms):
            yield Problem(name, f"Each has a letter or digit, and at most {MAX_TERM_LENGTH} characters.")


def _of_weights(weights: Mapping[str, int]) -> Iterator[Problem]:
    if len(weights) > MAX_SOURCES:
        yield Problem("source_weights", f"Give at most {MAX_SOURCES} of them.")
    elif not all(0 < len(name) <= MAX_SOURCE_LENGTH for name in weights):
        yield Problem("source_weights", f"A source has a name of 1 to {MAX_SOURCE_LENGTH} characters.")
    elif not all(abs(weight) <= MAX_WEIGHT for weight in weights.values()):
        yield Problem("source_weights", f"A weight is from -{MAX_WEIGHT} to {MAX_WEIGHT}.")
