"""Folders of CSV files made by the test."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

HEADER = "date,open,high,low,close,volume\n"


def rows_of(first: date, days: int) -> list[str]:
    """Rows of consecutive days, the price rising by one each."""
    return [
        f"{first + timedelta(days=at)},{100 + at},{102 + at},{99 + at},{101 + at},{1000 + at}\n" for at in range(days)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with NVDA (400 days), SPY and BTC-USD."""
    path = tmp_path / "prices"
    path.mkdir()
    for name in ("NVDA", "SPY", "BTC-USD"):
        (path / f"{name}.csv").write_text(HEADER + "".join(rows_of(date(2023, 1, 1), 400)))
    return path


@pytest.fixture
def rows() -> Callable[[date, int], list[str]]:
    """The maker of rows."""
    return rows_of
