"""Sentences about the figures of a company: what says another thing than the filings is found, what holds is kept."""

from datetime import date
from decimal import Decimal

import pytest

from tradecore.engines.desk.collect import Collected
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.statements import statement
from tradecore.engines.desk.validate import unsupported
from tradecore.model.evidence import Evidence, EvidenceId, EvidenceKind
from tradecore_app.sentence_corpus import cases

# The figures of NVIDIA and of Snowflake as they were known on 2024-10-10: measure, value and statement.
FIGURES: dict[str, list[tuple[str, str, str]]] = {
    "nvda": [
        (
            "fund.age",
            "74",
            "The newest figures of NVIDIA CORP are for the period to 2024-07-28, 74 days ago (10-Q filed 2024-08-28).",
        ),
        (
            "fund.next",
            "40",
            "The next results are expected about 2024-11-19, in 40 days: a year after those of 2023-11-21 "
            "(8-K, item 2.02); the newest are those of 2024-08-28, and the day itself is not known here.",
        ),
        (
            "fund.growth.revenue",
            "194.7",
            "Revenue of the four quarters to 2024-07-28 was 96.307 bn USD, 194.7% more than in the four "
            "before (10-Q filed 2024-08-28).",
        ),
        (
            "fund.growth.quarter",
            "122.4",
            "Revenue of the quarter to 2024-07-28 was 30.040 bn USD, 122.4% more than in the same quarter "
            "of the year before (10-Q filed 2024-08-28).",
        ),
        (
            "fund.growth.turn",
            "-139.7",
            "Growth of quarterly revenue over a year fell from +262.1% in the quarter to 2024-04-28 to "
            "+122.4% in the quarter to 2024-07-28 (10-Q filed 2024-08-28).",
        ),
        (
            "fund.surprise",
            "1.0",
            "Net income of the quarter to 2024-07-28 was 16.599 bn USD, where the same quarter of the "
            "year before and the usual change over a year give 10.330 bn USD: a surprise of +1.0 standard "
            "deviations of that change (10-Q filed 2024-08-28). Estimates of analysts are not known here.",
        ),
        (
            "fund.margin.gross",
            "76.0",
            "Gross profit of the four quarters to 2024-07-28 was 73.171 bn USD, 76.0% of revenue, after "
            "64.6% in the four before (10-Q filed 2024-08-28).",
        ),
        (
            "fund.margin.operating",
            "61.9",
            "Operating income of the four quarters to 2024-07-28 was 59.582 bn USD, 61.9% of revenue, "
            "after 33.0% in the four before (10-Q filed 2024-08-28).",
        ),
        (
            "fund.margin.turn",
            "28.9",
            "The operating margin rose by 28.9 points within a year, to 61.9% in the four quarters to "
            "2024-07-28 (10-Q filed 2024-08-28).",
        ),
        (
            "fund.margin.net",
            "55.0",
            "Net income of the four quarters to 2024-07-28 was 53.008 bn USD, 55.0% of revenue, after "
            "31.6% in the four before (10-Q filed 2024-08-28).",
        ),
        (
            "fund.fcf.margin",
            "48.6",
            "Free cash flow of the four quarters to 2024-07-28 was 46.786 bn USD, 48.6% of revenue (10-Q "
            "filed 2024-08-28).",
        ),
        (
            "fund.leverage",
            "-0.54",
            "Cash and short-term securities exceeded debt by 26.339 bn USD on 2024-07-28 (10-Q filed 2024-08-28).",
        ),
        (
            "fund.current",
            "4.27",
            "Current assets were 4.27 times current liabilities on 2024-07-28 (10-Q filed 2024-08-28).",
        ),
        (
            "fund.cover",
            "237.4",
            "Operating income of the four quarters to 2024-07-28 was 237.4 times the interest expense "
            "(10-Q filed 2024-08-28).",
        ),
        (
            "fund.dilution",
            "-0.6",
            "The diluted number of shares of the period to 2024-07-28 was 24.848 bn, 0.6% less than a "
            "year before (10-Q filed 2024-08-28).",
        ),
    ],
    "fallen": [
        (
            "fund.margin.turn",
            "-6.6",
            "The operating margin fell by 6.6 points within a year, to 28.7% in the four quarters to 2013-09-28 "
            "(10-K filed 2013-10-30).",
        ),
    ],
    "snow": [
        (
            "fund.age",
            "71",
            "The newest figures of SNOWFLAKE INC. are for the period to 2024-07-31, 71 days ago (10-Q "
            "filed 2024-08-29).",
        ),
        (
            "fund.growth.revenue",
            "31.2",
            "Revenue of the four quarters to 2024-07-31 was 3.206 bn USD, 31.2% more than in the four "
            "before (10-Q filed 2024-08-29).",
        ),
        (
            "fund.growth.quarter",
            "28.9",
            "Revenue of the quarter to 2024-07-31 was 868.8 million USD, 28.9% more than in the same "
            "quarter of the year before (10-Q filed 2024-08-29).",
        ),
        (
            "fund.growth.turn",
            "-4.0",
            "Growth of quarterly revenue over a year fell from +32.9% in the quarter to 2024-04-30 to "
            "+28.9% in the quarter to 2024-07-31 (10-Q filed 2024-08-29).",
        ),
        (
            "fund.surprise",
            "-1.3",
            "Net income of the quarter to 2024-07-31 was -316.9 million USD, where the same quarter of "
            "the year before and the usual change over a year give -262.5 million USD: a surprise of -1.3 "
            "standard deviations of that change (10-Q filed 2024-08-29). Estimates of analysts are not "
            "known here.",
        ),
        (
            "fund.margin.gross",
            "67.8",
            "Gross profit of the four quarters to 2024-07-31 was 2.175 bn USD, 67.8% of revenue, after "
            "66.3% in the four before (10-Q filed 2024-08-29).",
        ),
        (
            "fund.margin.operating",
            "-38.7",
            "Operating income of the four quarters to 2024-07-31 was -1.240 bn USD, -38.7% of revenue, "
            "after -41.1% in the four before (10-Q filed 2024-08-29).",
        ),
        (
            "fund.margin.turn",
            "2.4",
            "The operating margin rose by 2.4 points within a year, to -38.7% in the four quarters to "
            "2024-07-31 (10-Q filed 2024-08-29).",
        ),
        (
            "fund.margin.net",
            "-31.7",
            "Net income of the four quarters to 2024-07-31 was -1.017 bn USD, -31.7% of revenue, after "
            "-35.2% in the four before (10-Q filed 2024-08-29).",
        ),
        (
            "fund.loss",
            "-1.017",
            "There is no P/E: the four quarters to 2024-07-31 ended in a net loss of 1.017 bn USD (10-Q "
            "filed 2024-08-29).",
        ),
        (
            "fund.fcf.margin",
            "26.4",
            "Free cash flow of the four quarters to 2024-07-31 was 847.4 million USD, 26.4% of revenue "
            "(10-Q filed 2024-08-29).",
        ),
        (
            "fund.current",
            "1.58",
            "Current assets were 1.58 times current liabilities on 2024-07-31 (10-Q filed 2024-08-29).",
        ),
        (
            "fund.dilution",
            "2.9",
            "The diluted number of shares of the period to 2024-01-31 was 328.0 million, 2.9% more than a "
            "year before (10-K filed 2024-03-26).",
        ),
    ],
}

