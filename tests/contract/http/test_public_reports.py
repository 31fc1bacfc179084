"""What users of comparable front ends reported, tried here: each report with what happens there and what is right."""

import asyncio
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from named_tests import missing
from opening import open_adapter
from tradecore.model.market import AssetType, Symbol
from tradecore_adapters.http.responses import json_bytes

# The report, what happens there, what is right here, and the tests that show it.
REPORTS = [
    (
        "tinyhumansai/openhuman#2892",
        "a socket keeps its stale token",
        "the transport closes, `auth` is called again, nothing is missed",
        "test_s51_the_documented_client_with_a_refreshing_token_comes_back_and_misses_nothing",
    ),
    (
        "auth0-community/auth0-socketio-jwt#33",
        "silence after the expiry of a static token",
        "connect_error with the code not_signed_in",
        "test_s51_the_documented_client_with_a_static_token_is_refused_when_it_comes_back",
    ),
    (
        "cubeplexai/cubeplex#17",
        "127.0.0.1 is blocked where localhost is allowed",
        "a demo allows both, on any port",
        "test_local_pages_may_call_on_any_port_where_that_is_chosen",
    ),
    (
        "freqtrade/frequi#109",
        "a blocked origin leaves no hint",
        "one line of log with the origin and TRADECORE_CORS_ORIGINS",
        "test_a_refused_origin_is_logged_once_with_the_setting_that_allows_it",
    ),
    (
        "freqtrade/frequi#1691",
        "Enter sends two orders",
        "one fill, however often and at once a recommendation is executed",
        "test_executing_again_and_all_at_once_gives_one_answer",
    ),
    (
        "GuntharDeNiro/BTCT#651",
        "a double click buys twice",
        "the second order of the symbol is 409 with what is held, until it is confirmed",
        "test_a_double_click_on_two_recommendations_of_a_symbol_is_one_order "
        "test_the_same_key_many_times_at_once_launches_once",
    ),
    (
        "simonlin1212/TradingAgents-astock#27",
        "a reload loses the analysis",
        "it is in the list, and its events are replayed",
        "test_a_page_that_is_loaded_again_finds_every_analysis_without_knowing_an_id "
        "test_s51_a_reload_a_second_tab_an_expired_token_and_a_restart_during_an_analysis_lose_nothing",
    ),
    (
        "KylinMountain/TradingAgents-AShare#32",
        "no list of tasks with their states",
        "GET /api/analyses with status, symbol, assetType and engine",
        "test_the_list_filters_by_states_symbol_asset_type_and_engine",
    ),
    (
        "hsliuping/TradingAgents-CN#666",
        "failed and old tasks cannot be deleted",
        "hidden from lists with 204, still readable and counted",
        "test_a_hidden_analysis_leaves_the_list_and_stays_readable_and_counted",
    ),
    (
        "openapi-ts/openapi-typescript#1741, #2012",
        "what has a default becomes required",
        "the documented calls compile with `tsc --strict`",
        "test_the_documented_calls_compile_strictly_and_work test_the_document_suits_generators_of_clients",
    ),
    (
        "openapi-generators/openapi-python-client#930",
        "answers with a boolean enumeration are dropped",
        "`success` is a boolean constant, and the generated client works",
        "test_a_generated_python_client_works test_the_document_suits_generators_of_clients",
    ),
    (
        "socketio/socket.io#3508",
        "a path below nginx breaks",
        "documentation, OpenAPI and links follow TRADECORE_ROOT_PATH",
        "test_the_documentation_works_on_a_phone_under_a_prefix_with_both_credentials test_pages_link_to_each_other",
    ),
    (
        "socketio/socket.io#2333, #3009",
        "unknown sessions behind a proxy",
        "400 as the protocol says, after which the client comes back by itself",
        "test_requests_that_make_no_sense_are_answered_as_the_protocol_says "
        "test_the_documented_client_comes_back_by_itself_after_a_shutdown",
    ),
    (
        "opendefender/OpenRisk#700, nightscout/nocturne#391",
        "of two tabs that refresh, one is signed out",
        "both get a token",
        "test_six_tabs_that_refresh_at_once_all_get_a_token",
    ),
    (
        "GeekMagicClock/smalltv-pro#81, TrustyJAID/Trusty-cogs#236, GLEECBTC/gleec-wallet#2408",
        "0.00000921 is shown as 0",
        "at least four digits that count",
        "test_the_price_of_a_small_coin_is_shown_with_its_digits",
    ),
    (
        "freqtrade/freqtrade#6727, polygon-io/issues#226",
        "NaN in JSON",
        "such rows are left out and named",
        "test_prices_that_are_no_numbers_do_not_get_into_json",
    ),
    (
        "alpacahq/Alpaca-API#46",
        "symbols in lower case find nothing",
        "the same answer in any case",
        "test_a_symbol_in_lower_case_gets_the_same_answers test_symbols_are_shown_in_upper_case",
    ),
    (
        "freqtrade/frequi#1390",
        "times without a zone are read in that of the browser",
        "every time is UTC and says so with Z",
        "test_every_time_of_the_trading_api_says_that_it_is_utc",
    ),
    (
        "freqtrade/freqtrade#4769",
        "lists without pages grow to megabytes",
        "at most 200 rows and a Link to the rest",
        "test_recommendations_are_an_array_and_paged_where_a_page_is_wanted",
    ),
    (
        "TauricResearch/TradingAgents#114, #543, #550",
        "terminals without Unicode end in a traceback",
        "the same output with other characters",
        "test_an_analysis_is_listed_watched_and_shown_in_any_encoding",
    ),
]


