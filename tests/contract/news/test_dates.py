"""Dates as publishers write them: read as what they mean, or not at all."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore_adapters.news.dates import read_dates, undated

# All of the fifth of November 2025, one past nine in the morning, UTC.
MORNING = datetime(2025, 11, 5, 9, 1, tzinfo=UTC)
SPELLINGS = [
    "Wed, 05 Nov 2025 10:01:00 +0100",
    "Mi, 05 Nov 2025 10:01:00 +0100",
    "Mittwoch, 5. November 2025, 09:01 Uhr",
    "mercoledì 5 novembre 2025 ore 9.01",
    "quarta-feira, 5 de novembro de 2025 às 09h01",
    "qua, 05 nov 2025 06:01:00 -0300",
    "mié., 5 de nov. de 2025, 09:01",
    "mer. 5 novembre 2025 à 9 h 01",
    "2025年11月5日 09:01",
    "2025年11月05日 上午 9:01",
    "2025年11月5日9时1分",
    "2025년 11월 5일 오전 9:01",
    "5 ноября 2025 г. 09:01",
    "Ср, 05 ноя 2025 12:01:00 MSK",
    "5 Kasım 2025 09:01",
    "5 Νοεμβρίου 2025, 09:01",
    "2025. november 5. 9:01",
    "5 November 2025 - 09:01",
    "November 5th, 2025 at 4:01 a.m. EST",
    "Nov 5, 2025, 4:01 AM ET",
    "Wed Nov  5 01:01:00 PST 2025",
    "Wed, 05 Nov 2025 11:01:00 CEST",
    "Wed, 05 Nov 2025 10:01:00 +0100 (CET)",
    "Wed, 05 Nov 2025 11:01 GMT+2",
    "2025-11-05 10:01 Europe/Berlin",
    "Wednesday, 05-Nov-25 09:01:00 GMT",
    "05.11.2025 klo 9.01",
    "2025/11/05 09:01",
    "2025-11-05T10:01:00+0100",
    "20251105T090100Z",
    "1762333260",
    "1762333260000",
    "1762333260000000",
    "20251105090100",
    "Wed Nov 05 10:01:00 +0100 2025",
    "5. marraskuuta 2025 klo 9.01",
    "5. novembra 2025 09:01",
    "5. новембар 2025. 09:01",
    "5 ноември 2025 г., 09:01",
    "5 tháng 11, 2025 09:01",
    "٥ نوفمبر ٢٠٢٥ ٠٩:٠١",
    "5 בנובמבר 2025, 09:01",
    "5 de novembre de 2025 09:01",
]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("30. studenoga 2026. 14:00", "2026-11-30T14:00"),
        ("3. srpnja 2026.", "2026-07-03T00:00"),
        ("30. listopadu 2026 12:00", "2026-11-30T12:00"),
        ("30 лістапада 2026 13:00", "2026-11-30T13:00"),
        ("5 мая 2026, 08:30", "2026-05-05T08:30"),
        ("सोम, 30 नवम्बर 2026 16:00 +0530", "2026-11-30T10:30"),
        ("३० मई २०२६", "2026-05-30T00:00"),
        ("30 พฤศจิกายน 2569 15:00", "2026-11-30T15:00"),
        ("1/12/2569 09:00", "2026-12-01T09:00"),
        ("30 листопада 2026, 09:32", "2026-11-30T09:32"),
        ("2026 m. lapkričio 30 d. 09:32", "2026-11-30T09:32"),
        ("2026. gada 30. novembrī, plkst. 09:32", "2026-11-30T09:32"),
        ("30 noyabr 2026", "2026-11-30T00:00"),
        ("30 қараша 2026", "2026-11-30T00:00"),
        ("30 ნოემბერი 2026", "2026-11-30T00:00"),
        ("৫ মে ২০২৬ ০৮:৩০", "2026-05-05T08:30"),
        ("Senin, 30 Nopember 2026 16:00 WIB", "2026-11-30T09:00"),
        ("30 Disember 2026", "2026-12-30T00:00"),
        ("30 listopada 2026", "2026-11-30T00:00"),
        ("20261130", "2026-11-30T00:00"),
        ("/Date(1796032800000+0100)/", "2026-11-30T10:00"),
    ],
)
def test_months_that_are_told_by_their_whole_names_and_years_of_thailand(written: str, expected: str) -> None:
    assert read_dates([written], "th") == [datetime.fromisoformat(f"{expected}+00:00")]


@pytest.mark.parametrize("written", SPELLINGS)
def test_one_moment_in_many_spellings(written: str) -> None:
    assert read_dates([written]) == [MORNING]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "2 hours ago",
        "2025",
        "November 2025",
        "2025-13-40",
        "Sat, 31 Feb 2026 09:00:00 GMT",
        "Wed, 05 Nov 2025 99:00:00 GMT",
        "3 May 2024 10:99",
        "Wed, 05 Nov 2025 09:01:00 XQT",
        "2024-05-03T10:00:00+99:00",
        "2568-11-05",
        "05-11-25 09:01",
        "x" * 10_000,
    ],
)
def test_what_is_no_date_or_leaves_it_open_is_none(written: str) -> None:
    assert read_dates([written]) == [None]


def test_the_afternoon_the_end_of_a_day_and_days_without_a_time() -> None:
    at = datetime(2025, 11, 5, tzinfo=UTC)
    assert read_dates(["11/25/2025 9:01 PM", "2025年11月05日 下午 3:05"]) == [
        datetime(2025, 11, 25, 21, 1, tzinfo=UTC),
        datetime(2025, 11, 5, 15, 5, tzinfo=UTC),
    ]
    assert read_dates(["Tue, 04 Nov 2025 24:00:00 GMT", "5 November 2025", "12 AM, 5 Nov 2025"]) == [at, at, at]


def test_a_name_of_two_months_follows_from_the_language() -> None:
    polish, croatian = (read_dates(["5. listopada 2025. 09:01"], language)[0] for language in ("pl", "hr-HR"))
    assert (polish, croatian) == (MORNING, MORNING.replace(month=10))


def test_the_day_of_figures_follows_from_the_other_dates_or_the_language() -> None:
    november, may = datetime(2025, 11, 5, tzinfo=UTC), datetime(2025, 5, 11, tzinfo=UTC)
    assert read_dates(["05/11/2025"]) == read_dates(["05/11/2025"], "en") == [None]
    assert read_dates(["05/11/2025", "25/10/2025"])[0] == november
    assert read_dates(["05/11/2025", "10/25/2025"])[0] == may
    assert read_dates(["05/11/2025"], "en-US") == [may]
    assert read_dates(["05/11/2025"], "it") == read_dates(["05/11/2025"], "en-gb") == [november]
    assert read_dates(["25/10/2025", "10/25/2025", "05/11/2025"])[2] is None
    assert read_dates(["05/05/2025"]) == [datetime(2025, 5, 5, tzinfo=UTC)]


def test_entries_without_a_date_are_counted_with_an_example() -> None:
    written = ["5 Nov 2025", "soon", ""]
    assert undated(read_dates(written), written) == (
        "2 of 3 entries have no readable date, for example 'soon'; they count from when they are seen"
    )
    assert undated(read_dates(written[:1]), written[:1]) is None


@given(st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001  # hypothesis wants naive bounds
def test_what_a_standard_format_says_comes_back(moment: datetime) -> None:
    at = moment.replace(microsecond=0, tzinfo=UTC)
    spelled = [
        f"{at:%a, %d %b %Y %H:%M:%S} +0000",
        at.isoformat(),
        f"{at:%d.%m.%Y %H:%M:%S}",
        f"{at:%Y/%m/%d %H:%M:%S}",
    ]
    assert read_dates(spelled) == [at] * 4


@given(
    st.lists(st.text("0123456789/-.:, JanMaiNov年月日時+Zapm", max_size=25), max_size=3), st.sampled_from(["", "en-us"])
)
def test_any_text_gives_a_time_in_utc_or_none(written: list[str], language: str) -> None:
    assert all(at is None or at.tzinfo is UTC for at in read_dates(written, language))
