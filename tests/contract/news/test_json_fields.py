"""JSON in the shapes of real interfaces: entries and fields are found by their names and values, or named."""

import json
from typing import Any

import pytest

from tradecore.model.subscriptions import FieldMapping
from tradecore_adapters.news.json_documents import read_json
from tradecore_adapters.news.json_fields import address_at, entries_at, guess_mapping, text_at

ISO, NOON = "2025-11-21T10:00:00Z", 1763719200
BINANCE = {
    "data": {
        "catalogs": [
            {
                "catalogName": "Listing",
                "articles": [{"id": 1, "code": "ab/1", "title": "Lists A", "releaseDate": NOON}],
            },
            {
                "catalogName": "Delisting",
                "articles": [{"id": 2, "code": "c?d", "title": "Delists B", "releaseDate": NOON}],
            },
            {"name": "Activities", "articles": []},
        ]
    }
}
FILING = {
    "_id": "0001193125-25-000001:d1.htm",
    "_source": {
        "ciks": ["0001318605"],
        "display_names": ["Tesla, Inc. (TSLA)"],
        "form": "8-K",
        "adsh": "0001193125-25-000001",
        "file_date": "2025-11-21",
    },
}


SHAPES: dict[str, Any] = {
    "data.catalogs.articles: title - releaseDate": BINANCE,
    "data.details: title url pTime": {
        "data": [{"details": [{"annType": "x", "title": "T", "url": "https://a/1", "pTime": f"{NOON}000"}]}]
    },
    "data.items: annTitle annUrl cTime": {
        "data": {"items": [{"annId": 1, "annTitle": "T", "annDesc": "D", "cTime": NOON, "annUrl": "https://a"}]}
    },
    "list: title url dateTimestamp": {
        "list": [{"title": "T", "url": "https://a", "startDateTimestamp": NOON, "dateTimestamp": NOON}]
    },
    "data.rows: heading - ctime": {"data": {"rows": [{"newsId": 9, "heading": "T", "ctime": NOON, "slug": "t"}]}},
    ": title url created": [{"title": "T", "url": "https://a", "updated": ISO, "created": ISO}],
    ": title article_url published_utc": [
        {"title": "T", "image_url": "https://i", "article_url": "/a", "published_utc": ISO}
    ],
    ": name html_url published_at": [
        {"name": "v1", "url": "https://api/1", "html_url": "https://a", "created_at": ISO, "published_at": ISO}
    ],
    "docs: headline.main web_url pub_date": {
        "docs": [{"headline": {"main": "T"}, "web_url": "https://a", "pub_date": ISO}],
        "hits": [{"name": "x"}],
    },
    "results: webTitle webUrl webPublicationDate": {
        "results": [{"webTitle": "T", "apiUrl": "https://api", "webUrl": "https://a", "webPublicationDate": ISO}]
    },
    "data.children: data.title data.url data.created_utc": {
        "data": {"children": [{"data": {"title": "T", "url": "https://a", "created_utc": float(NOON)}}]}
    },
    "Data: TITLE URL PUBLISHED_ON": {"Data": [{"TITLE": "T", "URL": "https://a", "PUBLISHED_ON": NOON}]},
    "incidents: name shortlink created_at": {
        "incidents": [{"id": "1", "name": "Late", "shortlink": "https://s", "created_at": ISO, "log": [{"body": "x"}]}]
    },
    "topics: title - created_at": {
        "users": [{"id": 1, "name": "U", "url": "/u"}],
        "topics": [{"id": 1, "title": "T", "created_at": ISO}],
    },
    # A post without a title: its text stands for it.
    ": title url created_at": [
        {"id": "1", "url": "https://a", "content": "<p>Fed cuts</p>", "created_at": ISO, "account": {"name": "A"}}
    ],
}


@pytest.mark.parametrize("expected", SHAPES)
def test_fields_of_real_interfaces_are_found(expected: str) -> None:
    guess = guess_mapping(SHAPES[expected])
    assert guess is not None
    assert f"{guess.entries}: {guess.title} {guess.url or '-'} {guess.published_at}" == expected


def test_lists_on_the_way_are_put_together_and_addresses_out_of_fields() -> None:
    content = json.dumps(BINANCE).encode()
    guessed = read_json(content, source="B")
    assert [(item.title, item.url, item.guid) for item in guessed.items] == [
        ("Lists A", None, "1"),
        ("Delists B", None, "2"),
    ]
    assert "no entry has an address to link to" in (guessed.complaint or "")
    mapping = FieldMapping(
        entries="data.catalogs.articles",
        url="https://www.binance.com/en/support/announcement/{code}",
        published_at="releaseDate",
    )
    named = read_json(content, source="B", mapping=mapping)
    assert [item.url for item in named.items] == [
        "https://www.binance.com/en/support/announcement/ab/1",
        "https://www.binance.com/en/support/announcement/c%3Fd",
    ]
    assert named.complaint is None


def test_titles_are_put_together_out_of_fields() -> None:
    mapping = FieldMapping(
        entries="hits.hits",
        title="{_source.display_names.0} files {_source.form}",
        url="https://www.sec.gov/Archives/edgar/data/{_source.ciks.0}/{_source.adsh}.txt",
        guid="_id",
        published_at="_source.file_date",
    )
    nameless = {"_id": "2", "_source": {"form": "4"}}
    [filing] = read_json(
        json.dumps({"hits": {"hits": [FILING, nameless]}}).encode(), source="SEC", mapping=mapping
    ).items
    assert filing.title == "Tesla, Inc. (TSLA) files 8-K"
    assert filing.url == "https://www.sec.gov/Archives/edgar/data/0001318605/0001193125-25-000001.txt"


def test_a_path_that_leads_nowhere_is_empty() -> None:
    assert entries_at({"a": [{"b": 1}]}, "a.b") is None
    assert entries_at({"a": {"b": {}}}, "a.b") is None
    assert entries_at([[1], [2]], "1") == [2]
    assert [text_at({"a": [1]}, path) for path in ("a.0", "a.1", "a.b", "", "{a.0}-{b}", "{}", "{")] == [
        "1",
        "",
        "",
        "",
        "",
        "",
        "{",
    ]
    assert text_at({"a": 1764000000000.0, "b": True}, "a") == "1764000000000"
    assert address_at({"a": "x/../..//evil"}, "https://a.example/{a}") == "https://a.example/x/../..//evil"
    assert (
        guess_mapping({"a": [{f"k{n}": {"title": "x"} for n in range(500)}], "b": [[[[[[{"title": "x"}]]]]]]}) is None
    )
