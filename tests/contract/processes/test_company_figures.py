"""The command line with company figures, exchange rates and news by symbol, over local servers in place of services."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from vendors.ecb import ecb_server
from vendors.sec import sec_server
from vendors.server import FAULTS, VendorServer


async def run(data: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """The exit code and the output of a command, which must end within a minute."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRADECORE_")}
    environment |= {f"TRADECORE_{name.upper()}": value for name, value in settings.items()}
    environment |= {"TRADECORE_DATA": str(data), "TRADECORE_CONTACT": "Ann Lee ann@lee.example", "COLUMNS": "400"}
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("tradecore"),
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def analyze(server: VendorServer, data: Path) -> str:
    code, output = await run(
        data, "analyze", "NVDA", "--date", "2024-10-10", fundamentals=f"sec:{server.base}", store="memory:"
    )
    assert code == 0, output
    return output


async def test_an_analysis_names_figures_with_form_and_filing_date(tmp_path: Path) -> None:
    async with sec_server().serving() as server:
        output = await analyze(server, tmp_path)
    assert "Revenue of the four quarters to 2024-07-28 was 96.307 bn USD, 194.7% more" in output
    assert "(10-Q filed 2024-08-28)" in output
    # The shipped prices of that day are generated.
    assert "No multiples are given. There are no real prices" in output


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [("500", "The SEC has an error of its own (500)"), ("429", "The SEC allows no more requests")],
)
async def test_an_analysis_without_the_service_goes_on_and_says_why(tmp_path: Path, fault: str, sentence: str) -> None:
    async with sec_server().serving() as server:
        server.fault = FAULTS[fault]
        output = await analyze(server, tmp_path)
    assert f"There are no company figures. {sentence}" in output


async def test_doctor_says_what_each_source_answered(tmp_path: Path) -> None:
    async with sec_server().serving() as sec, ecb_server().serving() as ecb:
        settings = {
            "fundamentals": f"sec:{sec.base}",
            "fx": f"ecb:{ecb.base}",
            "news": f"sample:,sec:filings:{sec.base}",
        }
        code, output = await run(tmp_path, "doctor", **settings)
        # The local tables end in 2024, and no rate of that age is passed off as one of today.
        assert code == 1
        assert "ok    company figures: SEC EDGAR answers: " in output
        assert "FAIL  exchange rates: ECB reference rates have no rate of EUR to USD for " in output
        assert "ok    news of SEC filings: 0 items" in output
