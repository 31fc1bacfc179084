"""The interests of an account over HTTP, and the digests that follow them."""

from typing import Any

import httpx
import pytest

from tradecore.model.users import User
from tradecore_adapters.http.digest_ids import digest_id_of

ROUTE = "/api/settings/interests"
NOTHING_CHOSEN: dict[str, Any] = {
    "assets": [], "categories": [], "excludedWords": [], "minScore": 0, "sourceWeights": {}
}  # fmt: skip


async def test_interests_are_chosen_as_a_whole_and_followed_by_digests(
    house: Any, client: httpx.AsyncClient, ben: User
) -> None:
    chosen = {"assets": ["BTC"], "maxStories": 5, "sourceWeights": {"Wire": 10}, "language": "de"}
    assert (await client.get(ROUTE)).json()["data"] == NOTHING_CHOSEN
    assert (await client.put(ROUTE, json=chosen)).json()["data"] == NOTHING_CHOSEN | chosen
    body = {"hours": 1, "user_id": "reader", "max_stories": 9}
    created = await client.post("/analyze", json=body)
    async with house.store.read() as uow:
        brief = (await uow.digests.get(digest_id_of(created.json()["job_id"]))).brief
    interests = brief.interests
    assert (interests.assets, interests.max_stories, interests.language) == (("BTC",), 9, "de")
    assert (await client.put(ROUTE, json={"minScore": 20})).json()["data"] == NOTHING_CHOSEN | {"minScore": 20}
    async with house.client(token=house.token(ben)) as other:
        assert (await other.get(ROUTE)).json()["data"] == NOTHING_CHOSEN


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"categories": ["Sports"]}, "categories"),
        ({"language": "klingon"}, "language"),
        ({"minScore": 101}, "minScore"),
        ({"maxStories": True}, "maxStories"),
        ({"assets": ["$"]}, "assets"),
        ({"assets": "BTC"}, "assets"),
        ({"excludedWords": ["\u202e"]}, "excludedWords.0"),
        ({"sourceWeights": {"Wire": 1.5}}, "sourceWeights.Wire"),
        ({"sourceWeights": {"Wire": 21}}, "sourceWeights.Wire"),
        ({"words": []}, "words"),
    ],
)
async def test_interests_that_cannot_be_are_refused_by_their_field(
    client: httpx.AsyncClient, body: dict[str, Any], field: str
) -> None:
    answer = await client.put(ROUTE, json=body)
    assert answer.status_code == 400
    assert [problem["field"] for problem in answer.json()["error"]["details"]] == [field]
    assert (await client.get(ROUTE)).json()["data"] == NOTHING_CHOSEN
