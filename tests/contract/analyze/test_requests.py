"""What may be sent to /analyze: every row of the documented tables, and what the documentation leaves open."""

import json
from typing import Any

import httpx
import pytest

from tradecore.model.news import RawItem

PATTERN = "String should match pattern '^[A-Za-z0-9_-]{1,128}$'"


def faults(answer: httpx.Response) -> list[tuple[str, list[Any], str, Any]]:
    assert answer.status_code == 422, answer.text
    return [(each["type"], each["loc"], each["msg"], each["input"]) for each in answer.json()["detail"]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"hours": 1}, [("missing", ["body", "user_id"], "Field required", {"hours": 1})]),
        ({"user_id": "a"}, [("missing", ["body", "hours"], "Field required", {"user_id": "a"})]),
        (
            {},
            [
                ("missing", ["body", "hours"], "Field required", {}),
                ("missing", ["body", "user_id"], "Field required", {}),
            ],
        ),
        ({"hours": 0, "user_id": "a"}, [("greater_than", ["body", "hours"], "Input should be greater than 0", 0)]),
        ({"hours": -3, "user_id": "a"}, [("greater_than", ["body", "hours"], "Input should be greater than 0", -3)]),
        ({"hours": True, "user_id": "a"}, [("int_type", ["body", "hours"], "Input should be a valid integer", True)]),
        ({"hours": None, "user_id": "a"}, [("int_type", ["body", "hours"], "Input should be a valid integer", None)]),
        ({"hours": [1], "user_id": "a"}, [("int_type", ["body", "hours"], "Input should be a valid integer", [1])]),
        (
            {"hours": "abc", "user_id": "a"},
            [
                (
                    "int_parsing",
                    ["body", "hours"],
                    "Input should be a valid integer, unable to parse string as an integer",
                    "abc",
                )
            ],
        ),
        (
            {"hours": 1.5, "user_id": "a"},
            [
                (
                    "int_from_float",
                    ["body", "hours"],
                    "Input should be a valid integer, got a number with a fractional part",
                    1.5,
                )
            ],
        ),
        ({"hours": 1, "user_id": ""}, [("string_pattern_mismatch", ["body", "user_id"], PATTERN, "")]),
        ({"hours": 1, "user_id": "  "}, [("string_pattern_mismatch", ["body", "user_id"], PATTERN, "  ")]),
        ({"hours": 1, "user_id": "a b"}, [("string_pattern_mismatch", ["body", "user_id"], PATTERN, "a b")]),
        ({"hours": 1, "user_id": "a.b"}, [("string_pattern_mismatch", ["body", "user_id"], PATTERN, "a.b")]),
        ({"hours": 1, "user_id": "ä"}, [("string_pattern_mismatch", ["body", "user_id"], PATTERN, "ä")]),
        ({"hours": 1, "user_id": "٣"}, [("string_pattern_mismatch", ["body", "user_id"], PATTERN, "٣")]),
        ({"hours": 1, "user_id": "a\nb"}, [("string_pattern_mismatch", ["body", "user_id"], PATTERN, "a\nb")]),
        ({"hours": 1, "user_id": "a" * 129}, [("string_pattern_mismatch", ["body", "user_id"], PATTERN, "a" * 129)]),
        ({"hours": 1, "user_id": 7}, [("string_type", ["body", "user_id"], "Input should be a valid string", 7)]),
        ({"hours": 1, "user_id": None}, [("string_type", ["body", "user_id"], "Input should be a valid string", None)]),
        (
            [1],
            [
                (
                    "model_attributes_type",
                    ["body"],
                    "Input should be a valid dictionary or object to extract fields from",
                    [1],
                )
            ],
        ),
        (None, [("missing", ["body"], "Field required", None)]),
    ],
)  # fmt: skip
async def test_a_body_that_does_not_hold_is_422_field_by_field(
    client: httpx.AsyncClient, body: Any, expected: list[Any]
) -> None:
    assert faults(await client.post("/analyze", content=json.dumps(body))) == expected


