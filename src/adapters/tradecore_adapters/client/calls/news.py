"""Requests about news: sources, interests, digests and the news API."""

from collections.abc import Mapping, Sequence

import msgspec

from tradecore_adapters.client import models
from tradecore_adapters.client.calls.call import Call, T, segment


def digests(*, limit: int = 50, page: int = 1) -> Call[models.Digests]:
    """A page of the caller's news digests in every state, newest first; `limit` is the size of a page."""
    return Call(models.Digests, "GET", "/api/digests", query={"limit": str(limit), "page": str(page)})


def digest(id: str) -> Call[models.Digest]:
    """A news digest with its report, which is there once it is completed. Raises NotFound."""
    return Call(models.Digest, "GET", f"/api/digests/{segment(id)}", resource_id=id, resource="digest")


def sources(*, limit: int = 50, page: int = 1) -> Call[models.Sources]:
    """A page of the news sources with their health, by name; `limit` is the size of a page."""
    return Call(models.Sources, "GET", "/api/sources", query={"limit": str(limit), "page": str(page)})


def add_source(
    url: str, *, name: str | None = None, mapping: Mapping[str, str] | None = None
) -> Call[models.AddedSource]:
    """Read a news source from now on, for administrators: a feed, or a page that names one.

    `mapping` says where JSON of its own kind has its `entries`, and an entry its `title`, `summary`, `url`, `guid` and
    `publishedAt`. Raises Invalid where nothing can be read, IllegalMove for what is read already.
    """
    body = {"url": url, "name": name, "mapping": None if mapping is None else dict(mapping)}
    return Call(models.AddedSource, "POST", "/api/sources", {key: value for key, value in body.items() if value})


def remove_source(id: str) -> Call[None]:
    """Stop reading a news source, for administrators. Raises NotFound, IllegalMove for one of the installation."""
    return Call(type(None), "DELETE", f"/api/sources/{segment(id)}", resource_id=id, resource="source")


def interests() -> Call[models.Interests]:
    """The interests of the account: which stories its digests hold."""
    return Call(models.Interests, "GET", "/api/settings/interests")


def set_interests(interests: models.Interests) -> Call[models.Interests]:
    """Replace the interests of the account. Raises Invalid for a category, language or number that is not offered."""
    return Call(models.Interests, "PUT", "/api/settings/interests", msgspec.to_builtins(interests))


def launch_digest(
    hours: int,
    user_id: str,
    *,
    assets: Sequence[str] | None = None,
    categories: Sequence[str] | None = None,
    excluded_words: Sequence[str] | None = None,
    min_score: int | None = None,
    max_stories: int | None = None,
    source_weights: Mapping[str, int] | None = None,
    language: str | None = None,
) -> Call[models.DigestTicket]:
    """Queue a digest of the news of the last hours, once even if the request has to be sent again.

    `user_id` names the reader, whom each story is told once. The others choose stories, as in `set_interests`; None
    leaves a choice to the interests of the account. Raises Invalid for a window or a choice that is not offered.
    """
    chosen = {
        "assets": assets,
        "categories": categories,
        "excluded_words": excluded_words,
        "min_score": min_score,
        "max_stories": max_stories,
        "source_weights": source_weights,
        "language": language,
    }
    body = {"hours": hours, "user_id": user_id, **{name: value for name, value in chosen.items() if value is not None}}
    return Call(models.DigestTicket, "POST", "/analyze", body, idempotent=True, resource="digest", enveloped=False)


def digest_status(job_id: str) -> Call[models.DigestStatus]:
    """How a digest stands. Raises NotFound."""
    return _digest(models.DigestStatus, job_id, "")


def digest_result(job_id: str) -> Call[models.DigestReport]:
    """The report of a digest, empty before it is completed. Raises NotFound."""
    return _digest(models.DigestReport, job_id, "/result")


def digest_items(job_id: str) -> Call[models.DigestItems]:
    """The items behind a digest, none before it is completed. Raises NotFound."""
    return _digest(models.DigestItems, job_id, "/items")


def _digest(response_type: type[T], job_id: str, rest: str) -> Call[T]:
    path = f"/analyze/{segment(job_id)}{rest}"
    return Call(response_type, "GET", path, resource_id=job_id, resource="digest", enveloped=False)
