"""The contract of company figures over every row that is installed, and what folders of documents may hold."""

import json
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from shutil import copytree
from zoneinfo import ZoneInfo

import pytest

from opening import open_adapter
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType, Symbol
from tradecore.testing import FundamentalsCase, FundamentalsSuite
from tradecore_adapters.fundamentals.files import FundamentalsFolder
from tradecore_adapters.fundamentals.sec_format import read_submissions
from tradecore_app.registry import rows

FOLDER = Path(__file__).parents[2] / "data/sec"
DAY = date(2024, 10, 10)
NVIDIA = "CIK0001045810.json"


class TestFundamentals(FundamentalsSuite):
    # The SEC needs a server; see test_sec.py.
    @pytest.fixture(params=sorted({*rows("fundamentals")} - {"sec"}))
    async def fundamentals_case(
        self, request: pytest.FixtureRequest, tmp_path: Path
    ) -> AsyncIterator[FundamentalsCase]:
        setting = {"files": f"files:{FOLDER}"}.get(request.param, f"{request.param}:")
        async with open_adapter("fundamentals", setting, data=tmp_path) as source:
            yield FundamentalsCase(source, Symbol("NVDA"), date(2022, 6, 1), date(2024, 11, 29))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the documents that a test may change."""
    return Path(copytree(FOLDER, tmp_path / "sec"))


async def test_a_class_of_shares_may_be_written_with_a_point(folder: Path) -> None:
    for name in ("BRK.B", "BRK-B"):
        with pytest.raises(Invalid, match="BERKSHIRE"):
            await FundamentalsFolder(folder).facts(Symbol(name), AssetType.EQUITY, DAY)


async def test_a_company_without_a_file_is_named_with_the_file(folder: Path) -> None:
    with pytest.raises(Invalid, match=r"no file of Apple Inc\. \(AAPL\), CIK0000320193\.json"):
        await FundamentalsFolder(folder).facts(Symbol("AAPL"), AssetType.EQUITY, DAY)


async def test_a_company_that_reports_under_other_rules_has_no_figures(folder: Path) -> None:
    foreign = {"cik": 1046179, "entityName": "TSM", "facts": {"ifrs-full": {"Revenue": {"units": {}}}}}
    (folder / "companyfacts/CIK0001046179.json").write_text(json.dumps(foreign))
    with pytest.raises(Invalid, match="no quarterly or annual reports in US GAAP"):
        await FundamentalsFolder(folder).facts(Symbol("TSM"), AssetType.EQUITY, DAY)


async def test_without_submissions_a_report_counts_from_the_day_after_it_was_filed(folder: Path) -> None:
    (folder / "submissions" / NVIDIA).unlink()
    source = FundamentalsFolder(folder)
    forms = {
        day: max(fact.filed for fact in (await source.facts(Symbol("NVDA"), AssetType.EQUITY, day)).facts)
        for day in (date(2024, 8, 28), date(2024, 8, 29))
    }
    assert forms == {date(2024, 8, 28): date(2024, 5, 29), date(2024, 8, 29): date(2024, 8, 28)}


async def test_a_document_that_changed_is_read_again(folder: Path) -> None:
    source = FundamentalsFolder(folder)
    before = await source.facts(Symbol("NVDA"), AssetType.EQUITY, DAY)
    path = folder / "companyfacts" / NVIDIA
    path.write_text(path.read_text().replace('"entityName":"NVIDIA CORP"', '"entityName":"NVIDIA CORPORATION"'))
    after = await source.facts(Symbol("NVDA"), AssetType.EQUITY, DAY)
    assert (before.name, after.name) == ("NVIDIA CORP", "NVIDIA CORPORATION")


@pytest.mark.parametrize("text", ["", "[]", '{"cik": 1, "entityName": "x"}', "<html>", '{"facts": {"us-gaap"'])
async def test_a_document_of_another_form_is_refused(folder: Path, text: str) -> None:
    (folder / "companyfacts" / NVIDIA).write_text(text)
    with pytest.raises(Unavailable, match="does not know"):
        await FundamentalsFolder(folder).facts(Symbol("NVDA"), AssetType.EQUITY, DAY)


def test_a_folder_without_the_list_of_tickers_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"company_tickers\.json"):
        FundamentalsFolder(tmp_path)


def submissions(*stamps: str) -> dict[str, object]:
    """Submissions with one report for each time of acceptance."""
    count = len(stamps)
    return {
        "name": "ACME",
        "filings": {
            "recent": {
                "accessionNumber": [f"a-{at}" for at in range(count)],
                "filingDate": [stamp[:10] for stamp in stamps],
                "reportDate": [""] * count,
                "acceptanceDateTime": list(stamps),
                "form": ["10-Q"] * count,
                "items": [""] * count,
                "primaryDocument": [""] * count,
            }
        },
    }


def test_times_are_read_on_the_clock_that_a_company_has() -> None:
    # 15:30 in New York in both, before the close: one company is served in UTC, the other on the clock of New York.
    universal = read_submissions(submissions("2024-08-28T19:30:00.000Z", "2024-08-28T00:30:00.000Z"))
    local = read_submissions(submissions("2024-08-28T15:30:00.000Z", "2024-08-28T08:30:00.000Z"))
    for found in (universal, local):
        assert found.filings[0].accepted_at == datetime(2024, 8, 28, 15, 30, tzinfo=ZoneInfo("America/New_York"))
        assert found.filings[0].known_on == date(2024, 8, 28)


def test_where_the_clock_cannot_be_told_nothing_is_known_early() -> None:
    undecided = read_submissions(submissions("2024-08-28T19:30:00.000Z"))
    assert undecided.filings[0].known_on == date(2024, 8, 29)


async def test_numbers_with_fractions_stay_exact(folder: Path) -> None:
    path = folder / "companyfacts" / NVIDIA
    document = json.loads(path.read_text())
    document["facts"]["us-gaap"]["Revenues"]["units"]["USD"][-1]["val"] = 0.1
    path.write_text(json.dumps(document))
    company = await FundamentalsFolder(folder).facts(Symbol("NVDA"), AssetType.EQUITY, date(2024, 11, 29))
    assert "0.1" in {str(fact.value) for fact in company.facts}


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999999", '"many"', "null", "{}"])
async def test_a_number_that_is_no_amount_is_refused(folder: Path, value: str) -> None:
    path = folder / "companyfacts" / NVIDIA
    path.write_text(path.read_text().replace('"val":13507000000', f'"val":{value}'))
    with pytest.raises(Unavailable, match="wrong number"):
        await FundamentalsFolder(folder).facts(Symbol("NVDA"), AssetType.EQUITY, DAY)