FALSE = [
    ("nvda", "Revenue of the last four quarters reached $96.3 million.", "fund.growth.revenue"),
    ("nvda", "Revenue of the last four quarters reached $963 billion.", "fund.growth.revenue"),
    ("nvda", "Revenue of the last four quarters reached $93.6 billion.", "fund.growth.revenue"),
    ("nvda", "Quarterly revenue was $96.3 billion.", "fund.growth.revenue"),
    ("nvda", "Annual revenue was $30.0 billion.", "fund.growth.quarter"),
    ("nvda", "Revenue of the last four quarters was 96.307 bn EUR.", "fund.growth.revenue"),
    ("nvda", "Revenue fell 194.7%.", "fund.growth.revenue"),
    ("nvda", "Revenue grew 122.4% over the four quarters.", "fund.growth.quarter"),
    ("nvda", "Quarterly revenue grew 194.7%.", "fund.growth.revenue"),
    ("nvda", "Net income was 55.0 billion.", "fund.margin.net"),
    ("nvda", "Net income was $59.6 billion.", "fund.margin.operating"),
    ("nvda", "Operating income was 53.0 billion.", "fund.margin.net"),
    ("nvda", "Gross margin is 61.9%.", "fund.margin.operating"),
    ("nvda", "Operating margin is 76.0%.", "fund.margin.gross"),
    ("nvda", "Gross margin narrowed by 11.4 points.", "fund.margin.gross"),
    ("nvda", "The operating margin fell by 28.9 points.", "fund.margin.turn"),
    ("nvda", "Net debt stands at $26.3 billion.", "fund.leverage"),
    ("nvda", "Debt exceeded cash by 26.339 bn.", "fund.leverage"),
    ("nvda", "Revenue growth accelerated from 122% to 262%.", "fund.growth.turn"),
    ("nvda", "The diluted share count rose 0.6%.", "fund.dilution"),
    ("nvda", "The diluted share count fell 6%.", "fund.dilution"),
    ("nvda", "Results are due on 2024-11-20.", "fund.next"),
    ("nvda", "The quarter ended on 2024-07-31.", "fund.age"),
    ("nvda", "Fiscal 2023 revenue was 96.307 bn.", "fund.growth.revenue"),
    ("nvda", "Fiscal year 2024 revenue was 96.307 bn.", "fund.growth.revenue"),
    ("nvda", "The 10-K filed 2024-08-28 shows revenue of 96.307 bn.", "fund.growth.revenue"),
    ("nvda", "AMD's revenue was 96.307 bn.", "fund.growth.revenue"),
    ("nvda", "Free cash flow was 48.6 billion.", "fund.fcf.margin"),
    ("nvda", "EPS grew 122.4%.", "fund.growth.quarter"),
    ("nvda", "Net income beat analysts' estimates of 10.330 bn.", "fund.surprise"),
    ("nvda", "Interest cover is 2.374 times.", "fund.cover"),
    ("nvda", "Current liabilities were 4.27 times current assets.", "fund.current"),
    ("nvda", "Data center revenue was 30.040 bn.", "fund.growth.quarter"),
    ("snow", "Trailing revenue climbed 31.2% to $32 billion.", "fund.growth.revenue"),
    ("snow", "Trailing revenue was 3,206 billion.", "fund.growth.revenue"),
    ("snow", "Quarterly revenue was 868.8 billion USD.", "fund.growth.quarter"),
    ("snow", "Revenue of the last four quarters was 868.8 million.", "fund.growth.quarter"),
    ("snow", "Revenue shrank by 31.2%.", "fund.growth.revenue"),
    ("snow", "Revenue growth sped up to 32.9%.", "fund.growth.turn"),
    ("snow", "The company earned an operating profit of 1.24 billion.", "fund.margin.operating"),
    ("snow", "Net income was 1.017 bn USD.", "fund.margin.net"),
    ("snow", "The net loss was 847.4 million.", "fund.fcf.margin"),
    ("snow", "Gross profit was 847.4 million.", "fund.fcf.margin"),
    ("snow", "Gross margin slipped to 67.8%.", "fund.margin.gross"),
    ("snow", "Free cash flow is 67.8% of revenue.", "fund.margin.gross"),
    ("snow", "The P/E is 31.7.", "fund.margin.net"),
    ("snow", "The share count fell 2.9%.", "fund.dilution"),
    ("snow", "Shares outstanding are 328.0 billion.", "fund.dilution"),
    ("snow", "Net income beat by 1.3 standard deviations.", "fund.surprise"),
    ("snow", "Current assets cover liabilities 15.8 times.", "fund.current"),
    ("snow", "Product revenue was 868.8 million euros.", "fund.growth.quarter"),
    ("snow", "In fiscal 2024 revenue was 3.206 bn.", "fund.growth.revenue"),
    ("snow", "Revenue of 3.206 bn was reported in the 10-K.", "fund.growth.revenue"),
    ("snow", "MDB's revenue was 3.206 bn.", "fund.growth.revenue"),
    ("snow", "EPS fell 31.7%.", "fund.margin.net"),
]