@pytest.mark.parametrize(
    ("body", "at", "why"),
    [
        (b'{"hours": 1,', 12, "Expecting property name enclosed in double quotes"),
        (b"hours=1&user_id=a", 0, "Expecting value"),
        (b'{"hours": NaN, "user_id": "a"}', 0, "NaN is no JSON"),
        (b'{"hours": 1e999, "user_id": "a"}', 0, "A number is out of range"),
        (b'{"hours": ' + b"9" * 5000 + b', "user_id": "a"}', 0, "A number is out of range"),
        (b'{"hours": 1, "user_id": "\xff"}', 25, "The body is not UTF-8"),
        (b"[" * 20_000, 0, "The body is nested too deeply"),
    ],
)
async def test_what_is_no_json_is_422_in_the_same_shape(
    client: httpx.AsyncClient, body: bytes, at: int, why: str
) -> None:
    answer = await client.post("/analyze", content=body)
    assert faults(answer) == [("json_invalid", ["body", at], "JSON decode error", {})]
    assert answer.json()["detail"][0]["ctx"] == {"error": why}


async def test_an_empty_body_is_a_missing_one(client: httpx.AsyncClient) -> None:
    assert faults(await client.post("/analyze")) == [("missing", ["body"], "Field required", None)]


async def test_halves_of_characters_are_sent_back_as_they_came(client: httpx.AsyncClient) -> None:
    answer = await client.post("/analyze", content=b'{"hours": 1, "user_id": "\\ud800"}')
    assert b'"input":"\\ud800"' in answer.content
    assert answer.status_code == 422


async def test_a_form_is_no_json(client: httpx.AsyncClient) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post("/analyze", content=b'{"hours": 1, "user_id": "a"}', headers=form)
    [(kind, loc, _, sent)] = faults(answer)
    assert (kind, loc, sent) == ("model_attributes_type", ["body"], '{"hours": 1, "user_id": "a"}')


async def test_a_large_body_is_413_whatever_it_says(client: httpx.AsyncClient) -> None:
    answer = await client.post("/analyze", content=b'{"user_id": "' + b"a" * 70_000)
    assert answer.status_code == 413
    assert set(answer.json()) == {"detail"}


@pytest.mark.parametrize("hours", [1, 1.0, "1", " 1 "])
async def test_hours_are_what_a_json_client_means_by_an_integer(client: httpx.AsyncClient, hours: Any) -> None:
    answer = await client.post("/analyze", json={"hours": hours, "user_id": "a"})
    assert answer.status_code == 202
    assert answer.json()["time_window_hours"] == 1


@pytest.mark.parametrize("user_id", ["a", "a" * 128, "  my_agent-01\n", "-", "_"])
async def test_a_user_id_is_trimmed_before_it_is_looked_at(client: httpx.AsyncClient, user_id: str) -> None:
    assert (await client.post("/analyze", json={"hours": 1, "user_id": user_id})).status_code == 202


async def test_more_hours_than_the_longest_window_are_capped_and_shown_so(room: Any, client: httpx.AsyncClient) -> None:
    created = (await client.post("/analyze", json={"hours": 25, "user_id": "a", "more": 1})).json()
    await room.unit_of_work()
    for url in (created["status_url"], created["result_url"]):
        assert (await client.get(url)).json()["time_window_hours"] == 24
    assert created["time_window_hours"] == 24


async def test_unknown_and_malformed_ids_are_404(client: httpx.AsyncClient) -> None:
    created = (await client.post("/analyze", json={"hours": 1, "user_id": "a"})).json()
    upper = created["job_id"].upper()
    for id in ("analyze_job_" + "0" * 32, "x", upper, created["job_id"] + "0", "%00", "analyze_job_%F0%9F%92%A9"):
        for tail in ("", "/result", "/items"):
            answer = await client.get(f"/analyze/{id}{tail}")
            assert answer.status_code == 404, (id, tail)
            assert set(answer.json()) == {"detail"}
    assert (await client.get("/analyze/x/report")).json() == {"detail": "There is no such route."}