@pytest.mark.parametrize(
    ("report", "happens_there", "is_right", "tests"), REPORTS, ids=[report for report, *_ in REPORTS]
)
def test_each_report_has_its_tests(report: str, happens_there: str, is_right: str, tests: str) -> None:
    assert re.fullmatch(r"[\w.-]+/[\w.-]+#\d+(, ([\w.-]+/[\w.-]+)?#\d+)*", report)
    assert happens_there != is_right
    assert not missing(tests)


async def test_six_tabs_that_refresh_at_once_all_get_a_token(house: Any, stranger: httpx.AsyncClient) -> None:
    login = {"email": "user@example.com", "password": "securepassword123"}
    await house.core.create_user(login["email"], login["password"])
    token = (await stranger.post("/api/auth/login", json=login)).json()["data"]["refreshToken"]
    answers = await asyncio.gather(
        *(stranger.post("/api/auth/refresh", json={"refreshToken": token}) for _ in range(6))
    )
    assert [answer.status_code for answer in answers] == [200] * 6
    assert len({answer.json()["data"]["token"] for answer in answers}) == 6


async def test_prices_that_are_no_numbers_do_not_get_into_json(tmp_path: Path) -> None:
    rows = ["2024-10-07,1,2,1,2,5", "2024-10-08,NaN,NaN,NaN,NaN,NaN", "2024-10-09,,,,,", "2024-10-10,2,3,2,3,Infinity"]
    (tmp_path / "ABC.csv").write_text("date,open,high,low,close,volume\n" + "\n".join(rows) + "\n")
    async with open_adapter("market", f"csv:{tmp_path}", data=tmp_path / "data") as market:
        bars = await market.bars(Symbol("ABC"), AssetType.EQUITY, date(2024, 10, 10), 10)
    days = [bar.day.day for bar in bars.bars]
    assert days[0] == 7
    assert not {8, 9} & set(days)
    for bar in bars.bars:
        numbers = [bar.open, bar.high, bar.low, bar.close, *([] if bar.volume is None else [bar.volume])]
        assert json.loads(json_bytes(numbers), parse_constant=pytest.fail)
    assert bars.repaired


async def test_a_symbol_in_lower_case_gets_the_same_answers(client: httpx.AsyncClient, launch: dict[str, Any]) -> None:
    assert (await client.post("/api/analyze", json={**launch, "symbol": "nvda"})).status_code == 202
    for path in ("/api/market/{}/bars?until=2024-10-10&count=2", "/api/analyses?symbol={}", "/api/history?symbol={}"):
        lower, upper = [(await client.get(path.format(symbol))).json()["data"] for symbol in ("nvda", "NVDA")]
        assert lower == upper


def test_every_time_of_the_trading_api_says_that_it_is_utc() -> None:
    recorded = [
        path.read_text("utf-8")
        for path in (Path(__file__).parents[1] / "golden/trading").glob("*.json")
        if path.stem != "openapi"  # it has the examples of the news API as well
    ]
    times = [time for text in recorded for time in re.findall(r'"(\d{4}-\d\d-\d\dT[^"\\]*)\\?"', text)]
    assert len(times) > 100
    assert [time for time in times if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time)] == []