TRUE = [
    ("nvda", "Revenue of the last four quarters reached $96.3 billion.", "fund.growth.revenue"),
    ("nvda", "Trailing revenue nearly tripled to 96.3bn.", "fund.growth.revenue"),
    ("nvda", "Quarterly revenue more than doubled to about $30 billion.", "fund.growth.quarter"),
    ("nvda", "Gross margin widened by 11.4 points to 76.0%.", "fund.margin.gross"),
    ("nvda", "The operating margin of 61.9% is up from 33.0%.", "fund.margin.operating"),
    ("nvda", "Net income of $53 billion is 55% of revenue.", "fund.margin.net"),
    ("nvda", "Free cash flow was 46.8bn dollars.", "fund.fcf.margin"),
    ("nvda", "Net cash stands at $26.3 billion.", "fund.leverage"),
    ("nvda", "Growth of quarterly revenue slowed from 262% to 122%.", "fund.growth.turn"),
    ("nvda", "The diluted share count fell 0.6% to 24.8 billion.", "fund.dilution"),
    ("nvda", "Results are due around 19 November 2024, in about 40 days.", "fund.next"),
    ("nvda", "The figures come from the 10-Q filed on August 28, 2024.", "fund.age"),
    ("nvda", "Almost half of revenue became free cash flow.", "fund.fcf.margin"),
    ("nvda", "Current assets are more than four times current liabilities.", "fund.current"),
    ("nvda", "Revenue was 96,307 million dollars.", "fund.growth.revenue"),
    ("snow", "Trailing revenue climbed 31.2% to $3.2 billion.", "fund.growth.revenue"),
    ("snow", "Snowflake's quarterly revenue of $868.8 million was up 28.9%.", "fund.growth.quarter"),
    ("snow", "Revenue growth slowed by 4.0 points to 28.9%.", "fund.growth.turn"),
    ("snow", "The operating loss of 1.24 billion is 38.7% of revenue.", "fund.margin.operating"),
    ("snow", "The operating margin improved by 2.4 points but is still -38.7%.", "fund.margin.turn"),
    ("snow", "A net loss of $1.0 billion over four quarters means there is no P/E.", "fund.loss"),
    (
        "snow",
        "Free cash flow of $847 million contrasts with a net loss of 1.017 bn.",
        "fund.fcf.margin fund.margin.net",
    ),
    ("snow", "More than a quarter of revenue turns into free cash flow.", "fund.fcf.margin"),
    ("snow", "Dilution of 2.9% a year continues.", "fund.dilution"),
    ("snow", "The net margin rose from -35.2% to -31.7%.", "fund.margin.net"),
    ("snow", "Gross margin ticked up to 67.8% from 66.3%.", "fund.margin.gross"),
    ("snow", "The quarter to July missed its usual path by 1.3 standard deviations.", "fund.surprise"),
    (
        "snow",
        "Revenue in the quarter to 2024-07-31 rose 28.9%, against 32.9% in the quarter before.",
        "fund.growth.turn",
    ),
    ("snow", "Revenue did not fall in the last four quarters; it rose 31.2%.", "fund.growth.revenue"),
]


