"""The SEC as a source, over a local server that speaks its format and refuses as it does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from attrs import evolve

from opening import open_adapter
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType, Symbol
from tradecore.testing import FundamentalsCase, FundamentalsSuite, ManualClock
from tradecore_adapters.fundamentals import sec
from vendors.sec import BLOCKED, UNDECLARED, sec_server, with_facts
from vendors.server import FAULTS, Reply, VendorServer, json_reply

CONTACT = "Ann Lee ann@lee.example"
DAY = date(2024, 10, 10)
START = datetime(2026, 11, 29, 12, tzinfo=UTC)


@asynccontextmanager
async def opened(server: VendorServer, data: Path, clock: ManualClock | None = None) -> AsyncIterator[Any]:
    context = {"now": clock.now} if clock else {}
    setting = f"sec:{server.base}"
    async with open_adapter("fundamentals", setting, data=data, contact=CONTACT, context=context) as source:
        yield source


async def revenue(source: Any, day: date = DAY) -> int:
    return len((await source.facts(Symbol("NVDA"), AssetType.EQUITY, day)).facts)


class TestSec(FundamentalsSuite):
    @pytest.fixture
    async def fundamentals_case(self, tmp_path: Path) -> AsyncIterator[FundamentalsCase]:
        async with sec_server().serving() as server, opened(server, tmp_path) as source:
            yield FundamentalsCase(source, Symbol("NVDA"), date(2022, 6, 1), date(2024, 11, 29))


async def test_twenty_questions_at_the_same_time_are_three_requests(tmp_path: Path) -> None:
    async with sec_server().serving() as server, opened(server, tmp_path) as source:
        answers = await asyncio.gather(*(revenue(source) for _ in range(20)))
    assert len(set(answers)) == 1
    assert len(server.requests) == 3
    assert {request.headers["user-agent"] for request in server.requests} == {CONTACT}


async def test_a_past_day_is_answered_from_disk_also_without_a_network(tmp_path: Path) -> None:
    async with sec_server().serving() as server:
        async with opened(server, tmp_path, ManualClock(START)) as source:
            first = await revenue(source)
        server.fault = FAULTS["500"]
        # The list of tickers is kept for a day.
        async with opened(server, tmp_path, ManualClock(START + timedelta(hours=20))) as source:
            assert await revenue(source) == first
    assert len(server.requests) == 3


async def test_of_today_a_document_is_an_hour_old_at_most(tmp_path: Path) -> None:
    clock = ManualClock(START)
    async with sec_server().serving() as server, opened(server, tmp_path, clock) as source:
        await revenue(source, START.date())
        clock.advance(59 * 60)
        await revenue(source, START.date())
        assert len(server.requests) == 3
        clock.advance(2 * 60)
        await revenue(source, START.date())
        assert len(server.requests) == 5


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (UNDECLARED, "TRADECORE_CONTACT"),
        (BLOCKED, r"allows no more requests for now \(403\); the next one is sent after 12:10 UTC"),
        (FAULTS["429"], r"allows no more requests for now \(429\)"),
        (FAULTS["500"], r"has an error of its own \(500\)"),
        (FAULTS["HTML"], "a web page in place of data"),
        (FAULTS["truncated"], "broke off its answer"),
        (FAULTS["cut off"], "broke off its answer|connection failed"),
        (FAULTS["empty"], "not JSON"),
        (Reply(body=b"[]"), "does not know"),
        (Reply(body=b'{"0": {"ticker": "NVDA"}}'), "does not know"),
    ],
    ids=["undeclared", "blocked", "429", "500", "HTML", "truncated", "cut off", "empty", "a list", "other fields"],
)
async def test_a_failure_is_one_true_sentence(tmp_path: Path, fault: Reply, sentence: str) -> None:
    async with sec_server().serving() as server, opened(server, tmp_path, ManualClock(START)) as source:
        server.fault = fault
        with pytest.raises(Unavailable, match=sentence) as refusal:
            await revenue(source)
        assert not refusal.value.transient
        assert "\n" not in str(refusal.value)


async def test_after_a_block_no_request_is_sent_until_it_is_over(tmp_path: Path) -> None:
    clock = ManualClock(START)
    async with sec_server().serving() as server, opened(server, tmp_path, clock) as source:
        server.fault = BLOCKED
        for _ in range(3):
            with pytest.raises(Unavailable, match="12:10 UTC"):
                await revenue(source)
        assert len(server.requests) == 1
        server.fault = None
        clock.advance(10 * 60)
        assert await revenue(source)


async def test_a_slow_server_ends_within_its_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sec.LIMITS.seconds == 8
    monkeypatch.setattr(sec, "LIMITS", evolve(sec.LIMITS, seconds=0.5))
    async with sec_server().serving() as server, opened(server, tmp_path) as source:
        server.fault = FAULTS["slow"]
        begin = monotonic()
        with pytest.raises(Unavailable, match=r"did not answer within 0\.5 seconds"):
            await revenue(source)
        assert monotonic() - begin < 4


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ("20-F", "reports to the SEC as a foreign company, once a year on form 20-F and mostly under IFRS"),
        ("40-F", "once a year on form 40-F"),
        ("NPORT-P", "is a fund; it files its holdings"),
        ("D", "has no quarterly or annual reports in US GAAP"),
    ],
)
async def test_a_company_without_us_gaap_is_told_by_its_forms(tmp_path: Path, form: str, sentence: str) -> None:
    recent = {
        "accessionNumber": ["0001-24-1"], "form": [form], "filingDate": ["2024-03-01"], "reportDate": ["2023-12-31"],
        "acceptanceDateTime": ["2024-03-01T10:00:00.000Z"], "items": [""], "primaryDocument": ["x.htm"],
    }  # fmt: skip
    ifrs = {"cik": 1046179, "entityName": "ACME PLC", "facts": {"ifrs-full": {"Revenue": {"units": {"USD": []}}}}}
    documents = {"submissions": {"name": "ACME PLC", "filings": {"recent": recent}}, "companyfacts": ifrs}
    async with sec_server().serving() as server, opened(server, tmp_path) as source:
        known = server.answer
        server.answer = lambda request: next(
            (json_reply(document) for kind, document in documents.items() if kind in request.path), known(request)
        )
        with pytest.raises(Invalid, match=sentence):
            await revenue(source)


async def test_a_company_without_facts_has_none_and_is_not_requested_again(tmp_path: Path) -> None:
    async with sec_server().serving() as server, opened(server, tmp_path) as source:
        for _ in range(2):
            with pytest.raises(Invalid, match="SPDR"):
                await source.facts(Symbol("SPY"), AssetType.EQUITY, DAY)
    assert len(server.requests) == 3


async def test_facts_of_another_taxonomy_are_no_figures(tmp_path: Path) -> None:
    foreign = {"cik": 1045810, "entityName": "NVIDIA CORP", "facts": {"ifrs-full": {"Revenue": {"units": {}}}}}
    async with with_facts(foreign).serving() as server, opened(server, tmp_path) as source:
        with pytest.raises(Invalid, match="US GAAP"):
            await revenue(source)


async def test_without_a_contact_the_row_is_refused_with_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"set TRADECORE_CONTACT to your name and e-mail\."):
        async with open_adapter("fundamentals", "sec:", data=tmp_path):
            pass


@pytest.mark.parametrize("contact", ["ann@lee.example", "Ann Lee", "Bot noreply@lee.example", "Änn ann@lee.example"])
async def test_a_contact_at_which_nobody_is_reached_is_refused(tmp_path: Path, contact: str) -> None:
    with pytest.raises(Invalid, match="TRADECORE_CONTACT"):
        async with open_adapter("fundamentals", "sec:", data=tmp_path, contact=contact):
            pass


async def test_crypto_is_refused_without_a_request(tmp_path: Path) -> None:
    async with sec_server().serving() as server, opened(server, tmp_path) as source:
        server.fault = FAULTS["500"]
        with pytest.raises(Invalid, match="BTC-USD is a cryptocurrency"):
            await source.facts(Symbol("BTC-USD"), AssetType.CRYPTO, DAY)
    assert server.requests == []


async def test_facts_that_were_kept_for_other_tags_are_requested_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sec_server().serving() as server:
        async with opened(server, tmp_path, ManualClock(START)) as source:
            first = await revenue(source)
        # As of a version that reads other tags.
        monkeypatch.setattr(sec, "KEPT_TAGS_DIGEST", "0" * 8)
        async with opened(server, tmp_path, ManualClock(START)) as source:
            assert await revenue(source) == first
    assert sum("companyfacts" in request.path for request in server.requests) == 2