async def test_the_same_key_and_body_get_the_first_answer_again(room: Any, client: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "mine"}
    first = await client.post("/analyze", json={"hours": 1, "user_id": "a"}, headers=key)
    await room.unit_of_work()
    again = await client.post("/analyze", json={"user_id": " a ", "hours": 1.0}, headers=key)
    assert (again.status_code, again.content) == (202, first.content)
    assert again.headers["location"] == first.headers["location"]
    other = await client.post("/analyze", json={"hours": 2, "user_id": "a"}, headers=key)
    [(kind, loc, _, sent)] = faults(other)
    assert (kind, loc, sent) == ("idempotency_key_reused", ["header", "Idempotency-Key"], "mine")
    assert (await client.post("/analyze", json={"hours": 1, "user_id": "a"})).json() != first.json()
    wrong = await client.post("/analyze", json={"hours": 1, "user_id": "a"}, headers={"Idempotency-Key": "a b"})
    assert wrong.status_code == 400


@pytest.mark.parametrize(
    ("accept", "markdown"),
    [
        ("text/markdown", True),
        ("application/json;q=0.5, text/markdown; q=0.9", True),
        ("text/markdown;q=0, */*", False),
        ("text/markdown;q=0.0", False),
        ("application/json", False),
        ("*/*", False),
    ],
)
async def test_the_result_is_markdown_for_whom_asks_for_it_once_there_is_some(
    room: Any, client: httpx.AsyncClient, accept: str, markdown: bool
) -> None:
    url = (await client.post("/analyze", json={"hours": 1, "user_id": "a"})).json()["result_url"]
    early = await client.get(url, headers={"Accept": accept})
    assert early.json()["report"] == ""
    await room.unit_of_work()
    answer = await client.get(url, headers={"Accept": accept})
    assert answer.text.startswith("# Crypto News") == markdown
    assert answer.headers["content-type"].startswith("text/markdown") == markdown


async def test_a_request_may_choose_stories_and_the_rest_has_a_reason(room: Any, client: httpx.AsyncClient) -> None:
    titles = ["Treasury firm Halvard buys 500 bitcoin", "Court fines Quillon $900M", "Central bank cuts rates"]
    await room.say(
        *(
            RawItem(source=f"S{at}", title=title, url=f"https://s.example/{at}", published_at=room.time)
            for at, title in enumerate(titles)
        )
    )
    room.pass_time(minutes=1)
    body = {"hours": 1, "user_id": "a", "assets": ["BTC"], "categories": ["Macro"], "excluded_words": ["fines"]}
    created = await client.post("/analyze", json={**body, "max_stories": 5, "min_score": 1, "language": "de"})
    assert created.status_code == 202, created.text
    await room.unit_of_work()
    job = created.json()["job_id"]
    items = (await client.get(f"/analyze/{job}/items")).json()["items"]
    assert {item["title"]: item["reason"] for item in items} == {
        titles[0]: "reported",
        titles[1]: "outside_interests",
        titles[2]: "reported",
    }


@pytest.mark.parametrize(
    ("field", "value", "detail"),
    [
        ("categories", ["Sports"], "There is no category 'Sports'; the categories are Regulation & Legal"),
        ("language", "xx", "The languages are de, en"),
        ("min_score", 101, "A score is from 0 to 100."),
        ("max_stories", 0, "A report has 1 to 200 new stories."),
        ("assets", ["$"], "Each has a letter or digit"),
        ("assets", ["a"] * 51, "Give at most 50 of them."),
    ],
)
async def test_interests_that_cannot_be_are_refused_in_a_sentence(
    client: httpx.AsyncClient, field: str, value: object, detail: str
) -> None:
    refused = await client.post("/analyze", json={"hours": 1, "user_id": "a", field: value})
    assert refused.status_code == 400
    assert detail in refused.json()["detail"]


async def test_a_choice_of_another_type_is_named_in_the_words_of_json(client: httpx.AsyncClient) -> None:
    refused = await client.post("/analyze", json={"hours": 1, "user_id": "a", "assets": "BTC"})
    assert refused.status_code == 422
    [detail] = refused.json()["detail"]
    assert (detail["type"], detail["loc"], detail["msg"]) == (
        "list_type",
        ["body", "assets"],
        "Input should be a valid list",
    )


async def test_a_key_is_of_one_choice_of_stories(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k"}
    body = {"hours": 1, "user_id": "a", "assets": ["BTC"]}
    first = await client.post("/analyze", json=body, headers=headers)
    assert (await client.post("/analyze", json=body, headers=headers)).json() == first.json()
    assert (await client.post("/analyze", json={"hours": 1, "user_id": "a"}, headers=headers)).status_code == 422