def faults(company: str, text: str, measures: str) -> tuple[str, ...]:
    evidence = tuple(
        Evidence(
            id=EvidenceId(f"E{number}"),
            kind=EvidenceKind.FUNDAMENTALS,
            statement=sentence,
            as_of=date(2024, 8, 29),
            source="filings",
            digest="",
            value=Decimal(value),
            measure=measure,
        )
        for number, (measure, value, sentence) in enumerate(FIGURES[company], 1)
    )
    case = Case(cases()["nvda"].brief, Collected(evidence=evidence, digest="", sources=("filings",)))
    return unsupported(case, statement(text, [case.by_measure[measure].id for measure in measures.split()]))


@pytest.mark.parametrize(("company", "text", "measures"), FALSE)
def test_what_the_filings_do_not_say_is_found(company: str, text: str, measures: str) -> None:
    assert faults(company, text, measures)


@pytest.mark.parametrize(("company", "text", "measures"), TRUE)
def test_what_the_filings_say_is_kept(company: str, text: str, measures: str) -> None:
    assert faults(company, text, measures) == ()


@pytest.mark.parametrize("company", FIGURES)
def test_the_statements_themselves_are_kept(company: str) -> None:
    for measure, _, sentence in FIGURES[company]:
        assert faults(company, sentence, measure) == ()
